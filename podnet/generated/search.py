"""Looks for a world that breaks something, and makes it small: hypothesis decides what to try next."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from podnet.generated.choices import Bit, Choices

Told = TypeVar("Told")
Broken = TypeVar("Broken")


BIT = st.booleans()


@st.composite
def _part(draw: st.DrawFn, part: Callable[[Bit], None]) -> None:
    """What is drawn in one strategy is one thing to hypothesis."""
    part(partial(draw, BIT))


class _Enough(BaseException):
    """Ends the search from within: hypothesis lets through what is not an Exception."""


class _Falsified(Exception):  # noqa: N818 - hypothesis wants an exception where there is nothing to report
    """Tells hypothesis that something is broken: always the same, so that it makes one world small."""


class Search(Generic[Told, Broken]):
    """A search for one thing that is broken.

    ``tell`` makes a world of choices, and ``key`` tells worlds apart; ``play`` says what is broken in one, and ``size``
    how much it takes to show it. ``attempts`` worlds are tried, and ``smaller`` more once something was found;
    ``seconds`` is a limit beyond which nothing new is tried.
    """

    def __init__(
        self,
        *,
        tell: Callable[[Choices], Told],
        key: Callable[[Told], Hashable],
        size: Callable[[Broken], int],
        play: Callable[[Told], Broken | None],
        attempts: int,
        smaller: int,
        seconds: float,
    ) -> None:
        self.tell, self.key, self.size, self.play = tell, key, size, play
        self.attempts, self.left = attempts, smaller
        self.seconds = seconds
        self.known: dict[Hashable, bool] = {}
        self.best: tuple[Told, Broken] | None = None

    def run(self, *, number: int) -> tuple[Told, Broken] | None:
        """The smallest world that was found to break something, with what it breaks."""
        self.until = time.monotonic() + self.seconds

        @seed(number)
        @settings(
            max_examples=self.attempts,
            phases=(Phase.generate, Phase.shrink),
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def attempt(data: st.DataObject) -> None:
            bit = partial(data.draw, BIT)
            self._attempt(self.tell(Choices(bit, within=lambda part: data.draw(_part(part)))))

        with suppress(_Enough, _Falsified):
            attempt()
        return self.best

    def _attempt(self, told: Told) -> None:
        key = self.key(told)
        if key not in self.known:
            if time.monotonic() > self.until or (self.best is not None and not self.left):
                raise _Enough
            self.left -= self.best is not None
            broken = self.play(told)
            self.known[key] = broken is not None
            if broken is not None and (self.best is None or self.size(broken) < self.size(self.best[1])):
                self.best = told, broken
        if self.known[key]:
            raise _Falsified
