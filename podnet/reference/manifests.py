"""The objects that the reference writes: virtual nodes, PodENIs, annotations, in the terms of ACK, Terway and ECI."""

from __future__ import annotations

from podnet import __version__
from podnet.api import names
from podnet.api.objects import Obj, annotations_of, key_of, name_of, namespace_of, uid_of
from podnet.api.resources import POD_ENIS
from podnet.cloud.vpc import Eni
from podnet.reference.plane import INTERFACE, Plane

_ROOM = {"cpu": "100000", "memory": "100Ti", "ephemeral-storage": "1000Ti", "pods": "100000"}


def node(zone: str, *, region: str, zone_label: str = names.TOPOLOGY_ZONE) -> Obj:
    """The virtual node of a zone: Ready, without a taint, and never full."""
    name = names.virtual_node(zone)
    region_label = names.TOPOLOGY_REGION if zone_label == names.TOPOLOGY_ZONE else names.LEGACY_REGION
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                names.NODE_TYPE: names.VIRTUAL_KUBELET,
                names.NODE_ROLE: "agent",
                names.HOSTNAME: name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                zone_label: zone,
                region_label: region,
            },
        },
        "spec": {},
        "status": node_status(name),
    }


def node_status(name: str) -> Obj:
    """The status of a virtual node that is Ready."""
    return {
        "capacity": _ROOM,
        "allocatable": _ROOM,
        "conditions": [
            {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "virtual-kubelet is ready"}
        ],
        "addresses": [{"type": "Hostname", "address": name}],
        "nodeInfo": {
            "architecture": "amd64",
            "operatingSystem": "linux",
            "kubeletVersion": f"podnet-{__version__}",
            "kubeProxyVersion": "",
            "containerRuntimeVersion": "",
            "kernelVersion": "",
            "osImage": "",
            "machineID": "",
            "systemUUID": "",
            "bootID": "",
        },
    }


def eci_annotations(eni: Eni) -> dict[str, str]:
    """What ECI writes on a pod that it runs: what the pod really got."""
    return {
        names.ECI_VSWITCH: eni.vswitch_id,
        names.ECI_SECURITY_GROUP: ",".join(eni.security_groups),
        names.ECI_VPC: eni.vpc,
        names.ECI_INSTANCE_ID: f"eci-{eni.owner}",
        names.ECI_INSTANCE_ZONE: eni.zone,
        names.ENI_INSTANCE_ID: eni.id,
    }


def pod_eni(pod: Obj, *, eni: Eni, plane: Plane) -> Obj:
    """The record of what a pod got."""
    interface: Obj = {
        "interface": INTERFACE,
        "ipv4": eni.ipv4,
        "ipv4CIDR": eni.ipv4_cidr,
        "allocationType": plane.allocation(),
        "eni": {
            "id": eni.id,
            "mac": eni.mac,
            "zone": eni.zone,
            "vpcID": eni.vpc,
            "vSwitchID": eni.vswitch_id,
            "securityGroupIDs": list(eni.security_groups),
            "attachmentOptions": {},
        },
    }
    if eni.ipv6:
        interface |= {"ipv6": eni.ipv6, "ipv6CIDR": eni.ipv6_cidr}
    return {
        "apiVersion": POD_ENIS.api_version,
        "kind": POD_ENIS.kind,
        "metadata": {
            "name": name_of(pod),
            "namespace": namespace_of(pod),
            "annotations": {names.POD_UID: uid_of(pod)},
        },
        "spec": {"zone": eni.zone, "allocations": [interface]},
        "status": {"phase": "Bind"},
    }


def owner_of(record: Obj) -> str:
    """The UID of the pod that a PodENI belongs to; empty if it does not say."""
    return annotations_of(record).get(names.POD_UID, "")


def eni_of(record: Obj) -> Eni | None:
    """The ENI that a PodENI records; None if it records none that a pod of ours could have."""
    allocations = (record.get("spec") or {}).get("allocations") or ()
    found = next((item for item in allocations if item.get("interface") == INTERFACE), None)
    owner = owner_of(record)
    if not found or not owner:
        return None
    eni = found.get("eni") or {}
    return Eni(
        id=str(eni.get("id", "")),
        owner=owner,
        vswitch_id=str(eni.get("vSwitchID", "")),
        zone=str(eni.get("zone", "")),
        vpc=str(eni.get("vpcID", "")),
        mac=str(eni.get("mac", "")),
        security_groups=tuple(map(str, eni.get("securityGroupIDs") or ())),
        ipv4=str(found.get("ipv4", "")),
        ipv4_cidr=str(found.get("ipv4CIDR", "")),
        ipv6=str(found.get("ipv6", "")),
        ipv6_cidr=str(found.get("ipv6CIDR", "")),
    )


def eni_of_pod(pod: Obj, *, plane: Plane) -> Eni | None:
    """The ENI of a pod that has an address but no PodENI, from what the pod itself tells; None if it tells nothing."""
    status = pod.get("status") or {}
    ips = [str(item.get("ip", "")) for item in status.get("podIPs") or ()] or [str(status.get("podIP") or "")]
    ipv4 = next((ip for ip in ips if "." in ip), "")
    if not ipv4:
        return None
    told = annotations_of(pod)
    return Eni(
        id=told.get(names.ENI_INSTANCE_ID, ""),
        owner=uid_of(pod),
        vswitch_id=told.get(names.ECI_VSWITCH, ""),
        zone=told.get(names.ECI_INSTANCE_ZONE, ""),
        vpc=told.get(names.ECI_VPC, ""),
        mac="",
        security_groups=plane.security_groups,
        ipv4=ipv4,
        ipv4_cidr="",
        ipv6=next((ip for ip in ips if ":" in ip), ""),
    )


def event(pod: Obj, *, name: str, reason: str, message: str, at: str) -> Obj:
    """A warning about a pod."""
    namespace, pod_name = key_of(pod)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": namespace},
        "involvedObject": {
            "apiVersion": "v1",
            "kind": "Pod",
            "namespace": namespace,
            "name": pod_name,
            "uid": uid_of(pod),
        },
        "type": "Warning",
        "reason": reason,
        "message": message,
        "source": {"component": names.VIRTUAL_KUBELET, "host": pod["spec"].get("nodeName", "")},
        "firstTimestamp": at,
        "lastTimestamp": at,
        "count": 1,
    }
