from pathlib import Path

import pytest

from podnet.api.problems import UsageProblem
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.dialect import DOCUMENT, Dialect, Rules
from podnet.suite.features import load_features, scenarios_of
from podnet.suite.located import CatalogueError
from podnet.suite.profile import Claim, Profile, claims, load_profile

BASE = """\
name: base
title: The base
document: {title: The document, last_updated: today}
requirements: [SEL-1, SG-2, ALC-5]
features:
  EmptySelector: {description: Empty ones., default: off, requirements: [SEL-7]}
  MatchExpressions: {description: Expressions., default: on, requirements: [SEL-6]}
"""
OTHER = """\
name: other
title: Another dialect
document: {title: Its sources, last_updated: today}
departs_from:
  profile: base
  contradicts:
    SG-2: All of them.
    ALC-5: Some of them.
  drops:
    PRE-1: Elsewhere.
rules:
  security_groups: {effective: all, requirement: SEL-1}
  empty_lists: filled
  settled: [Ready, Fail]
requirements: [SEL-1]
features:
  MatchExpressions: {description: Expressions., default: on, requirements: [SEL-6]}
  DualStack: {description: Both., default: off, requirements: [VSW-4]}
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(locate.requirements_dir())


def load(name: str, directory: Path, catalogue: Catalogue, *, base: str = BASE, other: str = OTHER) -> Profile:
    (directory / "base.yaml").write_text(base, encoding="utf-8")
    (directory / "other.yaml").write_text(other, encoding="utf-8")
    return load_profile(name, catalogue=catalogue, directory=directory)


def test_a_profile_without_rules_has_those_of_the_document(tmp_path: Path, catalogue: Catalogue) -> None:
    assert load("base", tmp_path, catalogue).rules == DOCUMENT == Rules("first", "SG-2")
    assert load("other", tmp_path, catalogue).rules == Rules("all", "SEL-1", True, ("Ready", "Fail"))


def test_a_profile_knows_who_contradicts_it_and_where(tmp_path: Path, catalogue: Catalogue) -> None:
    assert load("base", tmp_path, catalogue).dialects == (Dialect("other", ("SG-2", "ALC-5")),)
    assert load("other", tmp_path, catalogue).dialects == ()


def test_what_a_profile_departs_from_is_no_part_of_it(tmp_path: Path, catalogue: Catalogue) -> None:
    base, other = load("base", tmp_path, catalogue), load("other", tmp_path, catalogue)
    for id_, known in (("SG-2", False), ("PRE-1", False), ("SEL-1", True), ("SG-1", True)):
        requirement = catalogue.get(id_)
        assert requirement is not None
        assert base.knows(requirement)
        assert other.knows(requirement) is known
        assert bool(other.departs_from(id_)) is not known


def test_only_the_dialect_itself_knows_its_requirements(catalogue: Catalogue) -> None:
    own = [requirement for requirement in catalogue if requirement.dialect == "terway"]
    assert own
    assert all(map(load_profile("terway", catalogue=catalogue).knows, own))
    assert not any(map(load_profile("ack-serverless", catalogue=catalogue).knows, own))


def test_claims_are_relative_to_a_profile(tmp_path: Path, catalogue: Catalogue) -> None:
    declared = {"EmptySelector": True, "DualStack": True}
    assert claims(load("base", tmp_path, catalogue), declared=declared) == (
        Claim("EmptySelector", True, "declared"),
        Claim("MatchExpressions", True, "default"),
    )
    assert claims(load("other", tmp_path, catalogue), declared=declared) == (
        Claim("DualStack", True, "declared"),
        Claim("MatchExpressions", True, "default"),
    )


def test_a_feature_that_no_profile_has_is_refused_whoever_claims_it(tmp_path: Path, catalogue: Catalogue) -> None:
    profile = load("base", tmp_path, catalogue)
    with pytest.raises(UsageProblem, match="unknown feature Teleport; profile base has EmptySelector, MatchExpress"):
        claims(profile, declared={"Teleport": True})


def test_on_the_command_line_a_feature_of_another_profile_is_a_mistake(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(UsageProblem, match="unknown feature DualStack; profile base has"):
        claims(load("base", tmp_path, catalogue), flags={"DualStack": True})


def test_the_scenarios_of_a_profile_are_about_nothing_but_what_it_knows(catalogue: Catalogue) -> None:
    scenarios = scenarios_of(load_features(locate.features_dir(), catalogue=catalogue))
    ours, theirs = (
        {one.id: one for one in scenarios if profile.includes(one, catalogue=catalogue)}
        for profile in (load_profile(name, catalogue=catalogue) for name in ("ack-serverless", "terway"))
    )
    assert {id_ for id_ in theirs if id_ not in ours} == {id_ for id_ in theirs if id_.startswith("terway/")}
    assert {id_ for one in ours.values() for id_ in one.requirements if id_.startswith("T-")} == set()
    assert {id_ for one in theirs.values() for id_ in one.requirements} & {"SG-2", "SG-4", "ALC-5", "ALC-7"} == set()
    assert ours.keys() | theirs.keys() == {one.id for one in scenarios}


def test_the_dialect_contradicts_core_requirements_and_those_of_features_that_are_on(catalogue: Catalogue) -> None:
    profile = load_profile("ack-serverless", catalogue=catalogue)
    (dialect,) = profile.dialects
    on = {id_ for feature in profile.features.values() if feature.default for id_ in feature.requirements}
    assert dialect.profile == "terway"
    assert set(dialect.contradicts) <= {*profile.requirements, *on}


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("profile: base", "profile: basis"), 5, "there is no profile 'basis'; known are base, other"),
        (("SG-2: All of them.", "SG-99: All of them."), 7, "unknown requirement 'SG-99'"),
        (("SG-2: All of them.", "SG-2: ''"), 7, "a reason must be text"),
        (("PRE-1: Elsewhere.", "SG-2: Elsewhere."), 9, "SG-2 is contradicted, so it need not be dropped"),
        (("effective: all", "effective: last"), 12, "effective 'last' is unknown; known are first, all"),
        (("requirement: SEL-1}", "requirement: SEL-99}"), 12, "unknown requirement 'SEL-99'"),
        (("empty_lists: filled", "empty_lists: kept"), 13, "empty_lists can only be filled"),
        (("settled: [Ready, Fail]", "settled: []"), 14, "settled must be a list with at least one entry"),
        (("[SEL-1]\n", "[SEL-1, SG-2]\n"), 15, "SG-2 cannot be asked for: the profile other departs from it"),
        (("[SEL-1]\n", "[SEL-1, T-RES]\n"), 15, "T-RES cannot be asked for: the profile other is not terway"),
        (("  profile: base\n", "  profile: base\n  colour: red\n"), 6, "departs_from has an unknown field 'colour'"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(
    tmp_path: Path, catalogue: Catalogue, change: tuple[str, str], line: int, message: str
) -> None:
    wrong = OTHER.replace(change[0], change[1], 1)
    assert wrong != OTHER
    with pytest.raises(CatalogueError) as caught:
        load("base", tmp_path, catalogue, other=wrong)
    assert str(caught.value).startswith(f"{tmp_path / 'other.yaml'}:{line}: {message}")
