"""Whether the files of a report agree with themselves and each other: a report is worth only its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from podnet.api.problems import UsageProblem
from podnet.report.assemble import judged
from podnet.report.event_log import EventLog, read_events
from podnet.report.files import EVENTS, JUNIT, LOGS, REPORT, canonical, read_report
from podnet.report.junit import cases, read_cases
from podnet.report.model import Report
from podnet.report.verdict import failing_state, worst


def check_report(directory: Path) -> tuple[str, ...]:
    """Everything in a report directory that contradicts something else; empty for a report that holds together.

    Raises UsageProblem where there is no readable ``report.json``, unless the run was cut off before it was written.
    """
    if not (directory / REPORT).exists() and (directory / EVENTS).exists():
        log = read_events(directory / EVENTS)
        if log.started is not None and log.truncated:
            return (f"{directory / EVENTS}: the run was cut off: there is no last line, and no {REPORT}",)
    report = read_report(directory)
    problems = [f"{directory / REPORT}: {problem}" for problem in inconsistencies(report)]
    if (directory / REPORT).read_bytes() != canonical(report):
        problems.append(f"{directory / REPORT}: is not in its canonical form")
    problems += _events(report, directory / EVENTS)
    problems += _junit(report, directory / JUNIT)
    problems += _logs(report, directory / LOGS)
    return tuple(problems)


def inconsistencies(report: Report) -> Iterator[str]:
    """What a report says that does not follow from its own scenarios."""
    yield from _duplicates("requirement", (one.id for one in report.requirements))
    yield from _duplicates("feature", (one.name for one in report.features))
    yield from _duplicates("scenario", (one.id for one in report.scenarios))
    places = [(one.path, one.line, one.id) for one in report.scenarios]
    if places != sorted(places):
        yield "the scenarios are not in the order of their places"
    yield from _unknown_names(report)
    yield from _recomputed(report)
    yield from _misplaced_states(report)
    if report.run.complete and (report.run.interrupted or report.run.problem or report.footer.counts.get("deselected")):
        yield "the run calls itself complete, but left scenarios out"


def _unknown_names(report: Report) -> Iterator[str]:
    requirements = {one.id for one in report.requirements}
    features = {one.name for one in report.features}
    scenarios = {one.id for one in report.scenarios}
    for scenario in report.scenarios:
        named = (*scenario.requirements, *(finding.requirement for finding in scenario.findings))
        for name in dict.fromkeys(named):
            if name not in requirements:
                yield f"scenario {scenario.id} names {name}, which is not among the requirements"
        for name in scenario.features:
            if name not in features:
                yield f"scenario {scenario.id} names {name}, which is not among the features"
    for requirement in report.requirements:
        for name in requirement.scenarios:
            if name not in scenarios:
                yield f"requirement {requirement.id} names the scenario {name}, which is not there"


def _recomputed(report: Report) -> Iterator[str]:
    right = judged(report)
    for was, should in zip(report.requirements, right.requirements, strict=True):
        if was.verdict != should.verdict:
            yield f"requirement {was.id} is {should.verdict} by its scenarios, not {was.verdict}"
        if replace(was, verdict=should.verdict) != should:
            yield f"requirement {was.id} does not list its scenarios and findings"
    for claimed, tested in zip(report.features, right.features, strict=True):
        if claimed != tested:
            yield f"feature {claimed.name} is {tested.verdict} by {tested.scenarios} scenarios, not {claimed.verdict}"
    if report.verdict != right.verdict:
        yield f"the verdict is {right.verdict} by the scenarios, not {report.verdict}"
    for stated, found in zip(report.dialects, right.dialects, strict=True):
        if stated != found:
            yield f"the implementation {'looks' if found.likely else 'does not look'} like the dialect {found.profile}"
    if report.footer != right.footer:
        yield "the counts of the footer are not those of the scenarios"


def _misplaced_states(report: Report) -> Iterator[str]:
    levels = {one.id: one.level for one in report.requirements}
    unclaimed = {one.name for one in report.features if not one.claimed}
    for scenario in report.scenarios:
        if unclaimed.intersection(scenario.features) and scenario.state not in {"not-applicable", "deselected"}:
            yield f"scenario {scenario.id} is {scenario.state}, but needs a feature that is not claimed"
        right = failing_state([levels[name] for name in scenario.requirements if name in levels])
        if scenario.state in {"failed", "warned"} and scenario.state != right:
            yield f"scenario {scenario.id} is {scenario.state}, but its requirements make it {right}"
        if scenario.attempts and worst(attempt.state for attempt in scenario.attempts) != scenario.state:
            yield f"scenario {scenario.id} is {scenario.state}, which is not the worst of its attempts"


def _events(report: Report, path: Path) -> Iterator[str]:
    try:
        log = read_events(path)
    except UsageProblem as problem:
        yield str(problem)
        return
    yield from log.problems
    if log.truncated:
        yield f"{path}: the run was cut off: there is no last line"
    else:
        yield from (f"{path}: {problem}" for problem in _disagreements(report, log))


def _disagreements(report: Report, log: EventLog) -> Iterator[str]:
    if log.started is None or log.finished is None:
        return
    if log.missing:
        yield f"the end is missing of {', '.join(log.missing)}"
    told = {one.id: one for one in log.scenarios}
    for scenario in report.scenarios:
        if told.pop(scenario.id, None) != scenario:
            yield f"does not agree with {REPORT} on {scenario.id}"
    yield from (f"has {name}, which is not in {REPORT}" for name in told)
    same = (
        (log.started.suite, report.suite),
        (log.started.implementation, report.implementation),
        (log.started.environment, report.environment),
        (log.started.profile, report.profile),
        (log.finished.verdict, report.verdict),
        (log.finished.complete, report.run.complete),
        (log.finished.total, report.footer.total),
        (log.finished.counts, report.footer.counts),
    )
    yield from (f"says {said}, {REPORT} says {reported}" for said, reported in same if said != reported)


def _junit(report: Report, path: Path) -> Iterator[str]:
    try:
        found = Counter(read_cases(path))
    except UsageProblem as problem:
        yield str(problem)
        return
    expected = Counter(cases(report))
    for (path_of_case, name, kind), _ in sorted((expected - found).items()):
        yield f"{path}: lacks {path_of_case} {name!r} as {kind}"
    for (path_of_case, name, kind), _ in sorted((found - expected).items()):
        yield f"{path}: has {path_of_case} {name!r} as {kind}, which {REPORT} does not say"


def _logs(report: Report, folder: Path) -> Iterator[str]:
    """A command that was judged has a log, empty or not; what was no command has none."""
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    yield from (f"{folder / name}: is no log" for name in found if not name.endswith(".log"))
    played = any(scenario.state not in {"deselected", "not-applicable"} for scenario in report.scenarios)
    command = report.implementation.kind == "exec"
    if command and played and not found:
        yield f"{folder}: lacks the log of the implementation"
    if found and not command:
        yield f"{folder}: has a log, but the implementation was no command"


def _duplicates(what: str, names: Iterable[str]) -> Iterator[str]:
    yield from (f"{what} {name} is there {count} times" for name, count in Counter(names).items() if count > 1)
