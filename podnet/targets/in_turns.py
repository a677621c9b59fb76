"""A stretch of concurrent work on an in-process cluster, done piece by piece in an order that somebody else decides."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import cast

from podnet.kube.cluster import InProcessCluster
from podnet.kube.runtime import Task, Unsettled
from podnet.targets.base import Turns

CLIENTS = "clients"
"""The queue, so to speak, of what clients do; they know of each other, so their order always matters."""


class InTurns:
    """The pieces are what clients do, each as a whole, and the tasks of all controllers.

    ``racing``: the stretch has begun and not ended. Time does not pass meanwhile.
    """

    def __init__(self, cluster: InProcessCluster, turns: Turns) -> None:
        self._cluster = cluster
        self._turns = turns
        self._under_way = False
        self.racing = False

    def next_of(self, waiting: Sequence[int]) -> int:
        """Let controllers work until it is a client's turn; returns its number."""
        self.racing = True
        while True:
            name, number = self._turn(waiting)
            if name == CLIENTS:
                self._under_way = True
                return int(cast("int", number))

    def finish(self, *, max_steps: int) -> None:
        """Let controllers work until there is nothing left to do. Raises Unsettled if that takes too long."""
        steps = 0
        self._end_of_client()
        while self._cluster.runtime.tasks:
            task = self._turn(())
            steps += 1
            if steps >= max_steps:
                raise Unsettled(steps, [(task, steps)])
        self.racing = False

    def _turn(self, waiting: Sequence[int]) -> Task:
        """Choose one piece of work and do it, if it is a controller's."""
        self._end_of_client()
        runtime, recorder = self._cluster.runtime, self._cluster.recorder
        assert recorder is not None, "a cluster in turns notes what is touched"
        ready: list[Hashable] = [*((CLIENTS, number) for number in waiting), *runtime.tasks]
        chosen = cast("Task", self._turns.choose(ready))
        recorder.take()
        if chosen[0] != CLIENTS:
            runtime.run(chosen)
            self._turns.done(recorder.take())
        return chosen

    def _end_of_client(self) -> None:
        """What the client has done since its turn came is done."""
        recorder = self._cluster.recorder
        if self._under_way and recorder is not None:
            recorder.write(CLIENTS)
            self._turns.done(recorder.take())
        self._under_way = False
