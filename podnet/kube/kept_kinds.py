"""The kinds that are kept without anything acting on them, by name."""

from __future__ import annotations

from podnet.api.resources import Resource

_RBAC, _NETWORK = "rbac.authorization.k8s.io", "networking.k8s.io"

SERVICES = Resource("", "v1", "services", "Service")
ENDPOINTS = Resource("", "v1", "endpoints", "Endpoints")
ENDPOINT_SLICES = Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice")
ROLES = Resource(_RBAC, "v1", "roles", "Role")
CLUSTER_ROLES = Resource(_RBAC, "v1", "clusterroles", "ClusterRole", namespaced=False)
ROLE_BINDINGS = Resource(_RBAC, "v1", "rolebindings", "RoleBinding")
CLUSTER_ROLE_BINDINGS = Resource(_RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced=False)
NETWORK_POLICIES = Resource(_NETWORK, "v1", "networkpolicies", "NetworkPolicy")
INGRESSES = Resource(_NETWORK, "v1", "ingresses", "Ingress")
INGRESS_CLASSES = Resource(_NETWORK, "v1", "ingressclasses", "IngressClass", namespaced=False)
PRIORITY_CLASSES = Resource("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", namespaced=False)
QUOTAS = Resource("", "v1", "resourcequotas", "ResourceQuota")
LIMIT_RANGES = Resource("", "v1", "limitranges", "LimitRange")
VOLUME_CLAIMS = Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim")
VOLUMES = Resource("", "v1", "persistentvolumes", "PersistentVolume", namespaced=False)
STORAGE_CLASSES = Resource("storage.k8s.io", "v1", "storageclasses", "StorageClass", namespaced=False)

KEPT_KINDS = (
    SERVICES,
    ENDPOINTS,
    ENDPOINT_SLICES,
    ROLES,
    CLUSTER_ROLES,
    ROLE_BINDINGS,
    CLUSTER_ROLE_BINDINGS,
    NETWORK_POLICIES,
    INGRESSES,
    INGRESS_CLASSES,
    PRIORITY_CLASSES,
    QUOTAS,
    LIMIT_RANGES,
    VOLUME_CLAIMS,
    VOLUMES,
    STORAGE_CLASSES,
)
"""All of them."""

SYSTEM_PRIORITIES = {
    "system-node-critical": (
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    "system-cluster-critical": (
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
}
"""Value and description of the PriorityClasses that every cluster has."""
