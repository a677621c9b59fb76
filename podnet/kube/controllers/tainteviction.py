"""Evicts pods from nodes with ``NoExecute`` taints, at once or after the seconds that they tolerate.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from podnet.api.absence import unless_gone
from podnet.api.host import Change, Key
from podnet.api.objects import Obj, is_terminating, key_of, name_of, namespace_of, uid_of
from podnet.api.resources import NODES, PODS
from podnet.kube.conditions import with_condition
from podnet.kube.host import KubeHost
from podnet.kube.scheduler.nodes import tolerates
from podnet.kube.scheduler.snapshot import taints_of, tolerations_of

COMPONENT = "taint-eviction-controller"


def tolerated_seconds(taints: Sequence[Obj], tolerations: Sequence[Obj]) -> float | None:
    """How long a pod bears these ``NoExecute`` taints: 0 if it does not at all, None if for good."""
    limits = []
    for taint in taints:
        matching = next((toleration for toleration in tolerations if tolerates(toleration, taint)), None)
        if matching is None:
            return 0.0
        if matching.get("tolerationSeconds") is not None:
            limits.append(max(float(matching["tolerationSeconds"]), 0.0))
    return min(limits, default=None)


class TaintEvictionController:
    """Reconciles one pod at a time, and remembers since when it has stood on a tainted node."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._since: dict[str, datetime] = {}

    def install(self) -> None:
        """Register with the host."""
        watches = {PODS: self._pod_changed, NODES: self._node_changed}
        self._host.controller("tainteviction", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> float | None:
        """Delete the pod, gracefully, if it has stood on a tainted node for longer than it tolerates."""
        pod = self._host.peek(PODS, *cast("tuple[str, str]", key))
        if pod is None or is_terminating(pod):
            return None
        node = self._host.peek(NODES, "", (pod.get("spec") or {}).get("nodeName") or "")
        taints = _evicting(node)
        seconds = tolerated_seconds(taints, tolerations_of(pod)) if taints else None
        if seconds is None:
            self._since.pop(uid_of(pod), None)
            return None
        since = self._since.setdefault(uid_of(pod), self._host.now())
        left = seconds - (self._host.now() - since).total_seconds()
        if left > 0:
            return left
        with unless_gone():
            self._evict(pod)
        return None

    def _evict(self, pod: Obj) -> None:
        name, namespace = name_of(pod), namespace_of(pod)
        conditions = with_condition(
            (pod.get("status") or {}).get("conditions"),
            "DisruptionTarget",
            "True",
            now=self._host.now(),
            reason="DeletionByTaintManager",
            message="Taint manager: deleting due to NoExecute taint",
            extra={"observedGeneration": pod["metadata"].get("generation", 1)},
        )
        message = f"Marking for deletion Pod {namespace}/{name}"
        self._host.record_event(pod, type="Normal", reason="TaintManagerEviction", message=message, component=COMPONENT)
        patch = {"metadata": {"uid": uid_of(pod)}, "status": {"conditions": conditions}}
        self._host.api.patch(PODS, name, patch, namespace=namespace, subresource="status")
        self._host.api.delete(PODS, name, namespace=namespace, uid=uid_of(pod))

    def _pod_changed(self, change: Change) -> Iterable[Key]:
        pod = change.new
        if pod is None:
            self._since.pop(uid_of(change.object), None)
            return ()
        node_name = (pod.get("spec") or {}).get("nodeName")
        node = self._host.peek(NODES, "", node_name) if node_name else None
        return (key_of(pod),) if _evicting(node) else ()

    def _node_changed(self, change: Change) -> Iterable[Key]:
        before, after = _evicting(change.old), _evicting(change.new)
        if change.new is None or before == after:
            return ()
        name = name_of(change.new)
        return [key_of(pod) for pod in self._host.peek_list(PODS) if pod["spec"].get("nodeName") == name]


def _evicting(node: Obj | None) -> Sequence[Obj]:
    """The taints that evict."""
    return [taint for taint in taints_of(node) if taint.get("effect") == "NoExecute"] if node is not None else ()
