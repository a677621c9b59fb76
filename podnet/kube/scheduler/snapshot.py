"""The cluster as one scheduling decision sees it: nodes, and the pods that occupy them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from podnet.api.objects import EMPTY, Obj, labels_of, name_of
from podnet.api.selectors import NOTHING, Selector, SelectorError, from_label_selector
from podnet.kube.scheduler.quantities import Requests, requests_of, total

TERMINAL = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True)
class NodeState:
    """A node with the pods on it. Pods that have finished occupy nothing; terminating ones still do.

    ``requests`` says what a pod asks for.
    """

    node: Obj
    name: str
    labels: Mapping[str, str]
    taints: Sequence[Obj]
    pods: Sequence[Obj]
    requests: Callable[[Obj], Requests] = requests_of

    @cached_property
    def asked(self) -> Requests:
        """What the pods ask for together."""
        return total(map(self.requests, self.pods))

    def silent(self, resource: str) -> int:
        """How many pods do not say what they need of a resource."""
        return sum(1 for pod in self.pods if resource not in self.requests(pod))


@dataclass(frozen=True)
class Snapshot:
    """Everything that a decision may depend on.

    ``namespace_labels`` gives the labels of a namespace by name. ``siblings`` selects the pods of the workload
    that the pod belongs to, for the spreading that applies where a pod asks for none; None without a workload.
    """

    nodes: Sequence[NodeState]
    namespace_labels: Callable[[str], Mapping[str, str]] = field(default=lambda _: EMPTY)
    siblings: Selector | None = None


def occupies(pod: Obj) -> bool:
    """Whether the pod is bound and has not finished."""
    return bool((pod.get("spec") or {}).get("nodeName")) and (pod.get("status") or {}).get("phase") not in TERMINAL


def node_states(
    nodes: Iterable[Obj], pods: Iterable[Obj], *, requests: Callable[[Obj], Requests] = requests_of
) -> Sequence[NodeState]:
    """Join nodes with the pods that occupy them; pods on unknown nodes are left out."""
    occupants: dict[str, list[Obj]] = {}
    for pod in pods:
        if occupies(pod):
            occupants.setdefault(pod["spec"]["nodeName"], []).append(pod)
    return [
        NodeState(node, name_of(node), labels_of(node), taints_of(node), occupants.get(name_of(node), ()), requests)
        for node in nodes
    ]


def taints_of(node: Obj) -> Sequence[Obj]:
    """``spec.taints``, never None."""
    return (node.get("spec") or {}).get("taints") or ()


def tolerations_of(pod: Obj) -> Sequence[Obj]:
    """``spec.tolerations``, never None."""
    return (pod.get("spec") or {}).get("tolerations") or ()


def selector_of(selector: Obj | None) -> Selector:
    """The meaning of a label selector inside a pod; a malformed one, which no API server lets in, selects nothing."""
    try:
        return from_label_selector(selector)
    except SelectorError:
        return NOTHING
