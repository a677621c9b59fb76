"""Clusters in containers as targets: k3d's and those of testcontainers, which are real clusters but for their pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from podnet.api.problems import EnvironmentProblem
from podnet.targets.base import Budgets
from podnet.targets.places import Place, PlacesTarget

if TYPE_CHECKING:
    from podnet.containers.session import Kind

BUDGETS = Budgets(start=30.0, late=6.0, end=60.0, window=4.0, settle=0.3, patience=30.0, real=True, scenario=300.0)
"""Twice what a control plane on the machine itself takes: the API server asks its webhooks through a bridge."""
CORES_EACH, MOST_JOBS = 2, 4
"""A cluster is at work with as many cores while scenarios are played, and more clusters than that nobody waits for."""


def usual_jobs(cores: int) -> int:
    """How many clusters a machine with so many cores bears."""
    return max(1, min(cores // CORES_EACH, MOST_JOBS))


class ContainersTarget(PlacesTarget):
    """``--target k3d`` and ``--target k3s``, each with ``:NAME`` for one that ``podnet cluster up`` has started."""

    kind: Kind

    @contextmanager
    def started(self, count: int) -> Iterator[Sequence[Place]]:
        """New clusters, started side by side; an interruption ends what is still starting at once."""
        from podnet.containers.cluster import start

        _check_engine()
        given_up = Event()
        with ThreadPoolExecutor(count) as pool:
            starting = [pool.submit(start, self.kind, given_up=given_up) for _ in range(count)]
            try:
                yield [one.result() for one in starting]
            finally:
                given_up.set()
                started = [one.result() for one in starting if one.exception() is None]
                list(pool.map(lambda cluster: cluster.stop(), started))

    def adopt(self, name: str) -> Place:
        """The cluster of this name. Raises EnvironmentProblem if there is none that is ready."""
        from podnet.containers.cluster import adopt

        _check_engine()
        return adopt(self.kind, name)


class K3dTarget(ContainersTarget):
    """Clusters of k3d."""

    name = kind = "k3d"


class K3sTarget(ContainersTarget):
    """Containers of testcontainers, each of which is a cluster."""

    name = kind = "k3s"


TARGETS: Mapping[str, type[ContainersTarget]] = {one.name: one for one in (K3dTarget, K3sTarget)}


def _check_engine() -> None:
    """Raise EnvironmentProblem for an engine whose containers cannot ask the webhooks of this machine."""
    from podnet.containers.docker import is_remote

    if is_remote():
        raise EnvironmentProblem(
            "DOCKER_HOST names an engine on another machine, whose clusters cannot reach the webhooks here: unset it, "
            "or run podnet there"
        )
