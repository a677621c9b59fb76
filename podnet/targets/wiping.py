"""Empties a cluster that is nobody else's, faster than its own controllers would: each scenario finds it as new."""

from __future__ import annotations

import time
from collections.abc import Iterable, Set

from podnet.api.absence import existing, may_be_gone
from podnet.api.client import Api
from podnet.api.objects import Obj, key_of, name_of, namespace_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import (
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    LEASES,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    NODES,
    POD_ENIS,
    POD_NETWORKINGS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)

WEBHOOKS = (MUTATING_WEBHOOK_CONFIGURATIONS, VALIDATING_WEBHOOK_CONFIGURATIONS)
MAKERS = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, JOBS, REPLICA_SETS)
"""They make pods, so they go first."""
MADE = (*MAKERS, PODS, POD_ENIS, POD_NETWORKINGS, NODES)
"""What is deleted again and again until nothing comes after it."""
STANDARD_NAMESPACES = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
NODE_LEASES = "kube-node-lease"
WIPE_SECONDS = 30.0


def contents(api: Api, *, standing_nodes: Set[str] = frozenset()) -> list[str]:
    """What ``wipe`` would remove, by kind and name."""
    found = [
        _called(kind, one)
        for kind in (*WEBHOOKS, *MADE)
        for one in existing(api, kind)
        if not _stands(kind, one, standing_nodes=standing_nodes)
    ]
    namespaces = (name_of(one) for one in existing(api, NAMESPACES))
    return [*found, *(f"Namespace {name}" for name in namespaces if name not in STANDARD_NAMESPACES)]


def wipe(api: Api, *, standing_nodes: Set[str] = frozenset()) -> None:
    """Remove everything that a scenario can have made; these nodes stay.

    Raises EnvironmentProblem if something does not go.
    """
    deadline = time.monotonic() + WIPE_SECONDS
    for resource in WEBHOOKS:
        _delete(api, resource, existing(api, resource))
    while left := list(_round(api, standing_nodes=standing_nodes)):
        if time.monotonic() > deadline:
            raise EnvironmentProblem(f"the cluster cannot be emptied: {', '.join(left[:5])} did not go")
        time.sleep(0.02)


def _round(api: Api, *, standing_nodes: Set[str]) -> Iterable[str]:
    """Delete what is there; names what was."""
    for resource in MADE:
        found = [one for one in existing(api, resource) if not _stands(resource, one, standing_nodes=standing_nodes)]
        _delete(api, resource, found)
        yield from (_called(resource, one) for one in found)
    _delete(api, LEASES, [one for one in existing(api, LEASES) if _is_of_node(one, standing_nodes)])
    namespaces = [one for one in existing(api, NAMESPACES) if name_of(one) not in STANDARD_NAMESPACES]
    _delete(api, NAMESPACES, namespaces)
    for namespace in namespaces:
        # Its controller would wait for five seconds before it looks whether anything is left.
        with may_be_gone():
            api.update(NAMESPACES, _final(namespace), subresource="finalize")
        yield f"Namespace {name_of(namespace)}"


def _stands(resource: Resource, obj: Obj, *, standing_nodes: Set[str]) -> bool:
    return resource == NODES and name_of(obj) in standing_nodes


def _is_of_node(lease: Obj, standing_nodes: Set[str]) -> bool:
    return namespace_of(lease) == NODE_LEASES and name_of(lease) not in standing_nodes


def _called(resource: Resource, obj: Obj) -> str:
    return f"{resource.kind} {'/'.join(filter(None, key_of(obj)))}"


def _final(namespace: Obj) -> Obj:
    metadata = {"name": name_of(namespace)}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata, "spec": {"finalizers": []}}


def _delete(api: Api, resource: Resource, objects: Iterable[Obj]) -> None:
    for one in objects:
        name, namespace = name_of(one), namespace_of(one)
        if one["metadata"].get("finalizers"):
            with may_be_gone():
                api.patch(resource, name, {"metadata": {"finalizers": None}}, namespace=namespace)
        grace = 0 if resource == PODS else None
        with may_be_gone():
            api.delete(resource, name, namespace=namespace, grace_period_seconds=grace, propagation="Background")
