"""Every order of concurrent work, one attempt after the other, without those that cannot make a difference.

The method is that of Abdulla, Aronsson, Jonsson and Sagonas, "Optimal dynamic partial order reduction" (POPL 2014):
source sets and sleep sets. Two orders are the same to it if one becomes the other by swapping neighbours whose
footprints do not conflict; of such orders one is played to its end.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from podnet.targets.base import Footprint


class Redundant(BaseException):
    """The attempt can only end like one that was made before."""


class Diverged(Exception):  # noqa: N818 - a state of affairs, not an error of this module
    """The same order of work has led to something else: whoever works here does not work by this order alone."""


UNEQUAL = "the same order of work has not led to the same again"


@dataclass
class _Point:
    """A moment when something was chosen. ``asleep`` and ``tried``: what needs no attempt (any more) from here."""

    ready: tuple[Hashable, ...]
    asleep: dict[Hashable, Footprint]
    chosen: Hashable
    wanted: dict[Hashable, None]
    tried: dict[Hashable, Footprint] = field(default_factory=dict)
    footprint: Footprint | None = None


class Exploration:
    """Turns for one attempt after the other: call ``another`` after each; ``schedule`` says how the last one went.

    ``complete``: how many attempts were not ``redundant``. ``diverged``: the last one has not gone as it had to.
    """

    def __init__(self) -> None:
        self.complete = 0
        self._path: list[_Point] = []
        self._depth = 0
        self._fresh = 0
        self.redundant = False
        self.diverged = False

    @property
    def schedule(self) -> tuple[int, ...]:
        """The attempt as numbers: at each point, which of what was ready was chosen."""
        return tuple(point.ready.index(point.chosen) for point in self._path[: self._depth])

    def choose(self, ready: Sequence[Hashable]) -> Hashable:
        """The next piece of work. Raises Redundant where every choice is known; Diverged if a replay is none."""
        if self._depth < len(self._path):
            point = self._path[self._depth]
            if point.ready != tuple(ready):
                self.diverged = True
                raise Diverged(f"{UNEQUAL}: expected the choice among {point.ready!r}, found {tuple(ready)!r}")
        else:
            asleep = self._inherited()
            awake = [one for one in ready if one not in asleep]
            if not awake:
                self.redundant = True
                raise Redundant
            point = _Point(tuple(ready), asleep, awake[0], {awake[0]: None})
            self._path.append(point)
        self._depth += 1
        return point.chosen

    def done(self, footprint: Footprint) -> None:
        """What the piece of work that was chosen last has touched."""
        self._path[self._depth - 1].footprint = footprint

    def another(self) -> bool:
        """Learn from the attempt that is over, and make ready for the next; False if there is none, or it diverged."""
        self.diverged |= self._depth < len(self._path)
        if self.diverged:
            return False
        if not self.redundant:
            self.complete += 1
        while self._path and self._path[-1].footprint is None:  # it was cut short in the middle of this one
            self._path.pop()
        self._find_races()
        self._depth, self.redundant = 0, False
        while self._path:
            point = self._path[-1]
            if point.footprint is not None:
                point.tried[point.chosen] = point.footprint
            left = [one for one in point.wanted if one not in point.tried and one not in point.asleep]
            if left:
                point.chosen, point.footprint = left[0], None
                self._fresh = len(self._path) - 1
                return True
            self._path.pop()
        return False

    def _inherited(self) -> dict[Hashable, Footprint]:
        """What need not be tried here, because it was from an earlier point, and nothing in between cares."""
        if not self._path:
            return {}
        last = self._path[-1]
        known = {**last.asleep, **last.tried}
        return {
            one: footprint
            for one, footprint in known.items()
            if last.footprint is not None and not footprint.conflicts(last.footprint)
        }

    def _find_races(self) -> None:
        """Where the order of two pieces of work may matter, the other order is wanted too."""
        footprints = [point.footprint for point in self._path]
        before: list[int] = []  # for each piece, as bits, those that must come before it
        for number, own in enumerate(footprints):
            earlier, immediate = 0, []
            for other in range(number - 1, -1, -1):
                found = footprints[other]
                if own is None or found is None or not (earlier >> other & 1 or own.conflicts(found)):
                    continue
                if not earlier >> other & 1:
                    immediate.append(other)
                earlier |= before[other] | 1 << other
            before.append(earlier)
            if number >= self._fresh:
                for other in immediate:
                    self._reverse(other, number, before=before)

    def _reverse(self, first: int, second: int, *, before: Sequence[int]) -> None:
        """Want an attempt at which ``second`` comes before ``first``, if it can."""
        point, racer = self._path[first], self._path[second].chosen
        if point.chosen == racer:
            return
        between = [one for one in range(first + 1, second) if not before[one] >> first & 1]
        known = 0
        initials: list[Hashable] = []
        for one in (*between, second):
            if not before[one] & known and self._path[one].chosen not in initials:
                initials.append(self._path[one].chosen)
            known |= 1 << one
        if racer in initials and racer not in point.ready:
            return  # the first wakes the second
        possible = [one for one in initials if one in point.ready]
        if not possible:
            point.wanted.update(dict.fromkeys(point.ready))
        elif not any(one in point.wanted for one in possible):
            point.wanted[possible[0]] = None


class Prescribed:
    """Turns for one attempt that goes as ``schedule`` says; beyond its end the first of what is ready comes next."""

    def __init__(self, schedule: Sequence[int]) -> None:
        self._schedule = tuple(schedule)
        self._depth = 0

    def choose(self, ready: Sequence[Hashable]) -> Hashable:
        """The next piece of work. Raises Diverged if the schedule does not fit."""
        wanted = self._schedule[self._depth] if self._depth < len(self._schedule) else 0
        if wanted >= len(ready):
            raise Diverged(f"the schedule chooses number {wanted} of {len(ready)} at point {self._depth}")
        self._depth += 1
        return ready[wanted]

    def done(self, footprint: Footprint) -> None:
        """Nothing is learnt from it."""
