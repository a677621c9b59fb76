"""Whether a node has room for a pod, and how much of it would be left: NodeResourcesFit and its scores."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from podnet.api.objects import Obj
from podnet.kube.scheduler.quantities import Requests, milli, requests_of
from podnet.kube.scheduler.refusal import Judge, Refusal
from podnet.kube.scheduler.snapshot import NodeState, Snapshot

TOO_MANY_PODS = "Too many pods"
USUAL_PODS = 110
"""How many pods a node is taken to hold where it does not say (what kubelet declares unless told otherwise)."""
UNSTATED = {"cpu": 100, "memory": 200 * 1024 * 1024 * 1000}
"""What a pod is taken to ask for where it does not say, for scores only (in thousandths, as upstream: 100m, 200Mi)."""


def fits(pod: Obj, _: Snapshot) -> Judge:
    """Refuse nodes without room for the pod. What a node does not declare, it does not have."""
    wanted = [(name, amount) for name, amount in requests_of(pod).items() if amount]

    def judge(state: NodeState) -> Refusal | None:
        allocatable, asked, found, final = allocatable_of(state.node), state.pods.asked, [], False
        if len(state.pods) + 1 > milli(allocatable.get("pods", 0)) // 1000:
            found.append(TOO_MANY_PODS)
        for name, amount in wanted:
            whole = milli(allocatable.get(name, 0))
            if asked.get(name, 0) + amount > whole:
                found.append(f"Insufficient {name}")
                final = final or amount > whole
        return Refusal(tuple(found), final=final) if found else None

    return judge


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
