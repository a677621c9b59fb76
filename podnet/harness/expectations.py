"""What Then steps assert about the network of pods: each assertion is narrow, and names every pod that differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

from podnet.api import names
from podnet.api.objects import labels_of
from podnet.api.resources import NAMESPACES
from podnet.harness.identity import DEFAULT, planes_in_use
from podnet.harness.ledger import matching
from podnet.harness.observer import EffectivePlane
from podnet.harness.outcome import Mismatch, NotObservable
from podnet.harness.pods import PodKey

if TYPE_CHECKING:
    from podnet.harness.world import World

Subject = Callable[[], Sequence[EffectivePlane]]
Judge = Callable[[EffectivePlane], str | None]
"""Says what is wrong with one pod, None if nothing is."""

BORNE_BY_BINDING = "topology.kubernetes.io/"
"""Labels under this prefix are copied to a pod by the API server when it is bound: no change of the pod's network."""


class Expectations:
    """Assertions over pods; ``subject`` reads them anew each time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def pods(self, *groups: str) -> Subject:
        """A reading of the pods of one or more groups."""
        keys = [key for group in groups for key in self.world.pods.group(group)]
        return lambda: self.world.pods.observe(keys)

    def pod(self, name: str, *, namespace: str = "") -> Subject:
        """A reading of one pod."""
        key: PodKey = (self.world.namespaces.use(namespace), name)
        return lambda: self.world.pods.observe([key])

    def each(self, subject: Subject, judge: Judge, *, expected: str, within: float | None = None) -> None:
        """Eventually nothing is wrong with any of the pods."""

        def check() -> None:
            wrong = [text for text in map(judge, subject()) if text]
            if wrong:
                raise Mismatch(expected=expected, actual=wrong)

        self.world.waiting.eventually(check, within=within)

    def uses(self, subject: Subject, *, planes: Sequence[str]) -> None:
        """Each pod runs on one of these planes."""
        wanted = frozenset(planes)
        expected = (
            f"it runs on the {DEFAULT}" if wanted == {DEFAULT} else f"it runs on {' or '.join(map(quoted, planes))}"
        )
        self.each(subject, lambda plane: self._not_on(plane, wanted=wanted), expected=expected)
        self._note_plane(wanted, step=expected)

    def table(self, rows: Sequence[tuple[PodKey, str]]) -> None:
        """Each pod of a table runs on the plane beside it; all that differ are named."""
        wanted = {key: frozenset([plane]) for key, plane in rows}
        keys = [key for key, _ in rows]

        def judge(plane: EffectivePlane) -> str | None:
            return self._not_on(plane, wanted=wanted[plane.key], say=True)

        self.each(lambda: self.world.pods.observe(keys), judge, expected="each pod runs on the plane of its row")
        for _, plane in rows:
            self._note_plane(frozenset([plane]), step="the pods eventually use")

    def _note_plane(self, wanted: frozenset[str], *, step: str) -> None:
        if wanted == {DEFAULT}:
            self.world.absence("a PodNetworking", step=step)
        else:
            self.world.control("a PodNetworking")

    def _not_on(self, plane: EffectivePlane, *, wanted: frozenset[str], say: bool = False) -> str | None:
        missing = not_running(plane)
        prefix = f"expected {' or '.join(map(quoted, sorted(wanted)))}: " if say else ""
        if missing:
            return prefix + missing
        found = self.on(plane)
        if found and found <= wanted:
            return None
        actual = " or ".join(map(quoted, sorted(found))) or "a plane that nothing written explains"
        return f"{prefix}on {actual}: {plane.describe()}{self._overlap(plane)}"

    def _overlap(self, plane: EffectivePlane) -> str:
        """The PodNetworkings that overlap on this pod: the usual reason for an unexpected plane (FAQ-1)."""
        written = self.world.ledger.planes(plane.uid)
        namespace = self.world.api.get(NAMESPACES, plane.key[0])
        names_ = sorted(matching(written, plane.pod, labels_of(namespace)))
        return f"; it matches several PodNetworkings: {', '.join(names_)}" if len(names_) > 1 else ""

    def on(self, plane: EffectivePlane) -> frozenset[str]:
        """The planes that the pod may be on, by what is seen."""
        return planes_in_use(plane, written=self.world.ledger.planes(plane.uid), inventory=self.world.inventory)

    def runs(self, subject: Subject) -> None:
        """Each pod runs and has an address."""
        self.each(subject, not_running, expected="it runs with an address")
        self.world.control("a PodNetworking")

    def never_runs(self, subject: Subject) -> None:
        """None of the pods ever runs or has an address, for the whole window."""
        expected = "it never runs and never has an address"
        self.throughout(subject, idle, expected=expected)
        wrong = [text for pod in self.world.pods.history(subject()) if (text := idle(pod))]
        if wrong:
            raise Mismatch(expected=expected, actual=wrong, note="seen in a state that the pod has left since")
        self.world.absence("a PodNetworking", step=expected)

    def never_uses(self, subject: Subject, *, plane: str) -> None:
        """None of the pods ever runs on this plane, for the whole window."""

        def judge(seen: EffectivePlane) -> str | None:
            return seen.describe() if seen.ips and plane in self.on(seen) else None

        self.throughout(subject, judge, expected=f"it never uses {quoted(plane)}")
        self.world.absence("a PodNetworking", step=f"never uses {quoted(plane)}")

    def throughout(self, subject: Subject, judge: Judge, *, expected: str) -> None:
        """Nothing is wrong with any of the pods whenever they are looked at, for the whole window."""

        def check() -> None:
            wrong = [text for text in map(judge, subject()) if text]
            if wrong:
                raise Mismatch(expected=expected, actual=wrong)

        self.world.waiting.throughout(check)

    def exactly(self, subject: Subject, *, count: int) -> None:
        """So many of the pods run, and then, for the whole window, no others."""

        def check() -> None:
            running = [plane for plane in subject() if plane.running or plane.ips]
            if len(running) != count or any(not_running(plane) for plane in running):
                raise Mismatch(
                    expected=f"{count} pods run with an address, the others do not",
                    actual=[f"{len(running)} pods run", *(plane.describe() for plane in subject())],
                )

        self.world.waiting.eventually(check)
        self.world.waiting.throughout(check)
        self.world.control("a PodNetworking")

    def vswitch(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod has an address of one of these vSwitches."""
        wanted = {self.world.binding.vswitch(symbol).id for symbol in symbols}

        def judge(plane: EffectivePlane) -> str | None:
            return not_running(plane) or (None if plane.vswitch in wanted else plane.describe())

        self.each(subject, judge, expected=f"an address of the vSwitch {' or '.join(sorted(wanted))}")
        self.world.control("a PodNetworking")

    def cidr(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod's addresses are in a CIDR block of the vSwitch that it reports, which is one of these."""
        wanted = {self.world.binding.vswitch(symbol).id for symbol in symbols}

        def judge(plane: EffectivePlane) -> str | None:
            owners = {owner.id if (owner := self.world.inventory.vswitch_of_address(ip)) else "" for ip in plane.ips}
            reported = {seen.value for seen in plane.vswitches}
            right = len(owners) == 1 and owners <= wanted and reported <= owners
            return not_running(plane) or (None if right else plane.describe())

        self.each(subject, judge, expected=f"addresses in the CIDR block of its vSwitch, one of {sorted(wanted)}")
        self.world.control("a PodNetworking")

    def security_groups(self, subject: Subject, *, wanted: frozenset[str]) -> None:
        """Each pod has exactly one security group, one of these. Raises NotObservable if nothing publishes them."""

        def judge(plane: EffectivePlane) -> str | None:
            problem = not_running(plane)
            if problem:
                return problem
            groups = plane.security_groups
            if groups is None:
                return f"no source tells the security group of {plane.describe()}"
            return None if len(groups) == 1 and groups <= wanted else plane.describe()

        try:
            self.each(subject, judge, expected=f"exactly the security group {' or '.join(sorted(wanted))}")
        except Mismatch:
            running = [plane for plane in subject() if plane.running]
            if running and all(plane.security_groups is None for plane in running):
                raise NotObservable("neither a PodENI nor eci-security-group tells the security group") from None
            raise

    def zones(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod runs on a node in one of these zones."""
        wanted = {self.world.binding.zone(symbol) for symbol in symbols}

        def judge(plane: EffectivePlane) -> str | None:
            return not_running(plane) or (None if plane.node_zone in wanted else plane.describe())

        self.each(subject, judge, expected=f"it runs in the zone {' or '.join(sorted(wanted))}")
        self.world.control("a PodNetworking")

    def zone_of_vswitch(self, subject: Subject) -> None:
        """Each pod's node stands in the zone of the vSwitch that the pod uses."""

        def judge(plane: EffectivePlane) -> str | None:
            zone = self.world.inventory.zone_of(plane.vswitch)
            return not_running(plane) or (None if zone and zone == plane.node_zone else plane.describe())

        self.each(subject, judge, expected="its node stands in the zone of its vSwitch")

    def wholly(self, subject: Subject, *, planes: Sequence[str]) -> None:
        """vSwitch, security group and annotation of each pod come from one and the same of these PodNetworkings."""

        def judge(plane: EffectivePlane) -> str | None:
            return not_running(plane) or self._mixed(plane, planes=planes)

        self.each(subject, judge, expected=f"all parts come from one of {', '.join(map(quoted, planes))}")
        self.world.control("a PodNetworking")

    def _mixed(self, plane: EffectivePlane, *, planes: Sequence[str]) -> str | None:
        written = self.world.ledger.planes(plane.uid)
        groups = plane.security_groups
        for name in planes:
            one = written.get(name)
            if one is None or plane.vswitch not in one.vswitches:
                continue
            if groups is not None and not groups <= set(one.security_groups):
                continue
            if plane.named in written and plane.named != name:
                continue
            return None
        return f"a mixture: {plane.describe()}"

    def annotation(self, subject: Subject, *, key: str, value: str | None = None) -> None:
        """Each pod has the annotation, with this value if one is given; it may come some time after the pod runs."""

        def judge(plane: EffectivePlane) -> str | None:
            found = plane.annotations.get(key)
            problem = not_running(plane)
            if problem or (found is not None and value in (None, found)):
                return problem
            return f"pod {'/'.join(plane.key)}: {'no such annotation' if found is None else f'the value {found!r}'}"

        expected = f"the annotation {key}" + (f" with the value {value!r}" if value is not None else "")
        self.each(subject, judge, expected=expected)
        self.world.control("a PodNetworking")

    def no_annotation(self, subject: Subject, *, key: str) -> None:
        """No pod has the annotation at any time of the window, with any value."""

        def judge(plane: EffectivePlane) -> str | None:
            return (
                f"pod {'/'.join(plane.key)}: the value {found!r}"
                if (found := plane.annotations.get(key)) is not None
                else None
            )

        self.throughout(subject, judge, expected=f"no annotation {key}")
        self.world.absence("a PodNetworking", step=f"never has the annotation {key}")

    def confirms(self, subject: Subject) -> None:
        """The annotation is there if and only if the pod uses a PodNetworking, and it names that one."""

        def judge(plane: EffectivePlane) -> str | None:
            problem = not_running(plane)
            if problem:
                return problem
            used = self.on(plane)
            named = DEFAULT if plane.named is None else plane.named
            return None if named in used else f"uses {' or '.join(map(quoted, sorted(used)))}, {plane.describe()}"

        self.each(subject, judge, expected="the annotation names the PodNetworking in use, and is absent without one")
        self.world.control("a PodNetworking")

    def different_addresses(self) -> None:
        """No two live pods of the cluster share an address."""
        owners: dict[str, list[str]] = {}
        for plane in self.world.observer.observe():
            if plane.live:
                for ip in plane.ips:
                    owners.setdefault(ip, []).append("/".join(plane.key))
        shared = [f"{ip} belongs to {', '.join(pods)}" for ip, pods in sorted(owners.items()) if len(pods) > 1]
        if shared:
            raise Mismatch(expected="every live pod has an address of its own", actual=shared)

    def no_reserved_address(self, subject: Subject, *, symbol: str) -> None:
        """Each pod's IPv4 address is one that the vSwitch may hand out."""
        usable = set(self.world.binding.vswitch(symbol).usable())
        wrong = [
            f"{ip} is reserved: {plane.describe()}"
            for plane in subject()
            for ip in plane.ips
            if isinstance(ip_address(ip), IPv4Address) and ip not in usable
        ]
        if wrong:
            raise Mismatch(expected="addresses that are not reserved", actual=wrong)

    def dual_stack(self, subject: Subject, *, symbol: str) -> None:
        """Each pod has an address of either family, both of this vSwitch."""
        vswitch = self.world.binding.vswitch(symbol)

        def judge(plane: EffectivePlane) -> str | None:
            families = {ip_address(ip).version for ip in plane.ips}
            right = families == {4, 6} and all(vswitch.contains(ip) for ip in plane.ips)
            return not_running(plane) or (None if right else plane.describe())

        self.each(subject, judge, expected=f"an IPv4 and an IPv6 address of {vswitch.id}")

    def note(self, subject: Subject) -> None:
        """Remember what a pod's network looks like, once it runs and its annotations are there."""
        for plane in subject():
            self.world.pods.noted[plane.key] = snapshot(plane)

    def unchanged(self, subject: Subject) -> None:
        """The network of each pod is, for the whole window, what was noted."""

        def judge(plane: EffectivePlane) -> str | None:
            before, now = self.world.pods.noted[plane.key], snapshot(plane)
            changed = [f"{name}: {before[name]!r} became {now[name]!r}" for name in now if before[name] != now[name]]
            return f"pod {'/'.join(plane.key)}: {'; '.join(changed)}" if changed else None

        self.throughout(
            subject, judge, expected="address, vSwitch, security group, node and annotations stay as they were"
        )


def quoted(name: str) -> str:
    """A plane's name as messages show it."""
    return f"the {DEFAULT}" if name == DEFAULT else f'the PodNetworking "{name}"'


def not_running(plane: EffectivePlane) -> str | None:
    """What keeps a pod from counting as running with an address."""
    if plane.phase == "Succeeded" or (plane.phase == "Running" and plane.ips):
        return None
    return plane.describe()


def idle(plane: EffectivePlane) -> str | None:
    """What keeps a pod from counting as not running."""
    return plane.describe() if plane.phase in ("Running", "Succeeded") or (plane.ips and plane.live) else None


def snapshot(plane: EffectivePlane) -> dict[str, object]:
    """Everything about a pod's network that must not change while it lives."""
    return {
        "addresses": plane.ips,
        "vSwitch": plane.vswitch,
        "security groups": sorted(plane.security_groups or ()),
        "node": plane.node,
        "phase": plane.phase,
        names.POD_NETWORKING: plane.annotations.get(names.POD_NETWORKING),
        names.POD_ENI: plane.annotations.get(names.POD_ENI),
    }
