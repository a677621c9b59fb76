"""Wrong about virtual nodes in zones that have none."""

from __future__ import annotations

from _miniature import _Watching

from podnet.api.errors import ApiError
from podnet.api.names import TOPOLOGY_REGION, TOPOLOGY_ZONE, virtual_node
from podnet.api.podnetworking import from_object
from podnet.api.resources import NODES, POD_NETWORKINGS
from podnet.reference import Reference


class NoNodeInNewZones(Reference):
    """NOD-1: No virtual node is created in a zone that has none."""

    def needs_node(self, zone):
        return False


class NodeAtCreationOnly(Reference):
    """NOD-1: A PodNetworking that is edited gets no virtual nodes, only one that is created."""

    def __init__(self):
        super().__init__()
        self.created = set()

    def _admit(self, host, admission):
        def note(change):
            if change.old is None:
                self.created.update(self.zones(from_object(change.new).vswitches))
            return ()

        host.controller("miniature", lambda _: None, watches={POD_NETWORKINGS: note})
        super()._admit(host, admission)

    def needs_node(self, zone):
        return zone in self.created


class NodeOnlyWhereNoneIsServed(Reference):
    """NOD-1: A virtual node is created only for a PodNetworking none of whose zones has one."""

    def needs_node(self, zone):
        served = {one.name for one in self.inventory.zones if one.node}
        zones = [set(self.zones(one.vswitches)) for one in self.podnetworkings.values()]
        return any(zone in some and not some & served for some in zones)


class NodeForTheFirstVSwitch(Reference):
    """NOD-1: A virtual node is created only in the zone of the first listed vSwitch."""

    def needs_node(self, zone):
        return any(self.inventory.zone_of(one.vswitches[0]) == zone for one in self.podnetworkings.values())


class NoNodeUnderFixed(Reference):
    """NOD-1: A PodNetworking of type Fixed gets no virtual nodes."""

    def needs_node(self, zone):
        elastic = [one for one in self.podnetworkings.values() if one.allocation_type != "Fixed"]
        return any(zone in self.zones(one.vswitches) for one in elastic)


class NodeWithoutAZone(Reference):
    """NOD-1: A new virtual node does not say in which zone it is."""

    def node(self, zone):
        node = super().node(zone)
        if not self.inventory.zones_by_name[zone].node:
            for label in (TOPOLOGY_ZONE, TOPOLOGY_REGION):
                del node["metadata"]["labels"][label]
        return node


class TaintedNewNode(Reference):
    """NOD-2: A new virtual node has a taint that nobody tolerates."""

    def node(self, zone):
        node = super().node(zone)
        if not self.inventory.zones_by_name[zone].node:
            node["spec"]["taints"] = [{"key": "example.com/new", "value": "true", "effect": "NoSchedule"}]
        return node


class NewNodeIsFull(Reference):
    """NOD-2: A new virtual node has room for one pod."""

    def node(self, zone):
        node = super().node(zone)
        if not self.inventory.zones_by_name[zone].node:
            node["status"]["allocatable"] = {**node["status"]["allocatable"], "pods": "1"}
        return node


class OneNewNode(Reference):
    """NOD-1: No more than one virtual node is ever created."""

    def __init__(self):
        super().__init__()
        self.first = None

    def needs_node(self, zone):
        self.first = self.first or zone
        return zone == self.first


class _Following(_Watching):
    """Which looks at the zones of PodNetworkings that are deleted."""

    def watches(self):
        return {POD_NETWORKINGS: self.zones_of_deleted}

    def zones_of_deleted(self, change):
        return self.zones(from_object(change.old).vswitches) if change.new is None else ()


class NodeGoesWithItsPlane(_Following):
    """NOD-2: With the PodNetworking that it was made for a virtual node goes, and does not come back."""

    def __init__(self):
        super().__init__()
        self.gone = set()

    def work(self, key):
        if not self.inventory.zones_by_name[key].node:
            self.gone.add(key)
            try:
                self.host.api.delete(NODES, virtual_node(key))
            except ApiError:
                return

    def needs_node(self, zone):
        return zone not in self.gone


class NodeGoesUnderItsPods(_Following):
    """MAT-2: With the last PodNetworking of its zone a new virtual node goes, and the pods that run there with it."""

    def work(self, key):
        used = any(key in self.zones(one.vswitches) for one in self.podnetworkings.values())
        if not used and not self.inventory.zones_by_name[key].node:
            try:
                self.host.api.delete(NODES, virtual_node(key))
            except ApiError:
                return
