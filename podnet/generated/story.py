"""A world as a scenario: its cloud, its steps, and what is at stake in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from podnet.generated.clouds import Cloud
from podnet.generated.script import Script
from podnet.suite.scenarios import StepSpec


@dataclass(frozen=True)
class Stake:
    """The requirement that a step breaks when it fails because pods do not run, and the one when it is otherwise.

    ``judged``: those that it gives evidence of when it passes. ``room``: how many of the pods can run; all without it.
    """

    missing: str
    wrong: str
    judged: tuple[str, ...]
    room: int | None = None


@dataclass(frozen=True)
class Bound:
    """Bare pods that need not run, but if they do, then on one of these planes; ``requirement`` says so."""

    pods: tuple[str, ...]
    planes: tuple[str, ...]
    requirement: str


@dataclass(frozen=True)
class Story:
    """``stakes`` and ``bounds`` are by the position of the step, the latter of the step that creates the pods."""

    cloud: Cloud
    steps: tuple[StepSpec, ...]
    stakes: Mapping[int, Stake]
    bounds: Mapping[int, Bound]


@dataclass
class Writer(Script):
    """A script that also notes what is at stake."""

    stakes: dict[int, Stake] = field(default_factory=dict)
    bounds: dict[int, Bound] = field(default_factory=dict)

    def stake(self, missing: str, *, wrong: str = "", judged: Sequence[str] = (), room: int | None = None) -> None:
        """Note what the last step is about."""
        self.stakes[len(self.steps) - 1] = Stake(missing, wrong or missing, tuple(judged), room)

    def bound(self, pods: Sequence[str], *, planes: tuple[str, ...], requirement: str) -> None:
        """Note where the pods may be that the last step creates."""
        self.bounds[len(self.steps) - 1] = Bound(tuple(pods), planes, requirement)

    def story(self, cloud: Cloud) -> Story:
        """What was written."""
        return Story(cloud, tuple(self.steps), self.stakes, self.bounds)
