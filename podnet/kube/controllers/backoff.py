"""Delays that grow while something keeps failing: in logical time an endless retry would take no time at all."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

FIRST = 1.0
LONGEST = 15 * 60.0


class Backoff:
    """How long to wait before the next attempt for a key: the first is free, each further one waits twice as long.

    After a rest of twice the longest delay a key starts afresh.
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[datetime, float]] = {}

    def attempt(self, key: Hashable, now: datetime) -> float:
        """0 if the attempt may be made now, which then counts; else the seconds until it may."""
        last = self._last.get(key)
        if last is None:
            self._last[key] = (now, FIRST)
            return 0.0
        since, delay = last
        passed = (now - since).total_seconds()
        if passed < delay:
            return delay - passed
        self._last[key] = (now, FIRST if passed > 2 * LONGEST else min(delay * 2, LONGEST))
        return 0.0


def replacement_delay(failures: int) -> float:
    """Seconds after the latest of so many failures before the next replacement: the first comes at once."""
    return 0.0 if failures <= 1 else min(FIRST * 2.0 ** min(failures - 2, 20), LONGEST)
