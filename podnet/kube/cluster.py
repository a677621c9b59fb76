"""A whole Kubernetes control plane in this process: API server, controllers, scheduler, one clock, one seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from podnet.kube.crd_cleanup import CrdCleanup
from podnet.kube.direct import DirectApi
from podnet.kube.faults import Fault
from podnet.kube.hosts import ControllerHost, ImplementationHost
from podnet.kube.http import LONGEST_WATCH, HttpApi
from podnet.kube.informers import Informers
from podnet.kube.injection import WATCH_EXPIRED, DisturbedApi, Injector, Life
from podnet.kube.recording import Recorder, RecordingRuntime, RecordingStore
from podnet.kube.responses import Response
from podnet.kube.runtime import START, Runtime
from podnet.kube.server import ApiServer
from podnet.kube.store import HISTORY, Store
from podnet.kube.tenancy import Boundary
from podnet.kube.users import ADMIN, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from podnet.api.inventory import Inventory

MOST_NUDGES = 3
SERVED_WATCH = 1800.0
"""Seconds; the least of a real server, which chooses up to twice as long at random (``--min-request-timeout``)."""


class InProcessCluster:
    """One cluster. Nothing runs by itself: ``runtime`` is driven by its owner.

    ``seed`` decides names, tie-breaks and the order of concurrent work; ``choose`` takes the last of these over: it
    gets the number of choices and returns one of them. ``recorder`` notes what each piece of work touches;
    ``injector`` disturbs it. ``start`` is what the logical clock shows at first, UTC. ``thorough``: see
    ``podnet.kube.backend.Backend``; its namespaces hold the certificate ``authority`` (PEM).
    ``history`` is how many changes of each resource are remembered.
    """

    def __init__(
        self,
        *,
        seed: str | int,
        choose: Callable[[int], int] | None = None,
        recorder: Recorder | None = None,
        injector: Injector | None = None,
        start: datetime = START,
        thorough: bool = False,
        authority: str = "",
        history: int = HISTORY,
    ) -> None:
        # One stream for each purpose, so that another order of work does not change names more than it must.
        order, names, ties = (Random(f"{seed}/{purpose}") for purpose in ("order", "names", "ties"))
        self.choose = choose if choose is not None else order.randrange
        self.recorder, self.injector = recorder, injector
        self.runtime = (
            Runtime(choose=self.choose, start=start) if recorder is None else RecordingRuntime(recorder, self.choose)
        )
        self.server = ApiServer(
            now=self.runtime.now,
            random=names,
            record_fault=self.runtime.record_fault,
            store=Store(history=history) if recorder is None else RecordingStore(recorder),
            thorough=thorough,
        )
        self._authority = authority
        self.informers = self._informers(injector)
        self.api = DirectApi(self.server, now=lambda: self.runtime.elapsed, wait=self.wait)
        longest = SERVED_WATCH if thorough else LONGEST_WATCH
        self._http = HttpApi(self.server, now=lambda: self.runtime.elapsed, wait=self.wait, longest_watch=longest)
        if injector is not None:
            self.server.admission.before_call = partial(injector.call_webhook, wait=self._pass)
        CrdCleanup(self.server).install(self.informers)
        self._install_controllers(ties)

    @property
    def faults(self) -> list[Fault]:
        """What the implementation under test did that no cluster would make it do."""
        return self.runtime.faults

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, user: User = ADMIN
    ) -> Response:
        """Answer one HTTP request; ``path`` includes the query."""
        return self._http.handle(method, path, headers, body, user=user)

    def host(
        self, inventory: Inventory, *, life: Life | None = None, crashed: Callable[[], None] | None = None
    ) -> ImplementationHost:
        """A place for an implementation under test to live in.

        Injected faults strike only one that has a ``life``; ``crashed`` is called when they have ended it.
        """
        disturbed = life is not None and self.injector is not None
        api = DisturbedApi(self.api, self.injector, life=life) if disturbed and self.injector else self.api
        boundary = Boundary(recorder=self.recorder, crashed=crashed) if self.recorder or disturbed else None
        return ImplementationHost(
            self.server, self.runtime, self.informers, api=api, inventory=inventory, boundary=boundary
        )

    def remove_host(self, host: ImplementationHost) -> None:
        """End an implementation as a crash would; its objects stay."""
        host.close()

    def nudge(self) -> int:
        """Run a small number of ready tasks, as many as ``choose`` says (0 to 3); returns how many ran."""
        if not self.runtime.ready:
            return 0
        wanted = self.choose(MOST_NUDGES + 1)
        return sum(self.runtime.step() for _ in range(wanted))

    def wait(self, seconds: float) -> bool:
        """Run one ready task, or let time pass until the next timer; False if that is not within ``seconds``."""
        if self.runtime.busy:
            return False
        if self.runtime.step():
            return True
        due = self.runtime.next_due()
        if due is None or due > seconds:
            self.runtime.advance(seconds)
            return False
        self.runtime.advance(due)
        return True

    def _informers(self, injector: Injector | None) -> Informers:
        if injector is None or not injector.injects(WATCH_EXPIRED):
            return Informers(self.server.store, self.runtime)
        from podnet.kube.expiry import ExpiringInformers  # only few clusters need them

        return ExpiringInformers(self.server.store, self.runtime, injector)

    def _pass(self, seconds: float) -> None:
        """Let time pass while a client waits; the work of a controller takes none."""
        if not self.runtime.busy:
            self.runtime.advance(seconds)

    def _install_controllers(self, ties: Random) -> None:
        from podnet.kube.controllers import install  # the controllers know this package, not the other way round

        api = self.api if self.injector is None else DisturbedApi(self.api, self.injector)
        host = ControllerHost(self.server, self.runtime, self.informers, api=api, random=ties, recorder=self.recorder)
        install(host)
        if self.server.backend.thorough:
            from podnet.kube.controllers.accounts import NamespaceContent
            from podnet.kube.controllers.eventttl import EventTtl

            NamespaceContent(host, authority=self._authority).install()
            EventTtl(host).install()
