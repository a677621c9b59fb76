"""One run of the suite: play every scenario of the plan in a watched child, and tell what happens as it happens."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import IO, Protocol

import pytest

from podnet.harness.collector import CollectorPlugin, ScenarioItem
from podnet.harness.interruption import Interruptions
from podnet.harness.judgement import combine, result_of
from podnet.harness.plan import Plan, Planned
from podnet.harness.playing import Played, play
from podnet.harness.stage import Stage
from podnet.harness.supervisor import Lost, Supervisor
from podnet.report.model import Attempt, ScenarioResult

UNWANTED = ("cacheprovider", "terminal", "junitxml", "faulthandler")
OPTIONS = ("-c", os.devnull, "--noconftest", "-s", *(word for name in UNWANTED for word in ("-p", f"no:{name}")))
SETTINGS = {"PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""pytest collects and owns fixtures; settings and plugins of the surroundings have no say in a verdict."""


class Listener(Protocol):
    """Hears of a run as it goes on."""

    def scenario_started(self, id: str) -> None:
        """A scenario begins."""

    def scenario_finished(self, scenario: ScenarioResult) -> None:
        """A scenario has ended, or will not run."""


@dataclass(frozen=True)
class Order:
    """How to play: ``repeat`` attempts each, with seeds from ``seed`` upwards; ``max_fail`` 0 is no limit."""

    seed: int
    repeat: int = 1
    jobs: int = 1
    max_fail: int = 0


@dataclass(frozen=True)
class RunResult:
    """All scenarios of the suite with what became of them. ``complete``: everything that was planned was played."""

    scenarios: tuple[ScenarioResult, ...]
    complete: bool
    interrupted: bool


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
        self._items: dict[str, ScenarioItem] = {}
        self._tasks: list[tuple[Planned, int]] = []
        self._attempts: dict[str, list[tuple[int, ScenarioResult]]] = {}
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
                self._pytest()
        except KeyboardInterrupt:
            interrupted = True
            self._cut_short = "the run was interrupted"
        for planned in self.plan.to_run:
            if planned.spec.id not in self.results:
                self._finish(self._unfinished(planned))
        scenarios = tuple(self.results[planned.spec.id] for planned in self.plan.scenarios)
        return RunResult(scenarios, complete=not self._cut_short, interrupted=interrupted)

    def _unfinished(self, planned: Planned) -> ScenarioResult:
        """What is said of a scenario that was not played, or not as often as it should: only what is bad counts."""
        if not self._cut_short:
            raise RuntimeError(f"{planned.spec.id} was to be played, and nothing is known of its end")
        attempts = self._attempts.get(planned.spec.id)
        told = self._combined(attempts) if attempts else None
        if told is not None and told.failure is not None:
            return told
        return result_of(planned, state="deselected", reason=self._cut_short)

    def _pytest(self) -> None:
        with _environment(SETTINGS):
            code = pytest.main([*OPTIONS, f"--rootdir={self.root}"], plugins=[self.collector, self])
        if self._problem is not None:
            raise self._problem
        if code != pytest.ExitCode.OK:
            raise RuntimeError(f"pytest ended with {code!r} instead of playing the scenarios")

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect the plan: as an argument of pytest, a path with brackets in it would mean something else."""
        session.items = list(self.collector.items(session))
        session.testscollected = len(session.items)
        return True

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Play the items in children. What goes wrong is kept: pytest would print it, and say only that it did."""
        try:
            self._play_all(session)
        except BaseException as problem:
            self._problem = problem
        return True

    def _play_all(self, session: pytest.Session) -> None:
        """Raises RuntimeError if pytest has not collected exactly what is planned."""
        self._items = {item.planned.spec.id: item for item in session.items if isinstance(item, ScenarioItem)}
        if len(session.items) != len(self.plan.to_run) or len(self._items) != len(self.plan.to_run):
            raise RuntimeError(f"planned {len(self.plan.to_run)} scenarios, collected {len(session.items)}")
        self._tasks = [
            (planned, self.order.seed + number) for planned in self.plan.to_run for number in range(self.order.repeat)
        ]
        self.stage.target.prepare()
        gc.collect()
        gc.freeze()  # what is loaded by now is shared by all children and never garbage
        with tempfile.TemporaryDirectory(prefix="podnet-") as folder:
            supervisor = Supervisor(
                len(self._tasks),
                jobs=self.order.jobs,
                deadline=self.stage.deadline,
                play=_Playing(self, Path(folder)),
                started=self._started,
                finished=self._finished,
                blocked=lambda played: played.blocked,
                interruptible=self.interruptions.welcome,
            )
            supervisor.run()
        if supervisor.gave_up:
            self._cut_short = "not tried: the implementation ended or blocked its process several times in a row"

    def play(self, task: int, *, output: IO[bytes]) -> Played:
        """In a child: one attempt."""
        planned, seed = self._tasks[task]
        return play(self._items[planned.spec.id], seed=seed, output=output)

    def _started(self, task: int) -> None:
        planned, _ = self._tasks[task]
        if planned.spec.id not in self._attempts:
            self._attempts[planned.spec.id] = []
            self.listener.scenario_started(planned.spec.id)

    def _finished(self, task: int, value: Played | Lost) -> bool:
        planned, seed = self._tasks[task]
        if isinstance(value, Lost):
            result = self.stage.broken(planned, problem=RuntimeError(value.reason), seed=seed)
        else:
            result = value.result
        attempts = self._attempts[planned.spec.id]
        attempts.append((seed, result))
        if len(attempts) == self.order.repeat:
            self._finish(self._combined(attempts))
        failed = sum(result.state == "failed" for result in self.results.values())
        if self.order.max_fail and failed >= self.order.max_fail:
            self._cut_short = f"not played: the run ends after {self.order.max_fail} failed scenarios"
            return False
        return True

    def _combined(self, attempts: list[tuple[int, ScenarioResult]]) -> ScenarioResult:
        if self.order.repeat == 1:
            return attempts[0][1]
        ordered = sorted(attempts, key=lambda attempt: attempt[0])
        told = tuple(Attempt(seed, result.state, result.took) for seed, result in ordered)
        return replace(combine(ordered), attempts=told)

    def _finish(self, result: ScenarioResult) -> None:
        self.results[result.id] = result
        self.listener.scenario_finished(result)


class _Playing:
    """What a child does for each task. Its file for what is printed is made in the child, so that none is shared."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        self._runner = runner
        self._folder = folder
        self._output: IO[bytes] | None = None

    def __call__(self, task: int) -> Played:
        if self._output is None:
            self._output = (self._folder / f"printed-{os.getpid()}").open("w+b")
        return self._runner.play(task, output=self._output)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
