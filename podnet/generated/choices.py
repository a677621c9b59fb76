"""The choices that a world is made of: bits from hypothesis, so that it can make a failing world small.

Integers and samples of hypothesis may depend on the modules that are loaded and leave files behind; booleans do not,
so a seed makes the same worlds everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Value = TypeVar("Value")


Bit = Callable[[], bool]
Within = Callable[[Callable[[Bit], None]], None]
"""Calls what it is given with a source of bits of its own."""


class Choices:
    """Draws from a source of bits; what comes first in a list is what hypothesis prefers.

    ``within`` tells hypothesis what belongs together, so that it can leave it out at once.
    """

    def __init__(self, bit: Bit, *, within: Within | None = None) -> None:
        self._bit = bit
        self._within = within

    def perhaps(self, do: Callable[[], None]) -> None:
        """Do it, or nothing: half of the time each."""

        def part(bit: Bit) -> None:
            before, self._bit = self._bit, bit
            try:
                if self._bit():
                    do()
            finally:
                self._bit = before

        if self._within is None:
            part(self._bit)
        else:
            self._within(part)

    def below(self, count: int) -> int:
        """A number from 0 to count - 1."""
        number = 0
        for _ in range((count - 1).bit_length()):
            number = 2 * number + self._bit()
        return number % count

    def pick(self, options: Sequence[Value]) -> Value:
        """One of the options."""
        return options[self.below(len(options))]

    def some(self, options: Sequence[Value], *, most: int) -> list[Value]:
        """One to ``most`` different ones of the options, in any order."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(min(1 + self.below(most), len(left)))]

    def rarely(self) -> bool:
        """True one time in four."""
        return self._bit() and self._bit()

    def often(self) -> bool:
        """True half of the time."""
        return self._bit()
