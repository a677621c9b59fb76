"""Stretches of time as kubectl shows them: short, and less exact the longer they are.

Source: k8s.io/apimachinery/pkg/util/duration of Kubernetes 1.36.
"""

from __future__ import annotations

from datetime import datetime

from podnet.api.objects import parse_timestamp

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 86400 * 365


def human(seconds: float) -> str:
    """``3m20s``, ``5h``, ``2y31d``."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 2 * _MINUTE:
        return f"{max(whole, 0)}s"
    for least, unit, letter, part, small in (
        (2 * _YEAR, _YEAR, "y", _DAY, "d"),
        (2 * _DAY, _DAY, "d", _HOUR, "h"),
        (3 * _HOUR, _HOUR, "h", _MINUTE, "m"),
        (2 * _MINUTE, _MINUTE, "m", 1, "s"),
    ):
        if whole >= least:
            break
    first, rest = divmod(whole, unit)
    second = rest // part
    detailed = {"y": 8, "d": 8, "h": 8, "m": 10}[letter]
    return f"{first}{letter}{second}{small}" if second and first < detailed else f"{first}{letter}"


def since(moment: str | None, now: datetime) -> str:
    """How long ago a timestamp was; ``<unknown>`` without one."""
    return human((now - parse_timestamp(moment)).total_seconds()) if moment else "<unknown>"
