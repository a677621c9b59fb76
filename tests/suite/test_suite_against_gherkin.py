"""Our reader of feature files beside two others: the compiler of gherkin-official and the parser of pytest-bdd."""

from pathlib import Path
from typing import Any

from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_bdd.parser import FeatureParser

from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.features import load_features, scenarios_of
from podnet.suite.profile import load_profile
from podnet.suite.scenarios import ScenarioSpec

TYPES = {"Context": "given", "Action": "when", "Outcome": "then"}
WORDS = st.text("abc", min_size=1, max_size=4)
KEYWORDS = st.sampled_from(["Given", "When", "Then"])
STEPS = st.lists(st.tuples(st.sampled_from(["Given", "When", "Then", "And", "But"]), WORDS), max_size=4)


def pickles(text: str) -> list[dict[str, Any]]:
    return Compiler().compile({**Parser().parse(text), "uri": "f.feature"})  # type: ignore[return-value]  # a TypedDict


def steps_of(scenario: ScenarioSpec) -> list[tuple[str, str]]:
    return [(step.keyword_type, step.text) for step in scenario.steps]


@st.composite
def feature_files(draw: st.DrawFn) -> str:
    lines = ["@SEL-1", "Feature: F", "  Background:", *_block(draw, "    ")]
    for number in range(draw(st.integers(1, 3))):
        columns = draw(st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True))
        lines += [f"  {'Scenario Outline' if columns else 'Scenario'}: S{number}", *_block(draw, "    ", *columns)]
        if columns:
            lines += ["    Examples:", f"      | {' | '.join(columns)} |"]
            rows = draw(st.lists(st.tuples(*[WORDS] * len(columns)), min_size=1, max_size=3, unique=True))
            lines += [f"      | {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _block(draw: st.DrawFn, indent: str, *columns: str) -> list[str]:
    first = " ".join([draw(WORDS), *(f"<{column}>" for column in columns)])
    return [f"{indent}{draw(KEYWORDS)} {first}", *(f"{indent}{keyword} {word}" for keyword, word in draw(STEPS))]


@given(text=feature_files())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_and_steps_are_those_of_the_official_compiler(tmp_path: Path, text: str) -> None:
    directory = tmp_path / "features"
    directory.mkdir(exist_ok=True)
    (directory / "f.feature").write_text(text)
    ours = scenarios_of(load_features(directory))
    theirs = pickles(text)
    assert [steps_of(scenario) for scenario in ours] == [
        [(TYPES[step["type"]], step["text"]) for step in pickle["steps"]] for pickle in theirs
    ]
    assert [scenario.place for scenario in ours] == [pickle["location"]["line"] for pickle in theirs]
    assert len({scenario.id for scenario in ours}) == len(ours)


def test_the_suite_itself_holds_together() -> None:
    catalogue = load_catalogue(locate.requirements_dir())
    profile = load_profile("ack-serverless", catalogue=catalogue)
    files = load_features(locate.features_dir(), catalogue=catalogue, features=tuple(profile.features))
    scenarios = scenarios_of(files)
    assert len({scenario.id for scenario in scenarios}) == len(scenarios)
    assert len({(scenario.path, scenario.name) for scenario in scenarios}) == len(scenarios)
    for file in files:
        text = (locate.suite_root() / file.path).read_text(encoding="utf-8")
        assert len(file.scenarios) == len(pickles(text)), file.path


def test_pytest_bdd_reads_the_same_steps_from_the_suite() -> None:
    for file in load_features(locate.features_dir()):
        theirs = FeatureParser(str(locate.suite_root()), file.path).parse()
        for name, template in theirs.scenarios.items():
            ours = [scenario for scenario in file.scenarios if scenario.outline == name]
            rows = list(template.examples[0].as_contexts()) if template.examples else [{}]
            assert len(ours) >= len(rows), f"{file.path}: {name}"
            for scenario, row in zip(ours, rows, strict=False):
                rendered = template.render(row)
                assert steps_of(scenario) == [(step.type, step.name) for step in rendered.steps], scenario.id
