from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import FINDING, PASSING, make, scenario, with_state

from podnet.report.model import STATES, Report, RequirementResult, RequirementVerdict, State
from podnet.report.verdict import (
    exit_code,
    failing_state,
    feature_verdict,
    overall_verdict,
    requirement_verdict,
    with_roots,
    worst,
)
from podnet.suite.catalogue import Level

STATE = st.sampled_from(STATES)
STATE_LISTS = st.lists(STATE, max_size=6)
LEVELS: tuple[Level, ...] = ("MUST", "MUST-d", "SHOULD", "MAY", "ARB", "PRE", "NS", "UNDEF")
RANK: tuple[RequirementVerdict, ...] = (
    "passed", "incomplete", "not-applicable", "untested", "not-observable", "errored", "warned", "failed",
)  # fmt: skip


@given(states=STATE_LISTS, level=st.sampled_from(LEVELS), violated=st.booleans())
def test_a_failed_scenario_more_never_improves_a_requirement(states: list[State], level: Level, violated: bool) -> None:
    before = requirement_verdict(states, level=level, violated=violated)
    after = requirement_verdict([*states, "failed"], level=level, violated=violated)
    assert RANK.index(after) >= RANK.index(before)
    assert after == ("warned" if level == "SHOULD" else "failed")


@given(states=STATE_LISTS, level=st.sampled_from(LEVELS))
def test_a_requirement_passes_only_with_a_pass_and_nothing_that_should_have_run(
    states: list[State], level: Level
) -> None:
    passes = requirement_verdict(states, level=level) == "passed"
    assert passes == ("passed" in states and set(states) <= {"passed", "not-applicable"})


@given(states=STATE_LISTS, extra=STATE)
def test_no_scenario_more_makes_a_requirement_pass_that_did_not_unless_it_passed(
    states: list[State], extra: State
) -> None:
    if requirement_verdict(states, level="MUST") != "passed" and extra != "passed":
        assert requirement_verdict([*states, extra], level="MUST") != "passed"


@given(states=st.lists(STATE, min_size=1, max_size=6), order=st.randoms(use_true_random=False))
def test_the_order_of_scenarios_means_nothing(states: list[State], order: Any) -> None:
    shuffled = list(states)
    order.shuffle(shuffled)
    assert requirement_verdict(states, level="MUST") == requirement_verdict(shuffled, level="MUST")
    assert worst(states) == worst(shuffled)


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([], "untested"),
        (["deselected"], "untested"),
        (["deselected", "not-applicable"], "untested"),
        (["not-applicable"], "not-applicable"),
        (["passed", "not-applicable"], "passed"),
        (["passed", "deselected"], "incomplete"),
        (["passed", "not-observable"], "not-observable"),
        (["passed", "not-observable", "errored"], "errored"),
        (["passed", "errored", "failed"], "failed"),
    ],
)
def test_the_verdict_on_a_requirement_from_its_scenarios(states: list[State], verdict: str) -> None:
    assert requirement_verdict(states, level="MUST") == verdict


def test_a_violation_seen_elsewhere_fails_a_requirement_whatever_its_own_scenarios_say() -> None:
    assert requirement_verdict(["passed"], level="MUST", violated=True) == "failed"
    assert requirement_verdict([], level="MUST", violated=True) == "failed"
    assert requirement_verdict(["passed"], level="SHOULD", violated=True) == "warned"


def test_what_is_excluded_stays_excluded() -> None:
    assert requirement_verdict([], level="SHOULD", excluded=True) == "excluded"


def test_only_a_should_alone_is_a_warning() -> None:
    assert failing_state(["SHOULD"]) == "warned"
    assert failing_state(["SHOULD", "MUST"]) == "failed"
    assert failing_state([]) == "failed"


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["passed", "failed", "passed"], "failed"),
        (["passed", "errored"], "errored"),
        (["errored", "failed"], "failed"),
        (["passed", "deselected"], "deselected"),
        (["passed", "passed"], "passed"),
    ],
)
def test_attempts_amount_to_the_worst_of_them(states: list[State], state: State) -> None:
    assert worst(states) == state


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([], "untested"),
        (["passed", "passed"], "supported"),
        (["passed", "not-applicable"], "supported"),
        (["passed", "deselected"], "untested"),
        (["passed", "not-observable"], "untested"),
        (["passed", "errored"], "untested"),
        (["passed", "failed"], "unsupported"),
        (["warned"], "unsupported"),
    ],
)
def test_a_claim_without_evidence_is_untested(states: list[State], verdict: str) -> None:
    assert feature_verdict(states, claimed=True) == verdict
    assert feature_verdict(states, claimed=False) == "not-claimed"


def test_a_feature_of_which_a_requirement_is_violated_is_unsupported() -> None:
    assert feature_verdict(["passed"], claimed=True, violated=True) == "unsupported"


def verdict_with(*changes: tuple[str, dict[str, Any]], **run: Any) -> str:
    return make(with_state(*changes), **run).verdict


def test_everything_that_counts_passed_is_conformant(conformant: Report) -> None:
    assert conformant.verdict == "conformant"
    assert exit_code(conformant) == 0


@pytest.mark.parametrize("id", ["selection/both/one", "selection/expressions/one", "groups/first/one"])
def test_one_failed_scenario_is_enough_to_be_non_conformant(id: str) -> None:
    assert verdict_with((id, {"state": "failed"})) == "non-conformant"
    assert verdict_with((id, {"state": "failed"}), complete=False) == "non-conformant"


@pytest.mark.parametrize("state", ["errored", "not-observable", "deselected", "not-applicable"])
@pytest.mark.parametrize("id", ["selection/expressions/one", "groups/first/one"])
def test_what_should_have_run_and_did_not_makes_it_incomplete(id: str, state: str) -> None:
    assert verdict_with((id, {"state": state})) == "incomplete"


def test_a_should_that_is_not_met_does_not_stand_in_the_way() -> None:
    report = make(with_state(("capacity/recovery/one", {"state": "warned"})))
    assert report.verdict == "conformant"
    assert {one.name: one.verdict for one in report.features}["CapacityRecovery"] == "unsupported"


def test_a_finding_in_a_passing_scenario_is_non_conformant() -> None:
    report = make(with_state(("selection/both/two", {"findings": (FINDING,)})))
    assert report.verdict == "non-conformant"
    assert [one.id for one in report.requirements if one.verdict == "failed"] == ["SG-2"]
    assert exit_code(report) == 1


def test_a_feature_that_is_not_claimed_is_not_scored() -> None:
    assert {one.id: one.scored for one in make().requirements} == {
        "SEL-1": True, "SEL-2": True, "SEL-6": True, "SEL-7": False, "SG-2": True, "CAP-4": True, "MUL-1": False,
    }  # fmt: skip
    without = make(
        with_state(("selection/expressions/one", {"state": "not-applicable"})), flags={"MatchExpressions": False}
    )
    assert without.verdict == "conformant"


def test_a_claimed_feature_without_scenarios_is_no_pass() -> None:
    scenarios = tuple(one for one in PASSING if one.features != ("MatchExpressions",))
    assert make(scenarios).verdict == "incomplete"


def test_nothing_executed_is_incomplete() -> None:
    everything = {one.id: {"state": "deselected"} for one in PASSING}
    assert verdict_with(*everything.items()) == "incomplete"
    assert make(()).verdict == "incomplete"
    assert exit_code(make(())) == 3


def test_a_run_that_was_cut_short_is_incomplete_whatever_passed() -> None:
    assert make(complete=False).verdict == "incomplete"


def test_a_should_alone_proves_nothing_and_what_was_left_out_is_not_forgotten() -> None:
    core = [one for one in make().requirements if one.id == "SEL-2"]
    assert overall_verdict(complete=True, requirements=core, features=(), states=["passed"]) == "conformant"
    assert overall_verdict(complete=True, requirements=core, features=(), states=["warned"]) == "incomplete"
    for state in ("deselected", "errored"):
        assert overall_verdict(complete=True, requirements=core, features=(), states=["passed", state]) == "incomplete"


def test_no_profile_without_core_requirements_is_ever_conformant() -> None:
    assert overall_verdict(complete=True, requirements=(), features=(), states=["passed"]) == "incomplete"


@given(states=st.lists(STATE, min_size=len(PASSING), max_size=len(PASSING)), complete=st.booleans(), data=st.data())
def test_a_worse_scenario_never_improves_the_overall_verdict(
    states: list[State], complete: bool, data: st.DataObject
) -> None:
    def judged(chosen: list[State]) -> Report:
        return make(
            tuple(
                scenario(one.id, *one.requirements, line=one.line, state=state)
                for one, state in zip(PASSING, chosen, strict=True)
            ),
            complete=complete,
        )

    worse = list(states)
    worse[data.draw(st.integers(0, len(states) - 1))] = "failed"
    order = ["conformant", "incomplete", "non-conformant"]
    assert order.index(judged(worse).verdict) >= order.index(judged(states).verdict)
    assert judged(worse).verdict == "non-conformant"


def test_a_scenario_that_names_what_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="scenario a/b names SEL-99, which is in no catalogue or profile"):
        make((scenario("a/b", "SEL-99"),))
    with pytest.raises(ValueError, match="names Teleport"):
        make((scenario("a/b", "SEL-1", features=("Teleport",)),))


def result(id: str, verdict: RequirementVerdict, *presupposes: str, scored: bool = True) -> RequirementResult:
    return RequirementResult(id, "MUST", "core", scored=scored, verdict=verdict, presupposes=presupposes)


def test_a_failure_is_undecided_as_long_as_what_it_presupposes_fails() -> None:
    found = with_roots(
        [
            result("A-1", "failed"),
            result("B-1", "failed", "A-1"),
            result("C-1", "failed", "B-1", "A-1"),
            result("D-1", "passed", "A-1"),
            result("E-1", "failed", "D-1"),
        ]
    )
    assert [(one.id, one.verdict, one.because) for one in found] == [
        ("A-1", "failed", ()),
        ("B-1", "undecided", ("A-1",)),
        ("C-1", "undecided", ("A-1",)),
        ("D-1", "passed", ()),
        ("E-1", "failed", ()),
    ]


def test_what_is_not_scored_excuses_nothing() -> None:
    found = with_roots([result("A-1", "failed", scored=False), result("B-1", "failed", "A-1")])
    assert [one.verdict for one in found] == ["failed", "failed"]


@given(
    st.lists(
        st.tuples(st.sampled_from(RANK), st.booleans(), st.lists(st.integers(0, 5), unique=True, max_size=4)),
        max_size=6,
    )
)
def test_whoever_fails_anything_scored_is_found_to_fail_something(
    rows: list[tuple[RequirementVerdict, bool, list[int]]],
) -> None:
    before = [
        result(f"R-{number}", verdict, *(f"R-{one}" for one in presupposes if one < number), scored=scored)
        for number, (verdict, scored, presupposes) in enumerate(rows)
    ]
    after = with_roots(before)
    bad = {"failed", "warned"}
    assert any(one.verdict in bad and one.scored for one in after) == any(
        one.verdict in bad and one.scored for one in before
    )
    for was, now in zip(before, after, strict=True):
        assert now.verdict == was.verdict or (was.verdict in bad and now.verdict == "undecided" and now.because)
