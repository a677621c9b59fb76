"""What is wrong in features, steps, fixtures or catalogue is said with file and line before anything is played."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import Done
from scratch_suite import Suite, scenario

Breaking = Callable[[Suite], object]
GOOD = scenario("one", "Given all is well")


def step(sentence: str, head: str = "def step():", body: str = "pass") -> str:
    imports = "from pytest_bdd import given\nfrom podnet.harness.sentences import sentence\n\n\n"
    return f"{imports}@given(sentence({sentence!r}))\n{head}\n    {body}\n"


BROKEN: dict[str, tuple[Breaking, str]] = {
    "an undefined step": (
        lambda suite: suite.one("Given all is well", "Then nobody knows this"),
        r"features/one\.feature:6: no step definition fits 'Then nobody knows this'",
    ),
    "a Then where a Given is defined": (
        lambda suite: suite.one("Then all is well"),
        r"features/one\.feature:5: no step definition fits 'Then all is well'",
    ),
    "an ambiguous step": (
        lambda suite: suite.write("steps/more.py", step('"{any}" is printed')) and suite.one('Given "this" is printed'),
        r"features/one\.feature:5: several step definitions fit .*steps/more\.py:5.*steps/words\.py:\d+",
    ),
    "an async step": (
        lambda suite: suite.write("steps/more.py", step("it is awaited", "async def step():")),
        r"steps/more\.py:5: a step cannot be async",
    ),
    "an async generator": (
        lambda suite: suite.write("steps/more.py", step("it is awaited", "async def step():", "yield")),
        r"steps/more\.py:5: a step cannot be async",
    ),
    "a generator": (
        lambda suite: suite.write("steps/more.py", step("it yields", body="yield")),
        r"steps/more\.py:5: a step cannot be a generator",
    ),
    "a step defined twice": (
        lambda suite: suite.write("steps/more.py", step("all is well")),
        r"steps/\w+\.py:\d+: the step 'all is well' is defined already at steps/\w+\.py:\d+",
    ),
    "a table that nothing takes": (
        lambda suite: suite.one("Given all is well", "  | a | b |"),
        r"features/one\.feature:5: 'Given all is well' takes no datatable",
    ),
    "a text that nothing takes": (
        lambda suite: suite.one("Given all is well", '  """', "  text", '  """'),
        r"features/one\.feature:5: 'Given all is well' takes no docstring",
    ),
    "a table that is missing": (
        lambda suite: (
            suite.write("steps/more.py", step("there are", "def step(datatable):")) and suite.one("Given there are")
        ),
        r"features/one\.feature:5: 'Given there are' needs a datatable",
    ),
    "two scenarios of one name": (
        lambda suite: suite.feature("two", GOOD, GOOD),
        r"features/two\.feature:8: .*one",
    ),
    "two scenarios of one name under different rules": (
        lambda suite: suite.write(
            "features/two.feature",
            "Feature: two\n  Rule: first\n    @TST-1\n    Scenario: one\n      Given all is well\n"
            "  Rule: second\n    @TST-1\n    Scenario: one\n      Given all is well\n",
        ),
        r"features/two\.feature:8: .*one",
    ),
    "a scenario without steps": (
        lambda suite: suite.feature("empty", "@TST-1\nScenario: nothing\n"),
        r"features/empty\.feature:4: ",
    ),
    "an unknown requirement": (
        lambda suite: suite.one("Given all is well", tag="TST-99"),
        r"features/one\.feature:3: unknown requirement @TST-99",
    ),
    "an unknown feature": (
        lambda suite: suite.one("Given all is well", tag="TST-1 @feature:Nothing"),
        r"features/one\.feature:3: unknown feature @feature:Nothing",
    ),
    "an unknown tag": (
        lambda suite: suite.one("Given all is well", tag="TST-1 @slow"),
        r"features/one\.feature:3: unknown tag @slow",
    ),
    "a feature that is not UTF-8": (
        lambda suite: suite.write("features/latin.feature", "Feature: ä\n".encode("latin-1")),
        r"features/latin\.feature:1: .*UTF-8",
    ),
    "a feature that is not Gherkin": (
        lambda suite: suite.write("features/prose.feature", "\nOnce upon a time\n"),
        r"features/prose\.feature:2: ",
    ),
    "steps with a syntax error": (
        lambda suite: suite.write("steps/more.py", "\n\ndef broken(:\n"),
        r"steps/more\.py:3: the step definitions cannot be imported: ",
    ),
    "steps that raise": (
        lambda suite: suite.write("steps/more.py", "import os\n\nos.environ['not there']\n"),
        r"steps/more\.py:3: the step definitions cannot be imported: KeyError: 'not there'",
    ),
    "steps that exit": (
        lambda suite: suite.write("steps/more.py", "raise SystemExit(0)\n"),
        r"steps/more\.py:1: the step definitions cannot be imported: SystemExit: 0",
    ),
    "no steps": (
        lambda suite: (suite.root / "steps" / "words.py").unlink(),
        r"steps: there are no step definitions here",
    ),
    "fixtures that raise": (
        lambda suite: suite.write("fixtures/more.py", "\nraise OSError('no licence')\n"),
        r"fixtures/more\.py:2: the fixtures cannot be imported: OSError: no licence",
    ),
    "a catalogue that is wrong": (
        lambda suite: suite.catalogue("TST-1", "TST-2", level="PERHAPS"),
        r"requirements/tests\.yaml:5: level 'PERHAPS' is unknown",
    ),
    "a profile that asks for what the catalogue does not have": (
        lambda suite: suite.catalogue("TST-1", "OPT-1"),
        r"profiles/ack-serverless\.yaml:4: unknown requirement 'TST-2'",
    ),
}


def refused(suite: Suite, *words: object) -> Done:
    """The answer of a run that must not begin; nothing may be left of it."""
    done = suite.podnet("conformance", "--implementation", suite.implementation, "--report", suite.report, *words)
    assert done.code == 2, done.out + done.err
    assert done.out == ""
    assert not suite.report.exists()
    return done


@pytest.mark.parametrize("what", BROKEN)
def test_a_suite_is_refused_with_file_and_line(what: str, suite: Suite):
    suite.feature("good", GOOD)
    breaking, expected = BROKEN[what]
    breaking(suite)
    lines = refused(suite).err.splitlines()
    assert all(line.startswith("error: ") for line in lines)
    assert re.search(expected, "\n".join(lines)), lines


def test_a_folder_without_features_is_refused(suite: Suite):
    assert refused(suite).err == f"error: {suite.root / 'features'}: there are no scenarios here\n"


def test_everything_that_is_wrong_in_the_features_is_said_at_once(suite: Suite):
    suite.one("Given all is well", tag="TST-98", name="one")
    suite.one("Given all is well", tag="TST-99", name="two")
    assert [line.partition(": ")[2] for line in refused(suite).err.splitlines()] == [
        "features/one.feature:3: unknown requirement @TST-98",
        "features/two.feature:3: unknown requirement @TST-99",
    ]


def test_every_step_that_nobody_knows_is_said_at_once_and_each_line_once(suite: Suite):
    outline = "@TST-1\nScenario Outline: <n>\n  Given what is <n>\n  Examples:\n    | n |\n    | 1 |\n    | 2 |\n"
    suite.feature("outline", outline)
    suite.one("Given nothing known", "Then nothing known")
    said = refused(suite).err
    assert said.count("features/one.feature:5: ") == said.count("features/one.feature:6: ") == 1
    assert said.count("features/outline.feature:5: ") == 2  # two sentences on one line


def test_what_is_wrong_is_said_in_a_dry_run_as_well(suite: Suite):
    suite.one("Given nothing known")
    assert "no step definition fits" in refused(suite, "--dry-run").err


def test_what_is_wrong_is_said_also_where_it_is_not_selected(suite: Suite):
    suite.feature("good", GOOD)
    suite.one("Given nothing known", tag="TST-2", name="bad")
    assert "features/bad.feature:5: " in refused(suite, "--select", "TST-1").err


def test_a_checkout_that_is_wrong_is_refused_from_the_real_beginning(suite: Suite, tmp_path: Path):
    suite.one("Given nothing known")
    process = suite.start("conformance", "--report", suite.report, "--implementation", suite.implementation)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("error: features/one.feature:5: no step definition fits 'Given nothing known'")
    assert not suite.report.exists()
