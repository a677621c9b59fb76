"""Wrong about the vSwitch of a pod, or about where its address comes from."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Watching, kind_of

from podnet.reference import Reference


class FirstVSwitchOnly(Reference):
    """VSW-2: Only the first listed vSwitch is ever used."""

    def eligible_vswitches(self, plane, *, zone):
        return super().eligible_vswitches(replace(plane, vswitches=plane.vswitches[:1]), zone=zone)


class FirstTwoVSwitches(Reference):
    """VSW-2: Only the first two listed vSwitches are ever used."""

    def eligible_vswitches(self, plane, *, zone):
        return super().eligible_vswitches(replace(plane, vswitches=plane.vswitches[:2]), zone=zone)


class FirstFiveVSwitches(Reference):
    """VSW-2: Only the first five listed vSwitches are known."""

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        return replace(plane, vswitches=plane.vswitches[:5])


class OneVSwitchForAll(Reference):
    """VSW-2: All pods of a PodNetworking must use the vSwitch that its first pod got."""

    def __init__(self):
        super().__init__()
        self.first = {}

    def eligible_vswitches(self, plane, *, zone):
        found = super().eligible_vswitches(plane, zone=zone)
        first = self.first.setdefault(plane, found[0]) if found else ""
        return (first,) if first in found else ()


class SecondInterface(Reference):
    """VSW-2: A pod has a second interface, in a vSwitch of the default plane."""

    def publish_pod_eni(self, pod, *, eni, plane):
        record = super().publish_pod_eni(pod, eni=eni, plane=plane)
        allocations = record["spec"]["allocations"]
        if not plane.is_default:
            eni = {**allocations[0]["eni"], "id": "eni-second", "vSwitchID": self.inventory.default.vswitches[0]}
            allocations.append({**allocations[0], "interface": "eth1", "eni": eni})
        return record


class RecordNamesAnotherVSwitch(Reference):
    """VSW-1: The PodENI names another vSwitch than the annotation."""

    def publish_pod_eni(self, pod, *, eni, plane):
        if not plane.is_default:
            eni = replace(eni, vswitch_id=self.inventory.vswitches[-1].id)
        return super().publish_pod_eni(pod, eni=eni, plane=plane)


class AnyVSwitchOfTheZone(Reference):
    """VSW-1: A pod gets any vSwitch of a zone of the list."""

    def eligible_vswitches(self, plane, *, zone):
        return tuple(vswitch.id for vswitch in self.inventory.vswitches if vswitch.zone == zone)


class DefaultVSwitchBesideTheList(Reference):
    """VSW-1: A default vSwitch of the zone counts as listed."""

    def eligible_vswitches(self, plane, *, zone):
        found = super().eligible_vswitches(plane, zone=zone)
        (default, *_) = self.default_vswitches(zone=zone)
        return (*found, *default) if found else ()


class MostRoomInTheZone(Reference):
    """VSW-1: A pod gets the vSwitch of its zone that has the most idle addresses, listed or not."""

    def choose_vswitch(self, candidates, *, pod):
        if self.plane_of(pod).is_default:
            return super().choose_vswitch(candidates, pod=pod)
        zone = self.inventory.zone_of(candidates[0])
        in_zone = [vswitch.id for vswitch in self.inventory.vswitches if vswitch.zone == zone]
        return max(in_zone, key=self.vpc.idle)


class AddressOfTheDefaultPlane(Reference):
    """VSW-4: The vSwitch is reported rightly, the address is one of the default plane's."""

    def address_source(self, vswitch_id, *, pod):
        return vswitch_id if self.plane_of(pod).is_default else self.inventory.default.vswitches[0]


class AddressOfANeighbour(Reference):
    """VSW-4: The address is one of another vSwitch in the same zone."""

    def address_source(self, vswitch_id, *, pod):
        if self.plane_of(pod).is_default:
            return vswitch_id
        zone = self.inventory.zone_of(vswitch_id)
        others = [one.id for one in self.inventory.vswitches if one.zone == zone and one.id != vswitch_id]
        return others[0] if others else vswitch_id


class AddressOfAnotherOfTheList(Reference):
    """VSW-4: Where two listed vSwitches are in one zone, the address is one of the other."""

    def address_source(self, vswitch_id, *, pod):
        zone = self.inventory.zone_of(vswitch_id)
        listed = self.plane_of(pod).vswitches
        others = [one for one in listed if one != vswitch_id and self.inventory.zone_of(one) == zone]
        return others[0] if others and not self.plane_of(pod).is_default else vswitch_id


class AddressOfAnotherForWorkloads(AddressOfAnotherOfTheList):
    """VSW-4: A pod of a Deployment that could use two vSwitches is said to be in the other one."""

    def address_source(self, vswitch_id, *, pod):
        return super().address_source(vswitch_id, pod=pod) if kind_of(pod) == "ReplicaSet" else vswitch_id


class PodIpOfTheDefaultPlane(_Watching):
    """VSW-4: The field podIP holds an address of the default plane, whatever podIPs holds."""

    def look(self, pod):
        status = pod.get("status") or {}
        if status.get("phase") != "Running" or self.plane_of(pod).is_default:
            return
        default = self.inventory.vswitch(self.inventory.default.vswitches[0])
        if not default.contains(status["podIP"]):
            self.patch(pod, {"status": {"podIP": list(default.usable())[-1]}}, subresource="status")


class DefaultAddressAtFirst(_Watching):
    """VSW-4: For three minutes after its start a pod has an address of the default plane."""

    def addresses(self, eni, *, pod):
        default = self.inventory.vswitch(self.inventory.default.vswitches[0])
        if self.plane_of(pod).is_default:
            return eni.addresses
        return (list(default.usable())[-1 - int(eni.ipv4.rpartition(".")[2])],)

    def publish_pod_eni(self, pod, *, eni, plane):
        return super().publish_pod_eni(pod, eni=eni, plane=plane) if plane.is_default else None

    def look(self, pod):
        eni = self.vpc.of(pod["metadata"]["uid"])
        if (pod.get("status") or {}).get("phase") != "Running" or eni is None or self.plane_of(pod).is_default:
            return None
        left = self.left(pod, of=180)
        if left > 0:
            return left
        if pod["status"]["podIP"] != eni.ipv4:
            ips = [{"ip": address} for address in eni.addresses]
            self.patch(pod, {"status": {"podIP": eni.ipv4, "podIPs": ips}}, subresource="status")
        return None


class NoIpv6(Reference):
    """VSW-4: On a dual-stack vSwitch a pod has an IPv4 address only."""

    def addresses(self, eni, *, pod):
        return eni.addresses[:1]


class Ipv6OfAnotherBlock(Reference):
    """VSW-4: The IPv6 address of a pod belongs to no block of its vSwitch."""

    def addresses(self, eni, *, pod):
        return (eni.ipv4, f"fd00:ffff::{eni.ipv4.rpartition('.')[2]}") if eni.ipv6 else eni.addresses
