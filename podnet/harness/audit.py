"""The cross-checks X1 to X8 over all pods of a scenario, each violation blamed on the requirement that it breaks.

They see what no step asked about: the wrong security group in a scenario about selectors. Evidence may come a little
late, so only what persists counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

from podnet.api import names
from podnet.api.objects import is_terminating, labels_of, name_of
from podnet.api.resources import NAMESPACES
from podnet.harness.identity import DEFAULT
from podnet.harness.ledger import WrittenPlane, matching
from podnet.harness.observer import EffectivePlane
from podnet.report.model import Check, Finding

if TYPE_CHECKING:
    from podnet.harness.world import World

SMALL = 8
"""Addresses: a vSwitch with no more may have been full when a pod came, and nothing tells so later."""


def audit(world: World) -> tuple[Finding, ...]:
    """What is wrong with any pod now, and still is after the time that evidence may take."""
    world.waiting.catch_up()
    first = set(_look(world))
    if not first:
        return ()
    world.waiting.rest(world.waiting.budgets.late)
    return tuple(finding for finding in _look(world) if finding in first)


def _look(world: World) -> Iterator[Finding]:
    planes = [plane for plane in world.observer.observe() if plane.ips and plane.live]
    world.race.judge(planes)
    if not planes:
        return
    labels = {name_of(item): labels_of(item) for item in world.api.list(NAMESPACES).items}
    past = Past(world, planes)
    yield from _shared_addresses(planes)
    for plane in planes:
        if plane.phase == "Running" and not is_terminating(plane.pod):
            yield from PodAudit(world, plane, labels.get(plane.key[0], {}), past).findings()


def _shared_addresses(planes: list[EffectivePlane]) -> Iterator[Finding]:
    """X6: no two live pods share an address, in the whole cluster."""
    owners: dict[str, list[EffectivePlane]] = {}
    for plane in planes:
        if not plane.pod.get("spec", {}).get("hostNetwork"):
            for ip in plane.ips:
                owners.setdefault(ip, []).append(plane)
    for ip, sharing in sorted(owners.items()):
        if len(sharing) > 1:
            pods = ", ".join("/".join(plane.key) for plane in sharing)
            yield Finding("CAP-5", "X6", pods, f"live pods share the address {ip}: {pods}")


class Past:
    """The earlier states of pods by UID, read when somebody asks for the first time, for all pods together."""

    def __init__(self, world: World, planes: Sequence[EffectivePlane]) -> None:
        self._world = world
        self._planes = planes

    @cached_property
    def states(self) -> Mapping[str, Sequence[EffectivePlane]]:
        """Every state that is still known."""
        found: dict[str, list[EffectivePlane]] = {}
        for namespace in {plane.key[0] for plane in self._planes}:
            for one in self._world.pods.history([plane for plane in self._planes if plane.key[0] == namespace]):
                found.setdefault(one.uid, []).append(one)
        return found


@dataclass(frozen=True)
class PodAudit:
    """The checks of one running pod."""

    world: World
    plane: EffectivePlane
    namespace_labels: Mapping[str, str]
    past: Past

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong with this pod; where it was moved, that is what is wrong."""
        found = list(self._everything())
        moved = bool(found) and self._moved()
        yield from (replace(one, requirement="MAT-2") if moved else one for one in found)

    def _moved(self) -> bool:
        """Whether the pod once ran with another address, or with another name in its annotation, than now."""
        return any(
            (one.ips and one.ips != self.plane.ips) or one.named not in (None, self.plane.named)
            for one in self.past.states.get(self.plane.uid, ())
        )

    def _everything(self) -> Iterator[Finding]:
        yield from self._disagreements()
        yield from self._address()
        written = self.world.ledger.planes(self.plane.uid)
        named = written.get(self.plane.named or "")
        if named is not None and (not self._leftover() or self._is_so(named, written=written)):
            yield from self._named(named, written=written)
        else:
            yield from self._unnamed(written)

    def _finding(self, requirement: str, check: Check, message: str) -> Finding:
        return Finding(requirement, check, "/".join(self.plane.key), f"{message}: {self.plane.describe()}")

    def _leftover(self) -> bool:
        """Whether the annotation is what the user wrote himself: it need not mean anything then."""
        written = self.world.ledger.submitted(self.plane.pod)
        return self.plane.named is not None and written.get(names.POD_NETWORKING) == self.plane.named

    def _is_so(self, named: WrittenPlane, *, written: Mapping[str, WrittenPlane]) -> bool:
        """Whether the pod uses what is annotated: then it does not matter that the user had written that, too."""
        return named.name in self._matching(written) and self.plane.vswitch in named.vswitches

    def _disagreements(self) -> Iterator[Finding]:
        """X8: independent sources agree."""
        if len({seen.value for seen in self.plane.vswitches}) > 1:
            yield self._finding("VSW-2", "X8", "sources disagree about the vSwitch")
        if len({seen.value for seen in self.plane.security_group_sets}) > 1:
            requirement = self.world.ledger.rules.group_requirement
            yield self._finding(requirement, "X8", "sources disagree about the security group")

    def _address(self) -> Iterator[Finding]:
        """X3: the address belongs to the vSwitch that is reported, and is not a reserved one."""
        vswitch = self.world.inventory.vswitch(self.plane.vswitch)
        requirement = "DEF-1" if self.plane.vswitch in self.world.inventory.default.vswitches else "VSW-4"
        if vswitch is not None and not all(vswitch.contains(ip) for ip in self.plane.ips):
            yield self._finding(requirement, "X3", f"an address outside of the CIDR block of {vswitch.id}")
        for ip in self.plane.ips:
            owner = self.world.inventory.vswitch_of_address(ip)
            if owner and not _usable(ip, ranges=owner.usable_ranges):
                yield self._finding("CAP-5", "X6", f"the reserved address {ip}")

    def _named(self, named: WrittenPlane, *, written: Mapping[str, WrittenPlane]) -> Iterator[Finding]:
        """X1, X2, X4, X5: a pod that is annotated with a PodNetworking has its vSwitch, first group and zone."""
        plane = self.plane
        if plane.vswitch and plane.vswitch not in named.vswitches:
            yield self._wrong_vswitch(named, written=written)
            return
        groups = plane.security_groups
        if groups is not None and groups != named.effective_security_groups:
            own = named.effective_security_groups
            matched = (written[name] for name in self._matching(written))
            others = frozenset[str]().union(*(one.effective_security_groups for one in matched)) - own
            mixed = bool(groups & others) and groups <= own | others
            message = f"security groups other than {', '.join(sorted(own))}"
            yield self._finding("MUL-3", "X5", message) if mixed else self._wrong_groups(named, groups, message=message)
        zone = self.world.inventory.zone_of(plane.vswitch)
        if zone and plane.node_zone and zone != plane.node_zone:
            yield self._finding("ZON-2", "X4", f"the vSwitch is in {zone}, the node in {plane.node_zone}")
        if zone and any(seen.value != zone for seen in plane.zones):
            yield self._finding("ZON-2", "X8", f"a source tells another zone than that of the vSwitch, {zone}")
        if plane.annotations.get(names.POD_ENI) != "true":
            yield self._finding("ANN-1", "X5", f'no annotation {names.POD_ENI}="true"')

    def _wrong_groups(self, named: WrittenPlane, groups: frozenset[str], *, message: str) -> Finding:
        """X2: of another version of this PodNetworking, of one that shares its vSwitch, or simply wrong."""
        requirement = self._of_another_version(lambda one: groups == one.effective_security_groups)
        if not requirement:
            neighbours = (one for name, one in self.world.ledger.planes(self.plane.uid).items() if name != named.name)
            shared = (one for one in neighbours if set(one.vswitches) & set(named.vswitches))
            if any(groups == one.effective_security_groups for one in shared):
                requirement = "API-3"
        return self._finding(requirement or self.world.ledger.rules.group_requirement, "X2", message)

    def _of_another_version(self, fits: Callable[[WrittenPlane], bool]) -> str:
        """MAT-3 for what an earlier version of any PodNetworking said, MAT-2 for a later one, as seen by a new pod."""
        epoch = self.world.ledger.seen.get(self.plane.uid, self.world.ledger.epoch)
        now = self.world.ledger.planes(self.plane.uid).values()
        versions = (version for history in self.world.ledger.versions.values() for version in history)
        fitting = [written for written, one in versions if one is not None and one not in now and fits(one)]
        if not fitting:
            return ""
        return "MAT-2" if max(fitting) > epoch else "MAT-3"

    def _wrong_vswitch(self, named: WrittenPlane, *, written: Mapping[str, WrittenPlane]) -> Finding:
        users = {name for name, one in written.items() if self.plane.vswitch in one.vswitches}
        if users & self._matching(written):
            several = len(self._matching(written)) > 1
            message = f"the annotation names {named.name}, the vSwitch is that of {', '.join(sorted(users))}"
            return self._finding("MUL-3" if several else "ANN-3", "X5", message)
        message = f"a vSwitch that {named.name} does not list"
        requirement = self._of_another_version(lambda one: self.plane.vswitch in one.vswitches)
        if not requirement and self._full(named):
            requirement, message = "CAP-2", f"{message}, as those that it lists have no idle address"
        return self._finding(requirement or "VSW-2", "X1", message)

    def _full(self, named: WrittenPlane) -> bool:
        """Whether the listed vSwitches in the zone of the node, or all, have or had no idle address for this pod."""
        known = [one for id_ in named.vswitches if (one := self.world.inventory.vswitch(id_)) is not None]
        near = [one for one in known if one.zone == self.plane.node_zone] or known
        taken = [ip for plane in self.world.observer.observe() if plane.live for ip in plane.ips]
        return all(one.capacity <= SMALL or sum(map(one.contains, taken)) >= one.capacity for one in near)

    def _unnamed(self, written: Mapping[str, WrittenPlane]) -> Iterator[Finding]:
        """X5, X7: a pod without the annotation has the default plane, whole; one on a plane has the annotation."""
        plane, default = self.plane, self.world.inventory.default
        users = {name for name, one in written.items() if plane.vswitch in one.vswitches}
        matched = self._matching(written)
        if users & matched and plane.vswitch not in default.vswitches:
            requirement = "ANN-3" if self._leftover() else "ANN-2"
            yield self._finding(requirement, "X5", f"uses {', '.join(sorted(users & matched))} without its annotation")
            return
        if matched:
            return
        if plane.named is not None and not self._leftover():
            later = plane.named in matching(self.world.ledger.planes(), plane.pod, self.namespace_labels)
            message = f"matched nothing when it was new, and bears {names.POD_NETWORKING}={plane.named!r}"
            yield self._finding("MAT-2" if later else "DEF-3", "X7", message)
        if plane.vswitch and plane.vswitch not in default.vswitches:
            yield self._finding("DEF-1", "X7", f"matches nothing and does not use the {DEFAULT}")
        elif plane.security_groups is not None and not plane.security_groups <= frozenset(default.security_groups):
            yield self._finding("DEF-1", "X7", "matches nothing and has another security group than the default")

    def _matching(self, written: Mapping[str, WrittenPlane]) -> frozenset[str]:
        """The PodNetworkings that matched when the pod was new, as far as known: used to choose whom to blame."""
        known = self.world.ledger.matching.get(self.plane.uid)
        return known if known is not None else matching(written, self.plane.pod, self.namespace_labels)


def _usable(ip: str, *, ranges: tuple[range, ...]) -> bool:
    address = ip_address(ip)
    return not isinstance(address, IPv4Address) or any(int(address) in block for block in ranges)
