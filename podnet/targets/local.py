"""A real control plane on this machine as a target: kube-apiserver decides, and the implementation is an operator.

Scenarios that run at the same time have a control plane each, because PodNetworkings are cluster-scoped: on a common
one those of one scenario would match the pods of another.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from podnet.api.inventory import Inventory
from podnet.api.problems import EnvironmentProblem
from podnet.targets.base import Budgets, Cluster, ImplementationFactory, Turns
from podnet.targets.live import LiveCluster, Tenant
from podnet.targets.wiping import contents, wipe

if TYPE_CHECKING:
    from podnet.controlplane.plane import ControlPlane
    from podnet.operator.connection import Connection

SUITE = "suite"
"""The file in the folder of a control plane that says: what lies about there is the suite's own."""
BUDGETS = Budgets(start=15.0, late=3.0, end=60.0, window=3.0, settle=0.1, patience=30.0, real=True, scenario=300.0)
"""A pod starts here within a tenth of a second, and everybody has learnt of a change after another."""


class LocalTarget:
    """``--target local``, or ``--target local:NAME`` for a control plane that ``podnet cluster up`` has started.

    Several runs may use the one of that name at the same time: they take turns, scenario by scenario.
    """

    name = "local"

    def __init__(self, *, budgets: Budgets = BUDGETS, adopted: str = "") -> None:
        self.budgets = budgets
        self._adopted = adopted
        self._planes: Sequence[ControlPlane] = ()

    @property
    def kubernetes(self) -> str:
        """The version of kube-apiserver; empty before there is one."""
        return self._planes[0].version if self._planes else ""

    def prepare(self) -> None:
        """Import what a cluster needs."""
        import podnet.operator.connection
        import podnet.operator.operator  # noqa: F401 - for their being loaded

    @contextmanager
    def opened(self, jobs: int) -> Iterator[None]:
        """As many control planes as there are scenarios at the same time, or the one that was named.

        Raises EnvironmentProblem, also if that one holds what is not the suite's.
        """
        from podnet.controlplane.plane import ControlPlane, start

        if self._adopted:
            plane = ControlPlane(self._adopted)
            self._planes = [plane]
            with self._free_plane():
                _claim(plane)
            yield
            return
        with ThreadPoolExecutor(jobs) as pool:
            starting = [pool.submit(start) for _ in range(jobs)]
            try:
                self._planes = [one.result() for one in starting]
                yield
            finally:
                started = [one.result() for one in starting if one.exception() is None]
                list(pool.map(lambda plane: plane.stop(), started))

    def in_turns(self, turns: Turns) -> None:
        """Nobody decides the order of work on a real cluster."""
        del turns

    @contextmanager
    def cluster(self, *, inventory: Inventory, implementation: ImplementationFactory, seed: str) -> Iterator[Cluster]:
        """A control plane that nobody else uses, empty, with the implementation ready."""
        with self._free_plane() as plane:
            connection = _connection(plane, os.getpid())
            wipe(connection.api)
            tenant = Tenant(connection, inventory=inventory, implementation=implementation)
            try:
                tenant.start()
                yield LiveCluster(connection.api, tenant=tenant, seed=seed, check=plane.check)
            finally:
                tenant.stop()
                if self._adopted:
                    wipe(connection.api)

    @contextmanager
    def _free_plane(self) -> Iterator[ControlPlane]:
        """One that lives and that no other process uses; however that one ends, its lock goes with it."""
        problem = "every control plane is in use: more scenarios run at the same time than were announced"
        for plane in self._planes:
            try:
                plane.check()
            except EnvironmentProblem as died:
                problem = str(died)
                continue
            lock = os.open(plane.folder / "used", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | (0 if self._adopted else fcntl.LOCK_NB))
                except BlockingIOError:
                    continue
                yield plane
                return
            finally:
                os.close(lock)
        raise EnvironmentProblem(problem)


def _claim(plane: ControlPlane) -> None:
    """Make sure that whatever lies on a control plane may be removed. Raises EnvironmentProblem."""
    mark = plane.folder / SUITE
    if mark.exists():
        return
    found = contents(_connection(plane, os.getpid()).api)
    if found:
        raise EnvironmentProblem(
            f"the control plane {plane.name!r} is not empty ({', '.join(found[:5])}), and the suite would remove all of"
            " it: remove it yourself, or leave the name away to judge on a control plane of its own"
        )
    mark.touch()


@cache
def _connection(plane: ControlPlane, process: int) -> Connection:
    """The connection of one process to a control plane: open sockets are not to be shared with others."""
    from podnet.operator.connection import connect

    del process
    return connect(plane.kubeconfig)
