"""Scenarios run in child processes that the run watches over, so that no implementation can end the run with itself.

An implementation may hang, call ``os._exit`` or crash the interpreter: the child is replaced, the scenario that it
played is errored, the others go on. Children are forked after everything is imported and collected, which costs a few
milliseconds.
"""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any

GRACE = 5.0
"""Seconds beyond the scenario's own deadline, and for a child to end after SIGTERM."""
HOPELESS = 3
"""After so many scenarios in a row that took their child with them, or never came to an end, the rest is not tried."""


@dataclass(frozen=True)
class Lost:
    """The child died, or had to be killed, while it played this task."""

    reason: str


@dataclass
class _Child:
    pid: int
    pipe: Connection
    task: int | None = None
    since: float = 0.0
    killed: bool = False


class Supervisor:
    """Plays tasks 0 to N-1 in up to ``jobs`` children.

    ``play`` runs in a child and returns something that can be pickled. ``started`` and ``finished`` are called here;
    ``finished`` gets the value or Lost, and returns False to stop early. ``blocked`` says of a value that it took the
    whole time without coming to an end. ``deadline`` is in seconds on the wall clock.
    """

    def __init__(
        self,
        count: int,
        *,
        jobs: int,
        deadline: float,
        play: Callable[[int], Any],
        started: Callable[[int], None],
        finished: Callable[[int, Any], bool],
        blocked: Callable[[Any], bool],
    ) -> None:
        self._waiting = deque(range(count))
        self._jobs = min(jobs, count)
        self._deadline = deadline
        self._play = play
        self._started = started
        self._finished = finished
        self._blocked = blocked
        self._children: list[_Child] = []
        self._lost_in_a_row = 0
        self.gave_up = False

    def run(self) -> None:
        """Play all tasks. Whatever happens, no child is left behind."""
        try:
            for _ in range(self._jobs):
                self._children.append(self._fork())
            for child in self._children:
                self._hand_out(child)
            while any(child.task is not None for child in self._children):
                self._turn()
        finally:
            self._end_all()

    def _turn(self) -> None:
        busy = {child.pipe: child for child in self._children if child.task is not None}
        oldest = min(child.since for child in busy.values())
        left = max(0.0, oldest + self._deadline + GRACE - time.monotonic())
        ready = wait(list(busy), timeout=left)
        for pipe in ready:
            self._receive(busy[pipe])  # type: ignore[index]  # wait returns what it was given
        if not ready:
            self._kill_overdue()

    def _receive(self, child: _Child) -> None:
        task = child.task
        assert task is not None, "only busy children are waited for"
        try:
            value = child.pipe.recv()
        except (EOFError, OSError):
            value = self._bury(child)
        hopeless = isinstance(value, Lost) or self._blocked(value)
        self._lost_in_a_row = self._lost_in_a_row + 1 if hopeless else 0
        child.task = None
        goes_on = self._finished(task, value)
        if self._lost_in_a_row >= HOPELESS:
            self.gave_up = True
        if not goes_on or self.gave_up:
            self._waiting.clear()
        if child.pipe.closed and self._waiting:
            self._children.remove(child)
            child = self._fork()
            self._children.append(child)
        if not child.pipe.closed:
            self._hand_out(child)

    def _hand_out(self, child: _Child) -> None:
        if self._waiting:
            child.task = self._waiting.popleft()
            child.since = time.monotonic()
            self._started(child.task)
            child.pipe.send(child.task)

    def _bury(self, child: _Child) -> Lost:
        child.pipe.close()
        _, status = os.waitpid(child.pid, 0)
        if child.killed:
            return Lost(
                f"it did not end within {self._deadline:g} s and could not be interrupted; its process was killed"
            )
        code = os.waitstatus_to_exitcode(status)
        how = f"exit status {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
        return Lost(f"its process ended with {how} in the middle of it")

    def _kill_overdue(self) -> None:
        limit = time.monotonic() - self._deadline - GRACE
        for child in self._children:
            if child.task is not None and child.since <= limit:
                child.killed = True
                os.kill(child.pid, signal.SIGKILL)

    def _fork(self) -> _Child:
        ours, theirs = Pipe()
        pid = os.fork()
        if pid == 0:
            # os._exit: nothing that the parent has prepared for its own end may run twice.
            try:
                ours.close()
                for child in self._children:
                    child.pipe.close()
                self._serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        return _Child(pid, ours)

    def _serve(self, pipe: Connection) -> None:
        # The parent alone decides what Ctrl-C means; SIGTERM from it lets fixtures clean up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _interrupt)
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            pipe.send(self._play(task))

    def _end_all(self) -> None:
        alive = [child for child in self._children if not child.pipe.closed]
        for child in alive:
            busy = child.task is not None
            child.pipe.close()
            if busy:
                _signal(child.pid, signal.SIGTERM)
        limit = time.monotonic() + GRACE
        for child in alive:
            while os.waitpid(child.pid, os.WNOHANG)[0] == 0:
                if time.monotonic() > limit:
                    _signal(child.pid, signal.SIGKILL)
                    os.waitpid(child.pid, 0)
                    break
                time.sleep(0.002)  # a child that has nothing to clean up is gone before the first of these ends


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
