"""The arithmetic of a rollout: how large each ReplicaSet of a Deployment may be next. Pure functions.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor

from podnet.api.objects import Obj, annotations_of, name_of
from podnet.kube.controllers.replicaset import replicas_of

REVISION = "deployment.kubernetes.io/revision"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"

HISTORY = "deployment.kubernetes.io/revision-history"
NOT_INHERITED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        HISTORY,
        "deprecated.deployment.rollback.to",
        REVISION,
        DESIRED_REPLICAS,
        MAX_REPLICAS,
    }
)
"""Annotations of a Deployment that its ReplicaSets do not get."""

Sizes = Mapping[str, int]
"""ReplicaSet name to the number of replicas that it should have next."""


def resolve(value: int | str, total: int, *, up: bool) -> int:
    """A number, or a percentage of ``total`` rounded up or down."""
    if isinstance(value, str) and value.endswith("%"):
        share = total * int(value[:-1]) / 100
        return ceil(share) if up else floor(share)
    return int(value)


def is_rolling(deployment: Obj) -> bool:
    """Whether the strategy is RollingUpdate (the default), not Recreate."""
    return bool((deployment["spec"].get("strategy") or {}).get("type", "RollingUpdate") == "RollingUpdate")


def limits(deployment: Obj) -> tuple[int, int]:
    """How many pods there may be above, and how many may be missing below, the wanted number."""
    total = replicas_of(deployment)
    if not is_rolling(deployment):
        return 0, 0
    parameters = (deployment["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    surge = resolve(parameters.get("maxSurge", "25%"), total, up=True)
    unavailable = resolve(parameters.get("maxUnavailable", "25%"), total, up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return surge, min(unavailable, total)


def available(replica_sets: Sequence[Obj]) -> int:
    """How many available pods the ReplicaSets report together."""
    return sum(int((item.get("status") or {}).get("availableReplicas") or 0) for item in replica_sets)


def wanted(replica_sets: Sequence[Obj]) -> int:
    """How many pods the ReplicaSets are to have together."""
    return sum(replicas_of(item) for item in replica_sets)


def new_size(deployment: Obj, others: Sequence[Obj], current: int) -> int:
    """The size of the ReplicaSet of the current template, given the others and its own size now."""
    total = replicas_of(deployment)
    if current >= total or not is_rolling(deployment):
        return total
    room = total + limits(deployment)[0] - wanted(others) - current
    return current + max(min(room, total - current), 0)


def old_sizes(deployment: Obj, new: Obj, old: Sequence[Obj]) -> Sizes:
    """The sizes of the other ReplicaSets, oldest first: pods that are not available go before those that are.

    A ReplicaSet that was told to shrink may still report the pods that it is about to delete: they do not count.
    """
    sizes = {name_of(item): replicas_of(item) for item in old}
    least = replicas_of(deployment) - limits(deployment)[1]
    unavailable_new = replicas_of(new) - available([new])
    surplus = wanted([*old, new]) - least - unavailable_new
    if not any(sizes.values()) or surplus <= 0:
        return sizes
    for item in old:
        broken = min(sizes[name_of(item)] - available([item]), surplus)
        if broken > 0:
            sizes[name_of(item)] -= broken
            surplus -= broken
    spare = sum(min(available([item]), replicas_of(item)) for item in (*old, new)) - least
    for item in old:
        if spare <= 0:
            break
        going = min(sizes[name_of(item)], spare)
        sizes[name_of(item)] -= going
        spare -= going
    return sizes


def is_scaling(deployment: Obj, replica_sets: Sequence[Obj]) -> bool:
    """Whether ``spec.replicas`` has changed since the active ReplicaSets were given their sizes."""
    return any(
        replicas_of(item) > 0
        and annotations_of(item).get(DESIRED_REPLICAS, str(replicas_of(deployment))) != str(replicas_of(deployment))
        for item in replica_sets
    )


def scaled_sizes(deployment: Obj, new: Obj | None, replica_sets: Sequence[Obj]) -> Sizes:
    """The sizes after ``spec.replicas`` has changed: in the middle of a rollout all grow or shrink in proportion.

    ``replica_sets`` are all of them, oldest first; ``new`` is that of the current template.
    """
    total = replicas_of(deployment)
    sizes = {name_of(item): replicas_of(item) for item in replica_sets}
    active = [item for item in replica_sets if replicas_of(item) > 0]
    if len(active) <= 1:
        only = active[0] if active else new or (replica_sets[-1] if replica_sets else None)
        return {**sizes, name_of(only): total} if only is not None else sizes
    if new is not None and replicas_of(new) == total == available([new]):
        return {**dict.fromkeys(sizes, 0), name_of(new): total}
    if not is_rolling(deployment):
        return sizes
    surge = limits(deployment)[0]
    missing = (total + surge if total else 0) - wanted(active)
    newest_first = missing > 0
    ranked = sorted(reversed(active) if newest_first else active, key=replicas_of, reverse=True)
    left = missing
    for item in ranked:
        share = _share(deployment, item, surge)
        change = min(max(share, 0), left) if missing > 0 else max(min(share, 0), left)
        sizes[name_of(item)] += change
        left -= change
    if left and ranked:
        largest = name_of(ranked[0])
        sizes[largest] = max(sizes[largest] + left, 0)
    return sizes


def _share(deployment: Obj, replica_set: Obj, surge: int) -> int:
    """By how much a ReplicaSet changes if it keeps its share of all pods."""
    size, total = replicas_of(replica_set), replicas_of(deployment)
    if total == 0:
        return -size
    before = int(annotations_of(replica_set).get(MAX_REPLICAS) or (deployment.get("status") or {}).get("replicas") or 0)
    return floor(size * (total + surge) / before + 0.5) - size if before else 0


def revision_of(replica_set: Obj) -> int:
    """The number of the revision that a ReplicaSet stands for; 0 if it does not say."""
    return int(annotations_of(replica_set).get(REVISION) or 0)


def raised(replica_set: Obj, revision: str) -> Mapping[str, str]:
    """What a ReplicaSet is told when it becomes the current one again: its revision, and those that it had before."""
    annotations = annotations_of(replica_set)
    if revision_of(replica_set) >= int(revision):
        return {}
    before = [text for text in (annotations.get(HISTORY), annotations.get(REVISION)) if text]
    return {REVISION: revision, **({HISTORY: ",".join(before)} if annotations.get(REVISION) else {})}
