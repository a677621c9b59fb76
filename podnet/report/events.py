"""The stream of a run: one JSON line for each event, so that a run that was killed still says what it knew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from podnet.report.codec import to_json
from podnet.report.model import Environment, Implementation, Report, Run, ScenarioResult, Suite, Verdict

SCHEMA = "podnet-events/1"


@dataclass(frozen=True)
class RunStarted:
    """The first line. ``scenarios``: the ids of all scenarios of the suite; each ends, also one that never starts."""

    suite: Suite
    run: Run
    implementation: Implementation
    environment: Environment
    profile: str
    scenarios: tuple[str, ...]
    event: Literal["run-started"] = "run-started"
    schema: str = SCHEMA


@dataclass(frozen=True)
class ScenarioStarted:
    """A scenario begins."""

    id: str
    event: Literal["scenario-started"] = "scenario-started"


@dataclass(frozen=True)
class ScenarioFinished:
    """What became of a scenario. One that does not run is finished without having started."""

    scenario: ScenarioResult
    event: Literal["scenario-finished"] = "scenario-finished"


@dataclass(frozen=True)
class RunFinished:
    """The last line: without it the run was cut off."""

    verdict: Verdict
    complete: bool
    interrupted: bool
    total: int
    counts: Mapping[str, int]
    event: Literal["run-finished"] = "run-finished"


Event = RunStarted | ScenarioStarted | ScenarioFinished | RunFinished


class EventWriter:
    """Writes events as they happen; every line is on its way to the disk before the next thing happens.

    A context manager. Leaving it without ``finished`` leaves the stream without its last line, which is what a
    reader takes for a truncated run.
    """

    def __init__(self, path: Path, started: RunStarted) -> None:
        self._file = path.open("w", encoding="utf-8", errors="replace", newline="\n")
        self._write(started)

    def __enter__(self) -> EventWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def scenario_started(self, id: str) -> None:
        """A scenario begins."""
        self._write(ScenarioStarted(id))

    def scenario_finished(self, scenario: ScenarioResult) -> None:
        """A scenario has ended, or will not run."""
        self._write(ScenarioFinished(scenario))

    def run_finished(self, report: Report) -> None:
        """The run has ended with this report."""
        self._write(
            RunFinished(
                verdict=report.verdict,
                complete=report.run.complete,
                interrupted=report.run.interrupted,
                total=report.footer.total,
                counts=report.footer.counts,
            )
        )

    def _write(self, event: Event) -> None:
        self._file.write(json.dumps(to_json(event), sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")
        self._file.flush()
