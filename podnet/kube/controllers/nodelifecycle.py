"""Keeps pods away from nodes that cannot run them: taints that follow the condition Ready and ``spec.unschedulable``.

Left out of what upstream does: heartbeats that stay away, and the ``NoExecute`` taints that evict pods after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from podnet.api.absence import unless_gone
from podnet.api.host import Key
from podnet.api.names import NODE_NOT_READY as NOT_READY
from podnet.api.objects import Obj, condition_of, is_terminating, name_of, timestamp
from podnet.api.resources import NODES
from podnet.kube.host import KubeHost
from podnet.kube.scheduler.snapshot import taints_of

UNREACHABLE = "node.kubernetes.io/unreachable"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
KEYS = (NOT_READY, UNREACHABLE, UNSCHEDULABLE)


def wanted_keys(node: Obj) -> frozenset[str]:
    """The taints of this controller that the node should have now."""
    ready = (condition_of(node, "Ready") or {}).get("status")
    keys = set()
    if ready == "Unknown":
        keys.add(UNREACHABLE)
    elif ready != "True":
        keys.add(NOT_READY)
    if (node.get("spec") or {}).get("unschedulable"):
        keys.add(UNSCHEDULABLE)
    return frozenset(keys)


class NodeLifecycleController:
    """Reconciles one node at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host

    def install(self) -> None:
        """Register with the host."""
        watches = {NODES: lambda change: (name_of(change.object),) if change.new is not None else ()}
        self._host.controller("nodelifecycle", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> None:
        """Add the taints that are missing and remove those that no longer hold; leave all others alone."""
        node = self._host.peek(NODES, "", cast("str", key))
        if node is None or is_terminating(node):
            return
        taints = self._taints(node)
        if taints == list(taints_of(node)):
            return
        version = node["metadata"].get("resourceVersion", "")
        patch = {"metadata": {"resourceVersion": version}, "spec": {"taints": taints or None}}
        with unless_gone():
            self._host.api.patch(NODES, name_of(node), patch)

    def _taints(self, node: Obj) -> Sequence[Obj]:
        wanted = wanted_keys(node)
        kept = [taint for taint in taints_of(node) if not _is_own(taint) or taint["key"] in wanted]
        there = {taint["key"] for taint in kept if _is_own(taint)}
        since = timestamp(self._host.now())
        missing = [key for key in KEYS if key in wanted - there]
        return [*kept, *({"key": key, "effect": "NoSchedule", "timeAdded": since} for key in missing)]


def _is_own(taint: Obj) -> bool:
    return taint.get("key") in KEYS and taint.get("effect") == "NoSchedule"
