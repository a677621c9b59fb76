"""What a failure shows is Gherkin: reading it as a feature file gives the very steps that were played."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from podnet.cloud.inventory_file import parse_inventory
from podnet.generated.batches import steps_of, write
from podnet.generated.choices import Choices
from podnet.generated.clouds import draw_cloud
from podnet.generated.model import Model, Plane
from podnet.generated.script import placed, render
from podnet.generated.space import KINDS, batch
from podnet.generated.story import Story
from podnet.generated.teller import Teller
from podnet.harness.vocabulary import load_vocabulary
from podnet.suite import locate
from podnet.suite.features import load_features, scenarios_of
from podnet.suite.scenarios import ScenarioSpec, StepSpec


def spec() -> ScenarioSpec:
    return ScenarioSpec("made/1", "made.feature", 1, "Made", frozenset(), ("SEL-1",), (), (), "made")


def choices(number: int) -> Choices:
    random = Random(number)
    return Choices(lambda: random.random() < 0.5)


def story(number: int) -> Story:
    return Teller(choices(number), new_zone=True, fixed=True).tell(length=14)


def read_back(text: str, folder: Path) -> tuple[StepSpec, ...]:
    """The steps of a feature file that holds nothing but this scenario."""
    (folder / "features").mkdir()
    (folder / "features" / "made.feature").write_text(f"Feature: Made\n{text}\n", encoding="utf-8")
    (found,) = scenarios_of(load_features(folder / "features"))
    return found.steps


@pytest.mark.parametrize("number", range(6))
def test_a_world_reads_back_as_it_was_played(number: int, tmp_path: Path):
    made = placed(spec(), story(number).steps)
    found = read_back(render(made), tmp_path)
    assert [(step.keyword_type, step.keyword, step.text, step.docstring, step.datatable) for step in found] == [
        (step.keyword_type, step.keyword, step.text, step.docstring, step.datatable) for step in made.steps
    ]
    assert [step.line - 1 for step in found] == [step.line for step in made.steps]  # below the line of the feature


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_batch_reads_back_as_it_was_played(kind, tmp_path: Path):
    made = placed(spec(), steps_of(write(batch(kind, 0, seed="3"), random=Random(3))))
    found = read_back(render(made), tmp_path)
    assert [(step.text, step.docstring, step.datatable) for step in found] == [
        (step.text, step.docstring, step.datatable) for step in made.steps
    ]


def test_every_step_of_many_worlds_is_a_sentence_of_the_suite():
    vocabulary = load_vocabulary(locate.steps_dir())
    problems: list[str] = []
    for number in range(200):
        vocabulary.bind(placed(spec(), story(number).steps), problems=problems)
    assert problems == []


def test_worlds_differ_and_go_through_everything():
    texts = [step.text for number in range(200) for step in story(number).steps]
    for words in ("evicted", "by force", "is restarted", "is changed to", "exactly", "never runs", "one of the", "Job"):
        assert any(words in text for text in texts), words


def test_the_cloud_of_a_world_reads_back_as_an_inventory():
    for number in range(50):
        cloud = draw_cloud(choices(number), new_zone=True)
        assert parse_inventory(cloud.text(), path="cloud.yaml") == cloud.inventory


def test_without_the_feature_no_zone_is_without_a_node():
    for number in range(50):
        cloud = draw_cloud(choices(number), new_zone=False)
        assert all(zone.node for zone in cloud.inventory.zones)


def test_room_is_demanded_only_where_no_choice_can_have_taken_it():
    cloud = next(
        cloud
        for number in range(100)
        for cloud in [draw_cloud(choices(number), new_zone=False)]
        if sum(name.startswith("tiny") for name in cloud.vswitches) >= 2
    )
    model = Model(cloud)
    tiny, other = [name for name in cloud.vswitches if name.startswith("tiny")][:2]
    model.planes["blue"] = Plane("blue", {"podSelector": {}}, ("blue",), (tiny, other))
    assert model.have_room(model.reachable(["blue"]), count=4)
    assert not model.have_room(model.reachable(["blue"]), count=5)  # all of them may be put on one of the two
    assert model.room(tiny) == 4
