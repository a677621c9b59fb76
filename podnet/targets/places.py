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
from pathlib import Path
from typing import Protocol

from podnet.api.inventory import Inventory
from podnet.api.problems import EnvironmentProblem
from podnet.targets.base import Budgets, Cluster, Command, Installed, Judged, Turns
from podnet.targets.connections import connection_to
from podnet.targets.embedded import EmbeddedTenancy
from podnet.targets.live import LiveCluster
from podnet.targets.tenants import Tenancy
from podnet.targets.wiping import contents

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
    notes: Sequence[str] = ()

    def __init__(self, *, budgets: Budgets, adopted: str = "") -> None:
        self.budgets = budgets
        self._adopted = adopted
        self._places: Sequence[Place] = ()
        self._tenancy: Tenancy | None = None

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

    @property
    def left(self) -> Sequence[str]:
        """What was left of the implementation when the places were closed."""
        return self._tenancy.left if self._tenancy is not None else ()

    @contextmanager
    def opened(self, jobs: int, *, inventory: Inventory, implementation: Judged) -> Iterator[None]:
        """As many places as there are scenarios at the same time, or the one that was named, with who lives there.

        Raises EnvironmentProblem, also if that one holds what is not the suite's.
        """
        self._tenancy = tenancy = self._of(implementation, inventory=inventory)
        if self._adopted:
            place = self.adopt(self._adopted)
            self._places = [place]
            with _hold(place, alone=not callable(implementation)):
                if not isinstance(implementation, Installed):
                    with self._free_place():
                        _claim(place)
                with tenancy.opened(self._places):
                    yield
            return
        with self.started(jobs) as self._places, tenancy.opened(self._places):
            yield

    def in_turns(self, turns: Turns) -> None:
        """Nobody decides the order of work on a real cluster."""
        del turns

    @contextmanager
    def cluster(self, *, inventory: Inventory, implementation: Judged, seed: str) -> Iterator[Cluster]:
        """A place that nobody else uses, empty, with the implementation ready."""
        del inventory, implementation
        assert self._tenancy is not None, "it was opened"
        with self._free_place() as place:
            connection = connection_to(place.kubeconfig)
            with self._tenancy.tenant(place, connection) as tenant:
                yield LiveCluster(
                    connection.api, kubeconfig=place.kubeconfig, tenant=tenant, seed=seed, check=place.check
                )

    def _of(self, implementation: Judged, *, inventory: Inventory) -> Tenancy:
        if isinstance(implementation, Command):
            from podnet.targets.commands import CommandTenancy  # who judges Python needs none of it

            return CommandTenancy(implementation, budgets=self.budgets, emptied=bool(self._adopted))
        if isinstance(implementation, Installed):
            from podnet.targets.installed import InstalledTenancy

            return InstalledTenancy()
        return EmbeddedTenancy(implementation, inventory=inventory, emptied=bool(self._adopted))

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
    found = contents(connection_to(place.kubeconfig).api, standing_nodes=place.standing_nodes)
    if found:
        raise EnvironmentProblem(
            f"the cluster {place.name!r} is not empty ({', '.join(found[:5])}), and the suite would remove all of"
            " it: remove it yourself, or leave the name away to judge on a cluster of its own"
        )
    mark.touch()


@contextmanager
def _hold(place: Place, *, alone: bool) -> Iterator[None]:
    """Whoever judges what lives on a place for a whole run wants nobody else to empty it meanwhile."""
    lock = os.open(place.folder / "tenancy", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EnvironmentProblem(
                f"another run judges an implementation on the cluster {place.name!r}: wait until it has ended,"
                " or name another cluster"
            ) from None
        yield
    finally:
        os.close(lock)
