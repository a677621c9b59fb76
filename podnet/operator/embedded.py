"""An operator in a thread of a process that does other things too, on a cluster that runs already."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from podnet.api.problems import EnvironmentProblem
from podnet.operator.operator import Operator

LOOK_AGAIN = 0.05
END_SECONDS = 30.0


@contextmanager
def running(operator: Operator, *, within: float) -> Iterator[Operator]:
    """``operator`` at work: ready within so many seconds, ended when the context is left.

    Raises EnvironmentProblem if it does not become ready, and whatever kept it from beginning.
    """
    problems: list[Exception] = []

    def run() -> None:
        try:
            operator.run()
        except Exception as error:  # it is raised in the other thread
            problems.append(error)

    thread = threading.Thread(target=run, name="operator", daemon=True)
    thread.start()
    try:
        left = within
        while thread.is_alive() and left > 0 and not operator.ready.wait(LOOK_AGAIN):
            left -= LOOK_AGAIN
        if problems:
            raise problems[0]
        if not operator.ready.is_set():
            raise EnvironmentProblem(f"the operator is not ready within {within:g} s: {operator.problem}")
        yield operator
    finally:
        operator.stop()
        thread.join(END_SECONDS)
