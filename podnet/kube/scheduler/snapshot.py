"""The cluster as one scheduling decision sees it: nodes, and the pods that occupy them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from podnet.api.host import Change
from podnet.api.objects import EMPTY, Obj, labels_of, name_of
from podnet.api.selectors import NOTHING, Selector, SelectorError, from_label_selector
from podnet.kube.scheduler.occupants import Occupancy, Occupants


@dataclass(frozen=True)
class NodeState:
    """A node with the pods on it."""

    node: Obj
    name: str
    labels: Mapping[str, str]
    taints: Sequence[Obj]
    pods: Occupants


@dataclass(frozen=True)
class Snapshot:
    """Everything that a decision may depend on.

    ``namespace_labels`` gives the labels of a namespace by name. ``siblings`` selects the pods of the workload
    that the pod belongs to, for the spreading that applies where a pod asks for none; None without a workload.
    """

    nodes: Sequence[NodeState]
    namespace_labels: Callable[[str], Mapping[str, str]] = field(default=lambda _: EMPTY)
    siblings: Selector | None = None


def node_states(nodes: Iterable[Obj], occupancy: Occupancy) -> Sequence[NodeState]:
    """Join nodes with the pods that occupy them; pods on unknown nodes are left out."""
    return [
        NodeState(node, name_of(node), labels_of(node), taints_of(node), occupancy.of(name_of(node))) for node in nodes
    ]


def occupancy_of(pods: Iterable[Obj]) -> Occupancy:
    """Where these pods are."""
    occupancy = Occupancy()
    for pod in pods:
        occupancy.note(Change(None, pod))
    return occupancy


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
