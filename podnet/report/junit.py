"""The report as JUnit XML, because every CI server reads that: a view, made from the report and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

from podnet.api.problems import UsageProblem
from podnet.report.model import Report, RequirementResult, ScenarioResult, State
from podnet.report.view import render_failure

Kind = Literal["passed", "failure", "error", "skipped"]
"""What JUnit knows."""

CROSS_CHECKS = "cross-checks"
"""The suite of the requirements that no scenario of their own saw violated, but a cross-check did."""

_KINDS: dict[State, Kind] = {"passed": "passed", "warned": "passed", "failed": "failure", "errored": "error"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def kind_of(state: State) -> Kind:
    """What JUnit calls a state: whatever did not run is skipped, and a SHOULD does not fail."""
    return _KINDS.get(state, "skipped")


def render_junit(report: Report) -> bytes:
    """The XML of a report: a suite for each feature file, a case for each scenario."""
    root = ET.Element("testsuites", {"name": "podnet"})
    for path, scenarios in groupby(report.scenarios, key=lambda scenario: scenario.path):
        _suite(root, path, [_scenario(scenario) for scenario in scenarios])
    if violated := _violated(report):
        _suite(root, CROSS_CHECKS, [_requirement(requirement) for requirement in violated])
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f"{text}\n".encode()


def cases(report: Report) -> list[tuple[str, str, Kind]]:
    """Class name, name and kind of every case that the XML of this report has."""
    scenarios = [(_clean(one.path), _clean(one.name), kind_of(one.state)) for one in report.scenarios]
    return [*scenarios, *((CROSS_CHECKS, requirement.id, "failure") for requirement in _violated(report))]


def read_cases(path: Path) -> list[tuple[str, str, Kind]]:
    """Class name, name and kind of every case in a file. Raises UsageProblem for what is not JUnit XML."""
    try:
        root = ET.fromstring(path.read_bytes())  # noqa: S314  # expat has limited the expansion of entities since 2.4.1
    except OSError as error:
        raise UsageProblem(f"there is no JUnit file: {error.strerror}", path=path) from error
    except ET.ParseError as error:
        raise UsageProblem(f"is not XML: {error}", path=path, line=error.position[0]) from error
    return [(case.get("classname", ""), case.get("name", ""), _kind(case)) for case in root.iter("testcase")]


def _kind(case: ET.Element) -> Kind:
    kinds: tuple[Kind, ...] = ("failure", "error", "skipped")
    return next((kind for kind in kinds if case.find(kind) is not None), "passed")


def _suite(root: ET.Element, name: str, content: Sequence[ET.Element]) -> None:
    kinds = [_kind(case) for case in content]
    counts = {
        "tests": len(kinds),
        "failures": kinds.count("failure"),
        "errors": kinds.count("error"),
        "skipped": kinds.count("skipped"),
    }
    time = sum(float(case.get("time", "0")) for case in content)
    numbers = {key: str(count) for key, count in counts.items()}
    suite = ET.SubElement(root, "testsuite", {"name": _clean(name), **numbers, "time": f"{time:.6f}"})
    suite.extend(content)


def _scenario(scenario: ScenarioResult) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "classname": _clean(scenario.path),
            "name": _clean(scenario.name),
            "file": _clean(scenario.path),
            "line": str(scenario.line),
            "time": f"{scenario.took:.6f}",
        },
    )
    properties = ET.SubElement(case, "properties")
    for requirement in scenario.requirements:
        ET.SubElement(properties, "property", {"name": "requirement", "value": requirement})
    kind = kind_of(scenario.state)
    if kind == "skipped":
        ET.SubElement(case, "skipped", {"message": _clean(f"{scenario.state}: {scenario.reason}")})
    elif scenario.failure is not None:
        text = _clean(render_failure(scenario))
        if kind == "passed":
            ET.SubElement(case, "system-out").text = text
        else:
            ET.SubElement(case, kind, {"message": _clean(scenario.failure.message)}).text = text
    return case


def _requirement(requirement: RequirementResult) -> ET.Element:
    case = ET.Element("testcase", {"classname": CROSS_CHECKS, "name": requirement.id, "time": f"{0:.6f}"})
    lines = [f"{one.check} pod {one.pod}: {one.message} (in {one.scenario})" for one in requirement.findings]
    ET.SubElement(case, "failure", {"message": _clean(lines[0])}).text = _clean("\n".join(lines))
    return case


def _violated(report: Report) -> list[RequirementResult]:
    """The requirements that failed because of findings alone: none of their own scenarios did."""
    failed = {scenario.id for scenario in report.scenarios if scenario.state == "failed"}
    return [
        requirement
        for requirement in report.requirements
        if requirement.scored
        and requirement.verdict == "failed"
        and requirement.findings
        and not failed.intersection(requirement.scenarios)
    ]


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
