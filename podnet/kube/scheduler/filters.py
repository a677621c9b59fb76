"""Which nodes a pod may run on, and in the words of kube-scheduler why it may not run on the others.

Each filter looks at the pod once and returns a function that judges a node, or None when it has nothing to say about
this pod. The first filter that refuses a node decides what is reported of it.

Left out: volumes and claims to devices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from podnet.api.objects import Obj
from podnet.kube.scheduler.affinity import pod_affinity
from podnet.kube.scheduler.nodes import NodeRequirement, tolerated, untolerated_taint
from podnet.kube.scheduler.ports import collide, host_ports
from podnet.kube.scheduler.refusal import Judge, Refusal
from podnet.kube.scheduler.resources import fits
from podnet.kube.scheduler.snapshot import NodeState, Snapshot, tolerations_of
from podnet.kube.scheduler.spread import topology_spread

UNSCHEDULABLE = Refusal(("node(s) were unschedulable",), final=True)
UNTOLERATED = Refusal(("node(s) had untolerated taint(s)",), final=True)
NODE_AFFINITY = Refusal(("node(s) didn't match Pod's node affinity/selector",), final=True)
PORTS_TAKEN = Refusal(("node(s) didn't have free ports for the requested pod ports",))
OTHER_NODE_NAME = Refusal(("node(s) didn't satisfy plugin(s) [NodeAffinity]",), final=True)
NO_NODE_NAME = "pod affinity terms conflict"

UNSCHEDULABLE_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}

Filter = Callable[[Obj, Snapshot], Judge | None]


def _schedulable(pod: Obj, _: Snapshot) -> Judge | None:
    if tolerated(UNSCHEDULABLE_TAINT, tolerations_of(pod)):
        return None
    return lambda state: UNSCHEDULABLE if (state.node.get("spec") or {}).get("unschedulable") else None


def _taints(pod: Obj, _: Snapshot) -> Judge | None:
    tolerations = tolerations_of(pod)

    def judge(state: NodeState) -> Refusal | None:
        return UNTOLERATED if state.taints and untolerated_taint(state.taints, tolerations) else None

    return judge


def _node_affinity(pod: Obj, _: Snapshot) -> Judge | None:
    required = NodeRequirement.of(pod)
    if required.empty:
        return None
    return lambda state: None if required.matches(state.node) else NODE_AFFINITY


def _node_names(pod: Obj, _: Snapshot) -> Judge | None:
    """Pods that name their node (those of a DaemonSet do): upstream never looks at the other nodes."""
    names = NodeRequirement.of(pod).names()
    if names is None:
        return None
    return lambda state: None if state.name in names else OTHER_NODE_NAME


def _ports(pod: Obj, _: Snapshot) -> Judge | None:
    wanted = list(host_ports(pod))
    if not wanted:
        return None

    def judge(state: NodeState) -> Refusal | None:
        return PORTS_TAKEN if any(collide(one, other) for one in wanted for other in state.pods.ports) else None

    return judge


FILTERS: Sequence[Filter] = (
    _node_names,
    _schedulable,
    _taints,
    _node_affinity,
    _ports,
    fits,
    topology_spread,
    pod_affinity,
)


@dataclass(frozen=True)
class Feasible:
    """The outcome of all filters: nodes that will do, and by name what speaks against the others.

    ``conflict`` says why the pod can run nowhere, whatever nodes there are; then no node was asked about.
    """

    states: Sequence[NodeState]
    refused: Mapping[str, Refusal]
    conflict: str = ""

    @property
    def reasons(self) -> Counter[str]:
        """How many nodes are refused for which reason."""
        return _counts(self.refused)

    @property
    def message(self) -> str:
        """What kube-scheduler reports when no node will do, without what follows of preemption."""
        if not self.refused:
            return "no nodes available to schedule pods"
        if self.conflict:
            return f"0/{len(self.refused)} nodes are available: {self.conflict}."
        return counted(self.refused)


def counted(refused: Mapping[str, Refusal]) -> str:
    """How many of these nodes, which are all, are refused for which reason."""
    texts = sorted(f"{count} {reason}" for reason, count in _counts(refused).items())
    return f"0/{len(refused)} nodes are available: {', '.join(texts)}."


def _counts(refused: Mapping[str, Refusal]) -> Counter[str]:
    return Counter(reason for refusal in refused.values() for reason in refusal.reasons)


def judges(pod: Obj, snapshot: Snapshot) -> Sequence[Judge]:
    """The filters that have something to say about the pod."""
    return [judge for judge in (item(pod, snapshot) for item in FILTERS) if judge is not None]


def refusal(chain: Sequence[Judge], state: NodeState) -> Refusal | None:
    """What the first of them says that refuses the node; None if none does."""
    for judge in chain:
        found = judge(state)
        if found is not None:
            return found
    return None


def feasible(pod: Obj, snapshot: Snapshot) -> Feasible:
    """Ask every filter about every node."""
    if NodeRequirement.of(pod).names() == frozenset():
        nowhere = Refusal((NO_NODE_NAME,), final=True)
        return Feasible((), {state.name: nowhere for state in snapshot.nodes}, conflict=NO_NODE_NAME)
    chain = judges(pod, snapshot)
    states: list[NodeState] = []
    refused: dict[str, Refusal] = {}
    for state in snapshot.nodes:
        found = refusal(chain, state)
        if found is None:
            states.append(state)
        else:
            refused[state.name] = found
    return Feasible(states, refused)
