"""Removes what scenarios have made from a cluster on which an implementation lives that must not be hurt.

It is deleted the way users delete, so that whoever holds addresses for it hears of it. What does not go in time is
removed nevertheless, because the next scenario needs the room.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Set

from podnet.api.absence import existing
from podnet.api.client import Api
from podnet.api.errors import ApiError, is_conflict, is_not_found
from podnet.api.objects import Obj, key_of, name_of, namespace_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import (
    CONFIG_MAPS,
    LEASES,
    NAMESPACES,
    POD_ENIS,
    POD_NETWORKINGS,
    PODS,
    SECRETS,
    Resource,
)
from podnet.targets.wiping import MAKERS, STANDARD_NAMESPACES

POLL_SECONDS = 0.05
ENI_SECONDS, FORCE_SECONDS, CLEAR_SECONDS = 3.0, 10.0, 40.0
"""How long PodENIs may stay by themselves, anything may take to go, and all of it together."""

_OTHERS = (CONFIG_MAPS, SECRETS, LEASES)
_EVERYWHERE = ("kube-root-ca.crt",)
"""The controller manager puts them into each namespace."""

Name = tuple[str, str, str]
"""Kind, namespace and name."""


class Clearing:
    """The places of a run that are cleared for each scenario: what was there when it began stays."""

    def __init__(self) -> None:
        self._standing: dict[str, frozenset[Name]] = {}
        self._lost: dict[str, str] = {}

    def begin(self, place: str, *, found: frozenset[Name]) -> None:
        """Let what was found there stay."""
        self._standing[place] = found

    def clear(self, place: str, api: Api) -> None:
        """Clear it, if it has begun. Raises EnvironmentProblem, at once where it could not be cleared before."""
        if place in self._lost:
            raise EnvironmentProblem(f"not tried, because earlier {self._lost[place]}")
        if place not in self._standing:
            return
        try:
            clear(api, standing=self._standing[place])
        except EnvironmentProblem as problem:
            self._lost[place] = str(problem)
            raise


def made(api: Api) -> frozenset[Name]:
    """What there is of the kinds that scenarios make."""
    kinds = (*MAKERS, PODS, POD_ENIS, POD_NETWORKINGS, NAMESPACES)
    return frozenset(_name(resource, one) for resource in kinds for one in existing(api, resource))


def clear(api: Api, *, standing: Set[Name]) -> None:
    """Remove workloads, pods, PodENIs, PodNetworkings and namespaces, and wait until they are gone.

    What is ``standing`` stays, and so do nodes, definitions and webhooks. Raises EnvironmentProblem for what does not
    go, with the reason where the API server has told one.
    """
    begun = time.monotonic()
    refusals: dict[str, str] = {}
    while left := next(_rounds(api, standing=standing, age=time.monotonic() - begun, refusals=refusals), []):
        if time.monotonic() - begun > CLEAR_SECONDS:
            names = ", ".join(left[:5])
            why = "".join(f": {refusals[name]}" for name in left[:1] if name in refusals)
            raise EnvironmentProblem(f"the cluster cannot be cleared, {names} did not go{why}")
        time.sleep(POLL_SECONDS)


def _rounds(api: Api, *, standing: Set[Name], age: float, refusals: dict[str, str]) -> Iterator[list[str]]:
    """What is there of the first of these steps of which anything is; it has been deleted. Nothing if all is gone.

    ``refusals``: what the API server has said to it, by name; what it refuses now it may allow once others are gone.
    """
    staying = set(standing)
    for step in ((*MAKERS, PODS), (POD_ENIS, POD_NETWORKINGS), (NAMESPACES,)):
        left: list[str] = []
        for resource in step:
            for one in existing(api, resource):
                name = _name(resource, one)
                if _stays(resource, one, staying=staying):
                    staying.add(name)
                    continue
                left.append(" ".join(filter(None, name)))
                if resource != POD_ENIS or age > ENI_SECONDS:
                    refusal = _delete(api, resource, one, force=age > FORCE_SECONDS)
                    refusals.update({left[-1]: refusal} if refusal else {})
        if left:
            yield left


def _stays(resource: Resource, one: Obj, *, staying: Set[Name]) -> bool:
    """Whether it was there before, or comes from what was: a pod that replaces another one, and its PodENI."""
    if resource == NAMESPACES and name_of(one) in STANDARD_NAMESPACES:
        return True
    owners = {
        (owner["kind"], namespace_of(one), owner["name"]) for owner in one["metadata"].get("ownerReferences") or ()
    }
    if resource == POD_ENIS:
        owners.add(_name(PODS, one))
    return _name(resource, one) in staying or not owners.isdisjoint(staying)


def _name(resource: Resource, one: Obj) -> Name:
    return (resource.kind, *key_of(one))


def _is_empty(api: Api, namespace: str) -> bool:
    """Whether nothing is left in a namespace but what every namespace has; of workloads and pods nothing is."""
    try:
        found = [one for kind in _OTHERS for one in api.list(kind, namespace=namespace).items]
    except ApiError:  # we may not look
        return False
    return all(name_of(one) in _EVERYWHERE for one in found)


def _delete(api: Api, resource: Resource, one: Obj, *, force: bool) -> str:
    """Delete one; returns why the API server refuses to, empty if it does not."""
    name, namespace = name_of(one), namespace_of(one)
    metadata = one["metadata"]
    try:
        if "deletionTimestamp" not in metadata or (force and resource == PODS):
            grace = 0 if force and resource == PODS else None
            api.delete(resource, name, namespace=namespace, grace_period_seconds=grace, propagation="Background")
        if force and metadata.get("finalizers"):
            api.patch(resource, name, {"metadata": {"finalizers": None}}, namespace=namespace)
        if resource == NAMESPACES and (force or _is_empty(api, name)):
            # Its controller would wait for five seconds before it looks.
            final = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {"finalizers": []}}
            api.update(resource, final, subresource="finalize")
    except ApiError as error:
        if not is_not_found(error) and not is_conflict(error):
            return error.message
    return ""
