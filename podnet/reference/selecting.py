"""Every decision that falls when a pod or a PodNetworking is admitted, one overridable method each.

The arguments are shared objects: read them, never change them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from podnet.api.host import Change
from podnet.api.inventory import Inventory
from podnet.api.names import POD_ENI, POD_NETWORKING, TOPOLOGY_ZONE
from podnet.api.objects import Obj
from podnet.api.podnetworking import PodNetworking
from podnet.api.selectors import Problem, problems
from podnet.engine import admit, place, select
from podnet.reference.plane import Plane


class Selecting:
    """Who is selected, by what, and where such pods may run."""

    inventory: Inventory
    """The cloud. Set when the implementation is installed, as is ``podnetworkings``."""
    podnetworkings: Mapping[str, PodNetworking]
    """Every PodNetworking of the cluster by name, always current."""
    zone_label: str = TOPOLOGY_ZONE
    """The label that carries the zone of a node, and by which pods are bound to zones."""

    def matches(
        self, podnetworking: PodNetworking, *, pod_labels: Mapping[str, str], namespace_labels: Mapping[str, str]
    ) -> bool:
        """Whether the selectors of a PodNetworking match (SEL)."""
        return select.matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)

    def candidates(
        self, podnetworkings: Collection[PodNetworking], *, pod: Obj, namespace_labels: Mapping[str, str]
    ) -> tuple[PodNetworking, ...]:
        """The PodNetworkings that apply to a new pod: all that match, whatever their type, age or number (MAT-1)."""
        pod_labels = pod["metadata"].get("labels") or {}
        return tuple(
            podnetworking
            for podnetworking in podnetworkings
            if self.matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
        )

    def choose(self, matching: Sequence[PodNetworking], *, pod: Obj, identity: str) -> PodNetworking | None:  # noqa: ARG002  # overriders read the pod
        """The one that is applied (MUL-2): arbitrary. ``matching`` is not empty; None means the default plane.

        ``identity`` differs between pods, which may have no name yet.
        """
        return select.arbitrary(matching, identity=identity)

    def deny(self, pod: Obj, *, matching: Sequence[PodNetworking]) -> str:  # noqa: ARG002  # overriders read both
        """Why the pod may not be created at all; empty if it may (MUL-4: however many match)."""
        return ""

    def plane(self, podnetworking: PodNetworking, *, matching: Sequence[PodNetworking]) -> Plane:  # noqa: ARG002  # overriders read the others
        """What pods of this PodNetworking get: everything from this one (MUL-3)."""
        return Plane(
            podnetworking=podnetworking.name,
            vswitches=podnetworking.vswitches,
            security_groups=self.effective_security_groups(podnetworking),
            allocation_type=podnetworking.allocation_type,
            release_strategy=podnetworking.release_strategy,
            release_after=podnetworking.release_after,
        )

    def effective_security_groups(self, podnetworking: PodNetworking) -> tuple[str, ...]:
        """The security groups that take effect: the first (SG-2)."""
        return podnetworking.security_groups[:1]

    def zones(self, vswitches: Sequence[str]) -> tuple[str, ...]:
        """The zones where pods that use these vSwitches may run (ZON-1)."""
        return place.zones(vswitches, inventory=self.inventory)

    def constrain(self, pod_spec: Obj, *, zones: Sequence[str]) -> Obj:
        """The spec of a matched pod, bound to ``zones`` beside what it demands itself (ZON-3); a new value."""
        return place.constrain(pod_spec, zones=zones, key=self.zone_label)

    def admitted(self, pod: Obj, *, plane: Plane) -> Obj:
        """The spec of a matched pod as it is admitted: bound to the zones of its plane, nothing else; a new value."""
        spec: Obj = pod["spec"]
        zones = self.zones(plane.vswitches)
        return self.constrain(spec, zones=zones) if zones else spec

    def annotations(self, podnetworking: PodNetworking, *, pod: Obj) -> dict[str, str]:  # noqa: ARG002  # overriders read the pod
        """What a matched pod is annotated with at admission (ANN-1, ANN-2)."""
        return {POD_ENI: "true", POD_NETWORKING: podnetworking.name}

    def default_annotations(self, pod: Obj) -> dict[str, str]:  # noqa: ARG002  # overriders read it
        """What a pod that matches nothing is annotated with at admission: nothing (DEF-3)."""
        return {}

    def reject(self, podnetworking: Obj) -> tuple[Problem, ...]:
        """What is wrong with a PodNetworking that is created or edited; empty accepts it."""
        return admit.refusals(podnetworking)

    def status_of(self, podnetworking: PodNetworking) -> Obj:
        """``status`` of a PodNetworking, without ``updateAt``: Ready, or Fail with what is wrong with it."""
        faults = self._faults(podnetworking)
        known = [{"id": item, "zone": self.inventory.zone_of(item)} for item in podnetworking.vswitches]
        return {
            "status": "Fail" if faults else "Ready",
            "vSwitches": [item for item in known if item["zone"]],
            "message": "; ".join(faults) or None,
        }

    def _faults(self, podnetworking: PodNetworking) -> list[str]:
        """Why pods of this PodNetworking do not run, or why there are none: it may have passed no webhook."""
        vpc, vswitches, groups = self.inventory.vpc, podnetworking.vswitches, podnetworking.security_groups
        return [
            *([] if vswitches else ["vSwitchOptions is empty"]),
            *([] if groups else ["securityGroupIDs is empty"]),
            *(f"vSwitch {item} not found in {vpc}" for item in vswitches if not self.inventory.vswitch(item)),
            *(
                f"security group {item} not found in {vpc}"
                for item in groups
                if not self.inventory.has_security_group(item)
            ),
            *map(str, problems(podnetworking.pod_selector, path="spec.selector.podSelector")),
            *map(str, problems(podnetworking.namespace_selector, path="spec.selector.namespaceSelector")),
        ]

    def revisit(self, change: Change) -> bool:  # noqa: ARG002  # overriders read it
        """Whether a change of a PodNetworking makes ``after_update`` look at every pod again: never (MAT-2)."""
        return False
