"""Every decision that falls while a pod lives on a virtual node, one overridable method each.

The arguments are shared objects: read them, never change them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from podnet.api.inventory import Inventory
from podnet.api.names import TOPOLOGY_ZONE
from podnet.api.objects import Obj, key_of
from podnet.api.podnetworking import PodNetworking
from podnet.cloud.vpc import Eni, Vpc
from podnet.engine import allocate, lifecycle, select
from podnet.reference import manifests
from podnet.reference.plane import Plane, snapshot_of
from podnet.reference.refusal import Refusal, waiting_status


@dataclass(frozen=True)
class Update:
    """What a change makes of a pod that has its plane already: annotations to write, and a PodENI to merge in."""

    annotations: dict[str, str] = field(default_factory=dict)
    pod_eni: Obj | None = None


class Running:
    """Which address a pod gets, what is published of it, and when the address is free again."""

    inventory: Inventory
    vpc: Vpc
    """The simulated cloud. Set when the implementation is installed."""
    zone_label: str = TOPOLOGY_ZONE
    retry_seconds: float = 30.0
    """How long a pod waits for an address before the next attempt; a released address wakes it earlier."""
    heartbeat_seconds: float | None = None
    """How often virtual nodes renew their Lease; None leaves it to the host."""

    def needs_node(self, zone: str) -> bool:  # noqa: ARG002  # overriders read it
        """Whether a virtual node is created in a supported zone that a plane needs and that has none (NOD-1)."""
        return True

    def node(self, zone: str) -> Obj:
        """The virtual node of a zone."""
        return manifests.node(zone, region=self.inventory.region, zone_label=self.zone_label)

    def plane_of(self, pod: Obj) -> Plane:
        """What the pod gets: the plane that it was admitted with (MAT-2), else the default one (DEF-1)."""
        default = self.inventory.default
        return snapshot_of(pod) or Plane("", default.vswitches, self.default_security_groups(pod))

    def default_security_groups(self, pod: Obj) -> tuple[str, ...]:  # noqa: ARG002  # overriders read it
        """The security groups of pods that match nothing."""
        return self.inventory.default.security_groups

    def eligible_vswitches(self, plane: Plane, *, zone: str) -> tuple[str, ...]:
        """The vSwitches that a pod on a node in ``zone`` may use: any listed one in that zone (VSW-2, ZON-2)."""
        return allocate.eligible(plane.vswitches, zone=zone, inventory=self.inventory)

    def default_vswitches(self, *, zone: str) -> tuple[tuple[str, ...], ...]:
        """Like ``eligible_vswitches`` for the default plane, in groups of falling preference: the zone, then any."""
        vswitches = self.inventory.default.vswitches
        return allocate.eligible(vswitches, zone=zone, inventory=self.inventory), vswitches

    def choose_vswitch(self, candidates: Sequence[str], *, pod: Obj) -> str:
        """One of the eligible vSwitches with room (VSW-3): arbitrary. ``candidates`` is not empty."""
        return select.arbitrary(candidates, identity="/".join(key_of(pod)))

    def fall_back(self, plane: Plane, *, zone: str) -> tuple[str, ...]:  # noqa: ARG002  # overriders read both
        """Where else an address may come from when no eligible vSwitch has room: nowhere (CAP-2)."""
        return ()

    def address_source(self, vswitch_id: str, *, pod: Obj) -> str:  # noqa: ARG002  # overriders read it
        """The vSwitch whose address the pod gets: the one that was chosen (VSW-4)."""
        return vswitch_id

    def addresses(self, eni: Eni, *, pod: Obj) -> tuple[str, ...]:  # noqa: ARG002  # overriders read it
        """The addresses that the pod reports and uses: those of its ENI, IPv4 first (IPA-2)."""
        return eni.addresses

    def exhausted(self, pod: Obj, *, refusal: Refusal) -> Obj:
        """The ``status`` fields of a pod that cannot get its plane: Pending, with the reason in a condition (A-20)."""
        return waiting_status(pod, refusal=refusal)

    def delay(self, pod: Obj) -> float:  # noqa: ARG002  # overriders read it
        """Seconds between binding and running."""
        return 0.0

    def publish_annotations(self, pod: Obj, *, eni: Eni, plane: Plane) -> dict[str, str]:  # noqa: ARG002  # overriders read all
        """What a pod with an address is annotated with, in ECI's terms; empty publishes nothing."""
        return manifests.eci_annotations(eni)

    def publish_pod_eni(self, pod: Obj, *, eni: Eni, plane: Plane) -> Obj | None:
        """The PodENI of a pod, in Terway's terms; None publishes nothing."""
        return manifests.pod_eni(pod, eni=eni, plane=plane)

    def after_update(self, pod: Obj, *, eni: Eni, decide: Callable[[Obj], PodNetworking | None]) -> Update | None:  # noqa: ARG002  # overriders read all
        """What becomes of a running pod when it changes: nothing (MAT-2). ``decide`` matches it afresh."""
        return None

    def complete_after(self, pod: Obj) -> float | None:
        """Seconds after which a running pod completes by itself, or None."""
        return lifecycle.completes_after(pod)

    def released(self, pod: Obj) -> bool:
        """Whether the address of a pod that still exists is free: once it is terminal (A-24)."""
        return lifecycle.is_terminal(pod)

    def holds_after_deletion(self, eni: Eni, *, plane: Plane, pod: Obj | None) -> float | None:  # noqa: ARG002  # overriders read all
        """Seconds for which the address of a pod that is gone stays taken; None frees it (ALC-2, ALC-7).

        ``pod`` is the last state that was seen; None after a restart.
        """
        return None

    def inherits(self, pod: Obj, *, eni: Eni) -> bool:  # noqa: ARG002  # overriders read both
        """Whether a pod takes over what one of its name still held when it was created: never (MAT-3, ALC-7)."""
        return False
