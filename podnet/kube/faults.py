"""Faults of the implementation under test: exceptions that are its own, told apart from answers of the API."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import PurePath

from podnet.api.host import Key


@dataclass(frozen=True)
class Fault:
    """An exception that an implementation let escape.

    ``queue`` is the controller (or the webhook) that failed, ``key`` what it was called for, ``error`` the
    exception as ``repr``, ``where`` the innermost line outside its host, ``at`` the seconds of the host's clock.
    """

    queue: str
    key: Key
    error: str
    where: str
    at: float

    def __str__(self) -> str:
        return f"{self.queue} {self.key!r}: {self.error} at {self.where}"


def fault_of(queue: str, key: Key, error: Exception, *, at: float) -> Fault:
    """The fault that an exception stands for."""
    return Fault(queue, key, repr(error), _where(error), at)


def _where(error: Exception) -> str:
    frames = list(traceback.walk_tb(error.__traceback__))
    if not frames:
        return ""
    outside = [frame for frame in frames if not _is_own(str(frame[0].f_globals.get("__name__", "")))]
    frame, line = (outside or frames)[-1]
    return f"{PurePath(frame.f_code.co_filename).name}:{line} in {frame.f_code.co_name}"


def _is_own(module: str) -> bool:
    return module.startswith(("podnet.kube.", "podnet.operator."))
