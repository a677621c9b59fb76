"""A generated case of whole worlds: some are played, and the smallest that breaks something becomes the result."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from podnet.generated.choices import Choices
from podnet.generated.ending import Broken, Ended, ended
from podnet.generated.playing import about, bound, conclude, play
from podnet.generated.search import Search
from podnet.generated.story import Story
from podnet.generated.teller import Teller
from podnet.generated.watch import Watch
from podnet.harness.judgement import result_of
from podnet.harness.plan import Planned
from podnet.harness.stage import Stage
from podnet.harness.vocabulary import Vocabulary
from podnet.harness.world import World
from podnet.report.model import ScenarioResult
from podnet.suite.scenarios import StepSpec

REQUIREMENTS = (
    "ALC-1", "ALC-2", "ALC-5", "ALC-7", "ANN-1", "ANN-2", "ANN-3", "API-1", "CAP-2", "CAP-5", "DEF-1", "DEF-2",
    "DEF-3", "IPA-1", "IPA-2", "MAT-2", "MAT-3", "MAT-4", "MUL-3", "MUL-4", "SEL-1", "SEL-2", "SEL-4", "SG-2", "VSW-1",
    "VSW-2", "VSW-4", "ZON-1", "ZON-2", "ZON-3", "ZON-5",
)  # fmt: skip
"""What the steps and the watch of a world may find broken."""
WORLDS = 8
"""Worlds in one case."""
SMALLER = 80
"""Further worlds that are played to make one small that breaks something."""
LENGTH = 14
"""The most random steps of a world, beside those that set it up and tear it down."""
NEW_ZONES = "VirtualNodeAutoCreate"


class _Broke(BaseException):
    """Ends the search: what happened is no finding about the document, and is the result of the whole case."""

    def __init__(self, story: Story, broken: Broken | None) -> None:
        super().__init__()
        self.story = story
        self.broken = broken


@dataclass(frozen=True)
class WorldCase:
    """The n-th case. ``claimed`` features widen what worlds contain; only ``scored`` requirements can be broken."""

    number: int
    claimed: frozenset[str]
    vocabulary: Vocabulary
    scored: frozenset[str]

    def __call__(self, planned: Planned, stage: Stage, seed: int) -> ScenarioResult:
        """Play it."""
        judged: set[str] = set()

        def look(story: Story) -> Broken | None:
            case = bound(planned, story.steps, vocabulary=self.vocabulary)
            with self._world(story, planned, stage, seed=seed) as world:
                end = self._play(story, case, world)
            if end.broke_down:
                raise _Broke(story, end.broken)
            judged.update(end.judged)
            return end.broken

        search = Search(
            tell=self.tell,
            key=lambda story: (story.steps, story.cloud.inventory),
            play=look,
            size=lambda broken: broken.size,
            attempts=WORLDS,
            smaller=SMALLER,
            seconds=stage.deadline / 2,
        )
        try:
            found = search.run(number=zlib.crc32(f"{seed}/worlds/{self.number}".encode()))
        except _Broke as broke:
            case = about(planned, broke.broken.requirement) if broke.broken else planned
            return self._result(broke.story, broke.story.steps, case, stage, seed=seed)
        if found is not None:
            return self._failed(*found, planned=planned, stage=stage, seed=seed)
        if not judged:
            return result_of(planned, state="not-applicable", reason="none of its worlds came to anything to judge")
        return result_of(about(planned, *sorted(judged)), state="passed")

    def tell(self, choices: Choices) -> Story:
        """The world of these choices."""
        # What other dialects make of Fixed, the model of a world does not know.
        teller = Teller(choices, new_zone=NEW_ZONES in self.claimed, fixed="ALC-5" in self.scored)
        return teller.tell(length=LENGTH)

    def _failed(self, story: Story, broken: Broken, *, planned: Planned, stage: Stage, seed: int) -> ScenarioResult:
        """The result of a world that breaks something, told by a step of the suite if there is one that tells it."""
        case = about(planned, broken.requirement)
        if broken.steps:
            told = self._result(story, broken.steps, case, stage, seed=seed, watched=False)
            if told.failure is not None and told.failure.step == broken.steps[-1].text:
                return told
        return self._result(story, story.steps[: broken.at + 1], case, stage, seed=seed)

    def _result(
        self,
        story: Story,
        steps: Sequence[StepSpec],
        planned: Planned,
        stage: Stage,
        *,
        seed: int,
        watched: bool = True,
    ) -> ScenarioResult:
        case = bound(planned, steps, vocabulary=self.vocabulary)
        remark = f"The cloud of this world, for --inventory:\n{story.cloud.text()}"
        with self._world(story, planned, stage, seed=seed) as world:
            watch = Watch(story, world, scored=self.scored)
            ending = play(case, world, after=watch.look if watched else None)
            return conclude(case, stage, world, seed=seed, ending=ending, remark=remark)

    def _play(self, story: Story, case: Planned, world: World) -> Ended:
        watch = Watch(story, world, scored=self.scored)
        ending = play(case, world, after=watch.look)
        return ended(story, case, world, ending=ending, scored=self.scored)

    @contextmanager
    def _world(self, story: Story, planned: Planned, stage: Stage, *, seed: int) -> Iterator[World]:
        """A world on the cloud of the story, where its names stand for what they stand for in the story."""
        with replace(stage, inventory=story.cloud.inventory).world(planned, seed=seed) as world:
            world.bind()
            world.binding.vswitches.update(story.cloud.vswitches)
            world.binding.zones.update(story.cloud.zones)
            yield world
