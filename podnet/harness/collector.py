"""pytest collects ``.feature`` files by this plugin: no Python twin is needed, and every scenario is an item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from podnet.harness.outcome import AuthoringError, Stuck
from podnet.harness.plan import Plan, Planned
from podnet.harness.racing import in_turn
from podnet.harness.stage import Stage
from podnet.harness.vocabulary import DATATABLE, DOCSTRING, BoundStep
from podnet.harness.world import World
from podnet.report.model import ScenarioResult
from podnet.report.view import render_failure
from podnet.suite.importing import import_file
from podnet.targets.base import Ended, Restless


class ScenarioItem(pytest.Function):
    """One scenario. ``result`` is what became of the last attempt, ``broken`` what kept it from being played.

    ``blocked``: the attempt would have gone on without end.
    """

    planned: Planned
    stage: Stage
    seed: int
    result: ScenarioResult | None
    broken: BaseException | None
    blocked: bool

    @classmethod
    def of(cls, parent: pytest.Collector, *, planned: Planned, stage: Stage, seed: int) -> ScenarioItem:
        """The item of a planned scenario."""
        item: ScenarioItem = cls.from_parent(parent, name=planned.spec.id, callobj=_nothing)
        item.planned, item.stage = planned, stage
        item.prepare(seed=seed)
        return item

    def prepare(self, *, seed: int) -> None:
        """Make ready for an attempt, and forget an earlier one."""
        self.seed = seed
        self.result = None
        self.broken = None
        self.blocked = False
        self._initrequest()

    def runtest(self) -> None:
        """Play the steps, look at the whole cluster once more, and judge while the cluster is still there."""
        if self.planned.play is not None:
            self.result = self.planned.play(self.planned, self.stage, self.seed)
        else:
            self.result = self._play_steps()
        if self.result.state in ("failed", "errored"):
            pytest.fail(render_failure(self.result), pytrace=False)
        if self.result.state in ("not-applicable", "not-observable"):
            pytest.skip(self.result.reason)

    def _play_steps(self) -> ScenarioResult:
        world = self._request.getfixturevalue("world")
        step, problem = self._play_all(world)
        if isinstance(problem, KeyboardInterrupt | pytest.exit.Exception):
            raise problem
        self.blocked = isinstance(problem, Stuck | Restless | Ended)
        return self.stage.conclude(self.planned, world, seed=self.seed, step=step, problem=problem)

    def _play_all(self, world: World) -> tuple[BoundStep | None, BaseException | None]:
        values: dict[str, Any] = {"world": world}
        step: BoundStep | None = None
        try:
            for step in in_turn(self.planned.bound.steps, world=world):
                play_step(step, values, fixture=self._fixture)
            step = None
            world.close()
        except BaseException as problem:
            return step, problem
        return None, None

    def _fixture(self, name: str) -> Any:
        try:
            return self._request.getfixturevalue(name)
        except pytest.FixtureLookupError:
            raise AuthoringError(f"there is no fixture {name!r}") from None

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario stands."""
        return self.path, self.planned.spec.place - 1, self.planned.spec.name


def play_step(step: BoundStep, values: dict[str, Any], *, fixture: Callable[[str], Any]) -> None:
    """Call one step function; ``values`` are the fixtures of the scenario, ``fixture`` finds those that are not there.

    What a step returns for others (its target fixture) is added to ``values``.
    """
    definition = step.definition
    arguments: dict[str, Any] = dict(step.arguments)
    for name in definition.parameters - arguments.keys():
        if name == DOCSTRING:
            arguments[name] = step.spec.docstring
        elif name == DATATABLE:
            arguments[name] = [list(row) for row in step.spec.datatable or ()]
        elif name in values:
            arguments[name] = values[name]
        elif name not in definition.optional:
            arguments[name] = fixture(name)
    result = definition.function(**arguments)
    if definition.context.target_fixture is not None:
        values[definition.context.target_fixture] = result


def _nothing() -> None:
    """Stands where pytest wants a function: what a scenario does stands in its feature file."""


class FeatureCollector(pytest.File):
    """A ``.feature`` file."""

    scenarios: tuple[Planned, ...]
    stage: Stage
    seed: int

    def collect(self) -> Iterable[ScenarioItem]:
        """An item for each planned scenario."""
        for planned in self.scenarios:
            yield ScenarioItem.of(self, planned=planned, stage=self.stage, seed=self.seed)


def load_fixtures(directory: Path) -> tuple[ModuleType, ...]:
    """The modules that hold the fixtures of the suite. Raises UsageProblem if one cannot be imported."""
    return tuple(
        import_file(path, name=f"podnet_fixtures.{path.stem}", what="the fixtures")
        for path in sorted(directory.glob("*.py"))
    )


class CollectorPlugin:
    """Collects the scenarios of a plan, and registers the fixtures of the suite."""

    def __init__(self, plan: Plan, *, stage: Stage, root: Path, fixtures: Sequence[ModuleType], seed: int) -> None:
        self.stage = stage
        self.seed = seed
        self.fixtures = fixtures
        self.by_path: Mapping[Path, list[Planned]] = _by_path(plan, root)
        self.planned = len(plan.to_run)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the fixtures."""
        for module in self.fixtures:
            config.pluginmanager.register(module, module.__name__)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> FeatureCollector | None:
        """Take the feature files that the plan runs scenarios of."""
        return self._collector(file_path, parent=parent) if file_path in self.by_path else None

    def items(self, session: pytest.Session) -> list[ScenarioItem]:
        """Everything that the plan runs, in its order."""
        return [item for path in self.by_path for item in self._collector(path, parent=session).collect()]

    def _collector(self, path: Path, *, parent: pytest.Collector) -> FeatureCollector:
        collector: FeatureCollector = FeatureCollector.from_parent(parent, path=path)
        collector.scenarios = tuple(self.by_path[path])
        collector.stage, collector.seed = self.stage, self.seed
        return collector

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Keep what went wrong around the steps: while the world was made, judged or taken down."""
        if not isinstance(item, ScenarioItem) or call.excinfo is None or item.broken is not None:
            return
        if call.when != "call" or item.result is None:
            item.broken = call.excinfo.value


def _by_path(plan: Plan, root: Path) -> dict[Path, list[Planned]]:
    found: dict[Path, list[Planned]] = {}
    for planned in plan.to_run:
        found.setdefault(root / planned.spec.path, []).append(planned)
    return found
