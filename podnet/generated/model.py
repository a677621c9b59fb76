"""What is known of a world without looking: which planes a pod may be on, and how full each vSwitch may be.

The document leaves the choice among several PodNetworkings, and among several vSwitches, to the implementation. So the
model knows bounds. A pod has to run only where no choice that the implementation may have made can have used up what
any choice for this pod may need (A-12); it must not run only where every choice has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from podnet.generated.clouds import Cloud
from podnet.generated.oracle import Labels, applies


@dataclass(frozen=True)
class Plane:
    """A PodNetworking; vSwitches and security groups by the names that the scenario uses."""

    name: str
    selector: Mapping[str, Any]
    groups: tuple[str, ...]
    vswitches: tuple[str, ...]
    fixed: bool = False


@dataclass(frozen=True)
class Group:
    """Pods that were created together. ``vswitches``: those that any of them may use, none of the default plane.

    ``kind`` is that of the workload, or empty for bare pods.
    """

    name: str
    namespace: str
    labels: Labels
    count: int
    planes: tuple[str, ...]
    vswitches: frozenset[str]
    kind: str = ""

    @property
    def pods(self) -> list[str]:
        """The names of bare pods."""
        return [f"{self.name}-{number + 1}" for number in range(self.count)]


@dataclass
class Model:
    """A world as it is now. Namespaces are those of the scenario, with their labels.

    ``edited``: what pods were matched by and has changed, by its name; ``released``: vSwitches of which pods are gone;
    ``elastic``: those that were used by pods of a PodNetworking that is not Fixed, or may have been.
    """

    cloud: Cloud
    planes: dict[str, Plane] = field(default_factory=dict)
    namespaces: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    edited: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    elastic: set[str] = field(default_factory=set)

    def matching(self, labels: Labels, *, namespace: str) -> tuple[str, ...]:
        """The PodNetworkings that a new pod matches."""
        others = self.namespaces.get(namespace, {})
        return tuple(
            name for name, plane in self.planes.items() if applies(plane.selector, pod=labels, namespace=others)
        )

    def reachable(self, planes: Collection[str], *, zone: str = "") -> frozenset[str]:
        """The vSwitches that a pod of one of these PodNetworkings may use, in one zone or in any."""
        listed = {vswitch for name in planes for vswitch in self.planes[name].vswitches}
        return frozenset(vswitch for vswitch in listed if zone in ("", self.cloud.zone_of(vswitch)))

    def most_used(self, vswitch: str) -> int:
        """How many addresses the pods that exist may have taken at most."""
        return sum(group.count for group in self.groups.values() if vswitch in group.vswitches)

    def have_room(self, vswitches: Collection[str], *, count: int) -> bool:
        """Whether so many pods more find an address whatever has been chosen, and will be chosen for them."""
        return all(self.most_used(vswitch) + count <= self.cloud.capacity(vswitch) for vswitch in vswitches)

    def room(self, vswitch: str) -> int | None:
        """How many addresses are left; None where that depends on choices, or on when pods that end give up theirs."""
        users = [group for group in self.groups.values() if vswitch in group.vswitches]
        if any(len(group.vswitches) > 1 or group.kind == "Job" for group in users):
            return None
        return self.cloud.capacity(vswitch) - self.most_used(vswitch)

    def add(self, group: Group) -> None:
        """Note that pods were created."""
        self.groups[group.name] = group
        if not all(self.planes[name].fixed for name in group.planes):
            self.elastic |= group.vswitches

    def remove(self, name: str) -> Group:
        """Note that pods are gone."""
        group = self.groups.pop(name)
        self.released |= group.vswitches
        return group
