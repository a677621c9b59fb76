"""How a run shows that it goes on: one line that is written over on a terminal, nothing where nobody looks."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import TextIO

from podnet.harness.run import Listener
from podnet.report.model import ScenarioResult

CLEAR = "\r\033[K"


class Progress:
    """Counts what has been played. ``stream`` is standard error, so that the report alone goes to standard output."""

    def __init__(self, total: int, *, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._shown = self._stream.isatty()
        self._total = total
        self._done = 0
        self._failed = 0
        self._current = ""

    def scenario_started(self, id: str) -> None:
        """A scenario begins."""
        self._current = id
        self._show()

    def scenario_finished(self, scenario: ScenarioResult) -> None:
        """A scenario has ended, or will not run."""
        if scenario.took:
            self._done += 1
            self._failed += scenario.failure is not None
            self._show()

    def close(self) -> None:
        """Leave no trace of the line."""
        if self._shown:
            self._stream.write(CLEAR)
            self._stream.flush()

    def _show(self) -> None:
        if self._shown:
            failed = f", {self._failed} failed" if self._failed else ""
            line = f"{self._done}/{self._total}{failed}  {self._current}"
            self._stream.write(CLEAR + line[: shutil.get_terminal_size().columns - 1])
            self._stream.flush()


class Everybody:
    """Tells several listeners the same."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)

    def scenario_started(self, id: str) -> None:
        """A scenario begins."""
        for listener in self._listeners:
            listener.scenario_started(id)

    def scenario_finished(self, scenario: ScenarioResult) -> None:
        """A scenario has ended, or will not run."""
        for listener in self._listeners:
            listener.scenario_finished(scenario)
