"""Kinds that are kept and shown, though nothing here acts on them, so that whole manifests can be applied.

Whoever creates one is told by a warning what it will not do. Only clusters that are served have these.
"""

from __future__ import annotations

from collections.abc import Iterator

from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.kept_kinds import (
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    ENDPOINT_SLICES,
    ENDPOINTS,
    INGRESS_CLASSES,
    INGRESSES,
    LIMIT_RANGES,
    NETWORK_POLICIES,
    PRIORITY_CLASSES,
    QUOTAS,
    ROLE_BINDINGS,
    ROLES,
    SERVICES,
    STORAGE_CLASSES,
    SYSTEM_PRIORITIES,
    VOLUME_CLAIMS,
    VOLUMES,
)
from podnet.kube.registry import Served
from podnet.kube.strategy_kept import KeptStrategy
from podnet.kube.strategy_network import (
    EndpointSliceStrategy,
    EndpointsStrategy,
    IngressClassStrategy,
    IngressStrategy,
    NetworkPolicyStrategy,
    ServiceStrategy,
)
from podnet.kube.strategy_rbac import BindingStrategy, RoleStrategy
from podnet.kube.strategy_storage import (
    ClaimStrategy,
    LimitRangeStrategy,
    PriorityClassStrategy,
    QuotaStrategy,
    StorageClassStrategy,
    VolumeStrategy,
)


def kept_kinds() -> list[Served]:
    """How they are served."""
    return [_served(strategy.resource, strategy) for strategy in _strategies()]


def first_objects() -> Iterator[tuple[Resource, Obj]]:
    """What is there of them from the start: the PriorityClasses that every cluster has."""
    for name, (value, description) in SYSTEM_PRIORITIES.items():
        yield (
            PRIORITY_CLASSES,
            {
                "kind": PRIORITY_CLASSES.kind,
                "apiVersion": PRIORITY_CLASSES.api_version,
                "metadata": {"name": name, "generation": 1},
                "value": value,
                "description": description,
                "preemptionPolicy": "PreemptLowerPriority",
            },
        )


def _strategies() -> tuple[KeptStrategy, ...]:
    return (
        ServiceStrategy(SERVICES),
        EndpointsStrategy(ENDPOINTS),
        EndpointSliceStrategy(ENDPOINT_SLICES),
        RoleStrategy(ROLES),
        RoleStrategy(CLUSTER_ROLES),
        BindingStrategy(ROLE_BINDINGS),
        BindingStrategy(CLUSTER_ROLE_BINDINGS),
        NetworkPolicyStrategy(NETWORK_POLICIES),
        IngressStrategy(INGRESSES),
        IngressClassStrategy(INGRESS_CLASSES),
        PriorityClassStrategy(PRIORITY_CLASSES),
        QuotaStrategy(QUOTAS),
        LimitRangeStrategy(LIMIT_RANGES),
        ClaimStrategy(VOLUME_CLAIMS),
        VolumeStrategy(VOLUMES),
        StorageClassStrategy(STORAGE_CLASSES),
    )


def _served(resource: Resource, strategy: KeptStrategy) -> Served:
    return Served(
        resource,
        strategy,
        storage=resource,
        singular=resource.kind.lower(),
        list_kind=f"{resource.kind}List",
        short_names=strategy.short_names,
        categories=strategy.categories,
    )
