"""Verdicts as pure functions of what the scenarios became, so that nothing passes by absence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from podnet.report.model import (
    STATES,
    FeatureResult,
    FeatureVerdict,
    Report,
    RequirementResult,
    RequirementVerdict,
    ScenarioResult,
    State,
    Verdict,
)
from podnet.suite.catalogue import CORE, Level

CONFORMANT, NON_CONFORMANT, USAGE, INCOMPLETE, ERRORED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""The exit codes of ``podnet conformance``."""


def worst(states: Iterable[State]) -> State:
    """What several attempts at one scenario amount to. Raises ValueError for none."""
    return max(states, key=STATES.index)


def failing_state(levels: Collection[Level]) -> State:
    """What a scenario that failed is called: a SHOULD alone is only a warning."""
    return "warned" if levels and all(level == "SHOULD" for level in levels) else "failed"


def requirement_verdict(
    states: Collection[State], *, level: Level, violated: bool = False, excluded: bool = False
) -> RequirementVerdict:
    """The verdict on a requirement from the states of its scenarios.

    ``violated``: a cross-check found a violation of it in any scenario. Any failure outweighs everything; a pass needs
    a scenario that passed, and none that should have run and did not.
    """
    if excluded:
        return "excluded"
    present = frozenset(states)
    if violated or present & {"failed", "warned"}:
        return "warned" if level == "SHOULD" else "failed"
    if "errored" in present:
        return "errored"
    if "not-observable" in present:
        return "not-observable"
    if "passed" in present:
        return "incomplete" if "deselected" in present else "passed"
    return "not-applicable" if present == {"not-applicable"} else "untested"


def with_roots(results: Sequence[RequirementResult]) -> tuple[RequirementResult, ...]:
    """The results, where a failure says nothing about a requirement as long as one fails that it presupposes.

    Only what is scored can be such a root: what nobody claimed to keep excuses nothing.
    """
    failed = {one.id: one for one in results if one.verdict in {"failed", "warned"}}
    roots = {
        id_
        for id_, one in failed.items()
        if one.scored and not any(id_ in failed and failed[id_].scored for id_ in one.presupposes)
    }
    decided = []
    for one in results:
        because = tuple(id_ for id_ in one.presupposes if id_ in roots) if one.id in failed else ()
        decided.append(replace(one, verdict="undecided" if because else one.verdict, because=because))
    return tuple(decided)


def feature_verdict(states: Collection[State], *, claimed: bool, violated: bool = False) -> FeatureVerdict:
    """The verdict on a feature from the states of the scenarios that need it: a claim without evidence is untested."""
    if not claimed:
        return "not-claimed"
    present = frozenset(states)
    if violated or present & {"failed", "warned"}:
        return "unsupported"
    return "supported" if "passed" in present and present <= {"passed", "not-applicable"} else "untested"


def overall_verdict(
    *,
    complete: bool,
    requirements: Collection[RequirementResult],
    features: Collection[FeatureResult],
    states: Collection[State],
    selection: bool = False,
) -> Verdict:
    """The verdict on the implementation: conformant only if everything that counts ran and passed.

    On a ``selection`` no verdict is pronounced, whatever became of it: it stays incomplete.
    """
    if selection:
        return "incomplete"
    if "failed" in states or any(result.scored and result.verdict == "failed" for result in requirements):
        return "non-conformant"
    core = [result.verdict for result in requirements if result.scored and result.feature == CORE]
    everything_ran = complete and not frozenset(states) & {"deselected", "errored"}
    proven = bool(core) and all(verdict in {"passed", "warned"} for verdict in core)
    claims_tested = all(result.verdict != "untested" for result in features)
    return "conformant" if everything_ran and "passed" in states and proven and claims_tested else "incomplete"


def looks_like(contradicted: Collection[str], *, requirements: Collection[RequirementResult], complete: bool) -> bool:
    """Whether an implementation looks like one of a profile that contradicts these requirements.

    Everything contradicted that counts has failed; everything else that counts has passed, or is undecided because of
    the former. Whoever keeps one of the former, or breaks one of the latter, has faults; and of a run that left
    something out, or could not see something, nobody can tell.
    """
    scored = [result for result in requirements if result.scored]
    here = [result for result in scored if result.id in contradicted]
    elsewhere = [result for result in scored if result.id not in contradicted]
    failed = bool(here) and all(result.verdict in {"failed", "undecided"} for result in here)
    return complete and failed and all(_is_explained(result, by=contradicted) for result in elsewhere)


def _is_explained(result: RequirementResult, *, by: Collection[str]) -> bool:
    if result.verdict == "undecided":
        return set(result.because) <= set(by)
    return result.verdict in {"passed", "warned"}


def exit_code(report: Report, *, selected: Collection[str] | None = None) -> int:
    """What ``podnet conformance`` ends with.

    Under a selection it speaks of the selected scenarios; ``selected`` then names the requirements of which findings
    count (default: those that the selectors name, and for the path of a feature those of the selected scenarios).
    """
    if report.run.interrupted:
        return INTERRUPTED
    if report.run.problem:
        return ERRORED
    if report.run.selection:
        return _exit_code_of_selection(report, selected)
    if report.verdict == "conformant":
        return CONFORMANT
    if report.verdict == "non-conformant":
        return NON_CONFORMANT
    return ERRORED if any(scenario.state == "errored" for scenario in report.scenarios) else INCOMPLETE


def _exit_code_of_selection(report: Report, selected: Collection[str] | None) -> int:
    chosen = [scenario for scenario in report.scenarios if scenario.state != "deselected"]
    states = {scenario.state for scenario in chosen}
    names = _selected_requirements(report, chosen) if selected is None else selected
    if "failed" in states or _violates(report, chosen, names):
        return NON_CONFORMANT
    if "errored" in states:
        return ERRORED
    return INCOMPLETE if "not-observable" in states or not states & {"passed", "warned"} else CONFORMANT


def _selected_requirements(report: Report, chosen: Sequence[ScenarioResult]) -> frozenset[str]:
    named: set[str] = set()
    for selector in report.run.selection:
        found = {one.id for one in report.requirements if selector in {one.id, one.id.partition("-")[0]}}
        named |= found or {requirement for scenario in chosen for requirement in scenario.requirements}
    return frozenset(named)


def _violates(report: Report, scenarios: Sequence[ScenarioResult], names: Collection[str]) -> bool:
    found = {finding.requirement for scenario in scenarios for finding in scenario.findings}
    return any(
        result.id in found and result.id in names and result.scored and result.level != "SHOULD"
        for result in report.requirements
    )
