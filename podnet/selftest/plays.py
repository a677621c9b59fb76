"""Plays the suite with many implementations in one run, and nothing twice that is known to go the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from podnet.harness.collector import CollectorPlugin, ScenarioItem
from podnet.harness.interruption import Interruptions
from podnet.harness.playing import Printing, play
from podnet.harness.stage import Stage
from podnet.harness.supervisor import Lost, Supervisor, share_memory
from podnet.harness.under_pytest import under_pytest
from podnet.report.model import ScenarioResult
from podnet.selftest.shadows import Follower, Shadows
from podnet.targets.base import ImplementationFactory

REFERENCE = ""
"""The name of the reference among the players."""


@dataclass(frozen=True)
class Task:
    """One scenario with one seed, for these players."""

    players: tuple[str, ...]
    scenario: str
    seed: int


@dataclass(frozen=True)
class Results:
    """The result of each player as far as it was played; ``plays`` is how often the scenario really took place.

    ``blocked``: a play would have gone on without end, and those after it did not take place.
    """

    by_player: Mapping[str, ScenarioResult]
    plays: int
    blocked: bool


@dataclass(frozen=True)
class Ensemble:
    """Who plays: implementations by name, the reference by an empty one.

    ``unclaimed``: by name, the features without which scenarios do not apply. ``sharing``: who decides like another one
    all through a scenario is not played in it.
    """

    factories: Mapping[str, ImplementationFactory]
    unclaimed: Mapping[str, frozenset[str]]
    sharing: bool


class GaveUp(Exception):  # noqa: N818  # a state of the run, not an error of the program
    """Scenarios took their process with them several times in a row; ``player`` is who played the last of them."""

    def __init__(self, player: str) -> None:
        super().__init__(f"{player or 'the reference'} ended or blocked its process several times in a row")


class Plays:
    """All plays of one plan. ``results``: by player and seed, the result of every scenario that applies to it."""

    def __init__(
        self,
        collector: CollectorPlugin,
        *,
        stage: Stage,
        root: Path,
        ensemble: Ensemble,
        seeds: Sequence[int],
        jobs: int,
        interruptions: Interruptions,
        told: Callable[[int, int], None],
    ) -> None:
        self.stage, self.ensemble, self.seeds, self.jobs = stage, ensemble, tuple(seeds), jobs
        self.played = 0
        self.results: dict[tuple[str, int], dict[str, ScenarioResult]] = {
            (name, seed): {} for name in ensemble.factories for seed in seeds
        }
        self._collector, self._root = collector, root
        self._interruptions = interruptions
        self._told = told
        self._items: Mapping[str, ScenarioItem] = {}
        self._followers: dict[str, Follower] = {}
        self._tasks: list[Task] = []
        self._last = REFERENCE
        self._supervisor: Supervisor | None = None

    def run(self) -> None:
        """Play everything. Raises GaveUp."""
        under_pytest(self._collector, root=self._root, body=self._play_all)

    def _play_all(self, items: Mapping[str, ScenarioItem]) -> None:
        self._items = items
        self.stage.target.prepare()
        self._followers = {name: Follower.of(made) for name, made in self.ensemble.factories.items()}
        share_memory()
        if self.ensemble.sharing:
            # Who ends its process takes the results of others with it: they are played alone then, and name it.
            tasks = [Task(self._players(id_), id_, seed) for seed in self.seeds for id_ in items]
            self._supervise([task for task in tasks if task.players])
        if self._supervise(list(self._missing())):
            raise GaveUp(self._last)

    def _players(self, scenario: str) -> tuple[str, ...]:
        """Those to whom a scenario applies, the reference first: most decide like it."""
        features = self._items[scenario].planned.features
        names = self.ensemble.factories
        return tuple(sorted((name for name in names if self.ensemble.unclaimed[name].isdisjoint(features)), key=bool))

    def _missing(self) -> Iterable[Task]:
        for id_ in self._items:
            for name in self._players(id_):
                for seed in self.seeds:
                    if id_ not in self.results[(name, seed)]:
                        yield Task((name,), id_, seed)

    def _supervise(self, tasks: list[Task]) -> bool:
        """Play tasks in children; whether it had to be given up."""
        self._tasks = tasks
        supervisor = self._supervisor = Supervisor(
            len(tasks),
            jobs=self.jobs,
            deadline=self.stage.deadline,
            play=Printing(self._play),
            started=lambda _: None,
            finished=self._finished,
            blocked=lambda results: results.blocked,
            interruptible=self._interruptions.welcome,
        )
        supervisor.run()
        return supervisor.gave_up

    def _play(self, number: int, output: IO[bytes]) -> Results:
        """In a child: one after the other plays, and whoever would have played the same shares its result."""
        task = self._tasks[number]
        item = self._items[task.scenario]
        groups = [task.players]
        results: dict[str, ScenarioResult] = {}
        plays, blocked = 0, False
        while groups and not blocked:
            player, *others = groups.pop()
            shadows = Shadows(self._followers[player], {name: self._followers[name] for name in others})
            item.stage = replace(self.stage, implementation=shadows.implementation)
            played = play(item, seed=task.seed, output=output)
            plays, blocked = plays + 1, played.blocked
            if self._supervisor is not None:
                self._supervisor.alive()
            parted: dict[int, list[str]] = {}
            for name in others:
                parted.setdefault(shadows.parted.get(name, 0), []).append(name)
            results |= dict.fromkeys((player, *parted.pop(0, ())), played.result)
            groups += [(name,) for name in parted.pop(-1, ())]
            groups += [tuple(group) for group in parted.values()]
        return Results(results, plays, blocked)

    def _finished(self, number: int, value: Results | Lost) -> bool:
        task = self._tasks[number]
        if isinstance(value, Lost):
            self._last = task.players[0]
            value = Results(self._broken(task, value), 1, blocked=True)
        self.played += value.plays
        for player, result in value.by_player.items():
            self.results[(player, task.seed)][task.scenario] = result
        self._told(number + 1, len(self._tasks))
        return True

    def _broken(self, task: Task, lost: Lost) -> dict[str, ScenarioResult]:
        """What is known of a task that took its process with it: nothing, if several played."""
        if len(task.players) > 1:
            return {}
        planned = self._items[task.scenario].planned
        return {task.players[0]: self.stage.broken(planned, problem=RuntimeError(lost.reason), seed=task.seed)}
