"""``eventually`` and ``never`` without sleeping by guess: the cluster says whether anything can still happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable
from podnet.report.model import Wait
from podnet.targets.base import Budgets, Cluster

Value = TypeVar("Value")

MOST_SEEN = 5
"""Different wrong states that are kept of one wait: the last ones."""


class Waiting:
    """Waits on one cluster, within budgets. ``racing``: things happen at once, and nothing waits.

    ``waits``: where the clock is real, how long each wait took that ended well, and what was seen meanwhile.
    """

    def __init__(self, cluster: Cluster, *, budgets: Budgets) -> None:
        self.cluster = cluster
        self.budgets = budgets
        self.racing = False
        self.waits: list[Wait] = []

    def eventually(self, check: Callable[[], Value], *, within: float | None = None) -> Value:
        """The value of the first ``check`` that raises no Mismatch; the last Mismatch when the budget is used up."""
        if self.racing:
            raise AuthoringError("a step that waits for something cannot be among those that happen at once")
        begun = self.cluster.elapsed
        budget = self.budgets.start if within is None else within
        self.cluster.settle()
        seen: dict[str, None] = {}
        while True:
            try:
                value = check()
            except Mismatch as mismatch:
                state = "; ".join(mismatch.actual)
                seen.pop(state, None)
                seen[state] = None
                if not self.cluster.progress(until=begun + budget):
                    raise
            else:
                if self.budgets.real:
                    took = round(self.cluster.elapsed - begun, 3)
                    self.waits.append(Wait(budget=budget, took=took, seen=tuple(seen)[-MOST_SEEN:]))
                return value

    def rest(self, seconds: float | None = None) -> None:
        """Let time pass, by default as long as everybody may take to learn of a change."""
        if self.racing:
            return
        deadline = self.cluster.elapsed + (self.budgets.settle if seconds is None else seconds)
        self.cluster.settle()
        while self.cluster.progress(until=deadline):
            pass

    def let_pass(self, seconds: float) -> None:
        """Let as much time pass as a step says. Not applicable where that takes longer than anybody wants to wait."""
        if seconds > self.budgets.patience:
            raise NotApplicable(
                f"{seconds:g} s would have to pass, on a clock that cannot be put forward; --patience is"
                f" {self.budgets.patience:g} s"
            )
        self.rest(seconds)

    def throughout(self, check: Callable[[], None], *, window: float | None = None) -> None:
        """Run ``check`` whenever something has happened, for the whole window; the first Mismatch ends it."""
        deadline = self.cluster.elapsed + (self.budgets.window if window is None else window)
        self.cluster.settle()
        check()
        while self.cluster.progress(until=deadline):
            check()
        check()
