"""Reports to look at: made by hand, small, and with every state in them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from podnet.report.assemble import assemble
from podnet.report.events import EventWriter, RunStarted
from podnet.report.files import EVENTS, JUNIT, write_at_once, write_report
from podnet.report.junit import render_junit
from podnet.report.model import Environment, Failure, Finding, Implementation, Report, Run, ScenarioResult
from podnet.suite.catalogue import Catalogue, Level, Requirement
from podnet.suite.profile import Feature, Profile, claims


def requirement(id: str, *, level: Level = "MUST", feature: str = "core", excluded: str = "") -> Requirement:
    return Requirement(
        id=id,
        level=level,
        text=f"What {id} says.",
        lines=(64,),
        quote="the pod uses",
        observe=("annotations",),
        feature=feature,
        area="Area",
        excluded=excluded,
    )


CATALOGUE = Catalogue(
    (
        requirement("SEL-1"),
        requirement("SEL-2"),
        requirement("SEL-6", level="MUST-d", feature="MatchExpressions"),
        requirement("SEL-7", level="UNDEF", feature="EmptySelector"),
        requirement("SG-2"),
        requirement("CAP-4", level="SHOULD", feature="CapacityRecovery"),
        requirement("MUL-1", level="SHOULD", excluded="An obligation of the user."),
    )
)
PROFILE = Profile(
    name="small",
    title="A small profile",
    document="The document",
    last_updated="Feb 28, 2026",
    requirements=("SEL-1", "SEL-2", "SG-2"),
    features={
        "MatchExpressions": Feature("MatchExpressions", "matchExpressions work.", True, ("SEL-6",)),
        "EmptySelector": Feature("EmptySelector", "Empty selectors work.", False, ("SEL-7",)),
        "CapacityRecovery": Feature("CapacityRecovery", "Waiting pods recover.", True, ("CAP-4",)),
    },
)
FAILURE = Failure(
    message="the pod web is on another plane",
    keyword="Then",
    step='the pod "web" uses the default plane',
    line=14,
    expected=("default plane (vsw-default, sg-default)", "no annotation k8s.aliyun.com/pod-networking"),
    actual=('PodNetworking "plane-a": vsw-a1, sg-a', 'annotation "plane-a"'),
    source=("PodENI team-b/web", "Pod team-b/web"),
    because=("If both podSelector and namespaceSelector are set, a pod must match both selectors.",),
    rerun="podnet conformance --select SEL-2 --seed 41",
    saved="state/selection-both-one.yaml",
)
FINDING = Finding("SG-2", "X2", "team-a/web", "security groups other than sg-a: sg-b")


def scenario(id: str, *requirements: str, line: int = 3, **changes: Any) -> ScenarioResult:
    path = f"features/{id.rpartition('/')[0]}.feature"
    features = tuple(sorted({one.feature for one in CATALOGUE if one.id in requirements} - {"core"}))
    result = ScenarioResult(
        id=id,
        name=id.rpartition("/")[2].replace("-", " "),
        path=path,
        line=line,
        requirements=requirements,
        features=features,
        state="passed",
        took=0.25,
    )
    result = replace(result, **changes)
    if result.state in {"failed", "warned", "errored"} and result.failure is None:
        result = replace(result, failure=FAILURE)
    if result.state in {"not-applicable", "deselected", "not-observable"} and not result.reason:
        result = replace(result, reason=f"because it is {result.state}")
    return result


PASSING = (
    scenario("selection/both/one", "SEL-2"),
    scenario("selection/both/two", "SEL-2", "SEL-1", line=9),
    scenario("selection/empty/one", "SEL-7", state="not-applicable"),
    scenario("selection/expressions/one", "SEL-6"),
    scenario("capacity/recovery/one", "CAP-4"),
    scenario("groups/first/one", "SG-2"),
)


def with_state(*changes: tuple[str, dict[str, Any]]) -> tuple[ScenarioResult, ...]:
    """The passing scenarios, some of them changed."""
    wanted = dict(changes)
    return tuple(
        scenario(one.id, *one.requirements, line=one.line, **{"state": one.state, **wanted.get(one.id, {})})
        for one in PASSING
    )


def make(
    scenarios: tuple[ScenarioResult, ...] = PASSING,
    *,
    flags: dict[str, bool] | None = None,
    profile: Profile = PROFILE,
    **run: Any,
) -> Report:
    settings = {"complete": True, "argv": ("podnet", "conformance"), "seed": 41, **run}
    return assemble(
        catalogue=CATALOGUE,
        profile=profile,
        claims=claims(profile, flags=flags),
        scenarios=scenarios,
        version="0.1.0",
        run=Run(**settings),
        implementation=Implementation("reference", "0.1.0", "reference"),
        environment=Environment("fake", "1.36.0", "3.11.7"),
    )


def write_all(report: Report, directory: Path) -> Path:
    started = RunStarted(
        suite=report.suite,
        run=report.run,
        implementation=report.implementation,
        environment=report.environment,
        profile=report.profile,
        scenarios=tuple(one.id for one in report.scenarios),
    )
    with EventWriter(directory / EVENTS, started) as events:
        for one in report.scenarios:
            if one.state not in {"deselected", "not-applicable"}:
                events.scenario_started(one.id)
            events.scenario_finished(one)
        events.run_finished(report)
    write_report(report, directory)
    write_at_once(directory / JUNIT, render_junit(report))
    return directory
