from pathlib import Path

import pytest
from feature_trees import STEP, load, scenario, tree

from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.features import load_features, scenarios_of
from podnet.suite.scenarios import ScenarioSpec
from podnet.suite.trace import trace

GOOD = """\
@SEL-1
Feature: Selection
  What it is about.

  Background:
    Given a cloud
    And a namespace

  Rule: Pods are matched
    Background:
      Given a plane

    @SEL-2 @alone
    Scenario: A pod matches
      When a pod is created
        | pod | labels |
        | web | a=b    |
      But not this one
        \"\"\"yaml
        kind: Pod
        \"\"\"
      Then it uses the plane
      * it has an address

  @MAT-1 @note:later
  Rule: Rows
    @feature:DualStack
    Scenario Outline: A pod with <what> is matched
      When the pod <pod> is created
        | pod   |
        | <pod> |
      Then it says
        \"\"\"
        <pod> of <what>
        \"\"\"

      Examples:
        | what   | pod |
        | label  | a   |
        | labels | b   |

      @MAT-3
      Examples:
        | pod | what    |
        | c   | nothing |
"""


@pytest.fixture
def good(tmp_path: Path) -> tuple[ScenarioSpec, ...]:
    return scenarios_of(load(tmp_path, chapter__selection=GOOD))


def test_a_file_says_what_it_is_about(tmp_path: Path) -> None:
    (file,) = load(tmp_path, chapter__selection=GOOD)
    assert (file.path, file.name, file.line) == ("features/chapter/selection.feature", "Selection", 2)
    assert file.description.strip() == "What it is about."
    assert file.language == "en"


def test_an_outline_counts_once_for_each_row(good: tuple[ScenarioSpec, ...]) -> None:
    assert [scenario.id for scenario in good] == [
        "chapter/selection/a-pod-matches",
        "chapter/selection/a-pod-with-what-is-matched[label]",
        "chapter/selection/a-pod-with-what-is-matched[labels]",
        "chapter/selection/a-pod-with-what-is-matched[c]",
    ]
    assert [scenario.name for scenario in good][1:] == [
        "A pod with label is matched",
        "A pod with labels is matched",
        "A pod with nothing is matched",
    ]
    assert [(scenario.line, scenario.outline_row, scenario.place) for scenario in good] == [
        (14, None, 14),
        (28, 39, 39),
        (28, 40, 40),
        (28, 45, 45),
    ]
    assert {scenario.outline for scenario in good} == {"A pod matches", "A pod with <what> is matched"}


def test_tags_are_inherited_from_the_feature_the_rule_and_the_examples(good: tuple[ScenarioSpec, ...]) -> None:
    assert good[0].tags == {"SEL-1", "SEL-2", "alone"}
    assert good[0].requirements == ("SEL-1", "SEL-2")
    assert good[1].requirements == ("SEL-1", "MAT-1")
    assert good[1].feature_tags == ("DualStack",)
    assert good[3].requirements == ("SEL-1", "MAT-1", "MAT-3")


def test_steps_include_both_backgrounds_and_know_their_type(good: tuple[ScenarioSpec, ...]) -> None:
    assert [(step.keyword_type, step.keyword, step.text, step.line, step.background) for step in good[0].steps] == [
        ("given", "Given", "a cloud", 6, True),
        ("given", "And", "a namespace", 7, True),
        ("given", "Given", "a plane", 11, True),
        ("when", "When", "a pod is created", 15, False),
        ("when", "But", "not this one", 18, False),
        ("then", "Then", "it uses the plane", 22, False),
        ("then", "*", "it has an address", 23, False),
    ]
    assert (good[0].feature_name, good[0].rule_name) == ("Selection", "Pods are matched")


def test_tables_and_doc_strings_come_with_their_steps(good: tuple[ScenarioSpec, ...]) -> None:
    table, text = good[0].steps[3], good[0].steps[4]
    assert table.datatable == (("pod", "labels"), ("web", "a=b"))
    assert (table.docstring, table.docstring_media) == (None, "")
    assert (text.docstring, text.docstring_media, text.datatable) == ("kind: Pod", "yaml", None)


def test_columns_are_filled_in_everywhere(good: tuple[ScenarioSpec, ...]) -> None:
    created, said = good[3].steps[-2:]
    assert created.text == "the pod c is created"
    assert created.datatable == (("pod",), ("c",))
    assert said.docstring == "c of nothing"


def test_a_value_that_looks_like_a_column_is_not_filled_in_again(tmp_path: Path) -> None:
    text = (
        "Feature: F\n  @SEL-1\n  Scenario Outline: S\n    Given <a> and <b>\n    Examples:\n      | a   | b |\n"
        "      | <b> | 1\\\\2 |\n"
    )
    (scenario,) = scenarios_of(load(tmp_path, f=text))
    assert scenario.steps[0].text == "<b> and 1\\2"


def test_a_background_is_the_same_for_every_row(tmp_path: Path) -> None:
    background = '  Background:\n    Given a text\n      """\n      a < <a>\n      """\n'
    text = outline("| x | 1 |").replace("  @SEL-1", background + "  @SEL-1")
    (found,) = scenarios_of(load(tmp_path, f=text))
    assert found.steps[0].docstring == "a < <a>"


def outline(*rows: str, name: str = "S", columns: str = "| a | b |") -> str:
    body = "\n".join(f"      {row}" for row in (columns, *rows))
    return f"Feature: F\n  @SEL-1\n  Scenario Outline: {name}\n    Given <a> <b>\n    Examples:\n{body}\n"


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        (("| x | 1 |", "| y | 1 |"), ["x", "y"]),
        (("| x | 1 |", "| x | 2 |"), ["x,1", "x,2"]),
        (("| Elastic | 1 |", "| elastic | 1 |"), ["Elastic", "elastic"]),
        (("| a b | 1 |", "| a/b | 1 |"), ["1", "2"]),
        (("| | 1 |", "| x | 1 |"), [",1", "x,1"]),
        ((f"| {'x' * 61} | 1 |", "| x | 1 |"), ["1", "2"]),
    ],
)
def test_rows_are_told_apart_by_their_first_cells_or_else_by_number(
    tmp_path: Path, rows: tuple[str, ...], ids: list[str]
) -> None:
    scenarios = scenarios_of(load(tmp_path, f=outline(*rows)))
    assert [scenario.id for scenario in scenarios] == [f"f/s[{label}]" for label in ids]


def test_rows_whose_names_are_alike_bear_their_label_in_the_name(tmp_path: Path) -> None:
    plain = scenarios_of(load(tmp_path, f=outline("| x | 1 |", "| y | 1 |")))
    named = scenarios_of(load(tmp_path, f=outline("| x | 1 |", "| y | 1 |", name="S with <a>")))
    assert [scenario.name for scenario in plain] == ["S [x]", "S [y]"]
    assert [scenario.name for scenario in named] == ["S with x", "S with y"]


def test_without_a_catalogue_any_id_and_any_feature_will_do(tmp_path: Path) -> None:
    text = "Feature: F\n  @SEL-77 @feature:Teleport\n  Scenario: S" + STEP
    (found,) = scenarios_of(load_features(tree(tmp_path, f=text)))
    assert (found.requirements, found.feature_tags) == (("SEL-77",), ("Teleport",))


def test_keywords_of_another_language_have_the_same_types(tmp_path: Path) -> None:
    text = "# language: fr\nFonctionnalité: F\n  @SEL-1\n  Scénario: S\n    Soit x\n    Et y\n    Alors z\n"
    (found,) = scenarios_of(load(tmp_path, f=text))
    assert [step.keyword_type for step in found.steps] == ["given", "given", "then"]


def test_an_outline_may_be_called_a_scenario(tmp_path: Path) -> None:
    text = scenario("Scenario: S\n    Given <a>\n    Examples:\n      | a |\n      | 1 |")
    assert [one.id for one in scenarios_of(load(tmp_path, f=text))] == ["f/s[1]"]


def test_files_come_by_path_and_folders_are_not_files(tmp_path: Path) -> None:
    directory = tree(tmp_path, b=scenario("Scenario: S" + STEP), a__z=scenario("Scenario: S" + STEP))
    (directory / "folder.feature").mkdir()
    assert [file.path for file in load_features(directory)] == ["features/a/z.feature", "features/b.feature"]


def test_a_requirement_is_traced_to_its_scenarios(tmp_path: Path) -> None:
    scenarios = scenarios_of(load(tmp_path, chapter__selection=GOOD))
    traced = {entry.requirement.id: entry for entry in trace(load_catalogue(locate.requirements_dir()), scenarios)}
    assert len(traced["SEL-1"].scenarios) == 4
    assert [one.id for one in traced["MAT-3"].scenarios] == ["chapter/selection/a-pod-with-what-is-matched[c]"]
    assert traced["SEL-3"].unmapped
    assert not traced["SEL-2"].unmapped
    assert not traced["MUL-1"].unmapped, "what is excluded need not be tested"
