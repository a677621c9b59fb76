"""Puts pods on nodes: takes what waits for a node, asks filters and scores, and binds or says why not.

Left out of what kube-scheduler does: volumes, claims to devices, groups of pods, image locality, extenders, the
sampling of large clusters, and that of several waiting pods those of a higher priority come first (they preempt).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from podnet.api.absence import unless_gone
from podnet.api.host import Change, Key
from podnet.api.objects import (
    EMPTY,
    Obj,
    condition_of,
    controller_of,
    is_terminating,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    uid_of,
)
from podnet.api.resources import NAMESPACES, NODES, POD_DISRUPTION_BUDGETS, PODS, REPLICA_SETS, STATEFUL_SETS, Resource
from podnet.api.selectors import Selector
from podnet.kube.conditions import with_condition
from podnet.kube.host import KubeHost
from podnet.kube.scheduler.filters import Feasible, feasible
from podnet.kube.scheduler.occupants import TERMINAL, Occupancy, occupies
from podnet.kube.scheduler.preemption import BY_SCHEDULER, WAITING, Room, expecting, make_room, priority_of
from podnet.kube.scheduler.resources import allocatable_of
from podnet.kube.scheduler.scores import best
from podnet.kube.scheduler.snapshot import Snapshot, node_states, selector_of

NAME = "default-scheduler"
"""The ``schedulerName`` of the pods that it takes care of, and the component in its events."""

NO_CLAIMS = "no new claims to deallocate"
"""What the scheduler says of claims to devices of every pod that it tries to make room for: there are none."""
NOT_LOOKED_AT = "not found"
"""What it says of claims where it did not get as far as looking at them; then it makes no room either."""

SPREADING_OWNERS: Mapping[str, Resource] = {"ReplicaSet": REPLICA_SETS, "StatefulSet": STATEFUL_SETS}
"""The workloads whose pods are spread where they do not ask for it themselves."""


def is_pending(pod: Obj) -> bool:
    """Whether this scheduler should find a node for the pod."""
    spec = pod.get("spec") or {}
    return (
        not spec.get("nodeName")
        and spec.get("schedulerName", NAME) == NAME
        and not spec.get("schedulingGates")
        and not is_terminating(pod)
        and (pod.get("status") or {}).get("phase") not in TERMINAL
    )


class Scheduler:
    """Keeps in mind who is on which node, and which pods found none, to try these again when something may help."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._occupancy = Occupancy()
        self._waiting: dict[Key, bool] = {}
        """Pods without a feasible node; whether more pods might help (pod affinity, topology spread)."""
        self._nominated: set[Key] = set()
        """Pods that wait for the end of others, so that they get their node."""

    def install(self) -> None:
        """Register with the host."""
        watches = {PODS: self._pod_changed, NODES: self._node_changed, NAMESPACES: self._namespace_changed}
        self._host.controller("scheduler", self.schedule, watches=watches)

    def schedule(self, key: Key) -> None:
        """Bind the pod ``(namespace, name)`` to the best node; or note on it why there is none."""
        pod = self._host.peek(PODS, *cast("tuple[str, str]", key))
        if pod is None or not is_pending(pod):
            self._forget(key)
            return
        snapshot = self._snapshot(pod)
        found = feasible(pod, snapshot)
        if not found.states:
            self._waiting[key] = _wants_company(pod)
            self._find_room(pod, snapshot, found)
            return
        candidates = best(pod, snapshot, found.states)
        state = candidates[0] if len(candidates) == 1 else self._host.random.choice(candidates)
        self._bind(pod, state.name)
        self._forget(key)

    def _forget(self, key: Key) -> None:
        self._waiting.pop(key, None)
        self._nominated.discard(key)

    def _find_room(self, pod: Obj, snapshot: Snapshot, found: Feasible) -> None:
        """End pods of lower priority where that makes room; say what came of it."""
        if not found.refused:
            self._report_unschedulable(pod, found.message)
            return
        if found.conflict:
            self._report_unschedulable(pod, f"{found.message} {NOT_LOOKED_AT}")
            return
        room = make_room(pod, snapshot, found, budgets=self._host.peek_list(POD_DISRUPTION_BUDGETS))
        if not isinstance(room, Room):
            self._report_unschedulable(pod, f"{found.message} {NO_CLAIMS}, preemption: {room}")
            return
        for victim in room.victims:
            self._preempt(victim, pod, room.node)
        self._report_unschedulable(pod, found.message, nominated=room.node)

    def _preempt(self, victim: Obj, pod: Obj, node: str) -> None:
        if is_terminating(victim):
            return
        name, namespace = name_of(victim), namespace_of(victim)
        conditions = with_condition(
            (victim.get("status") or {}).get("conditions"),
            "DisruptionTarget",
            "True",
            now=self._host.now(),
            reason=BY_SCHEDULER,
            message=f"{NAME}: preempting to accommodate a higher priority pod",
            extra={"observedGeneration": victim["metadata"].get("generation", 1)},
        )
        patch = {"metadata": {"uid": uid_of(victim)}, "status": {"conditions": conditions}}
        with unless_gone():
            self._host.api.patch(PODS, name, patch, namespace=namespace, subresource="status")
            self._host.api.delete(PODS, name, namespace=namespace, uid=uid_of(victim))
            message = f"Preempted by pod {uid_of(pod)} on node {node}"
            self._host.record_event(victim, type="Normal", reason="Preempted", message=message, component=NAME)

    def _snapshot(self, pod: Obj) -> Snapshot:
        states = node_states(self._host.peek_list(NODES), self._occupancy)
        for key in self._nominated:
            other = self._host.peek(PODS, *cast("tuple[str, str]", key))
            if other is not None and uid_of(other) != uid_of(pod) and priority_of(other) >= priority_of(pod):
                states = expecting(states, other)
        return Snapshot(states, self._namespace_labels, self._siblings(pod))

    def _namespace_labels(self, name: str) -> Mapping[str, str]:
        namespace = self._host.peek(NAMESPACES, "", name)
        return labels_of(namespace) if namespace is not None else EMPTY

    def _siblings(self, pod: Obj) -> Selector | None:
        owner = controller_of(pod)
        resource = SPREADING_OWNERS.get(owner.get("kind", "")) if owner is not None else None
        if owner is None or resource is None:
            return None
        workload = self._host.peek(resource, namespace_of(pod), owner.get("name", ""))
        return selector_of((workload.get("spec") or {}).get("selector")) if workload is not None else None

    def _bind(self, pod: Obj, node: str) -> None:
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": name_of(pod), "namespace": namespace_of(pod), "uid": uid_of(pod)},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        }
        with unless_gone():
            self._host.api.create(PODS, binding, namespace=namespace_of(pod), subresource="binding")
            message = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {node}"
            self._host.record_event(pod, type="Normal", reason="Scheduled", message=message, component=NAME)

    def _report_unschedulable(self, pod: Obj, message: str, *, nominated: str | None = None) -> None:
        old = condition_of(pod, "PodScheduled") or {}
        known = (pod.get("status") or {}).get("nominatedNodeName")
        if nominated is None:
            nominated = known if message.endswith(WAITING) else None
        told = (old.get("status"), old.get("reason"), old.get("message")) == ("False", "Unschedulable", message)
        if told and nominated == known:
            return
        conditions = with_condition(
            (pod.get("status") or {}).get("conditions"),
            "PodScheduled",
            "False",
            now=self._host.now(),
            reason="Unschedulable",
            message=message,
            extra={"lastProbeTime": None, "observedGeneration": pod["metadata"].get("generation", 1)},
        )
        status: Obj = {"conditions": conditions}
        if nominated != known:
            status["nominatedNodeName"] = nominated
            (self._nominated.add if nominated else self._nominated.discard)(key_of(pod))
        patch = {"metadata": {"uid": uid_of(pod)}, "status": status}
        with unless_gone():
            self._host.api.patch(PODS, name_of(pod), patch, namespace=namespace_of(pod), subresource="status")
            self._host.record_event(pod, type="Warning", reason="FailedScheduling", message=message, component=NAME)

    def _pod_changed(self, change: Change) -> Iterable[Key]:
        old, new = change.old, change.new
        self._occupancy.note(change)
        if new is None:
            self._forget(key_of(change.object))
        elif is_pending(new):
            unchanged = old is not None and is_pending(old) and _pod_view(old) == _pod_view(new)
            return () if unchanged else (key_of(new),)
        return self._helped_by(old, new) if self._waiting else ()

    def _helped_by(self, old: Obj | None, new: Obj | None) -> Iterable[Key]:
        """The waiting pods that a change of a pod on a node may help."""
        before, after = _occupancy(old), _occupancy(new)
        if before == after:
            return ()
        if before is None:
            return tuple(key for key, wants_company in self._waiting.items() if wants_company)
        return tuple(self._waiting)

    def _node_changed(self, change: Change) -> Iterable[Key]:
        if change.old is not None and change.new is not None and _node_view(change.old) == _node_view(change.new):
            return ()
        return tuple(self._waiting)

    def _namespace_changed(self, change: Change) -> Iterable[Key]:
        if change.old is not None and change.new is not None and labels_of(change.old) == labels_of(change.new):
            return ()
        return tuple(self._waiting)


def _pod_view(pod: Obj) -> object:
    """What of a pending pod matters to its scheduling. After a new list another pod of its name may be in its place."""
    return uid_of(pod), pod.get("spec"), labels_of(pod)


def _node_view(node: Obj) -> object:
    """What of a node matters to scheduling."""
    return node.get("spec"), labels_of(node), allocatable_of(node)


def _occupancy(pod: Obj | None) -> object:
    """What of a pod on a node matters to the scheduling of others; None if it occupies nothing."""
    if pod is None or not occupies(pod):
        return None
    return is_terminating(pod), labels_of(pod)


def _wants_company(pod: Obj) -> bool:
    """Whether more pods on nodes, not only fewer, might make room for this one."""
    spec = pod.get("spec") or {}
    return bool(spec.get("topologySpreadConstraints") or (spec.get("affinity") or {}).get("podAffinity"))
