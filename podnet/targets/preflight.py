"""What must be known of somebody else's cluster before anything is created there: what is missing or in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from podnet.api.client import Api
from podnet.api.errors import ApiError, is_not_found
from podnet.api.names import NAMESPACE_NAME
from podnet.api.objects import Obj, name_of
from podnet.api.podnetworking import from_object
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import (
    CUSTOM_RESOURCE_DEFINITIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    JOBS,
    LEASES,
    NAMESPACES,
    NODES,
    POD_ENIS,
    POD_NETWORKINGS,
    PODS,
    REPLICA_SETS,
    SELF_SUBJECT_ACCESS_REVIEWS,
    STATEFUL_SETS,
    Resource,
)
from podnet.targets.could_match import KEYS_OF_CONTROLLERS, Match, Possible, could_match
from podnet.targets.foreseen import Foreseen
from podnet.targets.renaming import PROBE, RUN, run_of
from podnet.targets.run_lease import NAMESPACE as LEASE_NAMESPACE

_WORKLOAD = ("get", "list", "create", "patch", "delete")


@dataclass(frozen=True)
class Right:
    """What the suite asks of a resource; ``namespace`` is empty for all of them."""

    resource: Resource
    verbs: Sequence[str]
    subresource: str = ""
    namespace: str = ""

    @property
    def _name(self) -> str:
        called = self.resource.group_resource
        return f"{called}/{self.subresource}" if self.subresource else called

    def missing(self, api: Api) -> Iterator[str]:
        """The verbs that the user may not use, each with the resource."""
        if self._allowed(api, "*"):
            return
        where = f" in the namespace {self.namespace}" if self.namespace else ""
        yield from (f"{verb} {self._name}{where}" for verb in self.verbs if not self._allowed(api, verb))

    def _allowed(self, api: Api, verb: str) -> bool:
        attributes = {
            "verb": verb,
            "group": self.resource.group,
            "resource": self.resource.plural,
            "subresource": self.subresource,
            "namespace": self.namespace,
        }
        review = {
            "apiVersion": SELF_SUBJECT_ACCESS_REVIEWS.api_version,
            "kind": SELF_SUBJECT_ACCESS_REVIEWS.kind,
            "spec": {"resourceAttributes": attributes},
        }
        return bool((api.create(SELF_SUBJECT_ACCESS_REVIEWS, review).get("status") or {}).get("allowed"))


RIGHTS = (
    Right(NAMESPACES, _WORKLOAD),
    Right(POD_NETWORKINGS, ("get", "list", "create", "update", "delete")),
    Right(PODS, ("list", "watch", "create", "patch", "delete")),
    Right(PODS, ("create",), subresource="eviction"),
    *(Right(resource, _WORKLOAD) for resource in (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, JOBS)),
    Right(REPLICA_SETS, ("list", "delete")),
    Right(NODES, ("list",)),
    Right(EVENTS, ("list",)),
    Right(POD_ENIS, ("get", "list")),
    Right(LEASES, ("get", "create", "patch", "delete"), namespace=LEASE_NAMESPACE),
)
"""Everything that a run does, whatever its scenarios."""


def check_rights(api: Api, *, target: str) -> None:
    """Raise EnvironmentProblem with every right that the user lacks."""
    missing = [text for right in RIGHTS for text in right.missing(api)]
    if missing:
        told = "\n".join(f"  {text}" for text in missing)
        raise EnvironmentProblem(
            f"the user of {target} lacks rights that a run needs; bind a ClusterRole to it that allows:\n{told}"
        )


def check_definition(api: Api) -> str:
    """What kind of PodNetworking the cluster has. Raises EnvironmentProblem if it serves none that the suite knows."""
    try:
        api.list(POD_NETWORKINGS, limit=1)
    except ApiError as error:
        if not is_not_found(error):
            raise
        versions = ", ".join(f"{POD_NETWORKINGS.group}/{one['name']}" for one in _versions(api))
        has = f"it serves {versions} only" if versions else "it has no such CustomResourceDefinition"
        raise EnvironmentProblem(
            f"the cluster does not serve PodNetworkings of {POD_NETWORKINGS.api_version}: {has}; install the"
            " implementation that is to be judged"
        ) from None
    version = next((one for one in _versions(api) if one["name"] == POD_NETWORKINGS.version), None)
    schema = ((version or {}).get("schema") or {}).get("openAPIV3Schema") or {}
    fields = sorted(((schema.get("properties") or {}).get("spec") or {}).get("properties") or {})
    known = f", fields of its spec: {', '.join(fields)}" if fields else ""
    return f"PodNetworking is {POD_NETWORKINGS.api_version}{known}"


def _versions(api: Api) -> list[Obj]:
    """The versions of the definition that are served; none where it is not there, or not ours to read."""
    try:
        found = api.get(CUSTOM_RESOURCE_DEFINITIONS, POD_NETWORKINGS.group_resource)
    except ApiError:
        return []
    return [one for one in found["spec"]["versions"] if one.get("served")]


@dataclass(frozen=True)
class Neighbours:
    """Other people's objects beside which a run has to live. ``learnt``: labels that admission adds to the suite's."""

    foreseen: Foreseen
    prefix: str
    run: str
    learnt: frozenset[str] = frozenset()

    def with_labels(self, *labels: str) -> Neighbours:
        """The same, knowing that pods and namespaces get these labels from somebody, with whatever value."""
        return replace(self, learnt=self.learnt | set(labels))

    @property
    def _pods(self) -> Possible:
        free = KEYS_OF_CONTROLLERS | {NAMESPACE_NAME, PROBE} | self.learnt
        return Possible(self.foreseen.words, free=free, anything=self.foreseen.unknown)

    @property
    def _namespaces(self) -> Possible:
        always = {NAMESPACE_NAME: self.prefix, RUN: self.run}
        words = self.foreseen.words
        return Possible(words, prefixed=always, free=self.learnt, anything=self.foreseen.unknown)

    def check(self, api: Api) -> list[str]:
        """What is there and not in the way, in words. Raises EnvironmentProblem for what is, naming all of it."""
        found = [one for one in api.list(POD_NETWORKINGS).items if run_of(one) != self.run]
        wrong = [text for one in found if (text := self._in_the_way(one))]
        spaces = [one for one in api.list(NAMESPACES).items if run_of(one) != self.run]
        wrong += self._namespaces_in_the_way(spaces)
        if wrong:
            listed = "\n".join(f"  {text}" for text in wrong)
            raise EnvironmentProblem(f"the cluster has what the suite's objects would be mixed up with:\n{listed}")
        told = [f"the PodNetworking {name_of(one)!r} is not the suite's, and matches none of its pods" for one in found]
        runs = sorted({run_of(one) for one in spaces} - {""})
        return [*told, *(f"the run {run} has left namespaces: `podnet cluster prune` removes them" for run in runs)]

    def _in_the_way(self, obj: Obj) -> str:
        name = name_of(obj)
        if run_of(obj):
            return f"the PodNetworking {name!r} is left of the run {run_of(obj)}: `podnet cluster prune` removes it"
        if self.foreseen.names(name):
            return f"the PodNetworking {name!r} has a name that scenarios use"
        match = could_match(from_object(obj), pods=self._pods, namespaces=self._namespaces)
        return f"the PodNetworking {name!r} could match pods of the suite: {_how(match)}" if match else ""

    def _namespaces_in_the_way(self, spaces: Sequence[Obj]) -> list[str]:
        return [
            f"the namespace {name_of(one)!r} begins like those of the suite: give another --namespace-prefix"
            + (f", or remove the run {run_of(one)} with `podnet cluster prune`" if run_of(one) else "")
            for one in spaces
            if name_of(one).startswith(self.prefix)
        ]


def _how(match: Match) -> str:
    labels = ", ".join(f"{key}={value}" for key, value in sorted(match.pod.items()))
    named = {key: value for key, value in sorted(match.namespace.items()) if key not in (NAMESPACE_NAME, RUN)}
    where = ", ".join(f"{key}={value}" for key, value in named.items())
    pod = f"one labelled {labels}" if labels else "one without labels"
    return f"{pod} in a namespace labelled {where}" if where else f"{pod} in any namespace"
