"""Signals while a guest tidies up: the first has been heard already, the next one means that nobody wants to wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Impatience:
    """Counts signals within ``listening``, and hands them on to whoever has listened before."""

    def __init__(self) -> None:
        self._heard = 0

    def heard(self) -> bool:
        """Whether a signal has come since the listening began."""
        return self._heard > 0

    @contextmanager
    def listening(self, *, alone: bool = False) -> Iterator[None]:
        """A stretch in which signals are counted; elsewhere than in the main thread none are.

        ``alone``: nobody else hears of them, so that nothing is broken off.
        """
        self._heard = 0
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: dict[signal.Signals, Any] = {
            number: signal.getsignal(number) for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN
        }

        def take(number: int, frame: Any) -> None:
            self._heard += 1
            handler = before[signal.Signals(number)]
            if not alone and callable(handler) and handler is not signal.default_int_handler:
                handler(number, frame)

        try:
            for number in before:
                signal.signal(number, take)
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
