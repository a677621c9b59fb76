"""An implementation on its cluster: its process may end at any moment, and then another one takes over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from podnet.api.errors import ApiError
from podnet.api.host import (
    AdmissionRequest,
    AdmissionResponse,
    Change,
    Implementation,
    Key,
    Reconcile,
    Watches,
    Webhook,
)
from podnet.kube.admission import WebhookDown
from podnet.kube.injection import Crash, Life
from podnet.kube.recording import Recorder

if TYPE_CHECKING:
    from podnet.api.inventory import Inventory
    from podnet.kube.cluster import InProcessCluster
    from podnet.kube.hosts import ImplementationHost

DISTURBED_STARTS = 5
"""Starts that faults may end one after the other; the next one is spared, or it might never come to any work."""

Value = TypeVar("Value")


class Boundary:
    """Where the cluster calls the implementation: what is called is noted, and a crash ends no more than its process.

    ``crashed`` is called when the process has ended.
    """

    def __init__(self, *, recorder: Recorder | None = None, crashed: Callable[[], None] | None = None) -> None:
        self._recorder = recorder
        self._crashed = crashed

    def reconcile(self, reconcile: Reconcile) -> Reconcile:
        """The working half of a controller."""

        def called(key: Key) -> float | None:
            return self._call(lambda: reconcile(key), otherwise=lambda: None)

        return called

    def watches(self, watches: Watches) -> Watches:
        """The watching half of a controller."""

        def heard(keys: Callable[[Change], Iterable[Key]]) -> Callable[[Change], Iterable[Key]]:
            return lambda change: self._call(lambda: tuple(keys(change)), otherwise=tuple)

        return {resource: heard(keys) for resource, keys in watches.items()}

    def webhook(self, webhook: Webhook) -> Webhook:
        """A webhook."""

        def answered(request: AdmissionRequest) -> AdmissionResponse:
            return self._call(lambda: webhook(request), otherwise=_reset)

        return answered

    def _call(self, function: Callable[[], Value], *, otherwise: Callable[[], Value]) -> Value:
        if self._recorder is not None:
            self._recorder.implementation()
        try:
            return function()
        except Crash:
            if self._crashed is not None:
                self._crashed()
            return otherwise()


def _reset() -> AdmissionResponse:
    raise WebhookDown("read: connection reset by peer")


class Tenancy:
    """One implementation after the other on one cluster. ``make`` gives a new one, which knows nothing."""

    def __init__(self, cluster: InProcessCluster, *, inventory: Inventory, make: Callable[[], Implementation]) -> None:
        self._cluster = cluster
        self._inventory = inventory
        self._make = make
        self._host: ImplementationHost | None = None
        self._life = Life()
        self._starting = False

    def start(self) -> None:
        """Install the implementation. One that is struck by an injected fault meanwhile starts again."""
        self._starting = True
        for _ in range(DISTURBED_STARTS):
            if self._install():
                break
        else:
            with self._undisturbed():
                self._install()
        self._starting = False

    def _install(self) -> bool:
        """Start one process; whether it lives."""
        life = self._life = Life()
        self._host = self._cluster.host(self._inventory, life=life, crashed=partial(self._ended, life))
        try:
            self._make().install(self._host)
        except (ApiError, Crash):
            if self._cluster.injector is None or self._cluster.injector.quiet:
                raise
            life.over = True
        if life.over:
            self._cluster.remove_host(self._host)
        return not life.over

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        injector = self._cluster.injector
        assert injector is not None, "nothing else keeps an implementation from starting without saying why"
        before, injector.quiet = injector.quiet, True
        try:
            yield
        finally:
            injector.quiet = before

    def stop(self) -> None:
        """End the process as a crash would."""
        self._life.over = True
        if self._host is not None:
            self._cluster.remove_host(self._host)

    def restart(self) -> None:
        """End the process as a crash would, and start another one."""
        self.stop()
        self.start()

    def _ended(self, life: Life) -> None:
        if life is self._life and not self._starting:
            self.restart()
