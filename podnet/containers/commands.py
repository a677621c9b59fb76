"""Runs the commands that clusters are made and removed with: each has a deadline, and none outlives who wanted it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import IO

from podnet.api.problems import EnvironmentProblem

_POLL_SECONDS = 0.2
_DRAIN_SECONDS = 2.0


class GivenUp(BaseException):  # what somebody decided, not an error
    """Whoever wanted the result of a command wants it no longer."""


class Late(EnvironmentProblem):
    """A command did not end in time."""


@dataclass(frozen=True)
class Ran:
    """A command that has ended. ``words``: the command; a negative ``code`` is a signal."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that it said, for somebody who looks for the reason of a failure."""
        return f"{self.err}\n{self.out}"


@dataclass(frozen=True)
class Commands:
    """Runs commands in the folder of a cluster, with these variables beside those of the process.

    Once ``given_up`` is set, commands that run end, and those that are to be run raise GivenUp.
    """

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    given_up: Event = field(default_factory=Event)

    def run(self, *words: str, seconds: float) -> Ran:
        """Run a command to its end. Raises EnvironmentProblem if it cannot be started, Late after so many seconds."""
        process = self._started(words, stdin=subprocess.DEVNULL)
        return self._awaited(process, words, seconds=seconds)

    def pipe(self, first: Sequence[str], second: Sequence[str], *, seconds: float) -> tuple[Ran, Ran]:
        """Run two commands, the second of which reads what the first one writes. Raises as ``run`` does."""
        source = self._started(first, stdin=subprocess.DEVNULL)
        try:
            process = self._started(second, stdin=source.stdout)
        except BaseException:
            kill(source)
            raise
        assert source.stdout is not None
        source.stdout.close()  # the second one holds it now, and the first has to hear when that one ends
        source.stdout = None
        begun = time.monotonic()
        try:
            ran = self._awaited(process, second, seconds=seconds)
        except BaseException:
            kill(source)
            raise
        left = max(_DRAIN_SECONDS, begun + seconds - time.monotonic())
        return self._awaited(source, first, seconds=left), ran

    def _started(self, words: Sequence[str], *, stdin: int | IO[str] | None) -> subprocess.Popen[str]:
        if self.given_up.is_set():
            raise GivenUp
        try:
            return subprocess.Popen(  # noqa: S603  # the words are ours, and no shell reads them
                list(words),
                cwd=self.folder,
                env={**os.environ, **self.variables},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,  # Ctrl-C is for us: whoever is in the middle of something may finish it
            )
        except OSError as error:
            raise EnvironmentProblem(f"{words[0]} cannot be started: {error.strerror or error}") from None

    def _awaited(self, process: subprocess.Popen[str], words: Sequence[str], *, seconds: float) -> Ran:
        deadline = time.monotonic() + seconds
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=_POLL_SECONDS)
                    return Ran(tuple(words), process.returncode, out or "", err or "")
                except subprocess.TimeoutExpired:
                    if self.given_up.is_set():
                        raise GivenUp from None
                    if time.monotonic() > deadline:
                        what = " ".join(words[:3])
                        raise Late(f"`{what} ...` did not end within {seconds:.0f} s") from None
        except BaseException:
            kill(process)
            raise


def kill(process: subprocess.Popen[str]) -> None:
    """End a command with whatever it started, and wait until it is gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired, ValueError):  # somebody who has left its session may hold the pipes
        process.communicate(timeout=_DRAIN_SECONDS)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
