"""How long to wait after a failure: doubling, so that what is broken is not asked without end."""

from __future__ import annotations

FIRST_DELAY = 0.05
LONGEST_DELAY = 60.0


def delay(failures: int, *, longest: float = LONGEST_DELAY) -> float:
    """Seconds before the next attempt after so many failures in a row (at least one)."""
    return min(FIRST_DELAY * 2.0 ** min(failures - 1, 30), longest)
