"""Nodes and pods at random, small enough to be understood when two schedulers do not agree about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from wishes import (
    AWAY,
    DISK,
    ENI,
    HOME,
    HOST,
    NODE_TERMS,
    REQUIRED,
    SIZE,
    TAINTS,
    ZONE,
    host_ports,
    pod_term,
    resources,
    wishes,
)

from podnet.api.names import NODE_NOT_READY
from podnet.api.objects import Obj, clone

PLACES: Mapping[str, Mapping[str, str]] = {HOME: {"team": "a"}, AWAY: {"team": "b"}}
"""The namespaces in which the pods of all worlds live, with their labels."""


@dataclass(frozen=True)
class World:
    """``pods`` stand on nodes already, ``pod`` waits for one."""

    nodes: tuple[Obj, ...]
    pods: tuple[Obj, ...]
    pod: Obj

    @property
    def variants(self) -> Mapping[str, Obj]:
        """The pod as it is under an empty name; and under each node's name, bound to it and otherwise the same."""
        names = [node["metadata"]["name"] for node in self.nodes]
        return {**{name: _bound_to(name, self.pod) for name in names}, "": self.pod}


def world(number: int) -> World:
    """The world of this number."""
    random = Random(f"scheduling {number}")
    prefix = f"parity-{number}"
    count = random.randint(1, 4)
    nodes = tuple(_node(random, f"{prefix}-{index}", last=index == count - 1) for index in range(count))
    placed = (_placed(random, f"{prefix}-placed-{index}", nodes) for index in range(random.randint(0, 5)))
    pod = _pod(random, f"{prefix}-candidate", HOME)
    pod["spec"] |= wishes(random, [node["metadata"]["name"] for node in nodes])
    found = World(nodes, tuple(placed), pod)
    return replace(found, pods=tuple(one for one in found.pods if one["spec"]["nodeName"]))


def _node(random: Random, name: str, *, last: bool) -> Obj:
    """A node; the last one takes any pod that tolerates its taints, so that it shows when all have been seen."""
    labels = {HOST: name}
    for key, values in ((ZONE, ("a", "b", "")), (DISK, ("ssd", "hdd", "")), (SIZE, ("1", "5", "9", "big"))):
        if value := random.choice(values):
            labels[key] = value
    taints = [dict(taint) for taint in TAINTS if random.random() < 0.15]
    if not last and random.random() < 0.1:
        taints.append({"key": NODE_NOT_READY, "effect": "NoSchedule"})
    size = {
        "cpu": random.choice(("1", "1500m", "2", "4")),
        "memory": random.choice(("4Gi", "1G")),
        "pods": "20" if last else random.choice(("20", "2", "1")),
    }
    if random.random() < 0.8:
        size[ENI] = str(random.randint(0, 2))
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints, **({"unschedulable": True} if random.random() < 0.1 else {})},
        "status": {"capacity": size, "allocatable": size, "conditions": [{"type": "Ready", "status": "True"}]},
    }


def _placed(random: Random, name: str, nodes: tuple[Obj, ...]) -> Obj:
    pod = _pod(random, name, random.choice((HOME, HOME, AWAY)))
    pod["spec"]["nodeName"] = random.choice(nodes)["metadata"]["name"]
    return pod


def _pod(random: Random, name: str, namespace: str) -> Obj:
    container = {"name": "main", "image": "nothing:1", "resources": resources(random)}
    if ports := host_ports(random):
        container["ports"] = ports
    spec: Obj = {"automountServiceAccountToken": False, "containers": [container], "terminationGracePeriodSeconds": 0}
    if random.random() < 0.2:
        spec["affinity"] = {"podAntiAffinity": {REQUIRED: [pod_term(random)]}}
    labels = {"app": random.choice(("web", "db")), "version": random.choice(("1", "2"))}
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _bound_to(node: str, pod: Obj) -> Obj:
    """The pod with a required node affinity for this node; a term without requirements still matches nothing."""
    bound = clone(pod)
    bound["metadata"]["name"] = node
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    affinity = bound["spec"].setdefault("affinity", {}).setdefault("nodeAffinity", {})
    terms = affinity.setdefault(REQUIRED, {"nodeSelectorTerms": [{}]})[NODE_TERMS]
    wanted = pod["spec"].get("affinity", {}).get("nodeAffinity", {}).get(REQUIRED) is None
    for term in terms:
        if term or wanted:
            term.setdefault("matchFields", []).append(field)
    return bound
