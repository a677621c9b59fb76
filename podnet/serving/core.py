"""An in-process cluster that lives in an event loop: its clock is that on the wall, it works between requests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from podnet.api.errors import ApiError
from podnet.api.host import Change
from podnet.api.resources import Resource
from podnet.kube.cluster import InProcessCluster
from podnet.kube.requests import JSON
from podnet.kube.responses import Response
from podnet.kube.store import HISTORY
from podnet.kube.streams import Stream
from podnet.kube.users import User
from podnet.serving import bridge
from podnet.serving.webhooks import WebhookCalls

_LOG = logging.getLogger(__name__)
QUIET = 60.0
"""Seconds without an event after which a client that wants bookmarks gets one; kube-apiserver's interval."""
BURST = 0.01
"""Seconds of work of the controllers after which requests get their turn."""


class LiveCore:
    """One cluster. Everything happens in the thread of one event loop, so that nothing has to be locked.

    ``authority`` (PEM) vouches for the server; ``history`` changes of each resource are remembered. ``run`` has to be
    running for controllers to work and for timers to fire.
    """

    def __init__(self, *, seed: str, authority: str, history: int = HISTORY) -> None:
        self.cluster = InProcessCluster(
            seed=seed, start=datetime.now(UTC), thorough=True, authority=authority, history=history
        )
        self._began = time.monotonic()
        self._runtime = self.cluster.runtime
        self._work = asyncio.Event()
        self._watches: dict[Resource, dict[asyncio.Event, None]] = {}
        self._waking: set[Resource] = set()
        self._ended = False
        self.cluster.server.admission.remote = WebhookCalls().call
        self.cluster.server.store.subscribe(self._changed)

    async def run(self) -> None:
        """Do the work of the controllers as it comes up, until cancelled."""
        while True:
            self._tick()
            began = time.monotonic()
            while self._runtime.ready and time.monotonic() - began < BURST:
                try:
                    await bridge.run(self._runtime.step)
                except Exception:  # as in a real controller, the others and the next time are not touched
                    _LOG.exception("a controller")
            if self._runtime.ready:
                await asyncio.sleep(0)
                continue
            self._work.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._work.wait(), self._runtime.next_due())

    async def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, user: User) -> Response:
        """Answer one request; ``path`` includes the query."""
        self._tick()
        try:
            return await bridge.run(partial(self.cluster.handle, method, path, headers, body, user=user))
        except Exception as error:
            _LOG.exception("%s %s", method, path)
            refusal = ApiError(500, f"this is a bug in podnet: {type(error).__name__}: {error}")
            return Response(500, {"Content-Type": JSON}, json.dumps(refusal.status()).encode())
        finally:
            self._work.set()

    @property
    def moment(self) -> float:
        """Seconds on the cluster's clock."""
        return self._runtime.elapsed

    def left(self, stream: Stream) -> float:
        """Seconds until the time of a watch is over."""
        self._tick()
        return max(stream.until - self._runtime.elapsed, 0.0)

    async def changed(self, stream: Stream, hint: asyncio.Event, *, within: float) -> bool:
        """Wait until ``hint`` is set, as by every change of what is watched, but no longer than ``within`` seconds.

        False once the stream's time is over.
        """
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hint.wait(), min(self.left(stream), max(within, 0.0)))
        hint.clear()
        self._tick()
        return not self._ended and self._runtime.elapsed < stream.until

    def listen(self, resource: Resource) -> asyncio.Event:
        """A new event that is set after every change of a resource, until ``forget``."""
        hint = asyncio.Event()
        self._watches.setdefault(resource, {})[hint] = None
        return hint

    def forget(self, resource: Resource, hint: asyncio.Event) -> None:
        """End what ``listen`` began."""
        self._watches.get(resource, {}).pop(hint, None)

    def end_watches(self) -> None:
        """End every watch at once, and each that is still to come."""
        self._ended = True
        self._waking.update(self._watches)
        self._wake()

    def _tick(self) -> None:
        self._runtime.catch_up(time.monotonic() - self._began)

    def _changed(self, resource: Resource, change: Change) -> None:
        del change
        self._work.set()
        if not self._watches.get(resource):
            return
        if not self._waking:
            asyncio.get_running_loop().call_soon(self._wake)
        self._waking.add(resource)

    def _wake(self) -> None:
        for resource in self._waking:
            for hint in tuple(self._watches[resource]):
                hint.set()
        self._waking.clear()
