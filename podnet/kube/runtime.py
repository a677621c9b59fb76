"""One logical clock and one queue of ready work, so that a seed alone decides what happens in which order."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from podnet.api.errors import ApiError
from podnet.api.host import Key, Reconcile
from podnet.kube.faults import Fault, fault_of

START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_DELAY = 0.05
LONGEST_DELAY = 60.0
GUARDED_ATTEMPTS = 6
_ROUNDING = 1e-9

Task = tuple[str, Key]


class Unsettled(RuntimeError):  # noqa: N818  # a state of the cluster, named by what it is
    """Work that keeps making new work: ``busy`` names the tasks that ran most, with how often they did."""

    def __init__(self, steps: int, busy: list[tuple[Task, int]]) -> None:
        names = ", ".join(f"{queue} {key!r} ({count} times)" for (queue, key), count in busy)
        super().__init__(f"not settled after {steps} steps; at the end kept running: {names}")
        self.steps = steps
        self.busy = busy


@dataclass(frozen=True)
class _Queue:
    reconcile: Reconcile
    guarded: bool


class Runtime:
    """Runs the reconcile functions of all controllers, one at a time, in logical time.

    ``choose`` gets the number of ready tasks (at least 1) and returns which one is next.
    """

    def __init__(self, *, choose: Callable[[int], int], start: datetime = START) -> None:
        self._choose = choose
        self._start = start
        self._elapsed = 0.0
        self._queues: dict[str, _Queue] = {}
        self._ready: list[Task] = []
        self._waiting: set[Task] = set()
        self._timers: list[tuple[float, int, Task | None, Callable[[], None] | None]] = []
        self._due: dict[Task, float] = {}
        self._serial = 0
        self._failures: dict[Task, int] = {}
        self._crashes: dict[Task, int] = {}
        self._busy = False
        self._last: Task | None = None
        self.faults: list[Fault] = []

    @property
    def elapsed(self) -> float:
        """Logical seconds since the start."""
        return self._elapsed

    @property
    def busy(self) -> bool:
        """Whether a task is running at this moment (so that its callees know not to wait for others)."""
        return self._busy

    @property
    def ready(self) -> int:
        """How many tasks could run now."""
        return len(self._ready)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that could run now, in the order in which they became ready."""
        return tuple(self._ready)

    def now(self) -> datetime:
        """The present moment of the logical clock, UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def register(self, queue: str, reconcile: Reconcile, *, guarded: bool = False) -> None:
        """Add a queue. ``guarded``: it belongs to the implementation under test, its exceptions become faults.

        Raises ValueError if the name is taken.
        """
        if queue in self._queues:
            raise ValueError(f"a controller named {queue!r} is registered already")
        self._queues[queue] = _Queue(reconcile, guarded)

    def unregister(self, queue: str) -> None:
        """Remove a queue with everything that waits in it."""
        del self._queues[queue]
        self._ready = [task for task in self._ready if task[0] != queue]
        self._waiting = {task for task in self._waiting if task[0] != queue}
        for task in [task for task in self._due if task[0] == queue]:
            del self._due[task]
        for book in (self._failures, self._crashes):
            for task in [task for task in book if task[0] == queue]:
                del book[task]

    def enqueue(self, queue: str, key: Key) -> None:
        """Make a key ready; does nothing if it is ready already."""
        task = (queue, key)
        if task not in self._waiting:
            self._waiting.add(task)
            self._ready.append(task)

    def enqueue_after(self, queue: str, key: Key, seconds: float) -> None:
        """Make a key ready after a delay; of several delays for one key the shortest counts."""
        if seconds <= 0:
            self.enqueue(queue, key)
            return
        task = (queue, key)
        due = self._elapsed + seconds
        known = self._due.get(task)
        if known is None or due < known:
            self._due[task] = due
            self._push(due, task, None)

    def call_after(self, seconds: float, function: Callable[[], None]) -> None:
        """Call a function once, ``seconds`` from now."""
        self._push(self._elapsed + max(seconds, 0.0), None, function)

    def step(self) -> bool:
        """Run one ready task. False if there is none."""
        if self._busy:
            raise RuntimeError("a task must not run other tasks")
        if not self._ready:
            return False
        self._begin(self._ready.pop(self._choose(len(self._ready))))
        return True

    def run(self, task: Task) -> None:
        """Run this task instead of the one that ``choose`` would name. Raises ValueError if it is not ready."""
        self._ready.remove(task)
        self._begin(task)

    def settle(self, *, max_steps: int = 50_000) -> int:
        """Run until nothing is ready, without moving the clock; returns the number of steps.

        Raises Unsettled if that takes more than ``max_steps``.
        """
        steps = 0
        recent: Counter[Task] = Counter()
        while self._ready:
            if steps >= max_steps:
                raise Unsettled(steps, recent.most_common(5))
            self.step()
            steps += 1
            if self._last is not None and max_steps - steps < 1000:
                recent[self._last] += 1
        return steps

    def next_due(self) -> float | None:
        """Seconds until the earliest timer; None if there is none."""
        timers = self._timers
        while timers and self._is_stale(timers[0]):
            heapq.heappop(timers)
        return max(timers[0][0] - self._elapsed, 0.0) if timers else None

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass: settle, then fire each timer in its turn and settle after it."""
        target = self._elapsed + seconds
        self.settle()
        while (pause := self.next_due()) is not None and self._timers[0][0] <= target + _ROUNDING:
            if pause:
                self._elapsed = self._timers[0][0]
            self._fire()
            self.settle()
        self._elapsed = max(self._elapsed, target)

    def catch_up(self, elapsed: float) -> None:
        """Set the clock to the moment ``elapsed``, unless it is past, and run nothing: what has come due is ready then.

        For a cluster whose clock is the one on the wall, where nobody lets time pass.
        """
        if elapsed > self._elapsed:
            self._elapsed = elapsed
            self._fire()

    def record_fault(self, source: str, key: Key, error: Exception) -> None:
        """Note that the implementation under test failed in a way that no cluster would cause."""
        self.faults.append(fault_of(source, key, error, at=self._elapsed))

    def _push(self, due: float, task: Task | None, function: Callable[[], None] | None) -> None:
        self._serial += 1
        heapq.heappush(self._timers, (due, self._serial, task, function))

    def _is_stale(self, timer: tuple[float, int, Task | None, Callable[[], None] | None]) -> bool:
        due, _, task, _ = timer
        return task is not None and self._due.get(task) != due

    def _fire(self) -> None:
        """Fire every timer of this instant: only then may ``choose`` order what they started."""
        while self._timers and self._timers[0][0] <= self._elapsed:
            timer = heapq.heappop(self._timers)
            if self._is_stale(timer):
                continue
            _, _, task, function = timer
            if task is not None:
                del self._due[task]
                self.enqueue(*task)
            elif function is not None:
                function()

    def _begin(self, task: Task) -> None:
        self._waiting.discard(task)
        self._last = task
        self._run(task)

    def _run(self, task: Task) -> None:
        name, key = task
        queue = self._queues[name]
        self._busy = True
        try:
            again = queue.reconcile(key)
        except ApiError:
            self._crashes.pop(task, None)
            self._retry(task)
            return
        except Exception as error:
            if not queue.guarded:
                raise
            self.record_fault(name, key, error)
            crashes = self._crashes.get(task, 0) + 1
            if crashes < GUARDED_ATTEMPTS:
                self._crashes[task] = crashes
                self._retry(task)
            else:
                self._crashes.pop(task, None)
                self._failures.pop(task, None)
            return
        finally:
            self._busy = False
        self._crashes.pop(task, None)
        self._failures.pop(task, None)
        if again is not None and name in self._queues:
            self.enqueue_after(name, key, again)

    def _retry(self, task: Task) -> None:
        if task[0] not in self._queues:
            return
        failures = self._failures.get(task, 0)
        self._failures[task] = failures + 1
        self.enqueue_after(*task, min(FIRST_DELAY * 2 ** min(failures, 16), LONGEST_DELAY))
