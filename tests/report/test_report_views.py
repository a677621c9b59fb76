from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from report_samples import FAILURE, FINDING, PASSING, make, scenario, with_state

from podnet.api.problems import UsageProblem
from podnet.report.junit import cases, read_cases, render_junit
from podnet.report.model import Failure, Report
from podnet.report.view import render_failure, render_problems, render_report, render_summary

FAILED = scenario(
    "selection/both_selectors/pod-matches", "SEL-2", line=12, state="failed", name="Pod matches, namespace does not"
)


def test_a_failure_explains_itself() -> None:
    assert (
        render_failure(FAILED)
        == """\
FAIL  features/selection/both_selectors.feature:12   Pod matches, namespace does not   SEL-2
  Then the pod "web" uses the default plane
  expected  default plane (vsw-default, sg-default)
            no annotation k8s.aliyun.com/pod-networking
  actual    PodNetworking "plane-a": vsw-a1, sg-a   source: PodENI team-b/web
            annotation "plane-a"   source: Pod team-b/web
  because   the document: "If both podSelector and namespaceSelector are set, a pod must match both selectors."
  rerun     podnet conformance --select SEL-2 --seed 41
  state     state/selection-both-one.yaml"""
    )


def test_one_source_for_several_differences_stands_on_its_own_line() -> None:
    lines = render_failure(replace(FAILED, failure=replace(FAILURE, source=("PodENI team-b/web",)))).splitlines()
    assert "  source    PodENI team-b/web" in lines
    assert '  actual    PodNetworking "plane-a": vsw-a1, sg-a' in lines


def test_an_error_shows_its_message_and_its_details() -> None:
    broken = scenario("a/b", "SEL-1", state="errored", failure=Failure("the harness broke", details="one\ntwo"))
    assert render_failure(broken).splitlines() == [
        "ERROR  features/a.feature:3   b   SEL-1",
        "  message   the harness broke",
        "  details   one",
        "            two",
    ]


def test_what_cannot_be_seen_says_why() -> None:
    blind = scenario("a/b", "SG-2", state="not-observable", reason="nothing tells the security group")
    assert render_failure(blind).splitlines()[1] == "  reason    nothing tells the security group"


def test_a_report_shows_problems_requirements_features_and_the_verdict_last(mixed: Report) -> None:
    text = render_report(mixed)
    assert text.splitlines()[:2] == [
        "reference 0.1.0 on fake (Kubernetes 1.36.0), profile small",
        "podnet 0.1.0, seed 41",
    ]
    tail = """\
FOUND  SG-2   seen in scenarios about something else
  X2  pod team-a/web: security groups other than sg-a: sg-b
      in selection/both/two

passed           SEL-1  MUST    1 scenario
failed           SEL-2  MUST    2 scenarios
errored          SEL-6  MUST-d  1 scenario   MatchExpressions
failed           SG-2   MUST    1 scenario
warned           CAP-4  SHOULD  1 scenario   CapacityRecovery
feature not claimed: SEL-7
not to be tested: MUL-1

unsupported      CapacityRecovery  1 scenario  default
not-claimed      EmptySelector     1 scenario  default
untested         MatchExpressions  1 scenario  default

scenarios       6: 1 passed, 1 not-applicable, 1 warned, 1 not-observable, 1 errored, 1 failed
failed          SEL-2 SG-2
warned          CAP-4
errored         SEL-6
claimed only    MatchExpressions
verdict         non-conformant"""
    assert text.endswith(tail)
    assert len(render_problems(mixed)) == 5


def test_plain_text_has_no_escape_sequences_and_colour_changes_nothing_else(mixed: Report) -> None:
    plain, coloured = render_report(mixed), render_report(mixed, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[31mFAIL\x1b[0m" in coloured
    for code in (1, 2, 31, 32, 33):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured.replace("\x1b[0m", "") == plain


def test_a_conformant_run_is_said_in_two_lines(conformant: Report) -> None:
    assert render_summary(conformant) == ("scenarios       6: 5 passed, 1 not-applicable\nverdict         conformant")


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ({"complete": False}, "(the run was not complete)"),
        ({"complete": False, "selection": ("SEL-2",)}, "(only a selection ran)"),
        ({"complete": False, "interrupted": True, "selection": ("SEL-2",)}, "(the run was interrupted)"),
    ],
)
def test_an_incomplete_verdict_says_why(run: dict[str, object], why: str) -> None:
    assert render_summary(make(**run)).endswith(f"verdict         incomplete {why}")


def test_of_a_selection_only_what_was_selected_is_shown() -> None:
    scenarios = tuple(
        one if "SEL-2" in one.requirements else replace(one, state="deselected", reason="not selected")
        for one in PASSING
    )
    report = make(scenarios, complete=False, selection=("SEL-2",))
    assert render_summary(report).splitlines() == [
        "scenarios       6: 2 passed, 4 deselected",
        "verdict         incomplete (only a selection ran)",
    ]
    lines = render_report(report).splitlines()
    assert [line.split()[1] for line in lines if line.startswith("passed ")] == ["SEL-1", "SEL-2"]
    assert not any(line.startswith("untested") and "scenario" in line and "MUST" in line for line in lines)


def test_an_empty_report_can_be_shown() -> None:
    text = render_report(make(()))
    assert "scenarios       0" in text
    assert "untested        SEL-1 SEL-2 SEL-6 SG-2 CAP-4" in text
    assert "verdict         incomplete" in text


# JUnit


def test_junit_has_a_case_for_each_scenario_with_its_place(mixed: Report) -> None:
    root = ET.fromstring(render_junit(mixed))
    case = next(one for one in root.iter("testcase") if one.get("name") == "two")
    assert case.attrib == {
        "classname": "features/selection/both.feature",
        "name": "two",
        "file": "features/selection/both.feature",
        "line": "9",
        "time": "0.250000",
    }
    assert [one.get("value") for one in case.iter("property")] == ["SEL-2", "SEL-1"]
    assert len(list(root.iter("testcase"))) == len(mixed.scenarios) + 1


def test_junit_tells_failures_errors_and_what_did_not_run_apart(mixed: Report, tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_bytes(render_junit(mixed))
    found = {name + " of " + path: kind for path, name, kind in read_cases(tmp_path / "junit.xml")}
    assert found == {
        "one of features/capacity/recovery.feature": "passed",
        "one of features/groups/first.feature": "skipped",
        "one of features/selection/both.feature": "failure",
        "two of features/selection/both.feature": "passed",
        "one of features/selection/empty.feature": "skipped",
        "one of features/selection/expressions.feature": "error",
        "SG-2 of cross-checks": "failure",
    }


def test_junit_counts_each_suite(mixed: Report) -> None:
    root = ET.fromstring(render_junit(mixed))
    (both,) = (one for one in root if one.get("name") == "features/selection/both.feature")
    assert (both.get("tests"), both.get("failures"), both.get("skipped"), both.get("time")) == (
        "2",
        "1",
        "0",
        "0.500000",
    )


def test_junit_carries_the_whole_failure(mixed: Report) -> None:
    (failure, *_) = ET.fromstring(render_junit(mixed)).iter("failure")
    assert failure.get("message") == FAILURE.message
    assert 'Then the pod "web" uses the default plane' in (failure.text or "")


def test_a_finding_that_a_failed_scenario_explains_is_not_reported_twice() -> None:
    report = make(
        with_state(("groups/first/one", {"state": "failed"}), ("selection/both/two", {"findings": (FINDING,)}))
    )
    assert [name for path, name, _ in cases(report) if path == "cross-checks"] == []


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31mred", "\ud800", "<&>\"'", "a\ufffeb", "ok\U0001f600"])
def test_junit_is_xml_whatever_an_implementation_says(tmp_path: Path, text: str) -> None:
    failure = Failure(f"said {text}", details=text)
    report = make((*PASSING[:-1], scenario("groups/first/one", "SG-2", state="failed", failure=failure, name=text)))
    (tmp_path / "junit.xml").write_bytes(render_junit(report))
    assert sorted(read_cases(tmp_path / "junit.xml")) == sorted(cases(report))


def test_what_is_not_junit_is_told(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("no xml")
    with pytest.raises(UsageProblem, match=r"junit\.xml:1: is not XML"):
        read_cases(tmp_path / "junit.xml")
