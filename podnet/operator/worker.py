"""Calls the reconcile functions of all controllers, one key at a time, and again on failure."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from podnet.api.errors import ApiError, Unreachable
from podnet.api.host import Key, Reconcile
from podnet.operator.backoff import LONGEST_DELAY, delay
from podnet.operator.monitor import Monitor
from podnet.operator.queues import Queues, Task

log = logging.getLogger(__name__)


LONGEST_OUTAGE = 2.0
"""Seconds between attempts while the API server is away."""


class Reconciled(Protocol):
    """Hears how each call ended."""

    def __call__(self, controller: str, *, seconds: float, result: str) -> None:
        """``result``: success, retry (the API did not do what was asked) or fault (the implementation raised)."""


FaultHeard = Callable[[str, Key, Exception], None]
"""Hears of what an implementation let escape: in which controller or webhook, when it was called for what."""


class Worker:
    """The queues of one host and the threads that empty them: ``at_once``, which only overlap where they wait."""

    def __init__(self, monitor: Monitor, *, at_once: int, fault: FaultHeard, reconciled: Reconciled) -> None:
        self._monitor = monitor
        self._fault = fault
        self._reconciled = reconciled
        self._reconcile: dict[str, Reconcile] = {}
        self._failures: dict[Task, int] = {}
        self._queues = Queues()
        self._changed = threading.Condition()
        self._stopping = False
        names = [f"reconcile {number}" for number in range(at_once)]
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]

    def add(self, name: str, reconcile: Reconcile) -> None:
        """Add a controller. Raises ValueError if the name is taken."""
        with self._changed:
            self._queues.add(name)
            self._reconcile[name] = reconcile

    def put(self, name: str, keys: Iterable[Key]) -> None:
        """Make keys ready."""
        with self._changed:
            for key in keys:
                self._queues.put((name, key))
                self._changed.notify()

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, seconds: float) -> bool:
        """Take up nothing more; whether what was under way has ended within so many seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        end = time.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(end - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def lives(self) -> bool:
        """Whether work that becomes ready will be done."""
        return all(thread.is_alive() for thread in self._threads)

    @property
    def waiting(self) -> int:
        """How many keys are ready."""
        with self._changed:
            return sum(self._queues.depths.values())

    @property
    def idle(self) -> bool:
        """Whether nothing is ready and nothing under way."""
        with self._changed:
            return self._queues.idle

    def _work(self) -> None:
        while (task := self._next()) is not None:
            self._do(task)

    def _next(self) -> Task | None:
        with self._changed:
            while not self._stopping:
                now = time.monotonic()
                task = self._queues.take(now)
                if task is not None:
                    return task
                moment = self._queues.next_moment()
                self._changed.wait(None if moment is None else max(moment - now, 0.0))
        return None

    def _do(self, task: Task) -> None:
        name, key = task
        begun = time.perf_counter()
        again, result = self._call(task, self._reconcile[name])
        self._reconciled(name, seconds=time.perf_counter() - begun, result=result)
        with self._changed:
            self._queues.done(task)
            if again is not None:
                self._queues.put_at(task, time.monotonic() + max(again, 0.0))
            # It may be ready again, or others wait for an earlier moment than they know.
            self._changed.notify()
        if result != "success":
            log.debug("%s %r: %s, again in %g s", name, key, result, again)

    def _call(self, task: Task, reconcile: Reconcile) -> tuple[float | None, str]:
        """After how many seconds the key wants to be called again, and how the call ended."""
        name, key = task
        try:
            with self._monitor:
                again = reconcile(key)
        except (ApiError, Unreachable) as error:
            log.info("%s %r is tried again: %s", name, key, error)
            # A server that has trouble of its own is soon back; whoever is refused has to wait for others.
            is_away = isinstance(error, Unreachable) or error.code >= 500
            return self._failed(task, longest=LONGEST_OUTAGE if is_away else LONGEST_DELAY), "retry"
        except Exception as error:
            log.exception("%s %r failed", name, key)
            self._fault(name, key, error)
            return self._failed(task), "fault"
        except SystemExit as error:  # an implementation may end its process, but not this thread alone
            log.error("%s %r wanted to end the process: %r", name, key, error)
            self._fault(name, key, RuntimeError(repr(error)))
            return self._failed(task), "fault"
        self._failures.pop(task, None)
        return again, "success"

    def _failed(self, task: Task, *, longest: float = LONGEST_DELAY) -> float:
        failures = self._failures[task] = self._failures.get(task, 0) + 1
        return delay(failures, longest=longest)
