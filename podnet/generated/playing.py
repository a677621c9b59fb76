"""One generated scenario on one cluster: its steps are those of the suite, bound and played like any others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from podnet.generated.script import placed, render
from podnet.harness.collector import play_step
from podnet.harness.judgement import with_details
from podnet.harness.outcome import AuthoringError
from podnet.harness.plan import Planned
from podnet.harness.stage import Stage
from podnet.harness.vocabulary import BoundScenario, BoundStep, Vocabulary
from podnet.harness.world import World
from podnet.report.model import ScenarioResult
from podnet.suite.scenarios import StepSpec
from podnet.targets.base import Restless


@dataclass(frozen=True)
class Ending:
    """How the steps ended: with the problem of a step, or of what comes after all steps (``step`` is None then)."""

    problem: Exception | None = None
    step: BoundStep | None = None


def bound(planned: Planned, steps: Sequence[StepSpec], *, vocabulary: Vocabulary) -> Planned:
    """The planned case with the steps that it came to. Raises AuthoringError for steps that the suite does not know."""
    problems: list[str] = []
    found = vocabulary.bind(placed(planned.spec, steps), problems=problems)
    if found is None:
        raise AuthoringError("; ".join(problems))
    return replace(planned, bound=found)


def about(planned: Planned, *requirements: str) -> Planned:
    """The planned case as one about these requirements only."""
    spec = replace(planned.spec, requirements=requirements)
    return replace(planned, bound=BoundScenario(spec, planned.bound.steps))


def play(planned: Planned, world: World, *, after: Callable[[BoundStep], None] | None = None) -> Ending:
    """Play the steps and close the world; ``after`` is called behind each step, as a part of it."""
    values: dict[str, Any] = {"world": world}
    step: BoundStep | None = None
    try:
        for step in planned.bound.steps:
            play_step(step, values, fixture=_no_fixture)
            if after is not None:
                after(step)
        step = None
        world.close()
    except Exception as problem:
        return Ending(problem, step)
    return Ending()


def _no_fixture(name: str) -> Any:
    raise AuthoringError(f"generated steps have no fixture {name!r}")


def conclude(
    planned: Planned, stage: Stage, world: World, *, seed: int, ending: Ending, remark: str = ""
) -> ScenarioResult:
    """The result, with the scenario to read where it did not pass; ``remark`` stands below it.

    Raises Restless where the cluster did not come to rest: whoever plays must know that it would have gone on.
    """
    if isinstance(ending.problem, Restless):
        raise ending.problem
    result = stage.conclude(planned, world, seed=seed, step=ending.step, problem=ending.problem)
    return with_details(result, "\n".join(filter(None, (render(planned.spec), remark))))
