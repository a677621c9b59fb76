"""One run of the suite: play every scenario of the plan in a watched child, and tell what happens as it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import IO, Protocol

from podnet.harness.collector import CollectorPlugin, ScenarioItem
from podnet.harness.exploring import Explored, explore, play_schedule
from podnet.harness.interruption import Interruptions
from podnet.harness.judgement import combine, result_of
from podnet.harness.plan import Plan, Planned
from podnet.harness.playing import Played, Printing, play
from podnet.harness.stage import Stage
from podnet.harness.supervisor import Lost, Supervisor, share_memory
from podnet.harness.under_pytest import under_pytest
from podnet.report.model import Attempt, ScenarioResult
from podnet.suite.tags import EVERY_ORDER


class Listener(Protocol):
    """Hears of a run as it goes on."""

    def scenario_started(self, id: str) -> None:
        """A scenario begins."""

    def scenario_finished(self, scenario: ScenarioResult) -> None:
        """A scenario has ended, or will not run."""


@dataclass(frozen=True)
class Order:
    """How to play: each scenario with ``seeds`` seeds from ``seed`` upwards; ``max_fail`` 0 is no limit.

    ``every_order``: those that are small enough also in every order. ``schedule``: in this order and no other.
    """

    seed: int
    seeds: int = 1
    jobs: int = 1
    max_fail: int = 0
    every_order: bool = False
    schedule: tuple[int, ...] | None = None


@dataclass(frozen=True)
class RunResult:
    """All scenarios of the suite with what became of them. ``complete``: everything that was planned was played.

    ``problem``: why nothing could be played at all, empty otherwise.
    """

    scenarios: tuple[ScenarioResult, ...]
    complete: bool
    interrupted: bool
    problem: str = ""


@dataclass(frozen=True)
class Task:
    """One scenario with one seed, or in every order."""

    planned: Planned
    seed: int
    every_order: bool = False


class Runner:
    """Plays a plan once. ``root`` is the folder of the suite, ``fixtures`` are the modules that hold its fixtures."""

    def __init__(
        self,
        plan: Plan,
        *,
        order: Order,
        stage: Stage,
        root: Path,
        fixtures: Sequence[ModuleType],
        listener: Listener,
        interruptions: Interruptions,
    ) -> None:
        self.plan, self.order, self.stage, self.listener = plan, order, stage, listener
        self.collector = CollectorPlugin(plan, stage=stage, root=root, fixtures=fixtures, seed=order.seed)
        self.root = root
        self.interruptions = interruptions
        self.results: dict[str, ScenarioResult] = {}
        self._items: Mapping[str, ScenarioItem] = {}
        self._tasks: list[Task] = []
        self._attempts: dict[str, list[tuple[Attempt, ScenarioResult]]] = {}
        self._expected: Counter[str] = Counter()
        self._supervisor: Supervisor | None = None
        self._cut_short = ""
        self._problem: BaseException | None = None

    def run(self) -> RunResult:
        """Play everything that the plan says, and account for everything else."""
        for planned in self.plan.scenarios:
            if planned.why_not is not None:
                self._finish(result_of(planned, state=planned.why_not[0], reason=planned.why_not[1]))
        interrupted = False
        try:
            if self.plan.to_run:
                under_pytest(self.collector, root=self.root, body=self._play_all)
        except KeyboardInterrupt:
            interrupted = True
            self._cut_short = "the run was interrupted"
        for planned in self.plan.to_run:
            if planned.spec.id not in self.results:
                self._finish(self._unfinished(planned))
        scenarios = tuple(self.results[planned.spec.id] for planned in self.plan.scenarios)
        return RunResult(scenarios, complete=not self._cut_short, interrupted=interrupted)

    def forgo(self, reason: str, *, interrupted: bool = False, problem: str = "") -> RunResult:
        """Play nothing, for this reason, and account for everything nevertheless; ``problem``: if the place is why."""
        for planned in self.plan.scenarios:
            state, why = planned.why_not or ("deselected", reason)
            self._finish(result_of(planned, state=state, reason=why))
        return RunResult(tuple(self.results.values()), complete=False, interrupted=interrupted, problem=problem)

    def _unfinished(self, planned: Planned) -> ScenarioResult:
        """What is said of a scenario that was not played, or not as often as it should: only what is bad counts."""
        if not self._cut_short:
            raise RuntimeError(f"{planned.spec.id} was to be played, and nothing is known of its end")
        attempts = self._attempts.get(planned.spec.id)
        told = self._combined(attempts) if attempts else None
        if told is not None and told.failure is not None:
            return told
        return result_of(planned, state="deselected", reason=self._cut_short)

    def _play_all(self, items: Mapping[str, ScenarioItem]) -> None:
        self._items = items
        self._tasks = [task for planned in self.plan.to_run for task in self._tasks_of(planned)]
        self._expected = Counter(task.planned.spec.id for task in self._tasks)
        self.stage.target.prepare()
        share_memory()
        supervisor = self._supervisor = Supervisor(
            len(self._tasks),
            jobs=self.order.jobs,
            deadline=self.stage.deadline,
            play=Printing(self.play),
            started=self._started,
            finished=self._finished,
            blocked=lambda played: played.blocked,
            interruptible=self.interruptions.welcome,
        )
        supervisor.run()
        if supervisor.gave_up:
            self._cut_short = "not tried: the implementation ended or blocked its process several times in a row"

    def _tasks_of(self, planned: Planned) -> Iterator[Task]:
        yield from (Task(planned, self.order.seed + number) for number in range(self.order.seeds))
        if self.order.every_order and EVERY_ORDER in planned.spec.tags:
            yield Task(planned, self.order.seed, every_order=True)

    def play(self, number: int, output: IO[bytes]) -> Played:
        """In a child: one attempt, or all that a scenario's orders take."""
        task = self._tasks[number]
        item = self._items[task.planned.spec.id]
        if self.order.schedule is not None:
            return play_schedule(item, self.order.schedule, seed=task.seed, output=output)
        if task.every_order and self._supervisor is not None:
            return explore(item, seed=task.seed, output=output, alive=self._supervisor.alive)
        return play(item, seed=task.seed, output=output)

    def _started(self, task: int) -> None:
        planned = self._tasks[task].planned
        if planned.spec.id not in self._attempts:
            self._attempts[planned.spec.id] = []
            self.listener.scenario_started(planned.spec.id)

    def _finished(self, task: int, value: Played | Lost) -> bool:
        planned, seed = self._tasks[task].planned, self._tasks[task].seed
        if isinstance(value, Lost):
            result = self.stage.broken(planned, problem=RuntimeError(value.reason), seed=seed)
        else:
            result = value.result
        attempt = Attempt(seed, result.state, result.took)
        if isinstance(value, Explored):
            attempt = replace(attempt, schedules=value.schedules, reason=value.reason)
        attempts = self._attempts[planned.spec.id]
        attempts.append((attempt, result))
        if len(attempts) == self._expected[planned.spec.id]:
            self._finish(self._combined(attempts))
        failed = sum(result.state == "failed" for result in self.results.values())
        if self.order.max_fail and failed >= self.order.max_fail:
            self._cut_short = f"not played: the run ends after {self.order.max_fail} failed scenarios"
            return False
        return True

    def _combined(self, attempts: list[tuple[Attempt, ScenarioResult]]) -> ScenarioResult:
        ordered = sorted(attempts, key=lambda one: (one[0].schedules > 0, one[0].seed))
        told = tuple(attempt for attempt, _ in ordered)
        if told == (Attempt(told[0].seed, told[0].state, told[0].took),):
            return ordered[0][1]
        return replace(combine([(attempt.seed, result) for attempt, result in ordered]), attempts=told)

    def _finish(self, result: ScenarioResult) -> None:
        self.results[result.id] = result
        self.listener.scenario_finished(result)
