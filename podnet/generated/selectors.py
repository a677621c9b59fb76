"""A generated case about selectors: play a batch, and where it fails, the one pod of it that tells the most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from podnet.api.errors import ApiError
from podnet.generated.batches import Sheet, steps_of, write
from podnet.generated.blame import Seen, requirement_of
from podnet.generated.playing import Ending, about, bound, conclude, play
from podnet.generated.space import Kind, batch
from podnet.harness.expectations import not_running
from podnet.harness.identity import DEFAULT
from podnet.harness.outcome import Mismatch
from podnet.harness.plan import Planned
from podnet.harness.stage import Stage
from podnet.harness.vocabulary import Vocabulary
from podnet.harness.world import World
from podnet.report.model import ScenarioResult

TRIES = 4
"""Wrong pods that are tried alone: where several PodNetworkings take one, it may be on the right one by chance."""
Planes = Mapping[str, frozenset[str]]
"""By the name of a pod, the planes that it may be on by what is seen; pods that do not run are not in it."""


@dataclass(frozen=True)
class SelectorCase:
    """A batch of the space: its kind, and its number among those of the kind, from 0."""

    kind: Kind
    number: int
    vocabulary: Vocabulary

    def __call__(self, planned: Planned, stage: Stage, seed: int) -> ScenarioResult:
        """Play it. Where it fails, the result is that of a smaller scenario that fails as well, if there is one."""
        sheet = self.sheet(seed)
        whole = bound(planned, steps_of(sheet), vocabulary=self.vocabulary)
        with stage.world(whole, seed=seed) as world:
            ending = play(whole, world)
            smaller = self._smaller(sheet, whole, ending=ending, world=world)
            if not smaller:
                if isinstance(ending.problem, Mismatch | ApiError):
                    whole = about(whole, requirement_of({}, (), among=whole.spec.requirements))
                return conclude(whole, stage, world, seed=seed, ending=ending)
        for part in smaller:
            with stage.world(part, seed=seed) as world:
                ending = play(part, world)
                if isinstance(ending.problem, Mismatch):
                    return conclude(part, stage, world, seed=seed, ending=ending)
        whole = about(whole, *smaller[0].spec.requirements)
        with stage.world(whole, seed=seed) as world:
            return conclude(whole, stage, world, seed=seed, ending=play(whole, world))

    def sheet(self, seed: int) -> Sheet:
        """What is played with this seed."""
        found = batch(self.kind, self.number, seed=str(seed))
        return write(found, random=Random(f"{seed}/{self.kind.name}/{self.number}"))

    def _smaller(self, sheet: Sheet, planned: Planned, *, ending: Ending, world: World) -> list[Planned]:
        """Scenarios of one wrong pod and a control, about the requirement that all wrong pods show to be broken."""
        if not isinstance(ending.problem, Mismatch) or ending.step is not planned.bound.steps[-1]:
            return []
        planes = _planes(sheet, world)
        wrong = [row for row in sheet.rows if planes.get(row.pod) != frozenset([row.plane])]
        right = [row for row in sheet.rows if row.plane != DEFAULT and row not in wrong]
        found: list[Planned] = []
        for row in sorted(wrong, key=lambda row: row.plane != DEFAULT)[:TRIES]:
            involved = [name for name in sheet.selectors if name == row.plane or name in planes.get(row.pod, ())]
            control = sorted(right, key=lambda one: one.plane not in involved)[:1] if row.plane == DEFAULT else []
            names = {*involved, *(one.plane for one in control)}
            if involved:
                part = sheet.only(planes=[name for name in sheet.selectors if name in names], rows=[*control, row])
                requirement = _broken(sheet, planes, plane=involved[0], planned=planned)
                found.append(about(bound(planned, steps_of(part), vocabulary=self.vocabulary), requirement))
        return found


def _planes(sheet: Sheet, world: World) -> Planes:
    keys = [(row.namespace, row.pod) for row in sheet.rows]
    observed = world.pods.observe(keys, present=True)
    return {plane.key[1]: world.expect.on(plane) for plane in observed if not not_running(plane)}


def _broken(sheet: Sheet, planes: Planes, *, plane: str, planned: Planned) -> str:
    seen = [
        Seen(row.labels, row.namespace_labels, plane in planes[row.pod])
        for row in sheet.rows
        if row.pod in planes and planes[row.pod] <= {plane, DEFAULT}
    ]
    return requirement_of(sheet.selectors[plane], seen, among=planned.spec.requirements)
