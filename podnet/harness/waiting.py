"""``eventually`` and ``never`` without sleeping by guess: the cluster says whether anything can still happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from podnet.harness.outcome import AuthoringError, Mismatch
from podnet.targets.base import Cluster

Value = TypeVar("Value")


@dataclass(frozen=True)
class Budgets:
    """How long a conformant implementation may take, in seconds on the cluster's clock.

    ``start`` pods from creation to running, those of a StatefulSet one after the other; ``late`` evidence that follows
    a running pod; ``end`` a deletion; ``window`` how long something must not happen: at least three times what a pod
    needs to start; ``settle`` how long a change may take until everybody has learnt of it (MAT-5).
    """

    start: float = 900.0
    late: float = 60.0
    end: float = 900.0
    window: float = 900.0
    settle: float = 30.0


class Waiting:
    """Waits on one cluster, within budgets. ``racing``: things happen at once, and nothing waits."""

    def __init__(self, cluster: Cluster, *, budgets: Budgets) -> None:
        self.cluster = cluster
        self.budgets = budgets
        self.racing = False

    def eventually(self, check: Callable[[], Value], *, within: float | None = None) -> Value:
        """The value of the first ``check`` that raises no Mismatch; the last Mismatch when the budget is used up."""
        if self.racing:
            raise AuthoringError("a step that waits for something cannot be among those that happen at once")
        deadline = self.cluster.elapsed + (self.budgets.start if within is None else within)
        self.cluster.settle()
        while True:
            try:
                return check()
            except Mismatch:
                if not self.cluster.progress(until=deadline):
                    raise

    def rest(self, seconds: float | None = None) -> None:
        """Let time pass, by default as long as everybody may take to learn of a change."""
        if self.racing:
            return
        deadline = self.cluster.elapsed + (self.budgets.settle if seconds is None else seconds)
        self.cluster.settle()
        while self.cluster.progress(until=deadline):
            pass

    def throughout(self, check: Callable[[], None], *, window: float | None = None) -> None:
        """Run ``check`` whenever something has happened, for the whole window; the first Mismatch ends it."""
        deadline = self.cluster.elapsed + (self.budgets.window if window is None else window)
        self.cluster.settle()
        check()
        while self.cluster.progress(until=deadline):
            check()
        check()
