"""What a cluster needs so that the operator can live in it, with the rights that the reference uses and no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from podnet.api.names import NODE_TYPE, VIRTUAL_KUBELET
from podnet.api.objects import Obj
from podnet.api.resources import (
    CUSTOM_RESOURCE_DEFINITIONS,
    EVENTS,
    LEASES,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    NODES,
    POD_ENIS,
    POD_NETWORKINGS,
    PODS,
    SECRETS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)
from podnet.operator.leadership import LEASE

NAME = "podnet-operator"
"""Of the Deployment, its ServiceAccount, its roles, its Service and the Secret of its certificate."""
LABELS = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/part-of": "podnet"}
INVENTORY_MAP, INVENTORY_FILE, INVENTORY_FOLDER = "podnet-inventory", "inventory.yaml", "/etc/podnet"
WEBHOOK_PORT, METRICS_PORT = 9443, 8080
AT_ONCE = 8
NODE_LEASES = "kube-node-lease"
READ = ("get", "list", "watch")
_RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class Installation:
    """What differs between installations.

    ``definitions``: the CustomResourceDefinitions; ``configuration``: the name of the webhook configurations;
    ``inventory``: the text of the file that describes the cloud.
    """

    definitions: Sequence[Obj]
    configuration: str
    inventory: str
    image: str
    namespace: str = "podnet-system"
    implementation: str = "reference"
    replicas: int = 2


def manifests(installation: Installation) -> list[Obj]:
    """All objects, in an order in which they can be applied."""
    namespace = installation.namespace
    own_rules, cluster_rules = _own_rules(), _cluster_rules(installation)
    return [
        _object(NAMESPACES, namespace),
        *installation.definitions,
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _metadata(NAME, namespace)},
        _role("ClusterRole", NAME, "", rules=cluster_rules),
        _binding("ClusterRole", NAME, "", account=namespace),
        _role("Role", NAME, namespace, rules=own_rules),
        _binding("Role", NAME, namespace, account=namespace),
        _role("Role", NAME, NODE_LEASES, rules=[_rule(LEASES, "create", "patch")]),
        _binding("Role", NAME, NODE_LEASES, account=namespace),
        # Empty: the first replica fills it, and so no right to create Secrets is needed.
        {**_object(SECRETS, NAME, namespace), "type": "Opaque"},
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": _metadata(INVENTORY_MAP, namespace),
            "data": {INVENTORY_FILE: installation.inventory},
        },
        _service(namespace),
        _deployment(installation),
    ]


def _cluster_rules(installation: Installation) -> list[Obj]:
    configurations = (MUTATING_WEBHOOK_CONFIGURATIONS, VALIDATING_WEBHOOK_CONFIGURATIONS)
    definitions = [str(definition["metadata"]["name"]) for definition in installation.definitions]
    return [
        _rule(NAMESPACES, *READ),
        _rule(PODS, *READ, "patch", "delete"),
        _rule(PODS, "patch", part="status"),
        _rule(NODES, *READ, "create", "patch"),
        _rule(NODES, "patch", part="status"),
        _rule(EVENTS, "get", "create", "patch"),
        _rule(POD_NETWORKINGS, *READ),
        _rule(POD_NETWORKINGS, "patch", part="status"),
        _rule(POD_ENIS, *READ, "create", "patch", "delete"),
        # Creation cannot be granted by name: the name is not known when it is checked.
        _rule(CUSTOM_RESOURCE_DEFINITIONS, "create"),
        _rule(CUSTOM_RESOURCE_DEFINITIONS, "get", "patch", names=definitions),
        *(_rule(resource, "create") for resource in configurations),
        *(_rule(resource, "patch", names=[installation.configuration]) for resource in configurations),
    ]


def _own_rules() -> list[Obj]:
    return [
        _rule(LEASES, "create"),
        _rule(LEASES, "get", "update", names=[LEASE]),
        _rule(SECRETS, "get", "update", names=[NAME]),
    ]


def _rule(resource: Resource, *verbs: str, part: str = "", names: Iterable[str] = ()) -> Obj:
    plural = f"{resource.plural}/{part}" if part else resource.plural
    rule: Obj = {"apiGroups": [resource.group], "resources": [plural], "verbs": list(verbs)}
    listed = list(names)
    return {**rule, "resourceNames": listed} if listed else rule


def _metadata(name: str, namespace: str = "") -> Obj:
    metadata: Obj = {"name": name, "labels": dict(LABELS)}
    return {**metadata, "namespace": namespace} if namespace else metadata


def _object(resource: Resource, name: str, namespace: str = "") -> Obj:
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": _metadata(name, namespace)}


def _role(kind: str, name: str, namespace: str, *, rules: list[Obj]) -> Obj:
    return {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": _metadata(name, namespace), "rules": rules}


def _binding(kind: str, name: str, namespace: str, *, account: str) -> Obj:
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": f"{kind}Binding",
        "metadata": _metadata(name, namespace),
        "roleRef": {"apiGroup": _RBAC, "kind": kind, "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": account}],
    }


def _service(namespace: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(NAME, namespace),
        "spec": {
            "selector": {"app.kubernetes.io/name": NAME},
            "ports": [{"name": "webhooks", "port": 443, "targetPort": WEBHOOK_PORT}],
        },
    }


def _deployment(installation: Installation) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(NAME, installation.namespace),
        "spec": {
            "replicas": installation.replicas,
            "selector": {"matchLabels": {"app.kubernetes.io/name": NAME}},
            "template": {"metadata": {"labels": dict(LABELS)}, "spec": _pod_spec(installation)},
        },
    }


def _pod_spec(installation: Installation) -> Obj:
    # Virtual nodes only say that they run what is bound to them: one that runs the operator would run nothing.
    real = {"matchExpressions": [{"key": NODE_TYPE, "operator": "NotIn", "values": [VIRTUAL_KUBELET]}]}
    on_real_nodes = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [real]}}}
    locked = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    return {
        "serviceAccountName": NAME,
        "priorityClassName": "system-cluster-critical",
        "affinity": on_real_nodes,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "operator",
                "image": installation.image,
                "args": _arguments(installation),
                "ports": [
                    {"name": "webhooks", "containerPort": WEBHOOK_PORT},
                    {"name": "metrics", "containerPort": METRICS_PORT},
                ],
                "livenessProbe": {"httpGet": {"path": "/healthz", "port": "metrics"}, "periodSeconds": 10},
                "readinessProbe": {"httpGet": {"path": "/readyz", "port": "metrics"}, "periodSeconds": 2},
                "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
                "securityContext": locked,
                "volumeMounts": [
                    {"name": "inventory", "mountPath": INVENTORY_FOLDER, "readOnly": True},
                    {"name": "scratch", "mountPath": "/tmp"},  # noqa: S108  # a folder in the container, not of ours
                ],
            }
        ],
        "volumes": [
            {"name": "inventory", "configMap": {"name": INVENTORY_MAP}},
            {"name": "scratch", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},
        ],
    }


def _arguments(installation: Installation) -> list[str]:
    return [
        "operator",
        f"--implementation={installation.implementation}",
        f"--inventory={INVENTORY_FOLDER}/{INVENTORY_FILE}",
        f"--namespace={installation.namespace}",
        f"--webhook-service={NAME}",
        f"--webhook-port={WEBHOOK_PORT}",
        f"--metrics-port={METRICS_PORT}",
        f"--at-once={AT_ONCE}",
    ]
