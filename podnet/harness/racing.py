"""What a scenario lets happen at once: its steps in any order, the work of the cluster in between, and no waiting.

A pod that is created meanwhile may be matched as things were before or after each change that is made meanwhile: the
document does not say when a change is seen (MAT-5). It is judged by the one moment that explains it wholly, if there
is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from podnet.api.client import WatchEvent
from podnet.api.errors import ApiError
from podnet.api.objects import labels_of, name_of
from podnet.api.resources import NAMESPACES, PODS
from podnet.harness.audit import Past, PodAudit
from podnet.harness.expectations import Subject, not_running, quoted
from podnet.harness.ledger import matching
from podnet.harness.observer import EffectivePlane
from podnet.harness.outcome import Mismatch
from podnet.harness.vocabulary import BoundStep
from podnet.suite.scenarios import ScenarioSpec
from podnet.suite.tags import EVERY_ORDER

if TYPE_CHECKING:
    from podnet.harness.world import World

AT_ONCE = "all of this happens at once"
"""The sentence after which all steps up to the next Then are concurrent."""

AFTER_THAT = "after that "
"""A step that begins so comes after the step that is written before it; all others come in any order."""

Labels = dict[str, dict[str, str]]
"""Labels by the name of the namespace."""


def misuse(spec: ScenarioSpec) -> str:
    """What is wrong with the tag of a scenario that is played in every order; empty for nothing."""
    opened = [step for step in spec.steps if step.text == AT_ONCE]
    if EVERY_ORDER in spec.tags and len(opened) != 1:
        return f"{spec.path}:{spec.line}: @{EVERY_ORDER} needs the step {AT_ONCE!r}, and only once"
    return ""


class Race:
    """A stretch of a scenario in which several things happen at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.open = False
        self._moments: list[tuple[int, Labels]] = []
        self._undecided: set[str] = set()
        self._before: list[WatchEvent] = []
        self._version = ""

    def begin(self) -> None:
        """From here on nothing waits for anything."""
        self.world.namespaces.use()
        self.world.bind()
        self.world.waiting.rest()
        self.world.waiting.catch_up()
        self.world.pods.see()
        self._moments = [self._moment()]
        there = self.world.api.list(PODS)
        self._before = [WatchEvent("ADDED", pod) for pod in there.items]
        self._version = there.resource_version
        self.open = self.world.waiting.racing = True

    def passed(self) -> None:
        """One of the things that happen at once has happened."""
        self._moments.append(self._moment())

    def end(self) -> None:
        """Everything comes to rest. Pods that are new by then may have been made at any moment of the race."""
        self.open = self.world.waiting.racing = False
        self.world.waiting.rest()
        known = set(self.world.ledger.seen)
        self.world.pods.see()
        self._undecided |= set(self.world.ledger.seen) - known

    def _moment(self) -> tuple[int, Labels]:
        labels = {name_of(item): dict(labels_of(item)) for item in self.world.api.list(NAMESPACES).items}
        return self.world.ledger.epoch, labels

    def judge(self, planes: Iterable[EffectivePlane]) -> None:
        """Find for each pod of the race the moment to judge it by, once it has an address."""
        for plane in planes:
            if plane.ips and plane.uid in self._undecided and self._choose_moment(plane):
                self._undecided.discard(plane.uid)

    def _choose_moment(self, plane: EffectivePlane) -> bool:
        ledger = self.world.ledger
        # Changes of different kinds may be seen in any order.
        moments = ((epoch, labels) for epoch, _ in self._moments for _, labels in self._moments)
        for epoch, labels in moments:
            ledger.seen[plane.uid] = epoch
            ledger.matching[plane.uid] = matching(ledger.planes(plane.uid), plane.pod, labels.get(plane.key[0], {}))
            if self._explained(plane, labels.get(plane.key[0], {})):
                return True
        return False

    def expect_whole(self, subject: Subject, *, planes: Collection[str]) -> None:
        """Everything about each pod's network comes from one of these planes, as it was at one moment of the race."""

        def judge(plane: EffectivePlane) -> str | None:
            problem = not_running(plane)
            if problem:
                return problem
            undecided = plane.uid in self._undecided and not self._choose_moment(plane)
            right = not undecided and self.world.expect.on(plane) & frozenset(planes)
            return None if right else f"no moment explains it: {plane.describe()}"

        wanted = " or ".join(map(quoted, planes))
        self.world.expect.each(subject, judge, expected=f"it runs wholly on {wanted}, as it was at one moment")
        self.world.control("a PodNetworking")

    def expect_never_shared(self) -> None:
        """Since the race began, no two live pods have had the same address at the same time.

        Where the API server does not remember so far back, what is there now has to do.
        """
        owners: dict[str, dict[str, str]] = {}
        wrong: dict[str, None] = {}
        for event in self._history():
            pod = event.object
            plane = EffectivePlane(pod, "", (), (), ())
            for sharing in owners.values():
                sharing.pop(plane.uid, None)
            if event.type == "DELETED" or not plane.live or pod.get("spec", {}).get("hostNetwork"):
                continue
            for ip in plane.ips:
                sharing = owners.setdefault(ip, {})
                sharing[plane.uid] = "/".join(plane.key)
                if len(sharing) > 1:
                    wrong[f"{ip} belonged to {', '.join(sorted(sharing.values()))}"] = None
        if wrong:
            raise Mismatch(expected="every live pod has had an address of its own", actual=list(wrong))

    def _history(self) -> list[WatchEvent]:
        api = self.world.api
        try:
            return [*self._before, *api.watch(PODS, resource_version=self._version)]
        except ApiError as error:
            if error.code != HTTPStatus.GONE:
                raise
            return [WatchEvent("ADDED", pod) for pod in api.list(PODS).items]

    def _explained(self, plane: EffectivePlane, labels: dict[str, str]) -> bool:
        """Whether the pod is wholly what it should have become at the moment under consideration."""
        wanted = self.world.ledger.matching[plane.uid]
        on = self.world.expect.on(plane)
        right = bool(on & wanted) if wanted else bool(on) and not on & set(self.world.ledger.planes(plane.uid))
        return right and not any(PodAudit(self.world, plane, labels, Past(self.world, [plane])).findings())


def in_turn(steps: Iterable[BoundStep], *, world: World) -> Iterator[BoundStep]:
    """The steps in the order in which they are to be played: as written, and what happens at once in any order."""
    pending: list[list[tuple[int, BoundStep]]] = []
    number = 0
    opened = False
    for step in steps:
        if opened and step.spec.keyword_type == "when":
            if not pending or not step.spec.text.startswith(AFTER_THAT):
                pending.append([])
            pending[-1].append((number, step))
            number += 1
            continue
        yield from _any_order(pending, world=world)
        opened = step.spec.text == AT_ONCE
        yield step
    yield from _any_order(pending, world=world)


def _any_order(chains: list[list[tuple[int, BoundStep]]], *, world: World) -> Iterator[BoundStep]:
    """``chains``: steps with their numbers, each chain in its own order."""
    if not chains:
        return
    while chains:
        heads = [chain[0][0] for chain in chains]
        chain = chains[heads.index(world.setting.cluster.next_of(heads))]
        _, step = chain.pop(0)
        if not chain:
            chains.remove(chain)
        yield step
        world.race.passed()
    world.race.end()
