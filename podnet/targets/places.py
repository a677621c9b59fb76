"""Clusters that nobody else uses as a target: started for a run or adopted, and emptied for each scenario.

Scenarios that run at the same time have a cluster each, because PodNetworkings are cluster-scoped: on a common one
those of one scenario would match the pods of another.
"""

from __future__ import annotations

import fcntl
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from podnet.api.inventory import Inventory
from podnet.api.problems import EnvironmentProblem
from podnet.targets.base import Budgets, Cluster, Command, Installed, Judged, Turns, Unable
from podnet.targets.embedded import EmbeddedTenant
from podnet.targets.live import LiveCluster
from podnet.targets.tenants import Tenant
from podnet.targets.wiping import contents, wipe

if TYPE_CHECKING:
    from podnet.operator.connection import Connection

SUITE = "suite"
"""The file in the folder of a place that says: what lies about there is the suite's own."""


class Place(Protocol):
    """A cluster that runs."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def version(self) -> str:
        """The version of its API server."""

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig of an administrator, which needs no other file."""

    @property
    def folder(self) -> Path:
        """A folder of its own on this machine, for marks and locks."""

    @property
    def webhook_host(self) -> str:
        """The name under which its API server reaches this machine."""

    @property
    def standing_nodes(self) -> frozenset[str]:
        """Names of nodes that are part of it, whoever uses it; no pod comes to them."""

    def check(self) -> None:
        """Raise EnvironmentProblem, with the reason, if it has died."""


class PlacesTarget(ABC):
    """Implements ``podnet.targets.base.Target``. With ``adopted`` several runs may take turns on the same place."""

    name: str

    def __init__(self, *, budgets: Budgets, adopted: str = "") -> None:
        self.budgets = budgets
        self._adopted = adopted
        self._places: Sequence[Place] = ()

    @abstractmethod
    def started(self, count: int) -> AbstractContextManager[Sequence[Place]]:
        """So many new places, which end with the context. Raises EnvironmentProblem."""

    @abstractmethod
    def adopt(self, name: str) -> Place:
        """The place of this name, which goes on when the run has ended. Raises EnvironmentProblem."""

    @property
    def kubernetes(self) -> str:
        """The version of kube-apiserver; empty before there is one."""
        return self._places[0].version if self._places else ""

    def prepare(self) -> None:
        """Import what a cluster needs."""
        import podnet.operator.connection
        import podnet.operator.operator  # noqa: F401 - for their being loaded

    @contextmanager
    def opened(self, jobs: int, *, inventory: Inventory, implementation: Judged) -> Iterator[None]:
        """As many places as there are scenarios at the same time, or the one that was named.

        Raises EnvironmentProblem, also if that one holds what is not the suite's.
        """
        del inventory, implementation
        if self._adopted:
            place = self.adopt(self._adopted)
            self._places = [place]
            with self._free_place():
                _claim(place)
            yield
            return
        with self.started(jobs) as self._places:
            yield

    def in_turns(self, turns: Turns) -> None:
        """Nobody decides the order of work on a real cluster."""
        del turns

    @contextmanager
    def cluster(self, *, inventory: Inventory, implementation: Judged, seed: str) -> Iterator[Cluster]:
        """A place that nobody else uses, empty, with the implementation ready."""
        with self._free_place() as place:
            connection = _connection(place.kubeconfig, os.getpid())
            wipe(connection.api, standing_nodes=place.standing_nodes)
            tenant = self._tenant(place, connection, inventory=inventory, implementation=implementation)
            try:
                tenant.start()
                yield LiveCluster(connection.api, tenant=tenant, seed=seed, check=place.check)
            finally:
                tenant.stop()
                if self._adopted:
                    wipe(connection.api, standing_nodes=place.standing_nodes)

    def _tenant(self, place: Place, connection: Connection, *, inventory: Inventory, implementation: Judged) -> Tenant:
        if isinstance(implementation, Command | Installed):
            raise Unable("only implementations in Python are judged here")
        return EmbeddedTenant(
            connection, inventory=inventory, implementation=implementation, webhook_host=place.webhook_host
        )

    @contextmanager
    def _free_place(self) -> Iterator[Place]:
        """One that lives and that no other process uses; however that one ends, its lock goes with it."""
        problem = "every cluster is in use: more scenarios run at the same time than were announced"
        for place in self._places:
            try:
                place.check()
            except EnvironmentProblem as died:
                problem = str(died)
                continue
            lock = os.open(place.folder / "used", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | (0 if self._adopted else fcntl.LOCK_NB))
                except BlockingIOError:
                    continue
                yield place
                return
            finally:
                os.close(lock)
        raise EnvironmentProblem(problem)


def _claim(place: Place) -> None:
    """Make sure that whatever lies on a place may be removed. Raises EnvironmentProblem."""
    mark = place.folder / SUITE
    if mark.exists():
        return
    found = contents(_connection(place.kubeconfig, os.getpid()).api, standing_nodes=place.standing_nodes)
    if found:
        raise EnvironmentProblem(
            f"the cluster {place.name!r} is not empty ({', '.join(found[:5])}), and the suite would remove all of"
            " it: remove it yourself, or leave the name away to judge on a cluster of its own"
        )
    mark.touch()


@cache
def _connection(kubeconfig: Path, process: int) -> Connection:
    """The connection of one process to a place: open sockets are not to be shared with others."""
    from podnet.operator.connection import connect

    del process
    return connect(kubeconfig)
