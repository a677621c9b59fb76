"""The conditions that Kubernetes writes into ``status.conditions``: one list per object, one entry per type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from podnet.api.objects import Obj, timestamp

ConditionStatus = Literal["True", "False", "Unknown"]


def with_condition(
    conditions: Sequence[Obj] | None,
    type_: str,
    status: ConditionStatus,
    *,
    now: datetime,
    reason: str = "",
    message: str = "",
    extra: Obj | None = None,
) -> list[Obj]:
    """The conditions with this one set: changed in place, or added at the end.

    ``lastTransitionTime`` moves only with ``status``; ``extra`` holds further fields (``lastUpdateTime``,
    ``lastProbeTime``). The old list and its entries are left as they are.
    """
    old = next((item for item in conditions or () if item.get("type") == type_), None)
    since = old.get("lastTransitionTime") if old is not None and old.get("status") == status else None
    new: Obj = {"type": type_, "status": status, **(extra or {}), "lastTransitionTime": since or timestamp(now)}
    if reason:
        new["reason"] = reason
    if message:
        new["message"] = message
    if old is None:
        return [*(conditions or ()), new]
    return [new if item is old else item for item in conditions or ()]


def without_condition(conditions: Sequence[Obj] | None, type_: str) -> list[Obj]:
    """The conditions but for this type."""
    return [item for item in conditions or () if item.get("type") != type_]
