"""Which resources are served at this moment, and by which rules: built-in ones always, custom ones while defined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from podnet.api import resources as r
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.answers import no_such_page
from podnet.kube.crds import versions_of
from podnet.kube.events import NewEventStrategy
from podnet.kube.strategy import Strategy
from podnet.kube.strategy_budgets import BudgetStrategy
from podnet.kube.strategy_core import (
    ConfigMapStrategy,
    ControllerRevisionStrategy,
    EventStrategy,
    LeaseStrategy,
    NamespaceStrategy,
    NodeStrategy,
    SecretStrategy,
    ServiceAccountStrategy,
)
from podnet.kube.strategy_crds import CrdStrategy
from podnet.kube.strategy_jobs import JobStrategy
from podnet.kube.strategy_pods import PodStrategy
from podnet.kube.strategy_webhooks import WebhookConfigurationStrategy
from podnet.kube.strategy_workloads import (
    DaemonSetStrategy,
    DeploymentStrategy,
    ReplicaSetStrategy,
    StatefulSetStrategy,
)

Id = tuple[str, str, str]


@dataclass(frozen=True)
class Served:
    """A resource as a path of the API serves it.

    ``storage`` is the resource under which its objects are kept: another one only where a custom resource has
    several versions. ``terminating``: its definition is being deleted, nothing new may be created.
    """

    resource: Resource
    strategy: Strategy
    storage: Resource
    singular: str = ""
    list_kind: str = ""
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    custom: bool = False
    terminating: bool = False


def _built_in(resource: Resource, strategy: Strategy) -> Served:
    return Served(
        resource,
        strategy,
        storage=r.EVENTS if resource == r.NEW_EVENTS else resource,
        singular=resource.kind.lower(),
        list_kind=f"{resource.kind}List",
        short_names=strategy.short_names,
        categories=strategy.categories,
    )


_BUILT_IN: dict[Id, Served] = {
    (resource.group, resource.version, resource.plural): _built_in(resource, strategy)
    for resource, strategy in (
        (r.NAMESPACES, NamespaceStrategy()),
        (r.NODES, NodeStrategy()),
        (r.PODS, PodStrategy()),
        (r.EVENTS, EventStrategy()),
        (r.NEW_EVENTS, NewEventStrategy()),
        (r.CONFIG_MAPS, ConfigMapStrategy()),
        (r.DEPLOYMENTS, DeploymentStrategy()),
        (r.REPLICA_SETS, ReplicaSetStrategy()),
        (r.STATEFUL_SETS, StatefulSetStrategy()),
        (r.DAEMON_SETS, DaemonSetStrategy()),
        (r.CONTROLLER_REVISIONS, ControllerRevisionStrategy()),
        (r.JOBS, JobStrategy()),
        (r.LEASES, LeaseStrategy()),
        (r.POD_DISRUPTION_BUDGETS, BudgetStrategy()),
        (r.SECRETS, SecretStrategy()),
        (r.SERVICE_ACCOUNTS, ServiceAccountStrategy()),
        (r.CUSTOM_RESOURCE_DEFINITIONS, CrdStrategy()),
        (r.MUTATING_WEBHOOK_CONFIGURATIONS, WebhookConfigurationStrategy(mutating=True)),
        (r.VALIDATING_WEBHOOK_CONFIGURATIONS, WebhookConfigurationStrategy(mutating=False)),
    )
}

BUILT_IN_KINDS = tuple(served.resource for served in _BUILT_IN.values())
"""Those that are always served."""


def defined(crd: Obj) -> Sequence[Served]:
    """What a CustomResourceDefinition makes the API serve: one entry for each served version."""
    spec = crd["spec"]
    names = spec["names"]
    stored = next(version["name"] for version in spec["versions"] if version.get("storage"))

    def resource(version: str) -> Resource:
        namespaced = spec["scope"] == "Namespaced"
        return Resource(spec["group"], version, names["plural"], names["kind"], namespaced=namespaced)

    return [
        Served(
            resource(version),
            strategy,
            storage=resource(stored),
            singular=names["singular"],
            list_kind=names["listKind"],
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            custom=True,
            terminating=bool(crd["metadata"].get("deletionTimestamp")),
        )
        for version, strategy in versions_of(crd)
    ]


class Registry:
    """The resources of one API server."""

    def __init__(self) -> None:
        self._custom: dict[str, tuple[Served, ...]] = {}
        self._served: dict[Id, Served] = dict(_BUILT_IN)

    def find(self, group: str, version: str, plural: str) -> Served:
        """What a path names. Raises ApiError 404 if it is not served."""
        served = self._served.get((group, version, plural))
        if served is None:
            raise no_such_page()
        return served

    def serve(self, name: str, served: Sequence[Served]) -> None:
        """Serve what the CustomResourceDefinition ``name`` defines now; nothing if ``served`` is empty."""
        for old in self._custom.pop(name, ()):
            self._served.pop((old.resource.group, old.resource.version, old.resource.plural), None)
        if served:
            self._custom[name] = tuple(served)
            for new in served:
                self._served[(new.resource.group, new.resource.version, new.resource.plural)] = new

    def defined_by(self, name: str) -> Sequence[Served]:
        """What a CustomResourceDefinition makes the API serve."""
        return self._custom.get(name, ())

    def __iter__(self) -> Iterator[Served]:
        return iter(self._served.values())
