"""Which nodes a pod may run on, and in the words of kube-scheduler why it may not run on the others.

Each filter looks at the pod once and returns a function that gives the reasons against a node, or None when it
has nothing to say about this pod. The first filter with a reason decides what is reported of a node.

Left out: host ports, volumes, and preemption (and with it what the message says about it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from podnet.api.objects import Obj
from podnet.kube.scheduler.affinity import pod_affinity
from podnet.kube.scheduler.nodes import NodeRequirement, tolerated, untolerated_taint
from podnet.kube.scheduler.resources import fits
from podnet.kube.scheduler.snapshot import NodeState, Snapshot, tolerations_of
from podnet.kube.scheduler.spread import topology_spread

UNSCHEDULABLE = "node(s) were unschedulable"
UNTOLERATED = "node(s) had untolerated taint(s)"
NODE_AFFINITY = "node(s) didn't match Pod's node affinity/selector"
OTHER_NODE_NAME = "node(s) didn't satisfy plugin(s) [NodeAffinity]"

UNSCHEDULABLE_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}

Reasons = Callable[[NodeState], Sequence[str]]
Filter = Callable[[Obj, Snapshot], Reasons | None]


def _schedulable(pod: Obj, _: Snapshot) -> Reasons | None:
    if tolerated(UNSCHEDULABLE_TAINT, tolerations_of(pod)):
        return None
    return lambda state: (UNSCHEDULABLE,) if (state.node.get("spec") or {}).get("unschedulable") else ()


def _taints(pod: Obj, _: Snapshot) -> Reasons | None:
    tolerations = tolerations_of(pod)

    def reasons(state: NodeState) -> Sequence[str]:
        return (UNTOLERATED,) if state.taints and untolerated_taint(state.taints, tolerations) else ()

    return reasons


def _node_affinity(pod: Obj, _: Snapshot) -> Reasons | None:
    required = NodeRequirement.of(pod)
    if required.empty:
        return None
    return lambda state: () if required.matches(state.node) else (NODE_AFFINITY,)


def _node_names(pod: Obj, _: Snapshot) -> Reasons | None:
    """Pods that name their node (those of a DaemonSet do): upstream never looks at the other nodes."""
    names = NodeRequirement.of(pod).names()
    if names is None:
        return None
    return lambda state: () if state.name in names else (OTHER_NODE_NAME,)


FILTERS: Sequence[Filter] = (_node_names, _schedulable, _taints, _node_affinity, fits, topology_spread, pod_affinity)


@dataclass(frozen=True)
class Feasible:
    """The outcome of all filters: nodes that will do, and how many of the others have which reason."""

    states: Sequence[NodeState]
    reasons: Counter[str]
    total: int

    @property
    def message(self) -> str:
        """What kube-scheduler reports when no node will do."""
        if not self.total:
            return "no nodes available to schedule pods"
        counted = sorted(f"{count} {reason}" for reason, count in self.reasons.items())
        return f"0/{self.total} nodes are available: {', '.join(counted)}."


def feasible(pod: Obj, snapshot: Snapshot) -> Feasible:
    """Ask every filter about every node."""
    chain = [reasons for reasons in (item(pod, snapshot) for item in FILTERS) if reasons is not None]
    states: list[NodeState] = []
    counts: Counter[str] = Counter()
    for state in snapshot.nodes:
        for reasons in chain:
            found = reasons(state)
            if found:
                counts.update(found)
                break
        else:
            states.append(state)
    return Feasible(states, counts, len(snapshot.nodes))
