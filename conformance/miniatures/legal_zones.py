"""Legal: how pods are held to zones, how nodes tell theirs, and when virtual nodes come and go."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Admitting, _Watching

from podnet.api.errors import ApiError
from podnet.api.names import HOSTNAME, LEGACY_ZONE, TOPOLOGY_ZONE, virtual_node
from podnet.api.objects import labels_of, name_of
from podnet.api.resources import NODES, POD_NETWORKINGS, PODS
from podnet.engine import place
from podnet.reference import Reference
from podnet.reference.plane import snapshot_of

TAINT = "virtual-kubelet.io/provider"


class LegacyZoneLabel(Reference):
    """Legal (ZON-2): Nodes bear the zone in the label of old."""

    zone_label = LEGACY_ZONE


class BothZoneLabels(Reference):
    """Legal (ZON-2): Nodes bear the zone in both labels, and more labels besides."""

    def node(self, zone):
        node = super().node(zone)
        node["metadata"]["labels"] |= {LEGACY_ZONE: zone, "example.com/pool": "serverless"}
        return node


class ZonesByHostname(Reference):
    """Legal (ZON-1): Pods are held to the nodes of the zones by the names of these."""

    def constrain(self, pod_spec, *, zones):
        return place.constrain(pod_spec, zones=[virtual_node(zone) for zone in zones], key=HOSTNAME)


class ZonesByNodeSelector(_Watching):
    """Legal (ZON-1): Pods are held to the zones by a nodeSelector, for which the nodes of a plane are labelled."""

    def watches(self):
        keys = {"planes"}
        return {POD_NETWORKINGS: lambda _: keys, NODES: lambda change: keys if change.old is None else ()}

    def label(self, zones):
        return "zones.example.com/" + ".".join(zone[-1] for zone in sorted(zones))

    def work(self, key):
        planes = [self.zones(one.vswitches) for one in self.podnetworkings.values()]
        for node in self.host.api.list(NODES).items:
            zone = labels_of(node).get(TOPOLOGY_ZONE)
            labels = {self.label(zones): "yes" for zones in planes if zone in zones}
            if labels.items() - labels_of(node).items():
                self.host.api.patch(NODES, name_of(node), {"metadata": {"labels": labels}})

    def constrain(self, pod_spec, *, zones):
        return {**pod_spec, "nodeSelector": {**(pod_spec.get("nodeSelector") or {}), self.label(zones): "yes"}}


class ZonesBehindAGate(_Watching):
    """Legal (ZON-1): A scheduling gate holds pods back until a controller has bound them to their zones."""

    gate = "example.com/zones"

    def constrain(self, pod_spec, *, zones):
        if pod_spec.get("nodeName"):
            return super().constrain(pod_spec, zones=zones)
        return {**pod_spec, "schedulingGates": [{"name": self.gate}]}

    def look(self, pod):
        if {"name": self.gate} not in (pod["spec"].get("schedulingGates") or ()):
            return None
        left = 5 - self.seconds_since(pod["metadata"]["creationTimestamp"])
        if left > 0:
            return left
        spec = place.constrain(pod["spec"], zones=self.zones(snapshot_of(pod).vswitches))
        self.patch(pod, {"spec": {"affinity": spec["affinity"], "schedulingGates": None}})
        return None


class TaintedNodes(_Admitting):
    """Legal (PRE-1): Virtual nodes have a taint, which every pod is made to tolerate."""

    def node(self, zone):
        node = super().node(zone)
        node["spec"]["taints"] = [{"key": TAINT, "value": "alibabacloud", "effect": "NoSchedule"}]
        return node

    def answer(self, request, response):
        known = request.object["spec"].get("tolerations") or ()
        tolerations = [*known, {"key": TAINT, "operator": "Exists"}]
        operation = {"op": "add", "path": "/spec/tolerations", "value": tolerations}
        return replace(response, patch=(*response.patch, operation))


class RefusesForeignNodes(Reference):
    """Legal (ZON-3): A pod that names a node outside of the zones is refused."""

    def deny(self, pod, *, matching):
        named = pod["spec"].get("nodeName")
        nodes = [{virtual_node(zone) for zone in self.zones(one.vswitches)} for one in matching]
        return (
            "the node is in no zone of the vSwitches"
            if named and not any(named in some for some in nodes or [{named}])
            else ""
        )


class FailsOnForeignNodes(Reference):
    """Legal (A-20, ZON-3): A pod that names a node outside of the zones becomes Failed."""

    def exhausted(self, pod, *, refusal):
        status = super().exhausted(pod, refusal=refusal)
        return status if refusal.retry else {**status, "phase": "Failed", "reason": "NodeAffinity"}


class DefaultPlaneOfOneZone(Reference):
    """Legal (A-18, DEF-1): Pods of the default plane use one default vSwitch, in whichever zone they are."""

    def default_vswitches(self, *, zone):
        return (self.inventory.default.vswitches[-1:],)


class NodesFromTheStart(_Watching):
    """Legal (A-14, NOD-1): Every zone has its virtual node from the start."""

    def watches(self):
        return {NODES: lambda _: ["zones"]}

    def work(self, key):
        known = {name_of(node) for node in self.host.api.list(NODES).items}
        for zone in self.inventory.zones:
            if virtual_node(zone.name) not in known:
                self.host.api.create(NODES, self.node(zone.name))


class NodesWithTheFirstPod(_Watching):
    """Legal (A-14, NOD-1): A virtual node comes with the first pod that needs it."""

    def needs_node(self, zone):
        waiting = [snapshot_of(pod) for pod in self.pods() if not pod["spec"].get("nodeName")]
        return any(plane and zone in self.zones(plane.vswitches) for plane in waiting)


class NodesGoWithTheLastPod(_Watching):
    """Legal (A-14, NOD-1): A virtual node that was created goes when its last pod does, unless another one waits."""

    def watches(self):
        return {PODS: lambda change: [change.old["spec"].get("nodeName")] if change.new is None else []}

    def work(self, key):
        new = [virtual_node(zone.name) for zone in self.inventory.zones if not zone.node]
        pods = self.pods()
        used = any(pod["spec"].get("nodeName") in (None, "", key) for pod in pods)
        if key in new and not used:
            try:
                self.host.api.delete(NODES, key)
            except ApiError:
                return


class SeveralNodesInAZone(_Watching):
    """Legal (NOD-1): Beside its virtual node a zone has others, which are never Ready."""

    def watches(self):
        return {NODES: lambda change: [name_of(change.new)] if change.old is None else []}

    def work(self, key):
        if key.endswith("-spare"):
            return
        node = self.node(labels_of(self.host.api.get(NODES, key))[TOPOLOGY_ZONE])
        node["metadata"]["name"] = node["metadata"]["labels"][HOSTNAME] = f"{key}-spare"
        node["spec"]["unschedulable"] = True
        node["status"]["conditions"][0] |= {"status": "False"}
        self.host.api.create(NODES, node)
