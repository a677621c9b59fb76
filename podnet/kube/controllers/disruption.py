"""Counts for each PodDisruptionBudget how many of its pods may be away at this moment.

Left out of what upstream does: pods of controllers of custom kinds, and taking back the condition DisruptionTarget of
pods that were to end and did not.
Source: pkg/controller/disruption of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from podnet.api.host import Change, Key
from podnet.api.objects import (
    Obj,
    controller_of,
    is_terminating,
    key_of,
    name_of,
    namespace_of,
    parse_timestamp,
    uid_of,
)
from podnet.api.resources import DEPLOYMENTS, POD_DISRUPTION_BUDGETS, PODS, REPLICA_SETS, STATEFUL_SETS, Resource
from podnet.kube.budgets import selects, with_verdict
from podnet.kube.controllers.ownership import itself
from podnet.kube.controllers.pods import is_ready, soonest, write_status
from podnet.kube.controllers.replicaset import replicas_of
from podnet.kube.controllers.rollout import resolve
from podnet.kube.host import KubeHost

COMPONENT = "controllermanager"
DELETION_SECONDS = 120.0
"""How long an evicted pod is taken to be about to end."""
_SCALED: Mapping[str, Resource] = {"ReplicaSet": REPLICA_SETS, "StatefulSet": STATEFUL_SETS}


class _UncountableError(Exception):
    """Nobody knows how many pods there should be."""


class DisruptionController:
    """Reconciles one budget at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host

    def install(self) -> None:
        """Register with the host."""
        watches = {POD_DISRUPTION_BUDGETS: itself, PODS: self._pod_changed}
        self._host.controller("disruption", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> float | None:
        """Write down how many pods there are, how many there must be, and how many may go."""
        budget = self._host.peek(POD_DISRUPTION_BUDGETS, *cast("tuple[str, str]", key))
        if budget is None:
            return None
        now, old = self._host.now(), budget.get("status") or {}
        pods = [pod for pod in self._host.peek_list(PODS, namespace_of(budget)) if selects(budget, pod)]
        if not pods:
            self._record(budget, "Normal", "NoPods", "No matching pods found")
        try:
            expected, desired = self._wanted(budget, pods)
        except _UncountableError as error:
            self._record(
                budget,
                "Warning",
                "CalculateExpectedPodCountFailed",
                f"Failed to calculate the number of expected pods: {error}",
            )
            failed = with_verdict({**old, "disruptionsAllowed": 0}, now, failure=str(error))
            write_status(self._host, POD_DISRUPTION_BUDGETS, budget, failed)
            return None
        ending = self._ending(budget, pods, now)
        healthy = sum(is_ready(pod) and not is_terminating(pod) and name_of(pod) not in ending for pod in pods)
        status: Obj = {
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "disruptionsAllowed": max(healthy - desired, 0) if expected > 0 else 0,
            "expectedPods": expected,
            "observedGeneration": budget["metadata"].get("generation", 0),
            "conditions": old.get("conditions") or [],
        }
        if ending:
            status["disruptedPods"] = ending
        write_status(self._host, POD_DISRUPTION_BUDGETS, budget, with_verdict(status, now))
        waits = (parse_timestamp(at) + timedelta(seconds=DELETION_SECONDS) - now for at in ending.values())
        return soonest(wait.total_seconds() for wait in waits)

    def _wanted(self, budget: Obj, pods: Sequence[Obj]) -> tuple[int, int]:
        """How many pods there should be, and how many of them have to be healthy."""
        spec = budget["spec"]
        if (away := spec.get("maxUnavailable")) is not None:
            expected = self._scale(budget, pods)
            return expected, max(expected - resolve(away, expected, up=True), 0)
        least = spec.get("minAvailable")
        if isinstance(least, str):
            expected = self._scale(budget, pods)
            return expected, resolve(least, expected, up=True)
        return (0, 0) if least is None else (len(pods), least)

    def _scale(self, budget: Obj, pods: Sequence[Obj]) -> int:
        """How many pods their controllers want together. Raises _UncountableError if one of them does not say."""
        sizes: dict[str, int] = {}
        unmanaged = False
        for pod in pods:
            owner = controller_of(pod)
            if owner is None:
                unmanaged = True
            elif owner["uid"] not in sizes:
                scaled = self._scaled(pod, owner)
                sizes[owner["uid"]] = 0
                sizes[uid_of(scaled)] = replicas_of(scaled)
        if unmanaged:
            self._record(budget, "Warning", "UnmanagedPods", _unmanaged(budget["spec"].get("selector") or {}))
        return sum(sizes.values())

    def _scaled(self, pod: Obj, owner: Obj) -> Obj:
        kind = owner.get("kind", "")
        resource = _SCALED.get(kind)
        if resource is None:
            raise _UncountableError(f"{_plural(owner)} does not implement the scale subresource")
        found = self._host.peek(resource, namespace_of(pod), owner.get("name", ""))
        if found is None or uid_of(found) != owner["uid"]:
            raise _UncountableError(f'found no controllers for pod "{name_of(pod)}"')
        above = controller_of(found)
        if above is not None and above.get("kind") == DEPLOYMENTS.kind:
            deployment = self._host.peek(DEPLOYMENTS, namespace_of(pod), above.get("name", ""))
            if deployment is not None and uid_of(deployment) == above.get("uid"):
                return deployment
        return found

    def _ending(self, budget: Obj, pods: Sequence[Obj], now: datetime) -> Mapping[str, str]:
        """The pods that were evicted and have not begun to end, with the moment; after a while they are given up."""
        noted = (budget.get("status") or {}).get("disruptedPods") or {}
        ending = {}
        for pod in pods:
            at = noted.get(name_of(pod))
            if at is None or is_terminating(pod):
                continue
            if parse_timestamp(at) + timedelta(seconds=DELETION_SECONDS) < now:
                namespace = namespace_of(budget)
                message = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
                self._record(pod, "Warning", "NotDeleted", message)
            else:
                ending[name_of(pod)] = at
        return ending

    def _pod_changed(self, change: Change) -> Iterable[Key]:
        budgets = self._host.peek_list(POD_DISRUPTION_BUDGETS, namespace_of(change.object))
        pods = [pod for pod in (change.old, change.new) if pod is not None]
        return [key_of(budget) for budget in budgets if any(selects(budget, pod) for pod in pods)]

    def _record(self, obj: Obj, type_: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        self._host.record_event(obj, type=type_, reason=reason, message=message, component=COMPONENT)


def _plural(owner: Obj) -> str:
    """The resource that an owner reference names, as upstream writes it."""
    group = str(owner.get("apiVersion", "")).rpartition("/")[0]
    return f"{owner.get('kind', '').lower()}s.{group}" if group else f"{owner.get('kind', '').lower()}s"


def _unmanaged(selector: Obj) -> str:
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    needs = "".join(
        f"LabelSelectorRequirement{{Key:{item['key']},Operator:{item['operator']},"
        f"Values:[{' '.join(item.get('values') or ())}],}},"
        for item in selector.get("matchExpressions") or ()
    )
    text = (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{needs}}},}}"
    )
    return (
        f"Pods selected by this PodDisruptionBudget (selector: {text}) were found to be unmanaged. As a result, the"
        " status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for"
        ' these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
    )
