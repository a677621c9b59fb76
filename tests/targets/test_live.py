"""A cluster on a real clock tells apart who has died: the implementation, or the cluster under it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from podnet.api.problems import EnvironmentProblem
from podnet.targets.base import Ended, Trouble
from podnet.targets.live import LiveCluster

DEATH = Trouble("1.log", "ended with exit code 1", fatal=True)
FAULT = Trouble("own.py:3", "KeyError('x')")


class Dead:
    """An implementation that has let an exception escape, and has ended."""

    def start(self) -> None:
        """It does not come back."""

    def stop(self) -> None:
        """It has ended."""

    def check(self) -> None:
        raise Ended(DEATH.error)

    def caught_up(self) -> bool:
        return True

    def troubles(self) -> Sequence[Trouble]:
        return (FAULT, DEATH)


def alive() -> None:
    """The cluster."""


def dead() -> None:
    raise EnvironmentProblem("the API server was killed")


def test_who_waits_for_an_implementation_that_has_ended_waits_no_longer():
    cluster = LiveCluster(None, tenant=Dead(), seed="0", check=alive)  # type: ignore[arg-type]  # nobody asks the API
    with pytest.raises(Ended, match="exit code 1"):
        cluster.progress(until=3600.0)
    assert cluster.troubles() == (FAULT, DEATH)


def test_that_it_ended_with_its_cluster_is_no_trouble_of_its_own():
    cluster = LiveCluster(None, tenant=Dead(), seed="0", check=dead)  # type: ignore[arg-type]  # nobody asks the API
    with pytest.raises(EnvironmentProblem, match="the API server was killed"):
        cluster.progress(until=3600.0)
    assert list(cluster.troubles()) == [FAULT]
