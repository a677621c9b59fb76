from pathlib import Path

import pytest
from feature_trees import STEP, problems, scenario

MISTAKES = {
    "empty file": ("", 1, "is empty: there is no Feature in it"),
    "comment only": ("# nothing\n\n", 1, "is empty: there is no Feature in it"),
    "no scenario": ("Feature: F\n", 1, "the feature has no scenario"),
    "background only": ("Feature: F\n  Background:\n    Given x\n", 1, "the feature has no scenario"),
    "no feature name": ("Feature:\n  @SEL-1\n  Scenario: S" + STEP, 1, "the feature has no name"),
    "empty rule": (scenario("Scenario: S" + STEP) + "  Rule: R\n", 5, "the rule 'R' has no scenario"),
    "no steps": (scenario("Scenario: S"), 3, "the scenario 'S' has no steps"),
    "no name": (scenario("Scenario:" + STEP), 3, "the scenario has no name"),
    "no letters in the name": (scenario("Scenario: ???" + STEP), 3, "the scenario has no name"),
    "same name": (
        scenario("Scenario: S" + STEP) + "  @SEL-1\n  Scenario: S" + STEP,
        6,
        "the scenario 'S' is in line 3 already",
    ),
    "same name in another rule": (
        scenario("Rule: A\n    @SEL-1\n    Scenario: S" + STEP) + "  Rule: B\n    @SEL-1\n    Scenario: S" + STEP,
        9,
        "the scenario 'S' is in line 5 already",
    ),
    "same id": (
        scenario("Scenario: A pod" + STEP) + "  @SEL-1\n  Scenario: a pod!" + STEP,
        6,
        "the scenario 'a pod!' differs from line 3 in no letter or digit",
    ),
    "And first": (scenario("Scenario: S\n    And x"), 4, "the first step must be Given, When or Then, not And"),
    "star first": (scenario("Scenario: S\n    * x"), 4, "the first step must be Given, When or Then, not *"),
    "And first in a background": (
        "Feature: F\n  Background:\n    And y\n  @SEL-1\n  Scenario: S" + STEP,
        3,
        "the first step must be Given, When or Then, not And",
    ),
    "And first after a background": (
        "Feature: F\n  Background:\n    Given y\n  @SEL-1\n  Scenario: S\n    And x",
        6,
        "the first step must be Given, When or Then, not And",
    ),
    "outline without examples": (scenario("Scenario Outline: S" + STEP), 3, "the outline 'S' has no examples"),
    "examples without a table": (
        scenario("Scenario Outline: S" + STEP + "\n    Examples:"),
        5,
        "the examples have no rows, so nothing would run",
    ),
    "examples without rows": (
        scenario("Scenario Outline: S\n    Given <a>\n    Examples:\n      | a |"),
        5,
        "the examples have no rows, so nothing would run",
    ),
    "unknown column": (
        scenario("Scenario Outline: S\n    Given <a> <c>\n    Examples:\n      | a |\n      | 1 |"),
        4,
        "<c> is not a column of the examples in line 6",
    ),
    "unknown column in a table": (
        scenario("Scenario Outline: S\n    Given <a>\n      | <c> |\n    Examples:\n      | a |\n      | 1 |"),
        5,
        "<c> is not a column of the examples in line 7",
    ),
    "unknown column twice": (
        scenario(
            "Scenario Outline: S\n    Given <a>\n    And <c>\n    And <c>\n    Examples:\n      | a |\n      | 1 |"
        ),
        5,
        "<c> is not a column of the examples in line 8",
    ),
    "column in a background": (
        "Feature: F\n  Background:\n    Given <a>\n  @SEL-1\n  Scenario: S" + STEP,
        3,
        "<a> stands in a background, where none is filled in",
    ),
    "unused column": (
        scenario("Scenario Outline: S\n    Given <a>\n    Examples:\n      | a | b |\n      | 1 | 2 |"),
        6,
        "column <b> is used by no step",
    ),
    "column twice": (
        scenario("Scenario Outline: S\n    Given <a>\n    Examples:\n      | a | a |\n      | 1 | 2 |"),
        6,
        "column <a> is there twice",
    ),
    "column without a name": (
        scenario("Scenario Outline: S\n    Given <a>\n    Examples:\n      | a |  |\n      | 1 | 2 |"),
        6,
        "a column has no name",
    ),
    "same row": (
        scenario("Scenario Outline: S\n    Given <a>\n    Examples:\n      | a |\n      | 1 |\n      | 1 |"),
        8,
        "the row says the same as the one in line 7",
    ),
    "column without examples": (
        scenario("Scenario: S\n    Given <a>"),
        4,
        "<a> stands in a scenario that has no examples",
    ),
    "no requirement": ("Feature: F\n  Scenario: S" + STEP, 2, "the scenario 'S' has no requirement tag (@SEL-2)"),
    "only other tags": (
        "Feature: F\n  @alone\n  Scenario: S" + STEP,
        3,
        "the scenario 'S' has no requirement tag (@SEL-2)",
    ),
    "unknown requirement": ("Feature: F\n  @SEL-77\n  Scenario: S" + STEP, 2, "unknown requirement @SEL-77"),
    "excluded requirement": (
        "Feature: F\n  @MUL-1\n  Scenario: S" + STEP,
        2,
        "@MUL-1 is excluded from testing: An obligation of the user",
    ),
    "unknown tag": (
        "@wip\nFeature: F\n  @SEL-1\n  Scenario: S" + STEP,
        1,
        "unknown tag @wip; known forms are @SEL-2 (a requirement), @feature:NAME, @alone, @every-order, @note:WORD",
    ),
    "lower-case requirement": ("Feature: F\n  @SEL-1 @sel-2\n  Scenario: S" + STEP, 2, "unknown tag @sel-2"),
    "more than an id": ("Feature: F\n  @SEL-1 @SEL-2b\n  Scenario: S" + STEP, 2, "unknown tag @SEL-2b"),
    "unknown feature": (
        "Feature: F\n  @SEL-1 @feature:Teleport\n  Scenario: S" + STEP,
        2,
        "unknown feature @feature:Teleport; known are DualStack, MatchExpressions",
    ),
    "feature without a name": ("Feature: F\n  @SEL-1 @feature:\n  Scenario: S" + STEP, 2, "unknown feature @feature:"),
    "not Gherkin": (
        "Feature: F\n  @SEL-1\n  Scenario: S\n    Givn x\n    Given y\n    Nonsense\n",
        6,
        "is not Gherkin:",
    ),
    "ragged table": (
        scenario("Scenario: S\n    Given x\n      | a |\n      | a | b |"),
        6,
        "is not Gherkin: inconsistent",
    ),
    "unknown language": ("# language: xx\nFeature: F\n", 1, "is not Gherkin: Language not supported: xx"),
    "byte order mark": ("\ufeffFeature: F\n", 1, "is not Gherkin: expected: #EOF"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, name: str) -> None:
    content, line, message = MISTAKES[name]
    assert any(
        problem.startswith(f"features/f.feature:{line}: {message}") for problem in problems(tmp_path, f=content)
    ), problems(tmp_path, f=content)


def test_text_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    assert problems(tmp_path, f=b"Feature: F\n\n  caf\xe9\n") == ["features/f.feature:3: is not UTF-8"]


def test_all_problems_of_all_files_are_told_at_once_in_order(tmp_path: Path) -> None:
    second = "Feature: F\n  @what\n  Scenario: S\n  @SEL-99\n  Scenario: T\n    Given x"
    forms = "@SEL-2 (a requirement), @feature:NAME, @alone, @every-order, @note:WORD"
    assert problems(tmp_path, b=second, a="") == [
        "features/a.feature:1: is empty: there is no Feature in it",
        f"features/b.feature:2: unknown tag @what; known forms are {forms}",
        "features/b.feature:3: the scenario 'S' has no requirement tag (@SEL-2)",
        "features/b.feature:3: the scenario 'S' has no steps",
        "features/b.feature:4: unknown requirement @SEL-99",
    ]


def test_a_tag_of_a_feature_is_complained_about_once_however_many_scenarios_inherit_it(tmp_path: Path) -> None:
    text = "@what\nFeature: F\n" + "".join(f"  @SEL-1\n  Scenario: S{number}\n    Given x\n" for number in range(3))
    assert len(problems(tmp_path, f=text)) == 1
