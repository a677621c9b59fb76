"""Decides in which zones a pod may run, and says so to the scheduler without loosening what the pod itself demands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from podnet.api.inventory import Inventory
from podnet.api.names import TOPOLOGY_ZONE
from podnet.api.objects import Obj

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def zones(vswitches: Iterable[str], *, inventory: Inventory) -> tuple[str, ...]:
    """The zones of these vSwitches, sorted; vSwitches that do not exist have none."""
    return tuple(sorted({zone for zone in map(inventory.zone_of, vswitches) if zone}))


def constrain(pod_spec: Obj, *, zones: Sequence[str], key: str = TOPOLOGY_ZONE) -> Obj:
    """The pod's spec, with the node in one of ``zones`` beside all that it demanded before; the input is not changed.

    Node selector terms are alternatives: the zone goes into each of them. A term without any condition matches no
    node and stays so (https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity).
    Without ``zones`` there is nothing to demand.
    """
    if not zones:
        return pod_spec
    in_zones: Obj = {"key": key, "operator": "In", "values": list(zones)}
    affinity = pod_spec.get("affinity") or {}
    node_affinity = affinity.get("nodeAffinity") or {}
    required = node_affinity.get(REQUIRED)
    if required is None:
        required = {"nodeSelectorTerms": [{"matchExpressions": [in_zones]}]}
    else:
        terms = [_and(term, in_zones) for term in required.get("nodeSelectorTerms") or ()]
        required = {**required, "nodeSelectorTerms": terms}
    return {**pod_spec, "affinity": {**affinity, "nodeAffinity": {**node_affinity, REQUIRED: required}}}


def _and(term: Obj, expression: Obj) -> Obj:
    expressions = term.get("matchExpressions") or []
    if not expressions and not term.get("matchFields"):
        return term
    if expression in expressions:
        return term
    return {**term, "matchExpressions": [*expressions, expression]}
