"""The way in which a scenario ended decides whose fault it was; the failure explains itself and can be repeated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from podnet.api.errors import ApiError
from podnet.api.problems import EnvironmentProblem
from podnet.harness.judgement import Judge, combine, with_details
from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable, NotObservable, Stuck
from podnet.harness.plan import Planned
from podnet.harness.vocabulary import BoundScenario, BoundStep, Definition
from podnet.report.model import Finding, ScenarioResult
from podnet.suite.catalogue import Catalogue, Level, Requirement
from podnet.suite.scenarios import ScenarioSpec, StepSpec
from podnet.targets.base import Ended, Restless, Trouble

STEP = StepSpec("then", "And", "it is so", 9)
DEATH = Trouble("1.log", "was killed by SIGSEGV", fatal=True, said="ready\npanic")
TROUBLE = Trouble("own.py:3 in choose", "KeyError('x')")


def requirement(name: str, level: Level) -> Requirement:
    return Requirement(name, level, f"What {name} says.", (1,), f"The words of {name}.", ("ip",), "core", "Area")


def planned(*requirements: str) -> Planned:
    spec = ScenarioSpec(
        id="a/b/c",
        path="features/a/b.feature",
        line=7,
        name="c",
        tags=frozenset(requirements),
        requirements=requirements,
        feature_tags=(),
        steps=(STEP,),
        feature_name="b",
    )
    return Planned(BoundScenario(spec, ()), ())


def judge(problem: BaseException | None, *ids: str, troubles: tuple[Trouble, ...] = (), step: bool = True):
    catalogue = Catalogue((requirement("TST-1", "MUST"), requirement("TST-2", "SHOULD")))
    definition = Definition("then", "it is so", "steps/a.py:1", print, None, frozenset(), frozenset())
    return Judge(catalogue, command=("podnet", "conformance")).judge(
        planned(*(ids or ("TST-1",))),
        problem=problem,
        step=BoundStep(STEP, definition, {}) if step else None,
        seed=5,
        troubles=troubles,
        findings=(Finding("TST-1", "X1", "ns/web", "wrong"),),
    )


@pytest.mark.parametrize(
    ("problem", "state", "said"),
    [
        (Mismatch(expected="this", actual="that", note="a note"), "failed", "a note"),
        (ApiError(403, "no", reason="Forbidden"), "failed", "the API server refused what the step needs"),
        (AssertionError("so be it"), "failed", "so be it"),
        (AssertionError(), "failed", "an assertion of the step failed"),
        (AuthoringError("no such name"), "errored", "the scenario is wrong: no such name"),
        (Stuck("it hangs"), "errored", "it hangs"),
        (Restless("it goes on"), "errored", "it goes on"),
        (KeyError("x"), "errored", "KeyError: 'x'"),
        (SystemExit(0), "errored", "SystemExit: 0"),
    ],
)
def test_the_blame_is_put_on_the_right_side(problem: BaseException, state: str, said: str):
    result = judge(problem)
    assert result.failure is not None
    assert (result.state, result.failure.message) == (state, said)
    assert (result.failure.keyword, result.failure.step, result.failure.line) == ("And", "it is so", 9)
    assert result.failure.because == ("The words of TST-1.",)
    assert result.findings == (), "what a cross-check sees counts only where the steps passed"


@pytest.mark.parametrize(
    ("ids", "state"), [(("TST-1",), "failed"), (("TST-2",), "warned"), (("TST-1", "TST-2"), "failed")]
)
def test_a_should_alone_is_only_a_warning(ids: tuple[str, ...], state: str):
    assert judge(Mismatch(expected="", actual=""), *ids).state == state
    assert judge(KeyError("x"), *ids).state == "errored"


def test_what_went_well_keeps_what_was_seen_on_the_way():
    result = judge(None)
    assert (result.state, result.failure, len(result.findings)) == ("passed", None, 1)


def test_what_went_well_is_no_pass_where_the_implementation_raised():
    result = judge(None, troubles=(TROUBLE, TROUBLE))
    assert result.failure is not None
    assert (result.state, result.findings) == ("errored", ())
    assert result.failure.message == "the implementation raised KeyError('x') at own.py:3 in choose"


def test_a_failure_tells_what_the_implementation_raised_meanwhile():
    result = judge(Mismatch(expected="a", actual="b"), troubles=(TROUBLE,))
    assert result.failure is not None
    assert (result.state, result.failure.expected) == ("failed", ("a",))
    assert result.failure.details == "the implementation raised KeyError('x') at own.py:3 in choose"


@pytest.mark.parametrize(
    ("problem", "state"), [(NotApplicable("no"), "not-applicable"), (NotObservable("no"), "not-observable")]
)
def test_only_a_step_can_say_that_there_is_nothing_to_judge(problem: Exception, state: str):
    assert (judge(problem).state, judge(problem).reason) == (state, "no")
    assert judge(problem, step=False).state == "errored"


def test_the_rerun_repeats_one_scenario_in_its_order_of_events():
    command = ("podnet", "conformance", "--implementation", "my file.py:Own")
    rerun = Judge(Catalogue(()), command=command).rerun(planned("TST-1"), seed=41)
    assert rerun == ("podnet conformance --implementation 'my file.py:Own' --select features/a/b.feature:7 --seed 41")


def result(state: str, **changes: object) -> ScenarioResult:
    return replace(judge(None if state == "passed" else KeyError(state)), state=state, **changes)


def test_of_several_attempts_the_worst_counts_with_the_findings_of_all():
    finding = Finding("TST-2", "X2", "ns/web", "also wrong")
    attempts = [
        (1, result("passed", took=1.0)),
        (2, result("errored", took=2.0)),
        (3, result("failed", took=0.5, findings=(finding,))),
    ]
    combined = combine(attempts)
    assert (combined.state, combined.took) == ("failed", 3.5)
    assert combined.failure == attempts[2][1].failure
    assert [one.requirement for one in combined.findings] == ["TST-1", "TST-2"]


def test_more_to_read_is_added_to_a_failure_and_to_nothing_else():
    failed = judge(KeyError("x"))
    assert failed.failure is not None
    more = with_details(failed, "and more").failure
    assert more is not None
    assert more.details == f"{failed.failure.details}\nand more"
    assert with_details(failed, "") is failed
    assert with_details(judge(None), "and more").failure is None


@pytest.mark.parametrize(
    "problem",
    [
        None,
        Ended("was killed"),
        Mismatch(expected="this", actual="that"),
        ApiError(500, "no webhook"),
        NotApplicable("x"),
    ],
)
def test_an_implementation_that_has_ended_fails_the_scenario_whatever_was_seen_of_it(problem: BaseException | None):
    result = judge(problem, troubles=(DEATH,))
    assert result.failure is not None
    assert result.state == "failed"
    assert result.failure.message == "the implementation was killed by SIGSEGV in the middle of the scenario"
    assert result.failure.details.endswith("the last lines of its log 1.log:\nready\npanic")


def test_the_surroundings_are_not_blamed_on_an_implementation_that_has_ended():
    result = judge(EnvironmentProblem("the cluster has died"), troubles=(DEATH,))
    assert result.failure is not None
    assert (result.state, result.failure.message) == ("errored", "the cluster has died")


def test_an_implementation_that_does_not_come_back_fails_the_scenario_that_restarts_it_and_errs_one_not_begun():
    assert judge(Ended("it is not ready")).state == "failed"
    assert judge(Ended("it is not ready"), step=False).state == "errored"
