"""The report for people: what failed and why, requirement by requirement, and the verdict as the last word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from podnet.report.model import (
    STATES,
    DialectResult,
    FeatureResult,
    Report,
    RequirementFinding,
    RequirementResult,
    RequirementVerdict,
    ScenarioResult,
    State,
)
from podnet.report.style import Colour, Paint, paint, visible

LABELS: dict[State, str] = {"failed": "FAIL", "warned": "WARN", "errored": "ERROR", "not-observable": "UNSEEN"}
_BY_COLOUR: dict[Colour, tuple[str, ...]] = {
    "green": ("passed", "supported", "conformant"),
    "red": ("failed", "errored", "unsupported", "non-conformant"),
    "yellow": ("warned", "undecided", "not-observable", "incomplete", "untested"),
}
_COLOURS = {word: colour for colour, words in _BY_COLOUR.items() for word in words}


def render_report(report: Report, *, colour: bool = False) -> str:
    """The whole report: failures, requirements, features and the summary."""
    brush = paint(colour=colour)
    blocks = [
        _header(report, brush),
        *render_problems(report, colour=colour),
        "\n".join(_requirements(report, brush)),
        "\n".join(_features(report.features, brush)),
        "\n".join([*_enumerated(report), *_waited(report), *_left(report)]),
        render_summary(report, colour=colour),
    ]
    return visible("\n\n".join(block for block in blocks if block), colour=colour)


def render_problems(report: Report, *, colour: bool = False) -> tuple[str, ...]:
    """One block for each scenario that did not do what it should, and one for each requirement with findings."""
    brush = paint(colour=colour)
    shown = [render_failure(one, colour=colour) for one in report.scenarios if one.state in LABELS]
    return (*shown, *(_found(one, brush) for one in report.requirements if one.findings))


def render_failure(scenario: ScenarioResult, *, colour: bool = False) -> str:
    """Why a scenario did not pass: the step, what was expected, what was there, the document, how to run it again."""
    brush = paint(colour=colour)
    place = f"{scenario.path}:{scenario.line}"
    label = brush(LABELS.get(scenario.state, scenario.state), _COLOURS.get(scenario.state, "bold"))
    lines = [f"{label}  {place}   {brush(scenario.name, 'bold')}   {' '.join(scenario.requirements)}"]
    failure = scenario.failure
    if failure is None:
        return "\n".join([*lines, *_labelled("reason", [scenario.reason])])
    if failure.step:
        lines.append(f"  {failure.keyword} {failure.step}" if failure.keyword else f"  {failure.step}")
    if not failure.expected and not failure.actual:
        lines += _labelled("message", [failure.message])
    paired = len(failure.source) == len(failure.actual)
    lines += _labelled("expected", failure.expected)
    lines += _labelled("actual", _with_source(failure.actual, failure.source) if paired else failure.actual)
    lines += _labelled("source", () if paired else failure.source)
    lines += _labelled("because", [f'the document: "{quote}"' for quote in failure.because])
    lines += _labelled("details", [failure.details] if failure.details else ())
    lines += _labelled("rerun", [failure.rerun] if failure.rerun else ())
    lines += _labelled("state", [failure.saved] if failure.saved else ())
    return "\n".join(lines)


def render_summary(report: Report, *, colour: bool = False) -> str:
    """The counts and the verdict, with the requirements that decided it."""
    brush = paint(colour=colour)
    counts = ", ".join(f"{report.footer.counts[state]} {state}" for state in STATES if report.footer.counts.get(state))
    lines = [f"{'scenarios':<15} {report.footer.total}" + (f": {counts}" if counts else "")]
    words: list[RequirementVerdict] = ["failed", "warned", "errored", "not-observable", "incomplete"]
    if not report.run.selection:  # what was not selected is no news
        words.append("untested")
    for verdict in words:
        names = [one.id for one in report.requirements if one.scored and one.verdict == verdict]
        if names:
            lines.append(f"{_word(verdict, brush)} {' '.join(names)}")
    undecided = [one for one in report.requirements if one.verdict == "undecided"]
    if undecided:
        roots = ", ".join(dict.fromkeys(id_ for one in undecided for id_ in one.because))
        names = [one.id for one in undecided]
        lines.append(f"{_word('undecided', brush)} {' '.join(names)} (they presuppose {roots})")
    untested = [one.name for one in report.features if one.verdict == "untested"]
    if untested and not report.run.selection:
        lines.append(f"{_word('claimed only', brush)} {' '.join(untested)}")
    lines += [f"{_word('dialect', brush)} {_dialect(report, one)}" for one in report.dialects if one.likely]
    lines.append(f"{'verdict':<15} {brush(report.verdict, _COLOURS[report.verdict])}{_why(report)}")
    return "\n".join(lines)


def _dialect(report: Report, dialect: DialectResult) -> str:
    """What is said of an implementation that fails just where another profile says otherwise."""
    ids = " ".join(one.id for one in report.requirements if one.scored and one.id in dialect.contradicts)
    name = dialect.profile
    return f"a different dialect, it seems: {name} contradicts {ids}, and nothing else fails; try --profile {name}"


def _why(report: Report) -> str:
    faults = f" while faults were injected: {', '.join(report.run.faults)}" if report.run.faults else ""
    if report.run.interrupted:
        return f"{faults} (the run was interrupted)"
    if report.run.problem:
        return f" (nothing was played: {report.run.problem})"
    if report.run.selection:
        return f"{faults} (only a selection ran)"
    return faults if report.run.complete else f"{faults} (the run was not complete)"


def _header(report: Report, brush: Paint) -> str:
    who, where = report.implementation, report.environment
    kubernetes = f" (Kubernetes {where.kubernetes})" if where.kubernetes else ""
    judged = brush(f"{who.name} {who.version}".strip(), "bold")
    lines = [f"{judged} on {where.target}{kubernetes}, profile {report.profile}"]
    selection = f", selected {' '.join(report.run.selection)}" if report.run.selection else ""
    lines.append(f"podnet {report.suite.version}, seed {report.run.seed}{selection}")
    lines += [f"found there: {note}" for note in where.notes]
    return "\n".join(lines)


def _requirements(report: Report, brush: Paint) -> Iterator[str]:
    aside = {"excluded", "not-applicable", "untested"}
    if report.run.selection:
        shown = [one for one in report.requirements if one.verdict not in aside]
    else:
        shown = [one for one in report.requirements if one.scored or one.verdict not in aside]
    rows = [(one.verdict, one.id, one.level, _number(one), _feature(one)) for one in shown]
    yield from _table(rows, brush)
    for verdict, words in (("not-applicable", "feature not claimed"), ("excluded", "not to be tested")):
        names = [one.id for one in report.requirements if one.verdict == verdict and one not in shown]
        if names:
            yield brush(f"{words}: {' '.join(names)}", "dim")


def _features(features: Sequence[FeatureResult], brush: Paint) -> Iterator[str]:
    rows = [(one.verdict, one.name, _scenarios(one.scenarios), one.source) for one in features]
    yield from _table(rows, brush)


def _enumerated(report: Report) -> Iterator[str]:
    """How many orders of work were played of what happens at once, and whether there are more."""
    for scenario in report.scenarios:
        for attempt in scenario.attempts:
            if attempt.schedules:
                first = "first " if attempt.reason else ""
                told = f"{first}{attempt.schedules:,} schedules, {attempt.reason or 'all of them'}"
                yield f"{'enumerated':<15} {told}: {scenario.path}:{scenario.line}"


def _waited(report: Report) -> Iterator[str]:
    """How long was waited on a real clock: what comes near its budget is about to fail on a slower machine."""
    waits = [wait for scenario in report.scenarios for wait in scenario.waits]
    if waits:
        nearest = max(waits, key=lambda wait: wait.took / wait.budget)
        total = sum(wait.took for wait in waits)
        worst = f"nearest to its budget: {nearest.took:.1f} of {nearest.budget:g} s"
        yield f"{'waited':<15} {len(waits)} times, {total:.1f} s in all; {worst}"


def _left(report: Report) -> Iterator[str]:
    """What is still on the cluster, for whoever has to clear it away."""
    if report.run.left:
        yield f"{'left behind':<15} {', '.join(report.run.left)}"


def _word(verdict: str, brush: Paint) -> str:
    return brush(f"{verdict:<15}", _COLOURS.get(verdict, "dim"))


def _found(requirement: RequirementResult, brush: Paint) -> str:
    label = brush("FOUND", "yellow" if requirement.verdict == "warned" else "red")
    lines = [f"{label}  {requirement.id}   seen in scenarios about something else"]
    for finding in requirement.findings:
        lines += _finding(finding)
    return "\n".join(lines)


def _finding(finding: RequirementFinding) -> Iterator[str]:
    yield f"  {finding.check}  pod {finding.pod}: {finding.message}"
    yield f"      in {finding.scenario}"


def _with_source(actual: Sequence[str], source: Sequence[str]) -> list[str]:
    return [f"{what}   source: {where}" if where else what for what, where in zip(actual, source, strict=True)]


def _labelled(label: str, texts: Iterable[str]) -> Iterator[str]:
    """Lines with the label before the first of them, further lines aligned below."""
    for text in texts:
        for line in text.splitlines() or [""]:
            yield f"  {label:<10}{line}".rstrip()
            label = ""


def _number(requirement: RequirementResult) -> str:
    return _scenarios(len(requirement.scenarios))


def _scenarios(count: int) -> str:
    return "1 scenario" if count == 1 else f"{count} scenarios"


def _feature(requirement: RequirementResult) -> str:
    return "" if requirement.feature == "core" else requirement.feature


def _table(rows: Sequence[tuple[str, ...]], brush: Paint) -> Iterator[str]:
    """Columns side by side; the first one is a verdict, in its colour, padded like those of the summary."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)] if rows else []
    for verdict, *cells in rows:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        yield "  ".join([_word(verdict, brush), *padded]).rstrip()
