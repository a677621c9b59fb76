"""Which of the feasible nodes is best: the score plugins of kube-scheduler with their default weights.

Each score looks at the pod and the feasible nodes and gives a number from 0 to 100 for each of them, in order,
or None when it has nothing to say about this pod.
Source: https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from podnet.api.objects import Obj
from podnet.kube.scheduler.affinity import pod_affinity_scores
from podnet.kube.scheduler.nodes import preferred_node_terms, tolerated
from podnet.kube.scheduler.resources import balanced, least_allocated
from podnet.kube.scheduler.snapshot import NodeState, Snapshot, tolerations_of
from podnet.kube.scheduler.spread import topology_spread_scores

Score = Callable[[Obj, Snapshot, Sequence[NodeState]], Sequence[int] | None]


def _taints(pod: Obj, _: Snapshot, states: Sequence[NodeState]) -> Sequence[int] | None:
    """Fewer ``PreferNoSchedule`` taints that the pod does not tolerate are better."""
    if not any(state.taints for state in states):
        return None
    tolerations = tolerations_of(pod)
    raw = [
        sum(
            1
            for taint in state.taints
            if taint.get("effect") == "PreferNoSchedule" and not tolerated(taint, tolerations)
        )
        for state in states
    ]
    most = max(raw)
    return [100 - 100 * count // most for count in raw] if most else None


def _node_affinity(pod: Obj, _: Snapshot, states: Sequence[NodeState]) -> Sequence[int] | None:
    """More weight of preferred terms that match is better."""
    terms = preferred_node_terms(pod)
    if not terms:
        return None
    raw = [sum(weight for weight, term in terms if term.matches(state.node)) for state in states]
    most = max(raw)
    return [100 * score // most for score in raw] if most else None


SCORES: Sequence[tuple[int, Score]] = (
    (3, _taints),
    (2, _node_affinity),
    (2, topology_spread_scores),
    (2, pod_affinity_scores),
    (1, least_allocated),
    (1, balanced),
)
"""Weights and scores."""


def best(pod: Obj, snapshot: Snapshot, states: Sequence[NodeState]) -> Sequence[NodeState]:
    """The nodes with the highest weighted sum, in the order given; ``states`` must not be empty."""
    if len(states) == 1:
        return states
    totals = [0] * len(states)
    for weight, score in SCORES:
        for index, value in enumerate(score(pod, snapshot, states) or ()):
            totals[index] += weight * value
    highest = max(totals)
    return [state for state, total in zip(states, totals, strict=True) if total == highest]
