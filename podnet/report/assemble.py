"""From the results of scenarios to a report, in one place, so that a report can also be judged again from itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from podnet.report.model import (
    DialectResult,
    Environment,
    FeatureResult,
    Implementation,
    Report,
    RequirementFinding,
    RequirementResult,
    Run,
    ScenarioResult,
    Suite,
    footer_of,
)
from podnet.report.verdict import feature_verdict, looks_like, overall_verdict, requirement_verdict, with_roots
from podnet.suite.catalogue import CORE, Catalogue
from podnet.suite.presuppositions import Presuppositions
from podnet.suite.profile import Claim, Profile


def assemble(
    *,
    catalogue: Catalogue,
    profile: Profile,
    claims: Sequence[Claim],
    scenarios: Iterable[ScenarioResult],
    version: str,
    run: Run,
    implementation: Implementation,
    environment: Environment,
    presuppositions: Presuppositions | None = None,
) -> Report:
    """The report of a run.

    ``scenarios`` has to hold every scenario of the suite, also those that did not run; ``version`` is that of the
    suite. Raises ValueError for a scenario or a finding that names an unknown requirement or feature.
    """
    ordered = tuple(sorted(scenarios, key=lambda scenario: (scenario.path, scenario.line, scenario.id)))
    _check_names(ordered, catalogue=catalogue, profile=profile)
    claimed = {claim.feature for claim in claims if claim.claimed}
    presuppositions = presuppositions or {}
    known = {requirement.id for requirement in catalogue if profile.knows(requirement)}
    return judged(
        Report(
            suite=Suite(version, catalogue.digest),
            run=run,
            implementation=implementation,
            environment=environment,
            profile=profile.name,
            verdict="incomplete",
            features=tuple(
                FeatureResult(claim.feature, claim.claimed, claim.source, "untested", 0)
                for claim in sorted(claims, key=lambda claim: claim.feature)
            ),
            requirements=tuple(
                RequirementResult(
                    id=requirement.id,
                    level=requirement.level,
                    feature=requirement.feature,
                    scored=requirement.id in profile.requirements or requirement.feature in claimed,
                    verdict="excluded" if requirement.excluded else "untested",
                    presupposes=tuple(id_ for id_ in presuppositions.get(requirement.id, ()) if id_ in known),
                )
                for requirement in catalogue
                if requirement.id in known
            ),
            scenarios=ordered,
            footer=footer_of(ordered),
            dialects=tuple(DialectResult(one.profile, one.contradicts, likely=False) for one in profile.dialects),
        )
    )


def judged(report: Report) -> Report:
    """The report with every verdict and count worked out anew from its scenarios."""
    requirements = with_roots([_requirement(result, report.scenarios) for result in report.requirements])
    violated = {result.feature for result in requirements if result.findings}
    features = tuple(_feature(result, report.scenarios, violated=result.name in violated) for result in report.features)
    return replace(
        report,
        requirements=requirements,
        features=features,
        verdict=overall_verdict(
            complete=report.run.complete,
            requirements=requirements,
            features=features,
            states=[scenario.state for scenario in report.scenarios],
            selection=bool(report.run.selection),
        ),
        footer=footer_of(report.scenarios),
        dialects=tuple(
            replace(one, likely=looks_like(one.contradicts, requirements=requirements, complete=report.run.complete))
            for one in report.dialects
        ),
    )


def _requirement(result: RequirementResult, scenarios: Sequence[ScenarioResult]) -> RequirementResult:
    own = [scenario for scenario in scenarios if result.id in scenario.requirements]
    findings = tuple(
        RequirementFinding(scenario.id, finding.check, finding.pod, finding.message)
        for scenario in scenarios
        for finding in scenario.findings
        if finding.requirement == result.id
    )
    return replace(
        result,
        verdict=requirement_verdict(
            [scenario.state for scenario in own],
            level=result.level,
            violated=bool(findings),
            excluded=result.verdict == "excluded",
        ),
        scenarios=tuple(scenario.id for scenario in own),
        findings=findings,
    )


def _feature(result: FeatureResult, scenarios: Sequence[ScenarioResult], *, violated: bool) -> FeatureResult:
    states = [scenario.state for scenario in scenarios if result.name in scenario.features]
    return replace(
        result, verdict=feature_verdict(states, claimed=result.claimed, violated=violated), scenarios=len(states)
    )


def _check_names(scenarios: Sequence[ScenarioResult], *, catalogue: Catalogue, profile: Profile) -> None:
    for scenario in scenarios:
        named = {*scenario.requirements, *(finding.requirement for finding in scenario.findings)}
        unknown = sorted(name for name in named if name not in catalogue)
        unknown += sorted(name for name in scenario.features if name not in profile.features and name != CORE)
        if unknown:
            raise ValueError(f"scenario {scenario.id} names {', '.join(unknown)}, which is in no catalogue or profile")
