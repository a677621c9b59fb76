"""What Then steps assert about the network of pods: each assertion is narrow, and names every pod that differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
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

    def pods(self, *groups: str, present: bool = False) -> Subject:
        """A reading of the pods of one or more groups; with ``present``, of those that exist."""
        keys = [key for group in groups for key in self.world.pods.group(group)]
        return lambda: self.world.pods.observe(keys, present=present)

    def pod(self, name: str, *, namespace: str = "") -> Subject:
        """A reading of one pod."""
        key: PodKey = (self.world.namespaces.use(namespace), name)
        return lambda: self.world.pods.observe([key])

    def each(self, subject: Subject, judge: Judge, *, expected: str, within: float | None = None) -> None:
        """Eventually nothing is wrong with any of the pods."""
        self.world.waiting.eventually(checking(subject, judge, expected=expected), within=within)

    def uses(self, subject: Subject, *, planes: Sequence[str]) -> None:
        """Each pod runs on one of these planes."""
        wanted = frozenset(planes)
        expected = (
            f"it runs on the {DEFAULT}" if wanted == {DEFAULT} else f"it runs on {' or '.join(map(quoted, planes))}"
        )
        self.each(subject, lambda plane: self._not_on(plane, wanted=wanted), expected=expected)
        self._note_plane(wanted, step=expected)

    def divided(self, subject: Subject, *, counts: Mapping[str, int]) -> None:
        """So many of the pods run on each of these planes, and none elsewhere."""

        def check() -> None:
            planes = subject()
            found = Counter(name for plane in planes if not not_running(plane) for name in self.on(plane))
            if dict(found) != dict(counts):
                wanted = [f"{count} pods on {quoted(name)}" for name, count in counts.items()]
                raise Mismatch(expected=wanted, actual=[plane.describe() for plane in planes])

        self.world.waiting.eventually(check)
        self.world.control("a PodNetworking")

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

    def those_that_run(self, subject: Subject) -> Subject:
        """A reading of the pods that run, once all do or the time for it is over. Raises NotObservable if none does.

        Whether pods run at all is another question than what those have that do.
        """

        def running() -> list[EffectivePlane]:
            return [plane for plane in subject() if not not_running(plane)]

        try:
            self.runs(subject)
        except Mismatch as missing:
            try:
                found = running()
            except Mismatch:
                found = []
            if not found:
                raise NotObservable(f"none of the pods runs: {missing}") from None
        self.world.control("a PodNetworking")
        return running

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
        self.world.waiting.throughout(checking(subject, judge, expected=expected))

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

    def note(self, subject: Subject) -> None:
        """Remember what a pod's network looks like, once it runs and its annotations have had time to come."""
        self.world.waiting.rest(self.world.waiting.budgets.late)
        for plane in subject():
            self.world.pods.noted[plane.key] = snapshot(plane)

    def unchanged(self, subject: Subject, *, without: Collection[str] = ()) -> None:
        """The network of each pod is, for the whole window, what was noted, as is the pod itself.

        ``without``: the parts that do not count.
        """

        def judge(plane: EffectivePlane) -> str | None:
            before = self.world.pods.noted[plane.key]
            now = {name: value for name, value in snapshot(plane).items() if name not in without}
            changed = [f"{name}: {before[name]!r} became {now[name]!r}" for name in now if before[name] != now[name]]
            return f"pod {'/'.join(plane.key)}: {'; '.join(changed)}" if changed else None

        self.throughout(
            subject, judge, expected="pod, address, vSwitch, security group, node and annotations stay as they were"
        )


def checking(subject: Subject, judge: Judge, *, expected: str) -> Callable[[], None]:
    """A check that reads the pods and raises Mismatch with everything that is wrong with any of them."""

    def check() -> None:
        wrong = [text for text in map(judge, subject()) if text]
        if wrong:
            raise Mismatch(expected=expected, actual=wrong)

    return check


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
        "pod": plane.uid,
        "addresses": plane.ips,
        "vSwitch": plane.vswitch,
        "security groups": sorted(plane.security_groups or ()),
        "node": plane.node,
        "phase": plane.phase,
        names.POD_NETWORKING: plane.annotations.get(names.POD_NETWORKING),
        names.POD_ENI: plane.annotations.get(names.POD_ENI),
    }
