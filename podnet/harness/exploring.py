"""Every order of a small world's work, one attempt after the other, in one child process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import IO

from podnet.harness.collector import ScenarioItem
from podnet.harness.judgement import combine
from podnet.harness.playing import Played, play
from podnet.report.model import ScenarioResult
from podnet.targets.base import Target, Turns
from podnet.targets.exploration import UNEQUAL, Exploration, Prescribed

MOST_SCHEDULES = 2_000
"""Of one scenario: more than a small world has, and about a minute."""
WRONG = "the last one went wrong"


@dataclass(frozen=True)
class Explored(Played):
    """What a child sends back of all attempts together. ``reason``: why there may be further schedules; or empty."""

    schedules: int = 0
    reason: str = ""


def explore(
    item: ScenarioItem, *, seed: int, output: IO[bytes], alive: Callable[[], None], most: int = MOST_SCHEDULES
) -> Played:
    """Play a scenario once for each order of what happens in it at once, until one goes wrong.

    Orders that can make no difference are left out. ``alive`` is called after each attempt. Where nobody decides the
    order of work, it is played as ever.
    """
    exploration = Exploration()
    stage = item.stage
    target = stage.target.in_turns(exploration)
    if target is None:
        return play(item, seed=seed, output=output)
    results: list[ScenarioResult] = []
    reason, blocked, more = "", False, True
    try:
        # The state of the cluster is not worth keeping so often: whoever wants it plays the schedule again.
        item.stage = replace(stage, target=target, keep="never")
        while more and not reason:
            played = play(item, seed=seed, output=output)
            alive()
            if exploration.diverged:
                reason = UNEQUAL
            elif not exploration.redundant:
                results.append(replayable(played.result, schedule=exploration.schedule))
                blocked, reason = played.blocked, WRONG if _is_bad(played.result) or played.blocked else ""
            more = exploration.another()
            if more and not reason and exploration.complete >= most:
                reason = f"there are more than {most:,}"
    finally:
        item.stage = stage
    combined = combine([(number, result) for number, result in enumerate(results)])
    return Explored(combined, blocked, len(results), UNEQUAL if exploration.diverged and not reason else reason)


def play_schedule(item: ScenarioItem, schedule: Sequence[int], *, seed: int, output: IO[bytes]) -> Played:
    """Play a scenario in exactly this order."""
    stage = item.stage
    target = in_turns(stage.target, Prescribed(schedule))
    try:
        item.stage = replace(stage, target=target)
        played = play(item, seed=seed, output=output)
    finally:
        item.stage = stage
    return replace(played, result=replayable(played.result, schedule=schedule))


def in_turns(target: Target, turns: Turns) -> Target:
    """The target with its order decided, or as it is where nobody decides it."""
    return target.in_turns(turns) or target


def replayable(result: ScenarioResult, *, schedule: Sequence[int]) -> ScenarioResult:
    """The result with the schedule in the command that plays it again."""
    if result.failure is None:
        return result
    rerun = f"{result.failure.rerun} --schedule {written(schedule)}"
    return replace(result, failure=replace(result.failure, rerun=rerun))


def written(schedule: Sequence[int]) -> str:
    """A schedule as the command line takes it: numbers and dots. Zeros at the end go without saying."""
    numbers = list(schedule)
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return ".".join(map(str, numbers)) or "0"


def _is_bad(result: ScenarioResult) -> bool:
    return result.failure is not None or bool(result.findings)
