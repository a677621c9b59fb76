"""Reading the stream of a run back, whole or cut off, so that what is known of a run is never lost with its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from podnet.api.problems import UsageProblem
from podnet.report.codec import from_json
from podnet.report.events import SCHEMA, Event, RunFinished, RunStarted, ScenarioFinished, ScenarioStarted
from podnet.report.model import ScenarioResult

_KINDS: Mapping[str, type[Event]] = {
    "run-started": RunStarted,
    "scenario-started": ScenarioStarted,
    "scenario-finished": ScenarioFinished,
    "run-finished": RunFinished,
}


@dataclass(frozen=True)
class EventLog:
    """What a stream says. ``problems``: lines that cannot be, as ``file:line: message``."""

    started: RunStarted | None = None
    finished: RunFinished | None = None
    scenarios: tuple[ScenarioResult, ...] = ()
    begun: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def truncated(self) -> bool:
        """Whether the run was cut off: there is no last line."""
        return self.finished is None

    @property
    def running(self) -> tuple[str, ...]:
        """The scenarios that had begun and not ended."""
        ended = {scenario.id for scenario in self.scenarios}
        return tuple(name for name in self.begun if name not in ended)

    @property
    def missing(self) -> tuple[str, ...]:
        """The scenarios of the suite of which the end is not known."""
        ended = {scenario.id for scenario in self.scenarios}
        return tuple(name for name in (self.started.scenarios if self.started else ()) if name not in ended)


@dataclass
class _Reader:
    path: Path
    started: RunStarted | None = None
    finished: RunFinished | None = None
    scenarios: dict[str, ScenarioResult] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, number: int, event: Event) -> None:
        if self.finished is not None:
            self.fail(number, "there is more after the end of the run")
        if isinstance(event, RunStarted):
            if number != 1:
                self.fail(number, "the run starts a second time")
            self.started = self.started or event
        elif self.started is None:
            self.fail(number, "the first line does not start a run")
        elif isinstance(event, RunFinished):
            self.finished = event
        else:
            self._take_scenario(number, event)

    def _take_scenario(self, number: int, event: ScenarioStarted | ScenarioFinished) -> None:
        name = event.id if isinstance(event, ScenarioStarted) else event.scenario.id
        if self.started is not None and name not in self.started.scenarios:
            self.fail(number, f"{name} is not a scenario of this run")
        if isinstance(event, ScenarioStarted):
            if name in self.begun or name in self.scenarios:
                self.fail(number, f"{name} starts a second time")
            self.begun.append(name)
        else:
            if name in self.scenarios:
                self.fail(number, f"{name} ends a second time")
            self.scenarios[name] = event.scenario

    def fail(self, number: int, message: str) -> None:
        self.problems.append(f"{self.path}:{number}: {message}")


def read_events(path: Path) -> EventLog:
    """Read a stream, truncated or not. Raises UsageProblem only where there is no file to read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"there are no events: {error.strerror}", path=path) from error
    reader = _Reader(path)
    for number, line in _lines(content):
        try:
            event = _event(json.loads(line))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            reader.fail(number, f"is not an event: {error}")
        else:
            reader.take(number, event)
    return EventLog(
        started=reader.started,
        finished=reader.finished,
        scenarios=tuple(reader.scenarios.values()),
        begun=tuple(reader.begun),
        problems=tuple(reader.problems),
    )


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The whole lines; what stands behind the last newline was cut off while it was written."""
    return enumerate(content.split(b"\n")[:-1], start=1)


def _event(data: Any) -> Event:
    if not isinstance(data, dict) or data.get("event") not in _KINDS:
        raise ValueError("unknown kind")
    event = from_json(_KINDS[data["event"]], data)
    if isinstance(event, RunStarted) and event.schema != SCHEMA:
        raise ValueError(f"schema {event.schema} is not {SCHEMA}")
    return event
