"""A limit on the wall clock for code that is not ours: it may hang, and must not hang the run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from types import FrameType

from podnet.harness.outcome import Stuck

INSIST = 1.0
"""Seconds after which code that swallowed its interruption is interrupted again."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise Stuck in the block once the seconds are over. For the main thread only.

    A process whose parent has gone ends then instead: nobody is left to end it.
    """
    parent = os.getppid()

    def interrupt(_: int, frame: FrameType | None) -> None:
        if os.getppid() != parent:
            os._exit(1)
        place = f" at {PurePath(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else ""
        raise Stuck(f"it did not end within {seconds:g} s of wall clock; it was interrupted{place}")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, INSIST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
