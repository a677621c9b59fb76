"""Whether a node has room for a pod, and how much of it would be left: NodeResourcesFit and its scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

from podnet.api.objects import Obj
from podnet.kube.scheduler.quantities import Requests, milli, requests_of
from podnet.kube.scheduler.snapshot import NodeState, Snapshot

USUAL_PODS = 110
"""How many pods a node is taken to hold where it does not say (what kubelet declares unless told otherwise)."""
UNSTATED = {"cpu": 100, "memory": 200 * 1024 * 1024 * 1000}
"""What a pod is taken to ask for where it does not say, for scores only (in thousandths, as upstream: 100m, 200Mi)."""


def fits(pod: Obj, _: Snapshot) -> Callable[[NodeState], Sequence[str]]:
    """The reasons why the pod does not fit on a node. What the node does not declare is not limited."""
    wanted = requests_of(pod)

    def reasons(state: NodeState) -> Sequence[str]:
        allocatable = allocatable_of(state.node)
        if not allocatable:
            return ()
        found = []
        if "pods" in allocatable and len(state.pods) + 1 > milli(allocatable["pods"]) // 1000:
            found.append("Too many pods")
        found += [
            f"Insufficient {name}"
            for name, amount in wanted.items()
            if amount and name in allocatable and state.pods.asked.get(name, 0) + amount > milli(allocatable[name])
        ]
        return found

    return reasons


def least_allocated(pod: Obj, _: Snapshot, states: Sequence[NodeState]) -> Sequence[int]:
    """The share of the node that would stay free (0 to 100): of cpu and memory, or of pods if it declares neither."""
    wanted = requests_of(pod)
    return [_mean_free(wanted, state) for state in states]


def balanced(pod: Obj, _: Snapshot, states: Sequence[NodeState]) -> Sequence[int] | None:
    """How alike the used shares of cpu and memory would be (0 to 100). None for a pod that asks for neither."""
    wanted = requests_of(pod)
    if not wanted:
        return None
    scores = []
    for state in states:
        shares = [min(used / whole, 1.0) for used, whole in _shares(wanted, state, unstated={})]
        deviation = 0.0
        if len(shares) > 1:
            mean = sum(shares) / len(shares)
            deviation = sqrt(sum((share - mean) ** 2 for share in shares) / len(shares))
        scores.append(int((1 - deviation) * 100))
    return scores


def allocatable_of(node: Obj) -> Obj:
    """``status.allocatable``, or an empty map."""
    return (node.get("status") or {}).get("allocatable") or {}


def _mean_free(wanted: Requests, state: NodeState) -> int:
    shares = _shares(wanted, state, unstated=UNSTATED)
    if not shares:
        capacity = milli(allocatable_of(state.node).get("pods", USUAL_PODS)) // 1000
        shares = [(len(state.pods) + 1, capacity)] if capacity else []
    free = [max(whole - used, 0) * 100 // whole for used, whole in shares]
    return sum(free) // len(free) if free else 0


def _shares(wanted: Requests, state: NodeState, *, unstated: Requests) -> Sequence[tuple[int, int]]:
    """What would be used and what there is, of cpu and of memory, as far as the node declares them."""
    allocatable, pods, shares = allocatable_of(state.node), state.pods, []
    for name in UNSTATED:
        whole = milli(allocatable[name]) if name in allocatable else 0
        if whole:
            assumed = unstated.get(name, 0)
            used = pods.asked.get(name, 0) + wanted.get(name, assumed)
            shares.append((used + (assumed * pods.silent(name) if assumed else 0), whole))
    return shares
