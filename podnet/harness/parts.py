"""What Then steps assert about the parts of a plane: vSwitch, address, security group, zone, annotation.

Each assertion is narrow, so that a fault is blamed on the requirement that it violates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

from podnet.harness.expectations import Judge, Subject, not_running, quoted
from podnet.harness.identity import DEFAULT
from podnet.harness.observer import EffectivePlane
from podnet.harness.outcome import Mismatch, NotObservable

if TYPE_CHECKING:
    from podnet.harness.world import World


class Parts:
    """Assertions over pods; ``subject`` reads them anew each time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def vswitch(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod has an address of one of these vSwitches."""
        wanted = {self.world.binding.vswitch(symbol).id for symbol in symbols}

        def judge(plane: EffectivePlane) -> str | None:
            return not_running(plane) or (None if plane.vswitch in wanted else plane.describe())

        self.world.expect.each(subject, judge, expected=f"an address of the vSwitch {' or '.join(sorted(wanted))}")
        self.world.control("a PodNetworking")

    def cidr(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod's addresses are in a CIDR block of the vSwitch that it reports first, which is one of these."""
        wanted = {self.world.binding.vswitch(symbol).id for symbol in symbols}

        def judge(plane: EffectivePlane) -> str | None:
            owners = {owner.id if (owner := self.world.inventory.vswitch_of_address(ip)) else "" for ip in plane.ips}
            right = len(owners) == 1 and owners <= wanted and plane.vswitch in owners
            return not_running(plane) or (None if right else plane.describe())

        self.world.expect.each(
            subject, judge, expected=f"addresses in the CIDR block of its vSwitch, one of {sorted(wanted)}"
        )
        self.world.control("a PodNetworking")

    def never_elsewhere(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod runs, and since it was created it has never had an address but of these vSwitches."""
        self.world.expect.each(subject, not_running, expected="it runs with an address")
        judge, expected = self._within(symbols)
        self.world.waiting.rest(self.world.waiting.budgets.late)
        wrong = [text for plane in self.world.pods.history(subject()) if (text := judge(plane))]
        if wrong:
            raise Mismatch(expected=expected, actual=wrong, note="seen at some time since the pod was created")
        self.world.expect.each(subject, judge, expected=expected)
        self.world.control("a PodNetworking")

    def never_outside(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """For the whole window no pod has an address but of these vSwitches; it need not have any."""
        judge, expected = self._within(symbols)
        self.world.expect.throughout(subject, judge, expected=expected)
        self.world.absence("a PodNetworking", step=expected)

    def _within(self, symbols: Sequence[str]) -> tuple[Judge, str]:
        vswitches = [self.world.binding.vswitch(symbol) for symbol in symbols]

        def judge(plane: EffectivePlane) -> str | None:
            ours = (any(vswitch.contains(ip) for vswitch in vswitches) for ip in plane.ips)
            return None if all(ours) else plane.describe()

        return judge, f"no address but of {' or '.join(vswitch.id for vswitch in vswitches)}"

    def security_groups(self, subject: Subject, *, wanted: frozenset[str], several: bool = False) -> None:
        """Each pod has exactly one security group, or with ``several`` at least one, and none but these.

        Raises NotObservable if nothing publishes them.
        """
        quantity = "no security group but" if several else "exactly the security group"
        self._groups(
            subject,
            lambda groups: groups <= wanted and (several or len(groups) == 1),
            expected=f"{quantity} {' or '.join(sorted(wanted))}",
        )

    def all_security_groups(self, subject: Subject, *, wanted: frozenset[str]) -> None:
        """Each pod has all of these security groups, and no others. Raises NotObservable as above."""
        expected = f"exactly the security groups {', '.join(sorted(wanted))}"
        self._groups(subject, lambda groups: groups == wanted, expected=expected)

    def none_of_the_security_groups(self, subject: Subject, *, foreign: frozenset[str]) -> None:
        """Each pod has a security group, and none of these. Raises NotObservable as above."""
        expected = f"none of the security groups {', '.join(sorted(foreign))}"
        self._groups(subject, lambda groups: bool(groups) and not groups & foreign, expected=expected)
        self.world.control("a PodNetworking")

    def never_security_groups(self, subject: Subject, *, foreign: frozenset[str]) -> None:
        """For the whole window no pod has exactly these security groups; it need not have any.

        Raises NotObservable as above.
        """
        expected = f"never exactly the security group {' or '.join(sorted(foreign))}"

        def judge(plane: EffectivePlane) -> str | None:
            seen = any(foreign == one.value for one in plane.security_group_sets)
            return plane.describe() if seen else None

        self.world.expect.throughout(subject, judge, expected=expected)
        self._refuse_the_unseen(subject)
        self.world.absence("a PodNetworking", step=expected)

    def not_the_same_security_group(self, subject: Subject) -> None:
        """Not all pods have one and the same single security group of a list. Raises NotObservable as above."""
        self._groups(subject, bool, expected="a security group")
        planes = subject()
        listed = {group for one in self.world.ledger.planes().values() for group in one.security_groups}
        seen = {one.value for plane in planes for one in plane.security_group_sets}
        if len(seen) == 1 and all(len(groups) == 1 and groups <= listed for groups in seen):
            raise Mismatch(
                expected="not one and the same of the listed security groups for all of them",
                actual=[plane.describe() for plane in planes],
            )

    def _groups(self, subject: Subject, right: Callable[[frozenset[str]], bool], *, expected: str) -> None:
        def judge(plane: EffectivePlane) -> str | None:
            problem = not_running(plane)
            if problem:
                return problem
            groups = plane.security_groups
            if groups is None:
                return f"no source tells the security group of {plane.describe()}"
            return None if right(groups) else plane.describe()

        try:
            self.world.expect.each(subject, judge, expected=expected)
        except Mismatch:
            self._refuse_the_unseen(subject)
            raise

    def _refuse_the_unseen(self, subject: Subject) -> None:
        running = [plane for plane in subject() if plane.running]
        if running and all(plane.security_groups is None for plane in running):
            raise NotObservable("neither a PodENI nor eci-security-group tells the security group") from None

    def wholly(self, subject: Subject, *, planes: Sequence[str]) -> None:
        """vSwitch, security group and annotation of each pod come from one and the same of these PodNetworkings."""

        def judge(plane: EffectivePlane) -> str | None:
            return not_running(plane) or self._mixed(plane, planes=planes)

        self.world.expect.each(subject, judge, expected=f"all parts come from one of {', '.join(map(quoted, planes))}")
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

    def annotation(self, subject: Subject, *, key: str, value: str | None = None, within: float | None = None) -> None:
        """Each pod has the annotation, with this value if one is given; it may come some time after the pod runs."""

        def judge(plane: EffectivePlane) -> str | None:
            found = plane.annotations.get(key)
            problem = not_running(plane)
            if problem or (found is not None and value in (None, found)):
                return problem
            return f"pod {'/'.join(plane.key)}: {'no such annotation' if found is None else f'the value {found!r}'}"

        expected = f"the annotation {key}" + (f" with the value {value!r}" if value is not None else "")
        self.world.expect.each(subject, judge, expected=expected, within=within)
        self.world.control("a PodNetworking")

    def annotation_soon(self, subject: Subject, *, key: str) -> None:
        """Each pod has the annotation soon after it runs. Raises NotObservable if it never comes: that is not late."""
        self.world.expect.runs(subject)
        try:
            self.annotation(subject, key=key, within=self.world.waiting.budgets.late)
        except Mismatch as late:
            try:
                self.annotation(subject, key=key)
            except Mismatch:
                raise NotObservable(f"the annotation {key} never comes, so whether it comes in time is open") from None
            raise late from None

    def no_annotation(self, subject: Subject, *, key: str) -> None:
        """No pod has the annotation at any time of the window, with any value."""

        def judge(plane: EffectivePlane) -> str | None:
            return (
                f"pod {'/'.join(plane.key)}: the value {found!r}"
                if (found := plane.annotations.get(key)) is not None
                else None
            )

        self.world.expect.throughout(subject, judge, expected=f"no annotation {key}")
        self.world.absence("a PodNetworking", step=f"never has the annotation {key}")

    def confirms(self, subject: Subject) -> None:
        """The annotation is there if and only if the pod uses a PodNetworking, and it names that one."""

        def judge(plane: EffectivePlane) -> str | None:
            problem = not_running(plane)
            if problem:
                return problem
            used = self.world.expect.on(plane)
            named = DEFAULT if plane.named is None else plane.named
            return None if named in used else f"uses {' or '.join(map(quoted, sorted(used)))}, {plane.describe()}"

        self.world.expect.each(
            subject, judge, expected="the annotation names the PodNetworking in use, and is absent without one"
        )
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
        """No pod has a reserved IPv4 address of the vSwitch; one from elsewhere is another requirement's affair."""
        vswitch = self.world.binding.vswitch(symbol)
        usable = set(vswitch.usable())
        wrong = [
            f"{ip} is reserved: {plane.describe()}"
            for plane in subject()
            for ip in plane.ips
            if vswitch.contains(ip) and isinstance(ip_address(ip), IPv4Address) and ip not in usable
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

        self.world.expect.each(subject, judge, expected=f"an IPv4 and an IPv6 address of {vswitch.id}")
