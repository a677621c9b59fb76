"""From a plane and a node to an ENI, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from podnet.api.objects import Obj, uid_of
from podnet.cloud.vpc import Eni, Exhausted, Vpc
from podnet.engine import allocate
from podnet.reference.plane import Plane
from podnet.reference.refusal import NO_ADDRESS, NO_SECURITY_GROUP, NO_VSWITCH, Refusal
from podnet.reference.running import Running


class Addressing:
    """Applies the decisions of ``running`` to the vSwitches of ``vpc``. ``nodes`` maps the names of nodes to zones."""

    def __init__(self, running: Running, *, vpc: Vpc, nodes: Mapping[str, str]) -> None:
        self._running = running
        self._vpc = vpc
        self._nodes = nodes

    def eni_for(self, pod: Obj, *, plane: Plane) -> Eni | Refusal:
        """An ENI for a pod that is bound to a node, or the reason why it gets none."""
        inventory = self._running.inventory
        unknown = [group for group in plane.security_groups if not inventory.has_security_group(group)]
        if unknown or not plane.security_groups:
            return Refusal(NO_SECURITY_GROUP, f"security group {', '.join(unknown) or '(none)'} does not exist")
        zone = self._nodes[pod["spec"]["nodeName"]]
        groups = self._groups(plane, zone=zone)
        if not any(groups):
            return Refusal(NO_VSWITCH, f"none of the vSwitches {', '.join(plane.vswitches)} is in zone {zone}")
        for group in (*groups, self._running.fall_back(plane, zone=zone)):
            candidates = allocate.with_room(group, idle=self._vpc.idle)
            if candidates:
                return self._take(pod, plane, vswitch=self._running.choose_vswitch(candidates, pod=pod))
        return _no_address(dict.fromkeys(item for group in groups for item in group))

    def _groups(self, plane: Plane, *, zone: str) -> tuple[tuple[str, ...], ...]:
        if plane.is_default:
            return self._running.default_vswitches(zone=zone)
        return (self._running.eligible_vswitches(plane, zone=zone),)

    def _take(self, pod: Obj, plane: Plane, *, vswitch: str) -> Eni | Refusal:
        try:
            return self._vpc.allocate(
                uid_of(pod),
                vswitch,
                security_groups=plane.security_groups,
                shared=plane.is_default,
                address_from=self._running.address_source(vswitch, pod=pod),
            )
        except Exhausted:
            return _no_address([vswitch])


def _no_address(vswitches: Iterable[str]) -> Refusal:
    return Refusal(NO_ADDRESS, f"no idle IP address in vSwitch {', '.join(vswitches)}", retry=True)
