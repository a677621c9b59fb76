"""The second dialect: conformant by its own profile, and by that of the document wrong just where they disagree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from processes import Done, conformance, podnet, states, verdicts
from samples import named

from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.profile import Profile, load_profile

Run = tuple[Done, dict[str, Any]]
TERWAY = "mini:terway-like"


def profile(name: str) -> Profile:
    return load_profile(name, catalogue=load_catalogue(locate.requirements_dir()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dialects")


@pytest.fixture(scope="module")
def at_home(folder: Path) -> Run:
    return conformance("--implementation", TERWAY, "--profile", "terway", report=folder / "terway")


@pytest.fixture(scope="module")
def abroad(folder: Path) -> Run:
    return conformance("--implementation", TERWAY, report=folder / "ack-serverless")


def test_the_dialect_is_conformant_by_its_own_profile(at_home: Run, folder: Path):
    done, report = at_home
    assert (done.code, done.err, report["verdict"], report["profile"]) == (0, "", "conformant", "terway"), done.out
    assert verdicts(report, "failed", "undecided", "errored", "untested", "not-observable", "incomplete") == set()
    assert set(profile("terway").requirements) - verdicts(report, "passed") == set()
    assert [one["findings"] for one in report["scenarios"] if one["findings"]] == []
    assert report["dialects"] == []
    assert podnet("report", "check", folder / "terway").code == 0


def test_a_run_is_about_nothing_but_its_profile(at_home: Run, abroad: Run):
    for _, report in (at_home, abroad):
        judging = profile(report["profile"])
        known = [one.id for one in load_catalogue(locate.requirements_dir()) if judging.knows(one)]
        assert [one["id"] for one in report["requirements"]] == known
        assert {id_ for one in report["scenarios"] for id_ in one["requirements"]} <= set(known)
    played = [{one["id"] for one in report["scenarios"]} for _, report in (at_home, abroad)]
    assert {id_ for id_ in played[0] if id_ not in played[1]} == {id_ for id_ in played[0] if id_[:7] == "terway/"}
    assert len(played[0] & played[1]) > 200


def test_by_the_profile_of_the_document_it_fails_exactly_what_it_contradicts(abroad: Run, folder: Path):
    done, report = abroad
    (dialect,) = profile("ack-serverless").dialects
    assert (done.code, report["verdict"]) == (1, "non-conformant"), done.out
    assert verdicts(report, "failed") <= set(dialect.contradicts) <= verdicts(report, "failed", "undecided")
    undecided = [one for one in report["requirements"] if one["verdict"] == "undecided"]
    assert {id_ for one in undecided for id_ in one["because"]} <= set(dialect.contradicts)
    assert verdicts(report, "errored", "not-observable", "untested") == set()
    assert podnet("report", "check", folder / "ack-serverless").code == 0


def test_the_report_says_that_it_sees_a_different_dialect_and_how_to_judge_it(abroad: Run, folder: Path):
    done, report = abroad
    (told,) = report["dialects"]
    assert (told["profile"], told["likely"]) == ("terway", True)
    line = "a different dialect, it seems: terway contradicts SG-2 NOD-1 NOD-2 ALC-5 ALC-7, and nothing else fails"
    for text in (done.out, podnet("report", "show", folder / "ack-serverless").out):
        *_, second_last, last = text.splitlines()
        assert line in second_last
        assert "--profile terway" in second_last
        assert last.split() == ["verdict", "non-conformant"]


def test_the_reference_speaks_the_dialect_of_the_document_alone(tmp_path: Path):
    done, report = conformance("--profile", "terway", "--select", "features/terway", report=tmp_path / "report")
    assert (done.code, done.err) == (1, "")
    own = {one.id for one in load_catalogue(locate.requirements_dir()) if one.dialect and not one.excluded}
    assert own - verdicts(report, "failed", "undecided") == {"T-STATUS"}


def test_a_wrong_one_is_rejected_by_the_profile_of_the_dialect_for_what_it_breaks_alone(tmp_path: Path):
    sample = named("FiveOfTheSecurityGroups")
    options = ["--implementation", sample.argument, "--profile", "terway"]
    done, report = conformance(*options, report=tmp_path / "report")
    assert (done.code, report["verdict"]) == (1, "non-conformant"), done.err
    assert verdicts(report, "failed", "undecided", "errored") == {sample.broken}


@pytest.mark.parametrize("cloud", ["both_families.yaml", "two_zones.yaml"])
def test_the_dialect_never_fails_on_another_cloud(cloud: str, tmp_path: Path):
    inventory = Path(__file__).parent / "inventories" / cloud
    options = ["--implementation", TERWAY, "--profile", "terway", "--inventory", inventory, "--select", "T"]
    done, report = conformance(*options, report=tmp_path / "report")
    assert (done.code, done.err) == (0, ""), done.out
    assert set(states(report).values()) <= {"passed", "not-applicable", "deselected"}


def test_a_requirement_of_another_profile_cannot_be_selected():
    done = podnet("conformance", "--profile", "terway", "--select", "SG-2")
    why = "All security groups of the list take effect (T-SG-ALL)."
    assert (done.code, done.err) == (2, f"error: SG-2 is no part of the profile terway: {why}\n")
    done = podnet("conformance", "--select", "T-RES")
    why = "only the profile terway has it"
    assert (done.code, done.err) == (2, f"error: T-RES is no part of the profile ack-serverless: {why}\n")
    done = podnet("conformance", "--select", "features/terway")
    assert (done.code, done.err) == (
        2,
        "error: features/terway is about what the profile ack-serverless does not have\n",
    )


def test_a_feature_of_another_profile_is_no_claim_of_an_implementation_and_a_mistake_of_a_user():
    done = podnet("conformance", "--profile", "terway", "--dry-run")
    assert (done.code, done.err) == (0, "")
    done = podnet("conformance", "--profile", "terway", "--feature", "VirtualNodeAutoCreate", "--dry-run")
    assert done.code == 2
    assert done.err.startswith("error: unknown feature VirtualNodeAutoCreate; profile terway has ")
