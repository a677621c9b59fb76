"""What must hold in a world at any time, whatever its steps are about: looked at after each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from podnet.api.names import POD_NETWORKING
from podnet.api.objects import is_terminating
from podnet.generated.story import Bound, Story
from podnet.harness.identity import DEFAULT
from podnet.harness.observer import EffectivePlane
from podnet.harness.outcome import Mismatch
from podnet.harness.vocabulary import BoundStep
from podnet.harness.world import World


class Violation(Mismatch):
    """A requirement that is broken. ``pod``: whose network changed; ``since``: the step behind which it was other."""

    def __init__(
        self,
        requirement: str,
        *,
        expected: str,
        actual: str | list[str],
        pod: tuple[str, str] | None = None,
        since: int = 0,
    ) -> None:
        super().__init__(expected=expected, actual=actual)
        self.requirement = requirement
        self.pod = pod
        self.since = since


class Watch:
    """Looks at all pods of a world. ``scored``: the requirements that count; others are overlooked."""

    def __init__(self, story: Story, world: World, *, scored: Collection[str]) -> None:
        self.story = story
        self.world = world
        self.scored = scored
        self.at = -1
        self.before: dict[str, tuple[int, Mapping[str, object]]] = {}
        self.bounds: dict[str, Bound] = {}

    def look(self, _: BoundStep) -> None:
        """The look behind the next step. Raises Violation for the first thing that is wrong."""
        self.at += 1
        bound = self.story.bounds.get(self.at)
        self.bounds.update(dict.fromkeys(bound.pods, bound) if bound else {})
        following = self.story.steps[self.at + 1 : self.at + 2]
        if any(step.keyword_type == "then" for step in following):
            return  # it waits for what this step began, and is looked behind as well
        live = [plane for plane in self.world.observer.observe() if plane.live and plane.ips]
        running = [plane for plane in live if plane.phase == "Running" and not is_terminating(plane.pod)]
        self._changes(running)  # before the audit: a pod that has been moved contradicts what it was moved from
        self._findings()
        self._capacity(live)
        for plane in running:
            self._place(plane)

    def _findings(self) -> None:
        self.world.audit()
        for finding in self.world.findings:
            if finding.requirement in self.scored:
                expected = f"the cross-check {finding.check} finds nothing"
                raise Violation(finding.requirement, expected=expected, actual=finding.message)

    def _capacity(self, live: Collection[EffectivePlane]) -> None:
        """No more pods than addresses, also where it is unknown which ones are taken from outside."""
        inventory = self.world.inventory
        owners = Counter(owner.id for plane in live if (owner := inventory.vswitch_of_address(plane.ips[0])))
        for id_, count in sorted(owners.items()):
            capacity = inventory.vswitches_by_id[id_].capacity
            if count > capacity and "CAP-5" in self.scored:
                raise Violation(
                    "CAP-5",
                    expected=f"at most {capacity} pods have an address of {id_}",
                    actual=[f"{count} pods have one", *(plane.describe() for plane in live)],
                )

    def _place(self, plane: EffectivePlane) -> None:
        """A pod that runs without having to is on a plane that it matched when it was created."""
        bound = self.bounds.get(plane.key[1])
        if bound is None or bound.requirement not in self.scored:
            return
        found = self.world.expect.on(plane)
        if not found <= set(bound.planes):
            where = " or ".join(sorted(found)) or "no plane that is known"
            wanted = " or ".join(bound.planes)
            raise Violation(
                bound.requirement, expected=f"on {wanted}, or not running", actual=f"on {where}: {plane.describe()}"
            )

    def _changes(self, running: Collection[EffectivePlane]) -> None:
        """The network of a running pod is what it was when it was seen first."""
        if any(plane.uid not in self.before for plane in running):
            self.world.waiting.rest(self.world.waiting.budgets.late)
            running = [
                plane
                for plane in self.world.observer.observe()
                if plane.live and plane.phase == "Running" and plane.ips and not is_terminating(plane.pod)
            ]
        for plane in running:
            now = _network(plane)
            since, before = self.before.setdefault(plane.uid, (self.at, now))
            changed = [f"{name}: {before[name]!r} became {now[name]!r}" for name in now if now[name] != before[name]]
            if changed and "MAT-2" in self.scored:
                raise Violation(
                    "MAT-2",
                    expected="the network of a pod stays as it was",
                    actual=f"pod {'/'.join(plane.key)}: {'; '.join(changed)}",
                    pod=plane.key,
                    since=since,
                )


def _network(plane: EffectivePlane) -> Mapping[str, object]:
    return {
        "addresses": plane.ips,
        "vSwitch": plane.vswitch,
        "security groups": sorted(plane.security_groups or ()),
        "node": plane.node,
        POD_NETWORKING: plane.annotations.get(POD_NETWORKING, DEFAULT),
    }
