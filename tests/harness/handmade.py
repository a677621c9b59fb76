"""A world made by hand: pods and what is published of them as a test says, on a cluster where nothing happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from podnet.api import names
from podnet.api.client import ObjectList
from podnet.api.errors import ApiError
from podnet.api.objects import Obj, namespace_of
from podnet.api.resources import NAMESPACES, NODES, POD_ENIS, PODS, Resource
from podnet.cloud.inventory_file import parse_inventory
from podnet.harness.world import Setting, World
from podnet.suite.dialect import DOCUMENT, Rules
from podnet.targets.base import Trouble

CLOUD = """\
apiVersion: podnet/v1
kind: Inventory
region: here
vpc: vpc
zones: [{name: z1}, {name: z2}]
vSwitches:
- {id: common, zone: z1, cidrs: [10.0.0.0/24]}
- {id: blue-1, zone: z1, cidrs: [10.0.1.0/24]}
- {id: blue-2, zone: z2, cidrs: [10.0.2.0/24, 'fd00:2::/64']}
- {id: green-1, zone: z2, cidrs: [10.0.3.0/24]}
securityGroups: [sg, other, sg-blue, sg-green, sg-last]
default: {vSwitches: [common], securityGroups: [sg, other]}
"""
INVENTORY = parse_inventory(CLOUD, path="cloud.yaml")
BLUE = {
    "selector": {"podSelector": {"matchLabels": {"app": "blue"}}},
    "securityGroupIDs": ["sg-blue", "sg-last"],
    "vSwitchOptions": ["blue-1", "blue-2"],
}
GREEN = {
    "selector": {"podSelector": {"matchLabels": {"app": "green"}}},
    "securityGroupIDs": ["sg-green"],
    "vSwitchOptions": ["green-1"],
}


class Objects:
    """As much of an API as reading needs."""

    def __init__(self, objects: dict[Resource, list[Obj]]) -> None:
        self.objects = objects

    def list(self, resource: Resource, *, namespace: str = "", **_: Any) -> ObjectList:
        """What there is; 404 for a resource that nobody has defined."""
        if resource not in self.objects:
            raise ApiError(404, "the server could not find the requested resource")
        items = self.objects[resource]
        return ObjectList([item for item in items if not namespace or namespace_of(item) == namespace], "1")


class StillCluster:
    """Nothing happens here but what ``happens`` says: by time, functions that are called when it comes."""

    def __init__(self, api: Any, happens: Sequence[tuple[float, Callable[[], None]]] = ()) -> None:
        self.api = api
        self.elapsed = 0.0
        self._happens = sorted(happens, key=lambda entry: entry[0])

    def settle(self) -> None:
        """There is nothing to settle."""

    def progress(self, *, until: float) -> bool:
        """Let the next thing happen, or time pass."""
        if self._happens and self._happens[0][0] <= until:
            self.elapsed, happen = self._happens.pop(0)
            happen()
            return True
        self.elapsed = max(self.elapsed, until)
        return False

    def troubles(self) -> Sequence[Trouble]:
        """Nobody raises anything."""
        return ()


def node(zone: str, *, label: str = names.TOPOLOGY_ZONE) -> Obj:
    """The virtual node of a zone."""
    return {"metadata": {"name": f"node-{zone}", "labels": {label: zone}}}


def pod(
    name: str = "web",
    *,
    app: str = "",
    ip: str | Sequence[str] = "",
    zone: str = "z1",
    named: str | None = None,
    phase: str = "Running",
    annotations: dict[str, str] | None = None,
    **metadata: Any,
) -> Obj:
    """A pod on the node of a zone. ``named``: the PodNetworking in its annotation, which pod-eni goes with."""
    noted = {names.POD_NETWORKING: named, names.POD_ENI: "true"} if named is not None else {}
    ips = [ip] if isinstance(ip, str) else list(ip)
    status: Obj = {"phase": phase}
    if any(ips):
        status |= {"podIP": ips[0], "podIPs": [{"ip": one} for one in ips]}
    return {
        "metadata": {
            "name": name,
            "namespace": "ns",
            "uid": f"uid-{name}",
            "labels": {"app": app} if app else {},
            "annotations": {**noted, **(annotations or {})},
            **metadata,
        },
        "spec": {"nodeName": f"node-{zone}"} if zone else {},
        "status": status,
    }


def pod_eni(name: str, *, vswitch: str = "", groups: Sequence[str] = (), zone: str = "", uid: str = "") -> Obj:
    """The PodENI of a pod, which says the pod's UID, or another one."""
    eni = {"vSwitchID": vswitch, "securityGroupIDs": list(groups), "zone": zone}
    return {
        "metadata": {"name": name, "namespace": "ns", "annotations": {names.POD_UID: uid or f"uid-{name}"}},
        "spec": {"allocations": [{"interface": "eth0", "eni": {key: value for key, value in eni.items() if value}}]},
    }


def eci(*, vswitch: str = "", groups: str = "", zone: str = "") -> dict[str, str]:
    """The annotations of ECI."""
    found = {names.ECI_VSWITCH: vswitch, names.ECI_SECURITY_GROUP: groups, names.ECI_INSTANCE_ZONE: zone}
    return {key: value for key, value in found.items() if value}


def world(
    *pods: Obj,
    records: Sequence[Obj] | None = (),
    planes: dict[str, Obj] | None = None,
    happens: Sequence[tuple[float, Callable[[], None]]] = (),
    rules: Rules = DOCUMENT,
) -> World:
    """A world of these pods and PodENIs, whose ledger knows these PodNetworkings. No records: no such resource."""
    objects: dict[Resource, list[Obj]] = {
        PODS: list(pods),
        NODES: [node("z1"), node("z2")],
        NAMESPACES: [{"metadata": {"name": "ns", "labels": {}}}],
    }
    if records is not None:
        objects[POD_ENIS] = list(records)
    cluster = StillCluster(Objects(objects), happens)
    made = World(Setting(cluster=cluster, inventory=INVENTORY, seed="0", manifests=Path(), rules=rules))
    for name, spec in (planes if planes is not None else {"blue": BLUE, "green": GREEN}).items():
        made.ledger.write(name, spec)
    return made
