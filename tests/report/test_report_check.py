import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from report_samples import PASSING, make, scenario, write_all

from podnet.api.problems import UsageProblem
from podnet.report.check import check_report, inconsistencies
from podnet.report.model import Attempt, Report

Data = dict[str, Any]


def edit(directory: Path, change: Callable[[Data], object]) -> None:
    """Change report.json by hand, and leave it canonical."""
    path = directory / "report.json"
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False) + "\n")


def test_a_report_that_podnet_wrote_holds_together(on_disk: Path, tmp_path: Path) -> None:
    assert check_report(on_disk) == ()
    (tmp_path / "empty").mkdir()
    assert check_report(write_all(make(()), tmp_path / "empty")) == ()


LIES: dict[str, tuple[Callable[[Data], object], str]] = {
    "a better verdict": (
        lambda data: data.update(verdict="conformant"),
        "the verdict is non-conformant by the scenarios, not conformant",
    ),
    "a better requirement": (
        lambda data: data["requirements"][1].update(verdict="passed"),
        "requirement SEL-2 is failed by its scenarios, not passed",
    ),
    "a scenario left out of its requirement": (
        lambda data: data["requirements"][1]["scenarios"].pop(),
        "requirement SEL-2 does not list its scenarios and findings",
    ),
    "a finding left out of its requirement": (
        lambda data: data["requirements"][4]["findings"].clear(),
        "requirement SG-2 does not list its scenarios and findings",
    ),
    "a scenario that is not there": (
        lambda data: data["requirements"][1]["scenarios"].append("selection/both/three"),
        "requirement SEL-2 names the scenario selection/both/three, which is not there",
    ),
    "a better feature": (
        lambda data: data["features"][2].update(verdict="supported"),
        "feature MatchExpressions is untested by 1 scenarios, not supported",
    ),
    "other counts": (
        lambda data: data["footer"]["counts"].update(passed=7),
        "the counts of the footer are not those of the scenarios",
    ),
    "a scenario twice": (
        lambda data: data["scenarios"].append(data["scenarios"][-1]),
        "scenario selection/expressions/one is there 2 times",
    ),
    "a requirement twice": (
        lambda data: data["requirements"].append(data["requirements"][0]),
        "requirement SEL-1 is there 2 times",
    ),
    "another order": (
        lambda data: data["scenarios"].reverse(),
        "the scenarios are not in the order of their places",
    ),
    "an unknown requirement": (
        lambda data: data["scenarios"][0]["requirements"].append("SEL-99"),
        "scenario capacity/recovery/one names SEL-99, which is not among the requirements",
    ),
    "an unknown feature": (
        lambda data: data["scenarios"][0]["features"].append("Teleport"),
        "scenario capacity/recovery/one names Teleport, which is not among the features",
    ),
    "a MUST that only warns": (
        lambda data: data["scenarios"][2].update(state="warned"),
        "scenario selection/both/one is warned, but its requirements make it failed",
    ),
    "a feature that was not claimed and ran": (
        lambda data: data["scenarios"][4].update(state="passed", reason=""),
        "scenario selection/empty/one is passed, but needs a feature that is not claimed",
    ),
    "complete although interrupted": (
        lambda data: data["run"].update(interrupted=True),
        "the run calls itself complete, but left scenarios out",
    ),
    "another result than the events say": (
        lambda data: data["scenarios"][3].update(took=9.0),
        "does not agree with report.json on selection/both/two",
    ),
    "another implementation than the events say": (
        lambda data: data["implementation"].update(name="somebody"),
        "events.jsonl: says Implementation(name='reference'",
    ),
    "another name than JUnit says": (
        lambda data: data["scenarios"][3].update(name="three"),
        "junit.xml: lacks features/selection/both.feature 'three' as passed",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_report_that_was_changed_by_hand_is_seen_through(on_disk: Path, lie: str) -> None:
    change, message = LIES[lie]
    edit(on_disk, change)
    problems = check_report(on_disk)
    assert any(message in problem for problem in problems), problems
    assert all(str(on_disk) in problem for problem in problems)


def test_another_formatting_is_told(on_disk: Path) -> None:
    path = on_disk / "report.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert check_report(on_disk) == (f"{path}: is not in its canonical form",)


def test_a_run_that_was_cut_off_is_told(on_disk: Path) -> None:
    path = on_disk / "events.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    assert check_report(on_disk) == (f"{path}: the run was cut off: there is no last line",)


def test_a_line_that_is_no_event_is_told(on_disk: Path) -> None:
    path = on_disk / "events.jsonl"
    path.write_text(path.read_text().replace("\n", "\nnoise\n", 1))
    (problem,) = check_report(on_disk)
    assert problem.startswith(f"{path}:2: is not an event")


def test_an_end_that_is_missing_from_the_events_is_told(on_disk: Path) -> None:
    path = on_disk / "events.jsonl"
    lines = [line for line in path.read_text().splitlines() if '"event": "scenario-finished"' not in line]
    path.write_text("\n".join(lines) + "\n")
    assert f"{path}: the end is missing of capacity/recovery/one, " in check_report(on_disk)[0]


def test_events_of_a_scenario_that_the_report_hides_are_told(on_disk: Path) -> None:
    edit(on_disk, lambda data: data["scenarios"].pop(0))
    assert any("has capacity/recovery/one, which is not in report.json" in one for one in check_report(on_disk))


@pytest.mark.parametrize("name", ["events.jsonl", "junit.xml"])
def test_a_missing_file_is_told(on_disk: Path, name: str) -> None:
    (on_disk / name).unlink()
    (problem,) = check_report(on_disk)
    assert problem.startswith(f"{on_disk / name}: there ")


def test_junit_that_says_something_better_is_told(on_disk: Path) -> None:
    path = on_disk / "junit.xml"
    path.write_text(path.read_text().replace("<failure", "<system-out").replace("</failure", "</system-out"))
    assert any("as passed, which report.json does not say" in problem for problem in check_report(on_disk))


def test_junit_that_is_not_xml_is_told(on_disk: Path) -> None:
    (on_disk / "junit.xml").write_text('<testsuites name="podnet">\n<oops')
    (problem,) = check_report(on_disk)
    assert problem.startswith(f"{on_disk / 'junit.xml'}:2: is not XML")


def test_a_directory_without_a_report_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="there is no report"):
        check_report(tmp_path)


def test_a_scenario_is_the_worst_of_its_attempts() -> None:
    attempts = (Attempt(1, "passed", 0.1), Attempt(2, "failed", 0.1))
    flaky = scenario("groups/first/one", "SG-2", attempts=attempts)
    report = make((*PASSING[:-1], flaky))
    assert list(inconsistencies(report)) == [
        "scenario groups/first/one is passed, which is not the worst of its attempts"
    ]


def test_a_selection_that_calls_itself_complete_is_told() -> None:
    report: Report = make((*PASSING[:-1], scenario("groups/first/one", "SG-2", state="deselected")))
    assert list(inconsistencies(report)) == ["the run calls itself complete, but left scenarios out"]
    honest = replace(report, run=replace(report.run, complete=False, selection=("SEL",)))
    assert list(inconsistencies(honest)) == []
