"""Keeps one pod of a DaemonSet on every node that it is meant for; the scheduler binds them.

Left out of what upstream does: ``maxSurge``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import cast

from podnet.api.errors import ApiError
from podnet.api.host import Change, Key
from podnet.api.objects import Obj, annotations_of, is_terminating, key_of, labels_of, name_of, uid_of
from podnet.api.resources import DAEMON_SETS, NODES, PODS
from podnet.kube.controllers.backoff import Backoff
from podnet.kube.controllers.ownership import claim, dependents, itself
from podnet.kube.controllers.pods import (
    PodControl,
    available_in,
    is_available,
    is_ready,
    phase_of,
    pod_from,
    soonest,
    write_status,
)
from podnet.kube.controllers.revisions import REVISION_LABEL, current_revision, forget_old, history_of, mark_of
from podnet.kube.controllers.rollout import resolve
from podnet.kube.host import KubeHost
from podnet.kube.scheduler.nodes import NodeRequirement, untolerated_taint
from podnet.kube.scheduler.snapshot import taints_of

_ALWAYS_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
GENERATION_LABEL = "pod-template-generation"
_NO_EXECUTE = frozenset({"NoExecute"})


def daemon_pod(daemon_set: Obj, node: str, *, revision: str = "") -> Obj:
    """The pod that belongs on this node: tied to its name, tolerating what daemons tolerate."""
    labels = {REVISION_LABEL: revision}
    if generation := annotations_of(daemon_set).get(TEMPLATE_GENERATION):
        labels[GENERATION_LABEL] = generation
    pod = pod_from(daemon_set["spec"]["template"], daemon_set, DAEMON_SETS, labels=labels)
    spec = pod["spec"]
    spec["tolerations"] = _tolerations(daemon_set)
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    affinity = spec.get("affinity") or {}
    spec["affinity"] = {**affinity, "nodeAffinity": {**(affinity.get("nodeAffinity") or {}), **required}}
    return pod


def _tolerations(daemon_set: Obj) -> list[Obj]:
    spec = daemon_set["spec"]["template"].get("spec") or {}
    added = [*_ALWAYS_TOLERATED, *((("network-unavailable", "NoSchedule"),) if spec.get("hostNetwork") else ())]
    return [
        *(spec.get("tolerations") or ()),
        *({"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect} for key, effect in added),
    ]


def eligibility(daemon_set: Obj, node: Obj) -> tuple[bool, bool]:
    """Whether a node should get a pod of the DaemonSet, and whether one that is there may stay."""
    template = daemon_set["spec"]["template"]
    pinned = (template.get("spec") or {}).get("nodeName")
    if (pinned and pinned != name_of(node)) or not NodeRequirement.of(template).matches(node):
        return False, False
    taints = taints_of(node)
    if not taints:
        return True, True
    tolerations = _tolerations(daemon_set)
    may_stay = untolerated_taint(taints, tolerations, effects=_NO_EXECUTE) is None
    return untolerated_taint(taints, tolerations) is None, may_stay


class DaemonSetController:
    """Reconciles one DaemonSet at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._pods = PodControl(host, "daemonset-controller")
        self._backoff = Backoff()

    def install(self) -> None:
        """Register with the host."""
        watches = {
            DAEMON_SETS: itself,
            PODS: dependents(self._host, DAEMON_SETS),
            NODES: self._node_changed,
        }
        self._host.controller("daemonset", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> float | None:
        """Create, delete and update pods node by node, then say in the status what there is."""
        daemon_set = self._host.peek(DAEMON_SETS, *cast("tuple[str, str]", key))
        if daemon_set is None or is_terminating(daemon_set):
            return None
        history = history_of(self._host, daemon_set)
        revision = current_revision(self._host, daemon_set, DAEMON_SETS, history)
        mark = mark_of(revision)
        by_node = self._pods_by_node(daemon_set)
        nodes = {name_of(node): node for node in self._host.peek_list(NODES)}
        failure: ApiError | None = None
        delay = None
        try:
            delay = self._manage(daemon_set, nodes, by_node, mark)
            if any(_is_older(mark, pod) for pods in by_node.values() for pod in pods):
                self._roll(daemon_set, self._pods_by_node(daemon_set), mark)
        except ApiError as error:
            failure = error
        write_status(self._host, DAEMON_SETS, daemon_set, self._status(daemon_set, nodes, by_node, mark))
        if failure is not None:
            raise failure
        used = {labels_of(pod).get(REVISION_LABEL) for pods in by_node.values() for pod in pods}
        live = {name_of(item) for item in history if mark_of(item) in {mark, *used}}
        forget_old(self._host, daemon_set, history, live=live)
        return soonest([delay, *self._readiness(daemon_set, by_node)])

    def _pods_by_node(self, daemon_set: Obj) -> Mapping[str, list[Obj]]:
        by_node: dict[str, list[Obj]] = {}
        for pod in claim(self._host, daemon_set, kind=DAEMON_SETS, of=PODS):
            by_node.setdefault(target_node(pod), []).append(pod)
        return by_node

    def _manage(
        self, daemon_set: Obj, nodes: Mapping[str, Obj], by_node: Mapping[str, list[Obj]], mark: str
    ) -> float | None:
        delays: list[float | None] = []
        for name, node in nodes.items():
            wanted, may_stay = eligibility(daemon_set, node)
            pods = by_node.get(name, [])
            if wanted and not pods:
                self._pods.create(daemon_set, daemon_pod(daemon_set, name, revision=mark))
            elif may_stay:
                delays.append(self._tidy(daemon_set, name, pods))
            else:
                self._delete_all(daemon_set, pods)
        for name, pods in by_node.items():
            if name not in nodes:
                self._delete_all(daemon_set, [pod for pod in pods if not pod["spec"].get("nodeName")])
        return soonest(delays)

    def _tidy(self, daemon_set: Obj, node: str, pods: Sequence[Obj]) -> float | None:
        """On a node that keeps its pod: remove what has finished, and all but the oldest of several."""
        delay = None
        running = []
        for pod in pods:
            if is_terminating(pod):
                continue
            phase = phase_of(pod)
            if phase == "Failed":
                delay = self._backoff.attempt((uid_of(daemon_set), node), self._host.now()) or None
                if delay is None:
                    self._pods.delete(daemon_set, pod)
            elif phase == "Succeeded":
                self._pods.delete(daemon_set, pod)
            else:
                running.append(pod)
        self._delete_all(daemon_set, sorted(running, key=_seniority)[1:])
        return delay

    def _delete_all(self, daemon_set: Obj, pods: Iterable[Obj]) -> None:
        for pod in pods:
            if not is_terminating(pod):
                self._pods.delete(daemon_set, pod)

    def _roll(self, daemon_set: Obj, by_node: Mapping[str, list[Obj]], mark: str) -> None:
        """Delete pods of older revisions, at most ``maxUnavailable`` of those that are available at a time."""
        strategy = daemon_set["spec"].get("updateStrategy") or {}
        if strategy.get("type", "RollingUpdate") != "RollingUpdate":
            return
        value = (strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1)
        nodes = [node for node in self._host.peek_list(NODES) if eligibility(daemon_set, node)[0]]
        budget = resolve(value, len(nodes), up=True)
        candidates: list[Obj] = []
        for node in nodes:
            pods = [pod for pod in by_node.get(name_of(node), ()) if not is_terminating(pod)]
            if not pods or not any(self._is_available(daemon_set, pod) for pod in pods):
                budget -= 1
                self._delete_all(daemon_set, filter(partial(_is_older, mark), pods))
            else:
                candidates += filter(partial(_is_older, mark), pods)
        self._delete_all(daemon_set, candidates[: max(budget, 0)])

    def _is_available(self, daemon_set: Obj, pod: Obj) -> bool:
        return is_available(pod, int(daemon_set["spec"].get("minReadySeconds") or 0), self._host.now())

    def _readiness(self, daemon_set: Obj, by_node: Mapping[str, list[Obj]]) -> Iterable[float | None]:
        seconds = int(daemon_set["spec"].get("minReadySeconds") or 0)
        if not seconds:
            return ()
        return (available_in(pod, seconds, self._host.now()) for pods in by_node.values() for pod in pods)

    def _status(self, daemon_set: Obj, nodes: Mapping[str, Obj], by_node: Mapping[str, list[Obj]], mark: str) -> Obj:
        desired = misscheduled = 0
        oldest: list[Obj] = []
        for name, node in nodes.items():
            pods = by_node.get(name, [])
            if eligibility(daemon_set, node)[0]:
                desired += 1
                oldest += sorted(pods, key=_seniority)[:1]
            elif pods:
                misscheduled += 1
        ready = [pod for pod in oldest if is_ready(pod)]
        available = sum(self._is_available(daemon_set, pod) for pod in ready)
        optional = {
            "updatedNumberScheduled": sum(not _is_older(mark, pod) for pod in oldest),
            "numberAvailable": available,
            "numberUnavailable": desired - available,
            "observedGeneration": daemon_set["metadata"].get("generation"),
        }
        return {
            "currentNumberScheduled": len(oldest),
            "numberMisscheduled": misscheduled,
            "desiredNumberScheduled": desired,
            "numberReady": len(ready),
            **{field: value for field, value in optional.items() if value},
        }

    def _node_changed(self, change: Change) -> Iterable[Key]:
        if change.old is not None and change.new is not None and _node_view(change.old) == _node_view(change.new):
            return ()
        return [key_of(daemon_set) for daemon_set in self._host.peek_list(DAEMON_SETS)]


def target_node(pod: Obj) -> str:
    """The node that the pod is on, or is meant for."""
    names = NodeRequirement.of(pod).names() or ()
    return str(pod["spec"].get("nodeName") or next(iter(names), ""))


def _is_older(mark: str, pod: Obj) -> bool:
    return labels_of(pod).get(REVISION_LABEL) != mark


def _seniority(pod: Obj) -> tuple[object, ...]:
    return not pod["spec"].get("nodeName"), pod["metadata"].get("creationTimestamp") or "", name_of(pod)


def _node_view(node: Obj) -> object:
    return labels_of(node), node.get("spec")
