"""Gives memory back after a flood of connections: the allocator of C keeps what was freed in between other things."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Callable

MANY = 200
"""Connections that are worth the work, a tenth of a second or more where there are ten thousand pods."""
_SECONDS = 1.0


async def give_back(ended: Callable[[], int]) -> None:
    """Ask again and again how many connections have ``ended`` since it was asked; after many, trim. Never ends."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc; others give back by themselves
    since = 0
    while trim is not None:
        since += ended()
        if since >= MANY:
            gc.collect()  # connections are in circles
            trim(0)
            since = 0
        await asyncio.sleep(_SECONDS)
