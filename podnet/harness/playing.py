"""One attempt at one scenario, in a child process: within its deadline, with what it prints kept apart."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Generic, TypeVar

from _pytest.runner import runtestprotocol

from podnet.harness.collector import ScenarioItem
from podnet.harness.deadline import deadline
from podnet.harness.judgement import with_details
from podnet.harness.outcome import Stuck
from podnet.report.model import ScenarioResult
from podnet.targets.base import Ended, Restless

Value = TypeVar("Value")

PRINTED_LIMIT = 4000
"""Characters of what was printed that are kept: the last ones."""


@dataclass(frozen=True)
class Played:
    """What a child sends back. ``blocked``: the attempt would have gone on without end."""

    result: ScenarioResult
    blocked: bool


class Printing(Generic[Value]):
    """What a child does for each task: ``play(task, file)``; the file is its own and takes what is printed.

    It has no name, so that nothing is left of it whoever is killed. Raises OSError where none can be made.
    """

    def __init__(self, play: Callable[[int, IO[bytes]], Value]) -> None:
        tempfile.TemporaryFile().close()  # where there is no place for it, the parent says so
        self._play = play
        self._output: IO[bytes] | None = None

    def __call__(self, task: int) -> Value:
        """Play one task."""
        if self._output is None:
            self._output = tempfile.TemporaryFile()  # noqa: SIM115  # it lives as long as the child
        return self._play(task, self._output)


def play(item: ScenarioItem, *, seed: int, output: IO[bytes]) -> Played:
    """The result of one attempt, whatever the implementation does short of ending the process."""
    item.prepare(seed=seed)
    begun = time.perf_counter()
    start = output.seek(0, os.SEEK_END)
    try:
        with _redirected(output), deadline(item.stage.deadline):
            runtestprotocol(item, log=False, nextitem=None)
    except Stuck as stuck:
        item.broken = item.broken or stuck
    result = item.result
    if item.broken is not None or result is None:
        broken = item.broken or RuntimeError("nothing was played")
        result = item.stage.broken(item.planned, problem=broken, seed=seed)
    printed = _printed(output, start)
    result = with_details(result, f"printed meanwhile:\n{printed}" if printed else "")
    result = replace(result, took=round(time.perf_counter() - begun, 4))
    return Played(result, item.blocked or isinstance(item.broken, Stuck | Restless | Ended))


def _printed(output: IO[bytes], start: int) -> str:
    output.seek(max(start, output.seek(0, os.SEEK_END) - 4 * PRINTED_LIMIT))
    return output.read().decode("utf-8", "replace").strip()[-PRINTED_LIMIT:]


@contextmanager
def _redirected(output: IO[bytes]) -> Iterator[None]:
    """What the implementation prints, by whatever means, belongs to its scenario and not to the run's own output."""
    saved = [os.dup(1), os.dup(2)]
    try:
        for number in (1, 2):
            os.dup2(output.fileno(), number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in zip((1, 2), saved, strict=True):
            os.dup2(copy, number)
            os.close(copy)
