"""A real control plane on this machine as a target: kube-apiserver decides, and nothing is in a container."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from podnet.targets.base import Budgets
from podnet.targets.places import Place, PlacesTarget

BUDGETS = Budgets(start=15.0, late=3.0, end=60.0, window=3.0, settle=0.1, patience=30.0, real=True, scenario=300.0)
"""A pod starts here within a tenth of a second, and everybody has learnt of a change after another."""


class LocalTarget(PlacesTarget):
    """``--target local``, or ``--target local:NAME`` for a control plane that ``podnet cluster up`` has started."""

    name = "local"

    @contextmanager
    def started(self, count: int) -> Iterator[Sequence[Place]]:
        """New control planes, started side by side."""
        from podnet.controlplane.plane import start

        with ThreadPoolExecutor(count) as pool:
            starting = [pool.submit(start) for _ in range(count)]
            try:
                yield [one.result() for one in starting]
            finally:
                started = [one.result() for one in starting if one.exception() is None]
                list(pool.map(lambda plane: plane.stop(), started))

    def adopt(self, name: str) -> Place:
        """The control plane of this name. Raises EnvironmentProblem if there is none."""
        from podnet.controlplane.plane import ControlPlane

        return ControlPlane(name)
