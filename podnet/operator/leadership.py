"""One replica writes, the others stand by: leader election by a Lease, by the rules of client-go.

Source: https://pkg.go.dev/k8s.io/client-go/tools/leaderelection. Each replica judges by its own clock for how long a
Lease has not changed, so that clocks need not agree. One thing goes beyond client-go: nobody waits for a holder that
lived on the same machine and was killed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from podnet.api.client import Api
from podnet.api.errors import ApiError, Unreachable, already_exists, is_conflict, is_not_found
from podnet.api.objects import Obj
from podnet.api.resources import LEASES, NAMESPACES

log = logging.getLogger(__name__)

LEASE = "podnet-operator"
_BOOT, _PROCESSES = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
_IDENTITY = re.compile(r"_(?P<place>[0-9a-f]{12})_(?P<pid>\d+)_[0-9a-f]{8}$")


@cache
def _place() -> str:
    """Among which processes this one lives: those of one machine since it was started, or of one container."""
    try:
        text = f"{_BOOT.read_text()}{_PROCESSES.readlink()}"
    except OSError:  # not Linux: then no two places are known to be the same
        text = secrets.token_hex(8)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def identity() -> str:
    """A name of this process that nobody else has, here or elsewhere."""
    return f"{socket.gethostname()}_{_place()}_{os.getpid()}_{secrets.token_hex(4)}"


def has_died(holder: str) -> bool:
    """Whether the process that an identity names has certainly ended: it lived here, and is not there any more."""
    found = _IDENTITY.search(holder)
    if found is None or found["place"] != _place():
        return False
    import psutil

    try:
        return bool(psutil.Process(int(found["pid"])).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


@dataclass(frozen=True)
class Pace:
    """Seconds. A leader writes nothing ``renew_within`` after its last renewal; the others wait ``lease`` for it."""

    lease: float = 15.0

    @property
    def renew_within(self) -> float:
        """As client-go has it: two thirds."""
        return self.lease * 2 / 3

    @property
    def retry(self) -> float:
        """Between attempts to take it or to renew it."""
        return self.lease * 2 / 15


class Election:
    """Takes part in the election until it is stopped. ``changed`` is called, in its thread, when ``term`` changes.

    ``api`` must answer or give up well within ``pace.renew_within``.
    """

    def __init__(self, api: Api, *, namespace: str, changed: Callable[[], None], pace: Pace | None = None) -> None:
        self._api = api
        self._namespace = namespace
        self._changed = changed
        self._pace = pace or Pace()
        self.identity = identity()
        self._seen: tuple[str, float] = ("", 0.0)
        self._until = 0.0
        self._told = 0
        self._acquired = 0
        self._stopping = threading.Event()
        self._tried = threading.Event()
        self._thread = threading.Thread(target=self._run, name="election", daemon=True)

    @property
    def term(self) -> int:
        """The number of the term in which this replica leads at this moment, 0 if it does not.

        In between two terms another one may have led; in one term nobody else has.
        """
        return self._acquired if time.monotonic() < self._until else 0

    def start(self, *, seconds: float) -> None:
        """Take part; returns once the first attempt has ended, or after so many seconds."""
        self._thread.start()
        self._tried.wait(seconds)

    def stop(self, *, seconds: float) -> None:
        """Leave, and let another one lead at once if this one did. Nothing may be written from the call on."""
        led = self.term
        self._stopping.set()
        self._thread.join(seconds)
        self._until = 0.0
        if led:
            with suppress(ApiError, Unreachable):
                self._release()

    def _run(self) -> None:
        while not self._stopping.is_set():
            begun = time.monotonic()
            try:
                if self._attempt() and not self._stopping.is_set():
                    self._until = begun + self._pace.renew_within
            except (ApiError, Unreachable) as error:
                log.warning("the Lease %s/%s cannot be renewed: %s", self._namespace, LEASE, error)
            if self._told != (term := self.term):
                self._told = term
                log.info("%s %s", self.identity, "leads" if term else "leads no longer")
                self._changed()
            self._tried.set()
            self._stopping.wait(self._pace.retry)

    def _attempt(self) -> bool:
        """Take the Lease or renew it; whether that worked."""
        try:
            lease = self._api.get(LEASES, LEASE, namespace=self._namespace)
        except ApiError as error:
            if not is_not_found(error):
                raise
            return self._write(None)
        spec = lease.get("spec") or {}
        holder = str(spec.get("holderIdentity") or "")
        version = str(lease["metadata"]["resourceVersion"])
        if version != self._seen[0]:
            self._seen = (version, time.monotonic())
        if holder == self.identity or not holder or has_died(holder):
            return self._write(lease)
        since = time.monotonic() - self._seen[1]
        return since > float(spec.get("leaseDurationSeconds") or self._pace.lease) and self._write(lease)

    def _write(self, lease: Obj | None) -> bool:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        before = (lease or {}).get("spec") or {}
        spec = {
            **before,
            "holderIdentity": self.identity,
            "leaseDurationSeconds": round(self._pace.lease) or 1,
            "renewTime": now,
        }
        if before.get("holderIdentity") != self.identity:
            spec |= {"acquireTime": now, "leaseTransitions": int(before.get("leaseTransitions") or 0) + 1}
        try:
            if lease is None:
                metadata = {"name": LEASE, "namespace": self._namespace}
                body = {"apiVersion": LEASES.api_version, "kind": LEASES.kind, "metadata": metadata, "spec": spec}
                self._create(body)
            else:
                self._api.update(LEASES, {**lease, "spec": spec})
            if before.get("holderIdentity") != self.identity:
                self._acquired += 1
        except ApiError as error:
            if is_conflict(error) or already_exists(error):
                return False
            raise
        return True

    def _create(self, lease: Obj) -> None:
        try:
            self._api.create(LEASES, lease)
        except ApiError as error:
            if not is_not_found(error):
                raise
            # Outside of a cluster nobody has applied manifests.
            metadata = {"name": self._namespace}
            self._api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
            self._api.create(LEASES, lease)

    def _release(self) -> None:
        lease = self._api.get(LEASES, LEASE, namespace=self._namespace)
        if lease["spec"].get("holderIdentity") == self.identity:
            spec = {**lease["spec"], "holderIdentity": "", "leaseDurationSeconds": 1}
            self._api.update(LEASES, {**lease, "spec": spec})
