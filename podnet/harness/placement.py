"""What Then steps assert about where pods run: which zones, and whether vSwitch and node are in the same one.

Each assertion is narrow: that a pod does not run at all is another requirement's affair, and not observable here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from podnet.harness.expectations import Subject, not_running
from podnet.harness.observer import EffectivePlane
from podnet.harness.outcome import Mismatch, NotObservable

if TYPE_CHECKING:
    from podnet.harness.world import World


class Placement:
    """Assertions over pods; ``subject`` reads them anew each time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def zones(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod runs on a node in one of these zones. Raises NotObservable if all are bound there and do not run."""
        wanted = {self.world.binding.zone(symbol) for symbol in symbols}

        def judge(plane: EffectivePlane) -> str | None:
            return not_running(plane) or (None if plane.node_zone in wanted else plane.describe())

        try:
            self.world.expect.each(subject, judge, expected=f"it runs in the zone {' or '.join(sorted(wanted))}")
        except Mismatch:
            if all(plane.node_zone in wanted for plane in subject()):
                raise NotObservable("the pods are bound to nodes in the right zone, but do not run") from None
            raise
        self.world.control("a PodNetworking")

    def at_most(self, subject: Subject, *, count: int) -> None:
        """No more than so many of the pods run or have an address at any time of the window."""
        expected = f"no more than {count} of them ever run"

        def check() -> None:
            running = [plane.describe() for plane in subject() if plane.running or plane.ips]
            if len(running) > count:
                raise Mismatch(expected=expected, actual=running)

        self.world.waiting.throughout(check)
        self.world.absence("a PodNetworking", step=expected)

    def at_most_in_a_zone(self, subject: Subject, *, count: int) -> None:
        """No more than so many of the pods are bound to the nodes of one zone. Raises NotObservable if none runs."""
        self.world.expect.those_that_run(subject)
        planes = subject()
        most = max(Counter(plane.node_zone for plane in planes if plane.node_zone).values(), default=0)
        if most > count:
            expected = f"no zone has more than {count} of them"
            raise Mismatch(expected=expected, actual=[plane.describe() for plane in planes])

    def no_other_zone(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Every pod that runs does so in one of these zones, and none waits on a node elsewhere: it is scheduled, too.

        Raises NotObservable if none runs, and none is bound outside.
        """
        wanted = {self.world.binding.zone(symbol) for symbol in symbols}
        expected = f"it runs in no zone but {' or '.join(sorted(wanted))}"

        def judge(plane: EffectivePlane) -> str | None:
            bound = bool(plane.node and plane.node_zone) or not not_running(plane)
            return plane.describe() if bound and plane.node_zone not in wanted else None

        try:
            self.world.expect.those_that_run(subject)
        except NotObservable:
            try:
                outside = [text for text in map(judge, subject()) if text]
            except Mismatch:
                outside = []
            if not outside:
                raise
        self.world.expect.each(subject, judge, expected=expected)

    def zone_of_vswitch(self, subject: Subject) -> None:
        """The node of every pod that runs is in the zone of the pod's vSwitch. Raises NotObservable if none runs."""
        zone_of = self.world.inventory.zone_of

        def judge(plane: EffectivePlane) -> str | None:
            right = bool(plane.node_zone) and plane.node_zone == zone_of(plane.vswitch)
            return None if right else plane.describe()

        running = self.world.expect.those_that_run(subject)
        self.world.expect.each(running, judge, expected="its node stands in the zone of its vSwitch")

    def vswitch_of_its_zone(self, subject: Subject, *, symbols: Sequence[str]) -> None:
        """Each pod has an address of that one of these vSwitches which is in the zone of its node.

        Raises NotObservable for a pod that is not scheduled: where pods may run is another question.
        """
        zones = {self.world.binding.vswitch(one).zone: self.world.binding.vswitch(one).id for one in symbols}

        def judge(plane: EffectivePlane) -> str | None:
            return not_running(plane) or (None if zones.get(plane.node_zone) == plane.vswitch else plane.describe())

        try:
            self.world.expect.each(subject, judge, expected="an address of the listed vSwitch in the zone of its node")
        except Mismatch:
            if not all(plane.node for plane in subject()):
                raise NotObservable("the pod is not scheduled") from None
            raise
        self.world.control("a PodNetworking")
