"""What a Deployment says of itself: counts, and the conditions Available, Progressing and ReplicaFailure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from podnet.api.objects import Obj, condition_of, name_of, parse_timestamp, timestamp
from podnet.kube.conditions import ConditionStatus, with_condition, without_condition
from podnet.kube.controllers.replicaset import replicas_of
from podnet.kube.controllers.rollout import available, limits, wanted

NO_DEADLINE = 2**31 - 1


def progress(conditions: Sequence[Obj], status: ConditionStatus, reason: str, message: str, now: datetime) -> list[Obj]:
    """The conditions with Progressing set, and its ``lastUpdateTime`` renewed."""
    return _set(conditions, "Progressing", status, reason, message, now)


def status_of(deployment: Obj, replica_sets: Sequence[Obj], new: Obj | None, now: datetime) -> Obj:
    """The status that follows from the ReplicaSets; its conditions start from those of ``deployment``."""
    old = deployment.get("status") or {}
    status = _counts(replica_sets, new)
    for field in ("collisionCount",):
        if field in old:
            status[field] = old[field]
    if (generation := deployment["metadata"].get("generation")) is not None:
        status["observedGeneration"] = generation
    conditions = list(old.get("conditions") or ())
    least = replicas_of(deployment) - limits(deployment)[1]
    if available(replica_sets) >= least:
        sentence = "Deployment has minimum availability."
        conditions = _kept(conditions, "Available", "True", "MinimumReplicasAvailable", sentence, now)
    else:
        sentence = "Deployment does not have minimum availability."
        conditions = _kept(conditions, "Available", "False", "MinimumReplicasUnavailable", sentence, now)
    if not deployment["spec"].get("paused"):
        conditions = _with_progress(deployment, status, conditions, new, now)
    conditions = _with_failure(conditions, replica_sets, now)
    return {**status, "conditions": conditions}


def is_complete(deployment: Obj, status: Obj) -> bool:
    """Whether every pod is of the current template and available, and nothing else is left."""
    total = replicas_of(deployment)
    counts = (status.get(field, 0) for field in ("updatedReplicas", "replicas", "availableReplicas"))
    return all(count == total for count in counts)


def deadline_in(deployment: Obj, status: Obj, now: datetime) -> float | None:
    """Seconds until the rollout counts as stuck; None if it is complete, stuck already, or has no deadline."""
    seconds = deployment["spec"].get("progressDeadlineSeconds", 600)
    condition = condition_of({"status": status}, "Progressing")
    if condition is None or seconds in (None, NO_DEADLINE) or deployment["spec"].get("paused"):
        return None
    if condition.get("reason") in {"NewReplicaSetAvailable", "ProgressDeadlineExceeded"}:
        return None
    since = condition.get("lastUpdateTime")
    if not since:
        return None
    return max((parse_timestamp(since) + timedelta(seconds=int(seconds)) - now).total_seconds(), 0.0)


def _counts(replica_sets: Sequence[Obj], new: Obj | None) -> Obj:
    there = {
        field: sum(int((item.get("status") or {}).get(field) or 0) for item in replica_sets)
        for field in ("replicas", "readyReplicas", "availableReplicas")
    }
    there["updatedReplicas"] = int(((new or {}).get("status") or {}).get("replicas") or 0)
    there["unavailableReplicas"] = max(wanted(replica_sets) - there["availableReplicas"], 0)
    ending = sum(int((item.get("status") or {}).get("terminatingReplicas") or 0) for item in replica_sets)
    return {**{field: count for field, count in there.items() if count}, "terminatingReplicas": ending}


def _with_progress(deployment: Obj, status: Obj, conditions: list[Obj], new: Obj | None, now: datetime) -> list[Obj]:
    old = deployment.get("status") or {}
    seconds = deployment["spec"].get("progressDeadlineSeconds", 600)
    condition = condition_of({"status": {"conditions": conditions}}, "Progressing") or {}
    if seconds in (None, NO_DEADLINE):
        return without_condition(conditions, "Progressing")
    if (
        status.get("replicas", 0) == status.get("updatedReplicas", 0)
        and condition.get("reason") == "NewReplicaSetAvailable"
    ):
        return conditions
    subject = f'ReplicaSet "{name_of(new)}"' if new is not None else f'Deployment "{name_of(deployment)}"'
    if is_complete(deployment, status):
        message = f"{subject} has successfully progressed."
        return progress(conditions, "True", "NewReplicaSetAvailable", message, now)
    if _has_moved(old, status):
        return progress(conditions, "True", "ReplicaSetUpdated", f"{subject} is progressing.", now)
    if deadline_in(deployment, {"conditions": conditions}, now) == 0.0:
        message = f"{subject} has timed out progressing."
        return progress(conditions, "False", "ProgressDeadlineExceeded", message, now)
    return conditions


def _has_moved(old: Obj, new: Obj) -> bool:
    """Whether anything came nearer to the goal: more of the new pods, fewer of the old, more that are usable."""

    def old_pods(status: Obj) -> int:
        return int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))

    rises = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return old_pods(new) < old_pods(old) or any(new.get(field, 0) > old.get(field, 0) for field in rises)


def _with_failure(conditions: list[Obj], replica_sets: Sequence[Obj], now: datetime) -> list[Obj]:
    failures = (condition_of(item, "ReplicaFailure") for item in reversed(replica_sets))
    failure = next((item for item in failures if item is not None), None)
    if failure is None:
        return without_condition(conditions, "ReplicaFailure")
    reason, message = failure.get("reason", ""), failure.get("message", "")
    return _kept(conditions, "ReplicaFailure", "True", reason, message, now)


def _kept(
    conditions: list[Obj], type_: str, status: ConditionStatus, reason: str, message: str, now: datetime
) -> list[Obj]:
    """Set a condition, but leave it alone, its ``lastUpdateTime`` as well, where it says the same already."""
    old = condition_of({"status": {"conditions": conditions}}, type_) or {}
    if (old.get("status"), old.get("reason"), old.get("message")) == (status, reason, message):
        return conditions
    return _set(conditions, type_, status, reason, message, now)


def _set(
    conditions: Sequence[Obj], type_: str, status: ConditionStatus, reason: str, message: str, now: datetime
) -> list[Obj]:
    """Set a condition and its ``lastUpdateTime``; the one that was set last stands last."""
    extra = {"lastUpdateTime": timestamp(now)}
    new = with_condition(conditions, type_, status, now=now, reason=reason, message=message, extra=extra)
    return sorted(new, key=lambda item: item["type"] == type_)
