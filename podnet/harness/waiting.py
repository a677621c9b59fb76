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

    ``owed``: on a real clock, the moment by which everybody has learnt of all changes; ``catch_up`` waits for it.

    ``waits``: where the clock is real, how long each wait took that ended well, and what was seen meanwhile.
    """

    def __init__(self, cluster: Cluster, *, budgets: Budgets) -> None:
        self.cluster = cluster
        self.budgets = budgets
        self.racing = False
        self.waits: list[Wait] = []
        self.owed = 0.0

    def eventually(self, check: Callable[[], Value], *, within: float | None = None, at_once: bool = False) -> Value:
        """The value of the first ``check`` that raises no Mismatch; the last Mismatch when the budget is used up.

        ``at_once``: what is waited for does not depend on earlier changes, so nobody has to have learnt of them.
        """
        if self.racing:
            raise AuthoringError("a step that waits for something cannot be among those that happen at once")
        if not at_once:
            self.catch_up()
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
        """Let time pass, by default as long as everybody may take to learn of a change.

        On a real clock the latter passes later, when something happens that depends on it.
        """
        if self.racing:
            return
        if self.budgets.real and seconds is None:
            self.cluster.settle()
            self.owed = self.cluster.elapsed + self.budgets.settle
            return
        self.catch_up()
        deadline = self.cluster.elapsed + (self.budgets.settle if seconds is None else seconds)
        self.cluster.settle()
        while self.cluster.progress(until=deadline):
            pass

    def catch_up(self) -> None:
        """Let time pass until everybody has learnt of the changes so far. Nothing is waited for in a race."""
        while not self.racing and self.cluster.elapsed < self.owed and self.cluster.progress(until=self.owed):
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
        self.catch_up()
        deadline = self.cluster.elapsed + (self.budgets.window if window is None else window)
        self.cluster.settle()
        check()
        while self.cluster.progress(until=deadline):
            check()
        check()
