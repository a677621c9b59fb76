"""Gives memory back after a flood of connections: the allocator of C keeps what was freed in between other things."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Callable

MANY = 200
"""Connections that are worth the work."""
_SECONDS = 1.0


async def give_back(connections: Callable[[], int]) -> None:
    """Look again and again how many ``connections`` there are; where most of many have ended, trim. Never ends."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc; others give back by themselves
    most = 0
    while trim is not None:
        now = connections()
        most = max(most, now)
        if most >= MANY and now < most // 2:
            gc.collect()  # connections are in circles
            trim(0)
            most = now
        await asyncio.sleep(_SECONDS)
