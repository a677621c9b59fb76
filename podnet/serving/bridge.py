"""Lets code that knows nothing of an event loop wait inside of one: for the answer of a webhook, nothing else.

The core is written for one thread, and asks webhooks in the middle of a write. Over HTTP their answers take time, in
which others must be served: whoever waits is put aside as a greenlet, and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from greenlet import getcurrent, greenlet

Value = TypeVar("Value")


async def run(function: Callable[[], Value]) -> Value:
    """Call a function that may ``wait``; other tasks of the loop run meanwhile."""
    current = greenlet(function)
    result: Any = current.switch()
    while not current.dead:
        try:
            value = await result
        except BaseException as error:  # the waiting code has to hear of all of them, a cancellation too
            result = current.throw(error)
        else:
            result = current.switch(value)
    return cast("Value", result)


def wait(awaitable: Awaitable[Value]) -> Value:
    """What this yields, in code that is called by ``run``. Raises RuntimeError anywhere else."""
    parent = getcurrent().parent
    if parent is None:
        raise RuntimeError("nobody runs an event loop for this code")
    return cast("Value", parent.switch(awaitable))
