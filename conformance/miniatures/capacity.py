"""Wrong about what happens when a vSwitch is full, or empty again."""

from __future__ import annotations

from dataclasses import replace

from _miniature import kind_of

from podnet.api.objects import parse_timestamp, uid_of
from podnet.reference import Reference


class FallsBackToTheDefaultPlane(Reference):
    """CAP-2: A pod that finds no idle address gets one of the default plane."""

    def fall_back(self, plane, *, zone):
        return self.inventory.default.vswitches


class FallsBackUnderFixed(Reference):
    """CAP-2: Under Fixed a pod that finds no idle address gets one of the default plane."""

    def fall_back(self, plane, *, zone):
        return self.inventory.default.vswitches if plane.allocation_type == "Fixed" else ()


class _Remembering(Reference):
    """Which remembers the pod that it decides about."""

    def plane_of(self, pod):
        self.current = pod
        return super().plane_of(pod)


class WorkloadsFallBack(_Remembering):
    """CAP-2: A pod of a controller that finds no idle address gets one of the default plane."""

    def fall_back(self, plane, *, zone):
        return self.inventory.default.vswitches if kind_of(self.current) else ()


class FallsBackLate(_Remembering):
    """CAP-2: A pod that has waited for an address for ten minutes gets one of the default plane."""

    def install(self, host):
        self.host = host
        super().install(host)

    def fall_back(self, plane, *, zone):
        created = parse_timestamp(self.current["metadata"]["creationTimestamp"])
        waited = (self.host.now() - created).total_seconds()
        return self.inventory.default.vswitches if waited > 600 else ()


class FallsBackInTheZone(Reference):
    """CAP-2: A pod that finds no idle address gets one of any vSwitch in its zone."""

    def fall_back(self, plane, *, zone):
        return tuple(vswitch.id for vswitch in self.inventory.vswitches if vswitch.zone == zone)


class FallsBackToOtherPlanes(Reference):
    """CAP-2: A pod that finds no idle address gets one of another PodNetworking's vSwitches."""

    def fall_back(self, plane, *, zone):
        listed = [vswitch for one in self.podnetworkings.values() for vswitch in one.vswitches]
        return tuple(sorted(set(listed) - set(plane.vswitches)))


class FallsBackWhenTwoAreFull(Reference):
    """CAP-2: Where all of several listed vSwitches are full, a pod gets an address of the default plane."""

    def fall_back(self, plane, *, zone):
        full = all(self.vpc.idle(vswitch) == 0 for vswitch in plane.vswitches)
        return self.inventory.default.vswitches if full and len(plane.vswitches) > 1 else ()


class FallsBackToAnotherZone(Reference):
    """ZON-2: A pod that finds no idle address in its zone gets one of a listed vSwitch in another."""

    def fall_back(self, plane, *, zone):
        return () if plane.is_default else plane.vswitches


class RunsWithoutAnAddress(_Remembering):
    """CAP-2: A pod that finds no idle address runs without one."""

    def exhausted(self, pod, *, refusal):
        phase = {"phase": "Running"} if refusal.retry else {}
        return {**super().exhausted(pod, refusal=refusal), **phase}


class OutsideUseIsNotKnown(Reference):
    """CAP-2: Addresses that something outside of the cluster uses count as idle."""

    def install(self, host):
        super().install(host)
        vswitches = tuple(replace(vswitch, used=0) for vswitch in self.inventory.vswitches)
        self.vpc._inventory = replace(self.inventory, vswitches=vswitches)


class StaysWithAFullVSwitch(_Remembering):
    """CAP-3: A pod waits for the vSwitch that was chosen for it, although another one has room."""

    def eligible_vswitches(self, plane, *, zone):
        found = super().eligible_vswitches(plane, zone=zone)
        return found and (self.choose_vswitch(found, pod=self.current),)


class FirstMustHaveRoom(Reference):
    """CAP-3: A pod waits as long as the first listed vSwitch of its zone is full."""

    def eligible_vswitches(self, plane, *, zone):
        found = super().eligible_vswitches(plane, zone=zone)
        return found[:1] if found and self.vpc.idle(found[0]) == 0 else found


class WaitingPodsAreForgotten(_Remembering):
    """CAP-4: A pod that found no idle address is not looked at again."""

    def __init__(self):
        super().__init__()
        self.refused = set()

    def exhausted(self, pod, *, refusal):
        self.refused.add(uid_of(pod))
        return super().exhausted(pod, refusal=refusal)

    def eligible_vswitches(self, plane, *, zone):
        found = super().eligible_vswitches(plane, zone=zone)
        return () if not plane.is_default and uid_of(self.current) in self.refused else found


class WaitingPodsFail(Reference):
    """CAP-4: A pod that finds no idle address fails, although it is claimed that it waits."""

    def exhausted(self, pod, *, refusal):
        return {**super().exhausted(pod, refusal=refusal), "phase": "Failed"}


class StaysWithTheVSwitchThatWasFull(_Remembering):
    """CAP-4: A pod that found two vSwitches full waits for an address of the first of them only."""

    def __init__(self):
        super().__init__()
        self.found = ()
        self.kept = {}

    def eligible_vswitches(self, plane, *, zone):
        self.found = super().eligible_vswitches(plane, zone=zone)
        return self.kept.get(uid_of(self.current), self.found)

    def exhausted(self, pod, *, refusal):
        self.kept.setdefault(uid_of(pod), self.found[:1])
        return super().exhausted(pod, refusal=refusal)


class WaitsForItsOwnPlane(_Remembering):
    """CAP-4: A waiting pod gets no address that pods of another PodNetworking leave."""

    def __init__(self):
        super().__init__()
        self.refused = set()
        self.left = set()

    def exhausted(self, pod, *, refusal):
        self.refused.add(uid_of(pod))
        return super().exhausted(pod, refusal=refusal)

    def holds_after_deletion(self, eni, *, plane, pod):
        self.left.add(plane.podnetworking)
        return super().holds_after_deletion(eni, plane=plane, pod=pod)

    def eligible_vswitches(self, plane, *, zone):
        found = super().eligible_vswitches(plane, zone=zone)
        return () if uid_of(self.current) in self.refused and plane.podnetworking not in self.left else found
