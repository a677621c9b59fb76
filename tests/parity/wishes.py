"""What a pod may ask of its node, at random: each kind of wish that a scheduler knows, with all of its operators."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from podnet.api.objects import Obj

HOME, AWAY = "parity-home", "parity-away"
HOST, ZONE, DISK, SIZE = "kubernetes.io/hostname", "topology.kubernetes.io/zone", "disk", "size"
ENI = "example.com/eni"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
NODE_TERMS = "nodeSelectorTerms"
REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
TAINTS: Sequence[Obj] = (
    {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
    {"key": "dedicated", "value": "db", "effect": "NoExecute"},
    {"key": "slow", "effect": "PreferNoSchedule"},
    {"key": "closed", "effect": "NoSchedule"},
)
_TOLERATIONS: Sequence[Obj] = (
    {"operator": "Exists"},
    {"operator": "Exists", "effect": "NoSchedule"},
    {"key": "dedicated", "operator": "Exists"},
    {"key": "dedicated", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"},
    {"key": "dedicated", "value": "db", "effect": "NoExecute", "tolerationSeconds": 10},
    {"key": "dedicated", "operator": "Equal", "value": ""},
    {"key": "closed", "effect": "NoSchedule"},
    {"key": UNSCHEDULABLE, "operator": "Exists"},
    {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoSchedule"},
)
_NODE_EXPRESSIONS: Sequence[Obj] = (
    {"key": ZONE, "operator": "In", "values": ["a", "c"]},
    {"key": ZONE, "operator": "NotIn", "values": ["a"]},
    {"key": DISK, "operator": "Exists"},
    {"key": DISK, "operator": "DoesNotExist"},
    {"key": SIZE, "operator": "Gt", "values": ["4"]},
    {"key": SIZE, "operator": "Lt", "values": ["6"]},
    {"key": "none", "operator": "NotIn", "values": ["a"]},
    {"key": "none", "operator": "Gt", "values": ["1"]},
)
_SELECTORS: Sequence[Obj | None] = (
    {"matchLabels": {"app": "web"}},
    {"matchLabels": {"app": "web"}},
    {"matchExpressions": [{"key": "app", "operator": "In", "values": ["db", "web"]}]},
    {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
    {"matchExpressions": [{"key": "none", "operator": "DoesNotExist"}]},
    {},
    None,
)
_PLACES: Sequence[Obj] = (
    {},
    {},
    {"namespaces": [AWAY]},
    {"namespaceSelector": {"matchLabels": {"team": "b"}}},
    {"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "Exists"}]}},
    {"namespaces": [HOME], "namespaceSelector": {"matchLabels": {"team": "b"}}},
)


def wishes(random: Random, nodes: Sequence[str]) -> Obj:
    """Fields of the ``spec`` of a pod that waits for one of these nodes."""
    spec: Obj = {}
    if random.random() < 0.2:
        spec["nodeSelector"] = {random.choice((ZONE, DISK)): random.choice(("a", "ssd"))}
    if random.random() < 0.4:
        spec["tolerations"] = random.sample(_TOLERATIONS, random.randint(1, 2))
    affinity: Obj = {}
    if random.random() < 0.45:
        affinity["nodeAffinity"] = _node_affinity(random, nodes)
    for kind, chance in (("podAffinity", 0.25), ("podAntiAffinity", 0.3)):
        if random.random() < chance:
            affinity[kind] = _pod_affinity(random)
    if affinity:
        spec["affinity"] = affinity
    if random.random() < 0.4:
        count = random.randint(1, 2)
        keys = random.sample((ZONE, HOST), count)
        spec["topologySpreadConstraints"] = [_constraint(random, key) for key in keys]
    if random.random() < 0.15:
        spec["initContainers"] = [_init_container(random, index) for index in range(random.randint(1, 2))]
    elif random.random() < 0.1:
        spec["resources"] = {random.choice(("limits", "requests")): {"cpu": random.choice(("2500m", "3"))}}
    if random.random() < 0.04:
        spec["schedulingGates"] = [{"name": "example.com/later"}]
    if random.random() < 0.15:
        spec["priorityClassName"] = random.choice(("system-cluster-critical", "system-node-critical"))
    return spec


def resources(random: Random) -> Obj:
    """The ``resources`` of a container."""
    found: Obj = {"requests": {"cpu": random.choice(("100m", "500m", "1", "2500m")), "memory": "64Mi"}}
    if random.random() < 0.15:
        found["requests"]["memory"] = random.choice(("1Gi", "900M", "3Gi"))
    if random.random() < 0.05:
        found["requests"]["ephemeral-storage"] = "1Gi"
    if random.random() < 0.1:
        found = {"limits": found["requests"]}
    if random.random() < 0.2:
        found.setdefault("limits", {})[ENI] = "1"
    return found


def host_ports(random: Random) -> list[Obj]:
    """The ``ports`` of a container."""
    if random.random() > 0.2:
        return []
    port: Obj = {"containerPort": 80, "hostPort": 8080}
    if random.random() < 0.3:
        port["hostIP"] = random.choice(("10.0.0.1", "10.0.0.2", "0.0.0.0"))
    if random.random() < 0.3:
        port["protocol"] = "UDP"
    return [port]


def pod_term(random: Random) -> Obj:
    """A term of pod affinity."""
    term: Obj = {"topologyKey": random.choice((ZONE, HOST)), **random.choice(_PLACES)}
    selector = random.choice(_SELECTORS)
    if selector is not None:
        term["labelSelector"] = selector
    if selector and random.random() < 0.2:
        term[random.choice(("matchLabelKeys", "mismatchLabelKeys"))] = ["version"]
    return term


def _node_affinity(random: Random, nodes: Sequence[str]) -> Obj:
    found: Obj = {}
    if random.random() < 0.7:
        found[REQUIRED] = {NODE_TERMS: [_node_term(random, nodes) for _ in range(random.randint(1, 2))]}
    if random.random() < 0.4:
        preferred = [{"weight": random.choice((1, 50, 100)), "preference": _node_term(random, nodes)}]
        found[PREFERRED] = preferred
    return found


def _node_term(random: Random, nodes: Sequence[str]) -> Obj:
    if random.random() < 0.1:
        return {}
    term: Obj = {}
    if random.random() < 0.8:
        term["matchExpressions"] = random.sample(_NODE_EXPRESSIONS, random.randint(1, 2))
    if not term or random.random() < 0.15:
        operator, name = random.choice(("In", "NotIn")), random.choice((*nodes, "parity-nowhere"))
        term["matchFields"] = [{"key": "metadata.name", "operator": operator, "values": [name]}]
    return term


def _pod_affinity(random: Random) -> Obj:
    if random.random() < 0.3:
        return {PREFERRED: [{"weight": random.choice((1, 100)), "podAffinityTerm": pod_term(random)}]}
    return {REQUIRED: [pod_term(random) for _ in range(random.choice((1, 1, 2)))]}


def _constraint(random: Random, key: str) -> Obj:
    action = random.choice(("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"))
    found: Obj = {"maxSkew": random.randint(1, 2), "topologyKey": key, "whenUnsatisfiable": action}
    selector = random.choice(_SELECTORS)
    if selector is not None:
        found["labelSelector"] = selector
    if action == "DoNotSchedule" and random.random() < 0.3:
        found["minDomains"] = random.randint(1, 3)
    for policy in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if random.random() < 0.3:
            found[policy] = random.choice(("Honor", "Ignore"))
    if selector and random.random() < 0.2:
        found["matchLabelKeys"] = ["version"]
    return found


def _init_container(random: Random, index: int) -> Obj:
    requests = {"requests": {"cpu": random.choice(("1", "2"))}}
    container: Obj = {"name": f"first-{index}", "image": "nothing:1", "resources": requests}
    if random.random() < 0.5:
        container["restartPolicy"] = "Always"
    return container
