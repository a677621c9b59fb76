"""The reference is conformant, whatever decides the order of events, and the same run gives the same report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from processes import Done, conformance, podnet, read_report, states, verdicts

from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.profile import load_profile

Run = tuple[Done, dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reference")


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    done = podnet("conformance", "--report", "report", cwd=folder)
    return done, read_report(folder / "report")


def test_the_reference_is_conformant(run: Run):
    done, report = run
    assert (done.code, done.err) == (0, "")
    assert (report["verdict"], report["run"]["complete"], report["run"]["interrupted"]) == ("conformant", True, False)
    assert done.out.rstrip().endswith("conformant")


def test_every_core_requirement_of_the_profile_has_passed(run: Run):
    profile = load_profile("ack-serverless", catalogue=load_catalogue(locate.requirements_dir()))
    assert set(profile.requirements) - verdicts(run[1], "passed") == set()


def test_every_requirement_of_the_catalogue_is_in_the_report_with_a_verdict(run: Run):
    catalogue = [one for one in load_catalogue(locate.requirements_dir()) if not one.dialect]
    assert [one["id"] for one in run[1]["requirements"]] == [requirement.id for requirement in catalogue]
    assert verdicts(run[1], "failed", "errored", "untested", "incomplete", "not-observable") == set()
    assert verdicts(run[1], "excluded") == {requirement.id for requirement in catalogue if requirement.excluded}


def test_every_scenario_was_played_or_says_why_it_does_not_apply(run: Run):
    counts = run[1]["footer"]["counts"]
    assert counts["passed"] > 100
    assert {state for state, count in counts.items() if count} <= {"passed", "not-applicable"}
    applicable = [one for one in run[1]["scenarios"] if one["state"] == "not-applicable"]
    assert all(one["reason"] for one in applicable)


def test_every_feature_that_it_claims_is_supported(run: Run):
    wrong = [one["name"] for one in run[1]["features"] if one["claimed"] and one["verdict"] != "supported"]
    assert wrong == []


def test_no_pod_of_any_scenario_violates_anything_on_the_way(run: Run):
    assert [one["findings"] for one in run[1]["scenarios"] if one["findings"]] == []


def test_the_files_of_its_report_agree(run: Run, folder: Path):
    assert podnet("report", "check", folder / "report").code == 0


def test_the_same_seed_gives_the_same_report(run: Run, tmp_path: Path):
    podnet("conformance", "--report", "report", cwd=tmp_path)
    assert timeless(read_report(tmp_path / "report")) == timeless(run[1])


@pytest.mark.parametrize("seed", [41, 2**40])
def test_the_reference_is_conformant_under_another_order_of_events(seed: int, run: Run, tmp_path: Path):
    done, report = conformance("--seed", seed, report=tmp_path / "report")
    assert (done.code, report["verdict"]) == (0, "conformant"), done.out
    assert states(report) == states(run[1])


@pytest.mark.parametrize("jobs", [1, 7])
def test_the_number_of_jobs_changes_nothing_but_itself(jobs: int, run: Run, tmp_path: Path):
    done, report = conformance("--jobs", jobs, report=tmp_path / "report")
    assert (done.code, done.err, report["run"]["jobs"]) == (0, "", jobs)
    same = {"argv": [], "jobs": 0}
    told, before = ({**one, "run": {**one["run"], **same}} for one in (timeless(report), timeless(run[1])))
    assert told == before
    assert podnet("report", "check", tmp_path / "report").code == 0


def timeless(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report without what the clock on the wall decides."""
    scenarios = [{**one, "took": 0} for one in report["scenarios"]]
    return {**report, "run": {**report["run"], "started": ""}, "scenarios": scenarios}
