from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import FINDING, PASSING, make, scenario, with_state

from podnet.report.model import STATES, Report, ScenarioResult, State
from podnet.report.verdict import exit_code

STATE = st.sampled_from(STATES)


@given(states=st.lists(STATE, min_size=len(PASSING), max_size=len(PASSING)))
def test_exit_code_zero_means_conformant_and_nothing_else(states: list[State]) -> None:
    report = make(
        tuple(
            scenario(one.id, *one.requirements, line=one.line, state=state)
            for one, state in zip(PASSING, states, strict=True)
        )
    )
    assert (exit_code(report) == 0) == (report.verdict == "conformant")
    assert (exit_code(report) == 1) == (report.verdict == "non-conformant")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"state": "errored"}, 4), ({"state": "not-observable"}, 3), ({"state": "failed"}, 1)],
)
def test_the_exit_code_tells_trouble_of_the_harness_from_what_could_not_be_seen(
    change: dict[str, Any], code: int
) -> None:
    assert exit_code(make(with_state(("groups/first/one", change)))) == code


def test_a_failure_outweighs_an_error() -> None:
    report = make(with_state(("groups/first/one", {"state": "errored"}), ("selection/both/one", {"state": "failed"})))
    assert exit_code(report) == 1


def test_an_interrupted_run_ends_with_130_whatever_it_found() -> None:
    failed = with_state(("selection/both/one", {"state": "failed"}))
    assert exit_code(make(failed, complete=False, interrupted=True)) == 130


def selected(*changes: tuple[str, dict[str, Any]], of: str = "SEL-2") -> Report:
    chosen = with_state(*changes)
    results: list[ScenarioResult] = []
    for one in chosen:
        if of in one.requirements:
            results.append(one)
        else:
            results.append(scenario(one.id, *one.requirements, line=one.line, state="deselected"))
    return make(tuple(results), complete=False, selection=(of,))


def test_under_a_selection_the_exit_code_speaks_of_it_and_the_verdict_stays_incomplete() -> None:
    report = selected()
    assert (report.verdict, exit_code(report)) == ("incomplete", 0)
    verdicts = {one.id: one.verdict for one in report.requirements}
    assert verdicts == {
        "SEL-1": "passed", "SEL-2": "passed", "SEL-6": "untested", "SEL-7": "untested", "SG-2": "untested",
        "CAP-4": "untested", "MUL-1": "excluded",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "code"),
    [("failed", 1), ("errored", 4), ("not-observable", 3), ("not-applicable", 0)],
)
def test_under_a_selection_one_scenario_that_did_not_pass_shows(state: str, code: int) -> None:
    report = selected(("selection/both/one", {"state": state}))
    assert (exit_code(report), report.verdict) == (code, "incomplete")


def test_a_selection_of_which_nothing_applies_is_incomplete() -> None:
    assert exit_code(selected(of="SEL-7")) == 3


def test_a_selection_of_a_should_that_is_not_met_passes() -> None:
    assert exit_code(selected(("capacity/recovery/one", {"state": "warned"}), of="CAP-4")) == 0


def test_under_a_selection_findings_count_only_for_what_was_selected() -> None:
    report = selected(("selection/both/two", {"findings": (FINDING,)}))
    assert {one.id: one.verdict for one in report.requirements}["SG-2"] == "failed"
    assert exit_code(report) == 0
    assert exit_code(report, selected={"SEL-2", "SG-2"}) == 1
    assert exit_code(report, selected={"SEL-2"}) == 0


@pytest.mark.parametrize(
    ("selector", "code"),
    [("SEL-2", 0), ("SEL-1", 1), ("SEL", 1), ("features/selection/both.feature:9", 1)],
)
def test_a_selector_names_requirements_and_a_path_those_of_its_scenarios(selector: str, code: int) -> None:
    finding = replace(FINDING, requirement="SEL-1")
    report = selected(("selection/both/two", {"findings": (finding,)}))
    report = replace(report, run=replace(report.run, selection=(selector,)))
    assert exit_code(report) == code


@pytest.mark.parametrize("name", ["SEL-7", "CAP-4"])
def test_a_finding_about_what_is_not_scored_or_only_a_should_is_no_failure(name: str) -> None:
    finding = replace(FINDING, requirement=name)
    report = selected(("selection/both/two", {"findings": (finding,)}))
    assert exit_code(report, selected={"SEL-2", name}) == 0


def test_a_finding_about_a_selected_requirement_counts() -> None:
    report = selected(("groups/first/one", {"findings": (FINDING,)}), of="SG-2")
    assert exit_code(report) == 1
