"""Whether a node has room for a pod, and how much of it would be left: NodeResourcesFit and its scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

from podnet.api.objects import Obj
from podnet.kube.scheduler.quantities import Requests, amounts, milli
from podnet.kube.scheduler.snapshot import NodeState, Snapshot

USUAL_PODS = 110
"""How many pods a node is taken to hold where it does not say (what kubelet declares unless told otherwise)."""
UNSTATED = {"cpu": 100, "memory": 200 * 1024 * 1024 * 1000}
"""What a pod is taken to ask for where it does not say, for scores only (in thousandths, as upstream: 100m, 200Mi)."""


def fits(pod: Obj, snapshot: Snapshot) -> Callable[[NodeState], Sequence[str]]:
    """The reasons why the pod does not fit on a node. What the node does not declare is not limited."""
    wanted = snapshot.requests(pod)

    def reasons(state: NodeState) -> Sequence[str]:
        allocatable = allocatable_of(state.node)
        if not allocatable:
            return ()
        found = []
        if "pods" in allocatable and len(state.pods) + 1 > milli(allocatable["pods"]) // 1000:
            found.append("Too many pods")
        limited = {name: amount for name, amount in wanted.items() if amount and name in allocatable}
        if limited:
            used = _used(state, snapshot)
            found += [
                f"Insufficient {name}"
                for name, amount in limited.items()
                if used.get(name, 0) + amount > milli(allocatable[name])
            ]
        return found

    return reasons


def least_allocated(pod: Obj, snapshot: Snapshot, states: Sequence[NodeState]) -> Sequence[int]:
    """The share of the node that would stay free (0 to 100): of cpu and memory, or of pods if it declares neither."""
    return [_mean_free(pod, snapshot, state) for state in states]


def balanced(pod: Obj, snapshot: Snapshot, states: Sequence[NodeState]) -> Sequence[int] | None:
    """How alike the used shares of cpu and memory would be (0 to 100). None for a pod that asks for neither."""
    if not snapshot.requests(pod):
        return None
    scores = []
    for state in states:
        shares = [min(used / total, 1.0) for used, total in _shares(pod, snapshot, state, unstated={})]
        deviation = 0.0
        if len(shares) > 1:
            mean = sum(shares) / len(shares)
            deviation = sqrt(sum((share - mean) ** 2 for share in shares) / len(shares))
        scores.append(int((1 - deviation) * 100))
    return scores


def allocatable_of(node: Obj) -> Obj:
    """``status.allocatable``, or an empty map."""
    return (node.get("status") or {}).get("allocatable") or {}


def _mean_free(pod: Obj, snapshot: Snapshot, state: NodeState) -> int:
    shares = _shares(pod, snapshot, state, unstated=UNSTATED)
    if not shares:
        capacity = milli(allocatable_of(state.node).get("pods", USUAL_PODS)) // 1000
        shares = [(len(state.pods) + 1, capacity)] if capacity else []
    free = [max(total - used, 0) * 100 // total for used, total in shares]
    return sum(free) // len(free) if free else 0


def _shares(pod: Obj, snapshot: Snapshot, state: NodeState, *, unstated: Requests) -> Sequence[tuple[int, int]]:
    """What would be used and what there is, of cpu and of memory, as far as the node declares them."""
    allocatable = amounts({name: amount for name, amount in allocatable_of(state.node).items() if name in UNSTATED})
    pods = [snapshot.requests(other) for other in (*state.pods, pod)]
    return [
        (sum(wanted.get(name, unstated.get(name, 0)) for wanted in pods), total)
        for name, total in allocatable.items()
        if total
    ]


def _used(state: NodeState, snapshot: Snapshot) -> Requests:
    used: dict[str, int] = {}
    for pod in state.pods:
        for name, amount in snapshot.requests(pod).items():
            used[name] = used.get(name, 0) + amount
    return used
