"""Removes pods that nobody else would: those on nodes that are gone, and those that were deleted before they had one.

Left out of what upstream does: the limit on the number of pods that have finished.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from podnet.api.absence import unless_gone
from podnet.api.host import Change, Key
from podnet.api.objects import Obj, is_terminating, key_of, name_of, namespace_of, uid_of
from podnet.api.resources import NODES, PODS
from podnet.kube.conditions import with_condition
from podnet.kube.controllers.pods import TERMINAL, phase_of
from podnet.kube.host import KubeHost

QUARANTINE = 40.0
"""Seconds that a node must be missing before its pods go: it may only be registering anew."""


class PodGarbageCollector:
    """Reconciles one pod at a time, and remembers since when a node has been missing."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._missing: dict[str, datetime] = {}

    def install(self) -> None:
        """Register with the host."""
        self._host.controller("podgc", self.reconcile, watches={PODS: self._pod_changed, NODES: self._node_changed})

    def reconcile(self, key: Key) -> float | None:
        """Delete the pod without grace if it is lost."""
        pod = self._host.peek(PODS, *cast("tuple[str, str]", key))
        if pod is None:
            return None
        node = (pod.get("spec") or {}).get("nodeName")
        if not node:
            if is_terminating(pod):
                self._delete(pod)
            return None
        if self._host.peek(NODES, "", node) is not None:
            self._missing.pop(node, None)
            return None
        since = self._missing.setdefault(node, self._host.now())
        left = QUARANTINE - (self._host.now() - since).total_seconds()
        if left > 0:
            return left
        self._mark_failed(pod)
        self._delete(pod)
        return None

    def _mark_failed(self, pod: Obj) -> None:
        if phase_of(pod) in TERMINAL:
            return
        conditions = with_condition(
            (pod.get("status") or {}).get("conditions"),
            "DisruptionTarget",
            "True",
            now=self._host.now(),
            reason="DeletionByPodGC",
            message="PodGC: node no longer exists",
            extra={"observedGeneration": pod["metadata"].get("generation", 1)},
        )
        patch = {"metadata": {"uid": uid_of(pod)}, "status": {"phase": "Failed", "conditions": conditions}}
        with unless_gone():
            self._host.api.patch(PODS, name_of(pod), patch, namespace=namespace_of(pod), subresource="status")

    def _delete(self, pod: Obj) -> None:
        with unless_gone():
            self._host.api.delete(
                PODS, name_of(pod), namespace=namespace_of(pod), grace_period_seconds=0, uid=uid_of(pod)
            )

    def _pod_changed(self, change: Change) -> Iterable[Key]:
        pod = change.new
        if pod is None:
            return ()
        node = (pod.get("spec") or {}).get("nodeName")
        lost = is_terminating(pod) if not node else self._host.peek(NODES, "", node) is None
        return (key_of(pod),) if lost else ()

    def _node_changed(self, change: Change) -> Iterable[Key]:
        name = name_of(change.object)
        if change.new is not None:
            self._missing.pop(name, None)
            return ()
        self._missing.setdefault(name, self._host.now())
        return [key_of(pod) for pod in self._host.peek_list(PODS) if pod["spec"].get("nodeName") == name]
