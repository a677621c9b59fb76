"""Ctrl-C and SIGTERM, let in only where nothing is half done, so that an interrupted run still tells the truth."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruptions:
    """Takes both signals over, as a context manager in the main thread.

    Within ``welcome`` a signal raises KeyboardInterrupt; one that came before is raised at its beginning. Anywhere else
    it is remembered, and after the first one all others are ignored, to the end of the process: what is done at the
    end is done to its end. A signal that whoever started the process has switched off (nohup) stays so.
    """

    def __init__(self) -> None:
        self._asked = False
        self._open = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interruptions:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_IGN if self._asked else handler)

    @contextmanager
    def welcome(self) -> Iterator[None]:
        """A stretch that may be interrupted anywhere."""
        self._open = True
        try:
            if self._asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._open = False

    def _take(self, *_: object) -> None:
        self._asked = True
        if self._open:
            self._open = False
            raise KeyboardInterrupt
