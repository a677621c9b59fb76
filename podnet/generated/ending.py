"""How a world ended, and which requirement that breaks: the step that failed says what was at stake."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from podnet.api.errors import ApiError
from podnet.api.objects import labels_of
from podnet.api.resources import NAMESPACES
from podnet.generated.playing import Ending
from podnet.generated.story import Stake, Story
from podnet.generated.watch import Violation
from podnet.harness.expectations import not_running
from podnet.harness.identity import DEFAULT
from podnet.harness.ledger import matching
from podnet.harness.outcome import Mismatch, NotApplicable, NotObservable
from podnet.harness.plan import Planned
from podnet.harness.world import World
from podnet.suite.scenarios import StepSpec

LEAST = 40
"""What a step counts beside its text: few steps with long sentences are read sooner than many short ones."""


SCENE = Stake("API-1", "API-1", ())
"""What is at stake in steps that only set the scene."""
BY_SELECTOR = ("DEF-2", "MUL-4", "SEL-1", "SEL-2", "SEL-4")
"""What is at stake where nothing but selectors decides; which of them was misread, only the pods can tell."""


@dataclass(frozen=True)
class Broken:
    """A requirement that a world breaks in its step ``at``. ``steps`` say it in the words of the suite, if they can."""

    requirement: str
    at: int
    size: int
    steps: tuple[StepSpec, ...] = ()


@dataclass(frozen=True)
class Ended:
    """What a world showed. ``broke_down``: something went wrong that no requirement forbids."""

    broken: Broken | None = None
    judged: frozenset[str] = frozenset()
    broke_down: bool = False


def ended(story: Story, case: Planned, world: World, *, ending: Ending, scored: Collection[str]) -> Ended:
    """What the end of a world means, while it is still there."""
    troubled = bool(world.setting.cluster.troubles())
    steps = case.bound.steps
    at = len(steps) - 1 if ending.step is None else next(i for i, step in enumerate(steps) if step is ending.step)
    problem = ending.problem
    if problem is None or isinstance(problem, NotApplicable | NotObservable):
        passed = range(len(steps) if problem is None else at)
        judged = {one for number in passed if number in story.stakes for one in story.stakes[number].judged}
        return Ended(judged=frozenset(judged.intersection(scored)), broke_down=troubled)
    size = sum(len(step.text) + LEAST for step in story.steps[: at + 1])
    if isinstance(problem, Violation):
        return Ended(Broken(problem.requirement, at, size, _noted(story, problem, at=at)), broke_down=troubled)
    stake = story.stakes.get(at, SCENE)
    if not isinstance(problem, Mismatch | ApiError):
        return Ended(broke_down=True)
    if _missing(stake, story, world, at=at):
        requirement = stake.missing
    else:
        requirement = (_mistaken(world) if stake.wrong in BY_SELECTOR else "") or stake.wrong
    return Ended(Broken(requirement, at, size) if requirement in scored else None, broke_down=troubled)


def _missing(stake: Stake, story: Story, world: World, *, at: int) -> bool:
    """Whether pods that had to run do not."""
    planes = world.observer.observe()
    if stake.room is not None:
        bound = story.bounds.get(at - 1)
        return sum(1 for plane in planes if bound and plane.key[1] in bound.pods and plane.ips) < stake.room
    return bool(world.pods.refused) or any(not_running(plane) for plane in planes)


def _mistaken(world: World) -> str:
    """What the selectors of a PodNetworking break that took a pod which they do not select; empty if none did."""
    for plane in world.observer.observe():
        written = world.ledger.planes(plane.uid)
        namespace = labels_of(world.api.get(NAMESPACES, plane.key[0]))
        right = matching(written, plane.pod, namespace)
        for name in sorted(world.expect.on(plane) - right - {DEFAULT}):
            selectors = written[name].spec["selector"]
            return "SEL-2" if len(selectors) > 1 else "SEL-1" if "podSelector" in selectors else "SEL-4"
    return ""


def _noted(story: Story, violation: Violation, *, at: int) -> tuple[StepSpec, ...]:
    """The steps, with the network of the pod that changed noted in between, and looked at in the end."""
    if violation.pod is None:
        return ()
    namespace, name = violation.pod
    who = f'the network of the pod "{name}" in the namespace "{namespace}"'
    return (
        *story.steps[: violation.since + 1],
        StepSpec("given", "", f"{who} is noted", 0),
        *story.steps[violation.since + 1 : at + 1],
        StepSpec("then", "", f"{who} stays as it was noted", 0),
    )
