"""Runs the code of an implementation in one thread at a time, and never while that code waits for the API server.

In process an implementation is called by one thread, and again while a request of its own is under way: a webhook hears
of the pod that a controller creates. The same holds here, so that what is right there is right on a real cluster.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


class Monitor:
    """``with monitor:`` around calls of the implementation, ``with monitor.released():`` around what it waits for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        self._owner = threading.get_ident()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._owner = None
        self._lock.release()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let others in meanwhile, if this thread is inside."""
        if self._owner != threading.get_ident():
            yield
            return
        self._owner = None
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._owner = threading.get_ident()
