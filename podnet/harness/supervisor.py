"""Scenarios run in child processes that the run watches over, so that no implementation can end the run with itself.

An implementation may hang, call ``os._exit`` or crash the interpreter: the child is replaced, the scenario that it
played is errored, the others go on. Children are forked after everything is imported and collected, which costs a few
milliseconds.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any

GRACE = 5.0
"""Seconds beyond the scenario's own deadline (as long again for a shorter one), and for a child to end by itself."""
HOPELESS = 3
"""After so many scenarios in a row that took their child with them, or never came to an end, the rest is not tried."""


GARBAGE = 50_000
"""Objects between two looks for cyclic garbage: a scenario makes many that live as long as it does."""


@dataclass(frozen=True)
class Lost:
    """The child died, or had to be killed, while it played this task."""

    reason: str


@dataclass(frozen=True)
class _Alive:
    """What a child says in the middle of a task that takes long: it has not got stuck."""


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
    whole time without coming to an end. ``deadline`` is in seconds on the wall clock. ``interruptible`` surrounds the
    waiting, the only place where a signal may be let in.
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
        interruptible: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._waiting = deque(range(count))
        self._jobs = min(jobs, count)
        self._deadline = deadline
        self._limit = deadline + min(GRACE, deadline)
        self._interruptible = interruptible
        self._play = play
        self._started = started
        self._finished = finished
        self._blocked = blocked
        self._children: list[_Child] = []
        self._lost_in_a_row = 0
        self._say: Callable[[Any], None] | None = None
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
        left = max(0.0, oldest + self._limit - time.monotonic())
        with self._interruptible():
            ready = wait(list(busy), timeout=left)
        for pipe in ready:
            self._receive(busy[pipe])  # type: ignore[index]  # wait returns what it was given
        if not ready:
            self._kill_overdue()

    def _receive(self, child: _Child) -> None:
        task = child.task
        assert task is not None, "only busy children are waited for"
        value = self._answer(child)
        if isinstance(value, _Alive):
            child.since = time.monotonic()
            return
        hopeless = isinstance(value, Lost) or self._blocked(value)
        self._lost_in_a_row = self._lost_in_a_row + 1 if hopeless else 0
        child.task = None
        if hopeless and not child.pipe.closed:
            _dismiss(child)  # it was interrupted wherever it was: nothing else should be played on what that left
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
            with suppress(OSError):  # it has died since its last task: the next look at its pipe says so
                child.pipe.send(child.task)

    def _answer(self, child: _Child) -> Any:
        """What the child sends of its task; Lost if it sends nothing, or anything else."""
        with suppress(Exception):  # gone, or something else has written there
            if not child.killed:
                task, value = child.pipe.recv()
                if task == child.task:
                    return value
        return self._bury(child)

    def _bury(self, child: _Child) -> Lost:
        status = _dismiss(child)
        if child.killed:
            return Lost(
                f"it did not end within {self._deadline:g} s and could not be interrupted; its process was killed"
            )
        code = os.waitstatus_to_exitcode(status)
        how = f"exit status {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
        return Lost(f"its process ended with {how} in the middle of it")

    def _kill_overdue(self) -> None:
        limit = time.monotonic() - self._limit
        overdue = [child for child in self._children if child.task is not None and child.since <= limit]
        for child in overdue:
            child.killed = True
            _signal(child.pid, signal.SIGKILL)
            self._receive(child)

    def _fork(self) -> _Child:
        ours, theirs = Pipe()
        pid = os.fork()
        if pid == 0:
            # os._exit: nothing that the parent has prepared for its own end may run twice.
            try:
                os.setpgid(0, 0)
                ours.close()
                for child in self._children:
                    child.pipe.close()
                self._serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        return _Child(pid, ours)

    def alive(self) -> None:
        """In a child: the task that it plays goes on, and its deadline begins anew."""
        if self._say is not None:
            self._say(_Alive())

    def _serve(self, pipe: Connection) -> None:
        # The parent alone decides what Ctrl-C means; SIGTERM from it lets fixtures clean up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _interrupt)
        own = os.getpid()
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            self._say = partial(_say, pipe, task)
            value = self._play(task)
            if os.getpid() != own:
                return  # a copy that was forked off in the middle: one answer is enough
            self._say(value)

    def _end_all(self) -> None:
        alive = [child for child in self._children if not child.pipe.closed]
        for child in alive:
            child.pipe.close()
            if child.task is not None:
                _signal(child.pid, signal.SIGTERM)
        for child in alive:
            _reap(child.pid)


def _say(pipe: Connection, task: int, value: Any) -> None:
    pipe.send((task, value))


def share_memory() -> None:
    """What is loaded by now is shared by all children and never garbage: to be called before they are forked."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _dismiss(child: _Child) -> int:
    """Let a child go that has nothing to do any more; returns its status."""
    child.pipe.close()
    return _reap(child.pid)


def _reap(pid: int) -> int:
    """Wait until a child has ended, kill it if that takes too long, and all that it has forked; returns its status."""
    limit = time.monotonic() + GRACE
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > limit:
            _signal(pid, signal.SIGKILL)
        time.sleep(0.002)  # a child that has nothing to clean up is gone before the first of these ends
    with suppress(ProcessLookupError, PermissionError):  # nobody is left in its group; macOS says the latter
        os.killpg(pid, signal.SIGKILL)
    return status


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
