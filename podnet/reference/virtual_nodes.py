"""Virtual nodes: one for each zone that is served from the start, and one wherever a plane needs a zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from podnet.api.errors import ApiError, already_exists, is_not_found
from podnet.api.host import Change, Host, Key
from podnet.api.names import NODE_NOT_READY
from podnet.api.objects import Obj, condition_of, name_of
from podnet.api.podnetworking import from_object
from podnet.api.resources import LEASES, NODES, POD_NETWORKINGS, PODS
from podnet.reference.manifests import node_status
from podnet.reference.plane import snapshot_of
from podnet.reference.running import Running
from podnet.reference.selecting import Selecting

LEASE_NAMESPACE = "kube-node-lease"
LEASE_SECONDS = 40


class VirtualNodes:
    """One controller for all zones: the key is the name of a zone. ``nodes`` maps the names of nodes to zones."""

    def __init__(self, selecting: Selecting, running: Running, *, host: Host, nodes: dict[str, str]) -> None:
        self._selecting = selecting
        self._running = running
        self._host = host
        self._zones = nodes
        self._names = {zone: name for name, zone in nodes.items()}
        self._served: set[str] = set()

    def start(self) -> None:
        """Follow what needs nodes, and create those of the zones that are served from the start."""
        watches = {NODES: self._node_zones, POD_NETWORKINGS: self._plane_zones, PODS: self._pod_zones}
        self._host.controller("virtual-nodes", self.reconcile, watches=watches)
        for zone in self._host.inventory.zones:
            if zone.node:
                self._ensure(zone.name)

    def _node_zones(self, change: Change) -> Iterable[str]:
        zone = self._zones.get(name_of(change.object))
        if zone is None:
            return ()
        if change.new is None:
            self._served.discard(zone)
            return (zone,) if self._host.inventory.zones_by_name[zone].node else ()
        self._served.add(zone)
        return () if _is_ready(change.new) and self._heartbeat_seconds is None else (zone,)

    def _plane_zones(self, change: Change) -> Iterable[str]:
        if change.new is None:
            return ()
        return self._unserved(from_object(change.new).vswitches)

    def _pod_zones(self, change: Change) -> Iterable[str]:
        pod = change.new
        if pod is None or pod.get("spec", {}).get("nodeName"):
            return ()
        plane = snapshot_of(pod)
        return self._unserved(plane.vswitches) if plane else ()

    def _unserved(self, vswitches: tuple[str, ...]) -> Iterable[str]:
        return [zone for zone in self._selecting.zones(vswitches) if zone not in self._served]

    def reconcile(self, key: Key) -> float | None:
        """Create the node of a zone if it is missing, keep it Ready if it is there."""
        zone = cast("str", key)
        if not self._host.inventory.zones_by_name[zone].node and not self._running.needs_node(zone):
            return None
        self._ensure(zone)
        seconds = self._heartbeat_seconds
        if seconds is not None:
            self._renew_lease(self._names[zone], now=self._host.now())
        if self._host.heartbeat_seconds is not None:
            self._admit_pods(self._names[zone])
        return seconds

    @property
    def _heartbeat_seconds(self) -> float | None:
        own = self._running.heartbeat_seconds
        return own if own is not None else self._host.heartbeat_seconds

    def _ensure(self, zone: str) -> None:
        if zone not in self._served:
            try:
                self._host.api.create(NODES, self._running.node(zone))
            except ApiError as error:
                if not already_exists(error):
                    raise
            else:
                self._served.add(zone)
                return
        self._served.add(zone)
        name = self._names[zone]
        if not _is_ready(self._host.api.get(NODES, name)):
            self._host.api.patch(NODES, name, {"status": node_status(name)}, subresource="status")

    def _admit_pods(self, name: str) -> None:
        """A new node is tainted as not ready, and not every cluster runs the controller that takes this away."""
        taints = self._host.api.get(NODES, name).get("spec", {}).get("taints") or []
        others = [taint for taint in taints if taint["key"] != NODE_NOT_READY]
        if others != taints:
            self._host.api.patch(NODES, name, {"spec": {"taints": others or None}})

    def _renew_lease(self, name: str, *, now: datetime) -> None:
        """A node controller takes nodes for dead whose Lease is old."""
        moment = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        spec = {"holderIdentity": name, "leaseDurationSeconds": LEASE_SECONDS, "renewTime": moment}
        try:
            self._host.api.patch(LEASES, name, {"spec": spec}, namespace=LEASE_NAMESPACE)
        except ApiError as error:
            if not is_not_found(error):
                raise
            metadata = {"name": name, "namespace": LEASE_NAMESPACE}
            lease = {"apiVersion": LEASES.api_version, "kind": LEASES.kind, "metadata": metadata, "spec": spec}
            self._host.api.create(LEASES, lease)


def _is_ready(node: Obj) -> bool:
    ready = condition_of(node, "Ready")
    return ready is not None and ready.get("status") == "True"
