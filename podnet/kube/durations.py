"""Stretches of time as kubectl shows them: short, and less exact the longer they are.

Source: k8s.io/apimachinery/pkg/util/duration of Kubernetes 1.36.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 86400 * 365


class _Scale(NamedTuple):
    """From ``least`` seconds on: counted in units, below ``detailed`` of them in parts as well."""

    least: int
    unit: int
    letter: str
    part: int
    small: str
    detailed: int


_SCALES = (
    _Scale(2 * _YEAR, _YEAR, "y", _DAY, "d", 8),
    _Scale(2 * _DAY, _DAY, "d", _HOUR, "h", 8),
    _Scale(3 * _HOUR, _HOUR, "h", _MINUTE, "m", 8),
    _Scale(0, _MINUTE, "m", 1, "s", 10),
)


def human(seconds: float) -> str:
    """``3m20s``, ``5h``, ``2y31d``."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 2 * _MINUTE:
        return f"{max(whole, 0)}s"
    scale = next(scale for scale in _SCALES if whole >= scale.least)
    first, rest = divmod(whole, scale.unit)
    second = rest // scale.part
    detailed = second and first < scale.detailed
    return f"{first}{scale.letter}{second}{scale.small}" if detailed else f"{first}{scale.letter}"


def since(moment: str | None, now: datetime) -> str:
    """How long ago a time of RFC 3339 was; ``<unknown>`` without one, ``<invalid>`` for another text."""
    if not moment:
        return "<unknown>"
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return "<invalid>"
    return human((now - (found if found.tzinfo else found.replace(tzinfo=UTC))).total_seconds())
