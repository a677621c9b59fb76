"""What both those who watch over PodDisruptionBudgets and those who spend them know of one."""

from __future__ import annotations

from datetime import datetime

from podnet.api.objects import Obj, condition_of, labels_of, namespace_of, timestamp
from podnet.api.selectors import SelectorError, from_label_selector

CONDITION = "DisruptionAllowed"
SUFFICIENT, INSUFFICIENT, SYNC_FAILED = "SufficientPods", "InsufficientPods", "SyncFailed"


def selects(budget: Obj, pod: Obj) -> bool:
    """Whether the budget is about the pod: without a selector about none, with an empty one about all."""
    selector = budget["spec"].get("selector")
    if selector is None or namespace_of(budget) != namespace_of(pod):
        return False
    try:
        return from_label_selector(selector).matches(labels_of(pod))
    except SelectorError:
        return False


def with_verdict(status: Obj, now: datetime, *, failure: str = "") -> Obj:
    """The status with its condition as ``disruptionsAllowed`` says, or as a ``failure`` to count makes it."""
    allowed = status.get("disruptionsAllowed", 0) > 0
    verdict, reason = ("True", SUFFICIENT) if allowed else ("False", SYNC_FAILED if failure else INSUFFICIENT)
    old = condition_of({"status": status}, CONDITION) or {}
    since = old.get("lastTransitionTime") if old.get("status") == verdict else None
    condition: Obj = {
        "type": CONDITION,
        "status": verdict,
        "reason": reason,
        "message": failure,
        "lastTransitionTime": since or timestamp(now),
    }
    if generation := status.get("observedGeneration"):
        condition["observedGeneration"] = generation
    others = [item for item in status.get("conditions") or () if item.get("type") != CONDITION]
    return {**status, "conditions": [*others, condition]}
