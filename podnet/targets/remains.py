"""What there is on a cluster, to tell after a run what came with an implementation and has not gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from podnet.api.errors import ApiError, Unreachable
from podnet.api.objects import Obj, annotations_of, labels_of, name_of, namespace_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import (
    CONFIG_MAPS,
    DAEMON_SETS,
    DEPLOYMENTS,
    LEASES,
    NAMESPACES,
    POD_ENIS,
    PODS,
    SECRETS,
    STATEFUL_SETS,
    Resource,
)
from podnet.kube.rest import RestApi

Name = tuple[str, str, str]
"""Kind, namespace (empty where there is none) and name."""

_RBAC = "rbac.authorization.k8s.io"
_IN_NAMESPACES = (
    PODS,
    DEPLOYMENTS,
    STATEFUL_SETS,
    DAEMON_SETS,
    CONFIG_MAPS,
    SECRETS,
    LEASES,
    POD_ENIS,
    Resource("", "v1", "services", "Service"),
    Resource("", "v1", "serviceaccounts", "ServiceAccount"),
    Resource(_RBAC, "v1", "roles", "Role"),
    Resource(_RBAC, "v1", "rolebindings", "RoleBinding"),
)
_NOBODYS = frozenset({"ComponentStatus", "APIService", "FlowSchema", "PriorityLevelConfiguration", "IPAddress"})
"""Cluster-scoped kinds of which the API server makes objects by itself."""
_OWN_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""What comes and goes there is the control plane's, except for what an implementation is known to put there."""
_EVERYWHERE = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")})
"""The controller manager makes them in each namespace."""


_OF_K3S, _OF_THE_API_SERVER = "objectset.rio.cattle.io/", "kubernetes.io/bootstrapping"
"""An annotation and a label of what these make by themselves, perhaps after the cluster is ready."""


def called(name: Name) -> str:
    """A name as it is told: ``Node worker``, ``Lease podnet-system/leader``."""
    kind, namespace, own = name
    return f"{kind} {namespace}/{own}" if namespace else f"{kind} {own}"


@contextmanager
def told(left: dict[str, None]) -> Iterator[None]:
    """Whatever keeps us from clearing away is told as what is left, and keeps nobody from clearing away the rest."""
    try:
        yield
    except (EnvironmentProblem, ApiError, Unreachable) as problem:
        left[f"whatever there was: {problem}"] = None


def everything(api: RestApi) -> frozenset[Name]:
    """All that an implementation may have brought: what belongs to no namespace, and what it needs in some.

    What may not be listed is left out.
    """
    return frozenset(name for resource in (*_cluster_scoped(api), *_IN_NAMESPACES) for name in _of(api, resource))


def _of(api: RestApi, resource: Resource) -> Iterator[Name]:
    with suppress(ApiError):
        for one in api.list(resource).items:
            name = (resource.kind, namespace_of(one), name_of(one))
            control_planes = resource in (LEASES, CONFIG_MAPS) and namespace_of(one) in _OWN_NAMESPACES
            if not control_planes and not _is_of_the_cluster(one) and (resource.kind, name_of(one)) not in _EVERYWHERE:
                yield name


def _is_of_the_cluster(one: Obj) -> bool:
    by_k3s = any(key.startswith(_OF_K3S) for key in annotations_of(one)) or name_of(one).endswith(".cattle.io")
    return by_k3s or _OF_THE_API_SERVER in labels_of(one)


def _cluster_scoped(api: RestApi) -> Iterator[Resource]:
    yield from (one for one in _served(api, "/api/v1", group="", version="v1") if one != NAMESPACES)
    yield NAMESPACES
    with suppress(ApiError):
        for group in api.raw("/apis").get("groups") or ():
            version = str((group.get("preferredVersion") or {}).get("version") or "")
            path = f"/apis/{group.get('name')}/{version}"
            yield from _served(api, path, group=str(group.get("name")), version=version)


def _served(api: RestApi, path: str, *, group: str, version: str) -> Iterator[Resource]:
    found: list[Obj] = []
    with suppress(ApiError):
        found = api.raw(path).get("resources") or []
    for one in found:
        listed = "list" in (one.get("verbs") or ()) and "/" not in one["name"]
        if listed and not one.get("namespaced") and one["kind"] not in _NOBODYS:
            yield Resource(group, version, one["name"], one["kind"], namespaced=False)
