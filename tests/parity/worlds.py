"""Nodes and pods at random, small enough to be understood when two schedulers do not agree about them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from podnet.api.objects import Obj

HOST, ZONE, DISK, SIZE = "kubernetes.io/hostname", "topology.kubernetes.io/zone", "disk", "size"
_TAINTS = (
    {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
    {"key": "dedicated", "value": "db", "effect": "NoExecute"},
    {"key": "slow", "effect": "PreferNoSchedule"},
    {"key": "closed", "effect": "NoSchedule"},
)
_TERM, _PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"


@dataclass(frozen=True)
class World:
    """``pods`` stand on nodes already, ``pod`` waits for one."""

    nodes: tuple[Obj, ...]
    pods: tuple[Obj, ...]
    pod: Obj


def world(seed: str, namespace: str) -> World:
    """The world of this seed."""
    random = Random(seed)
    nodes = tuple(_node(random, f"{namespace}-{number}") for number in range(random.randint(1, 4)))
    placed = (_pod(random, namespace, f"placed-{number}") for number in range(random.randint(0, 4)))
    pods = tuple(_on(pod, random.choice(nodes)["metadata"]["name"]) for pod in placed)
    pod = _pod(random, namespace, "candidate")
    pod["spec"] |= _wishes(random)
    return World(nodes, pods, pod)


def _node(random: Random, name: str) -> Obj:
    labels = {HOST: name}
    for key, values in ((ZONE, ("a", "b", "")), (DISK, ("ssd", "hdd", "")), (SIZE, ("1", "5", "9"))):
        if value := random.choice(values):
            labels[key] = value
    taints = [dict(taint) for taint in _TAINTS if random.random() < 0.15]
    size = {
        "cpu": str(random.randint(1, 4)),
        "memory": "4Gi",
        "pods": "20",
        "example.com/eni": str(random.randint(0, 2)),
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints, **({"unschedulable": True} if random.random() < 0.1 else {})},
        "status": {"capacity": size, "allocatable": size, "conditions": [{"type": "Ready", "status": "True"}]},
    }


def _pod(random: Random, namespace: str, name: str) -> Obj:
    requests: dict[str, Any] = {"cpu": random.choice(("100m", "500m", "1", "2500m")), "memory": "64Mi"}
    limits = {}
    if random.random() < 0.2:
        requests["example.com/eni"] = limits["example.com/eni"] = "1"
    container = {"name": "main", "image": "nothing:1", "resources": {"requests": requests, "limits": limits}}
    spec: Obj = {"automountServiceAccountToken": False, "containers": [container], "terminationGracePeriodSeconds": 0}
    if random.random() < 0.2:
        spec["affinity"] = {"podAntiAffinity": {_TERM: [_pod_term(random)]}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": random.choice(("web", "db"))}},
        "spec": spec,
    }


def _on(pod: Obj, node: str) -> Obj:
    return {**pod, "spec": {**pod["spec"], "nodeName": node}}


def _wishes(random: Random) -> Obj:
    spec: Obj = {}
    if random.random() < 0.2:
        spec["nodeSelector"] = {random.choice((ZONE, DISK)): random.choice(("a", "ssd"))}
    if random.random() < 0.3:
        spec["tolerations"] = [random.choice(_tolerations())]
    affinity: Obj = {}
    if random.random() < 0.35:
        terms = [_node_term(random) for _ in range(random.randint(1, 2))]
        affinity["nodeAffinity"] = {_TERM: {"nodeSelectorTerms": terms}}
    if random.random() < 0.2:
        affinity["podAffinity"] = {_TERM: [_pod_term(random)]}
    if random.random() < 0.25:
        affinity["podAntiAffinity"] = {_TERM: [_pod_term(random)]}
    if affinity:
        spec["affinity"] = affinity
    if random.random() < 0.3:
        spec["topologySpreadConstraints"] = [
            {
                "maxSkew": random.randint(1, 2),
                "topologyKey": random.choice((ZONE, HOST)),
                "whenUnsatisfiable": random.choice(("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway")),
                "labelSelector": _selector(random),
            }
        ]
    return spec


def _tolerations() -> list[Obj]:
    return [
        {"operator": "Exists"},
        {"key": "dedicated", "operator": "Exists"},
        {"key": "dedicated", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"},
        {"key": "closed", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/unschedulable", "operator": "Exists"},
    ]


def _node_term(random: Random) -> Obj:
    choices: list[Obj] = [
        {"key": ZONE, "operator": "In", "values": ["a", "c"]},
        {"key": ZONE, "operator": "NotIn", "values": ["a"]},
        {"key": DISK, "operator": "Exists"},
        {"key": DISK, "operator": "DoesNotExist"},
        {"key": SIZE, "operator": "Gt", "values": ["4"]},
        {"key": SIZE, "operator": "Lt", "values": ["6"]},
    ]
    return {"matchExpressions": random.sample(choices, random.randint(1, 2))}


def _pod_term(random: Random) -> Obj:
    return {"topologyKey": random.choice((ZONE, HOST)), "labelSelector": _selector(random)}


def _selector(random: Random) -> Obj:
    choices: list[Obj] = [
        {"matchLabels": {"app": "web"}},
        {"matchExpressions": [{"key": "app", "operator": "In", "values": ["db", "web"]}]},
        {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
    ]
    return random.choice(choices)
