"""The keys that controllers have to bring into order, and whose turn it is: a value without threads or a clock."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping
from itertools import count

from podnet.api.host import Key

Task = tuple[str, Key]
"""The name of a controller, and a key."""


class Queues:
    """One queue for each controller. They take turns, so that the heartbeat of nodes never waits for a thousand pods.

    Moments are seconds of any clock that does not run backwards.
    """

    def __init__(self) -> None:
        self._ready: dict[str, dict[Key, None]] = {}
        self._busy: set[Task] = set()
        self._turns: deque[str] = deque()
        self._due: dict[Task, float] = {}
        self._timers: list[tuple[float, int, Task]] = []
        self._serial = count()

    def add(self, name: str) -> None:
        """Add a queue. Raises ValueError if the name is taken."""
        if name in self._ready:
            raise ValueError(f"a controller named {name!r} is registered already")
        self._ready[name] = {}
        self._turns.append(name)

    def put(self, task: Task) -> None:
        """Make a key ready; does nothing if it is."""
        name, key = task
        self._ready[name][key] = None

    def put_at(self, task: Task, moment: float) -> None:
        """Make a key ready at a moment; of several moments for one key the earliest counts."""
        known = self._due.get(task)
        if known is None or moment < known:
            self._due[task] = moment
            heapq.heappush(self._timers, (moment, next(self._serial), task))

    def take(self, now: float) -> Task | None:
        """The next key that is ready; None if there is none. It is busy until it is ``done``, and not taken again."""
        while self._timers and self._timers[0][0] <= now:
            moment, _, task = heapq.heappop(self._timers)
            if self._due.get(task) == moment:
                del self._due[task]
                self.put(task)
        for _ in range(len(self._turns)):
            name = self._turns[0]
            self._turns.rotate(-1)
            ready = self._ready[name]
            free = next(((name, key) for key in ready if (name, key) not in self._busy), None)
            if free is not None:
                del ready[free[1]]
                self._busy.add(free)
                return free
        return None

    def done(self, task: Task) -> None:
        """The work on a key has ended: it may be taken again."""
        self._busy.discard(task)

    def next_moment(self) -> float | None:
        """When the next key becomes ready by itself; None if none does."""
        return self._timers[0][0] if self._timers else None

    @property
    def idle(self) -> bool:
        """Whether no key is ready and none busy."""
        return not self._busy and not any(self._ready.values())

    @property
    def depths(self) -> Mapping[str, int]:
        """How many keys are ready, by controller."""
        return {name: len(ready) for name, ready in self._ready.items()}
