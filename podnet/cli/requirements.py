"""``podnet requirements``: what the document promises, in its own words, and which scenarios test it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import click

from podnet.api.problems import UsageProblem
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, Requirement, load_catalogue
from podnet.suite.trace import Trace, trace

WIDTH = 100


@click.group()
def requirements() -> None:
    """Read the catalogue of requirements."""


@requirements.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List all requirements."""
    catalogue = load_catalogue(locate.requirements_dir())
    if as_json:
        _print_json([_as_json(requirement) for requirement in catalogue])
        return
    rows = [(one.id, one.level, "excluded" if one.excluded else one.feature, one.text) for one in catalogue]
    _print_table(rows)


@requirements.command()
@click.argument("id")
def show(id: str) -> None:
    """Show one requirement: the document's words, what must be visible, and the scenarios that test it."""
    catalogue = load_catalogue(locate.requirements_dir())
    requirement = _find(catalogue, id)
    (entry,) = (entry for entry in _trace(catalogue) if entry.requirement is requirement)
    click.echo(f"{requirement.id}  {requirement.level}  {requirement.area}")
    click.echo(textwrap.fill(requirement.text, WIDTH, initial_indent="  ", subsequent_indent="  "))
    word, lines = "line" if len(requirement.lines) == 1 else "lines", ", ".join(map(str, requirement.lines))
    _labelled("document", f'"{requirement.quote}" ({word} {lines})')
    _labelled("observe", ", ".join(requirement.observe))
    _labelled("feature", requirement.feature)
    _labelled("ambiguity", ", ".join(requirement.ambiguity))
    _labelled("note", requirement.note)
    _labelled("excluded", requirement.excluded)
    if entry.unmapped:
        _labelled("scenarios", "none")
    for scenario in entry.scenarios:
        click.echo(f"  {scenario.path}:{scenario.place}  {scenario.name}")


@requirements.command("trace")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def trace_command(*, as_json: bool) -> None:
    """Say for every requirement which scenarios test it, and name those that nobody tests."""
    entries = _trace(load_catalogue(locate.requirements_dir()))
    if as_json:
        _print_json([_trace_as_json(entry) for entry in entries])
        return
    for entry in entries:
        requirement = entry.requirement
        aside = f"excluded: {requirement.excluded}" if requirement.excluded else "no scenario" if entry.unmapped else ""
        click.echo(f"{requirement.id:<7} {requirement.level:<7} {aside}".rstrip())
        for scenario in entry.scenarios:
            click.echo(f"        {scenario.path}:{scenario.place}  {scenario.name}")
    unmapped = [entry.requirement.id for entry in entries if entry.unmapped]
    tested = sum(1 for entry in entries if entry.scenarios)
    excluded = sum(1 for entry in entries if entry.requirement.excluded)
    click.echo(f"\n{len(entries)} requirements: {tested} tested, {excluded} excluded from testing")
    click.echo(f"without a scenario: {' '.join(unmapped) or 'none'}")


def _find(catalogue: Catalogue, name: str) -> Requirement:
    requirement = catalogue.get(name)
    if requirement is None:
        near = get_close_matches(name.upper(), [one.id for one in catalogue], n=3)
        raise UsageProblem(f"unknown requirement {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    return requirement


def _trace(catalogue: Catalogue) -> tuple[Trace, ...]:
    # The parser of the feature files is slow to import, and listing does not need it.
    from podnet.suite.features import load_features, scenarios_of  # see above

    return trace(catalogue, scenarios_of(load_features(locate.features_dir(), catalogue=catalogue)))


def _as_json(requirement: Requirement) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "level": requirement.level,
        "area": requirement.area,
        "text": requirement.text,
        "source": {"lines": list(requirement.lines), "quote": requirement.quote},
        "observe": list(requirement.observe),
        "feature": requirement.feature,
        "ambiguity": list(requirement.ambiguity),
        "note": requirement.note or None,
        "excluded": requirement.excluded or None,
    }


def _trace_as_json(entry: Trace) -> dict[str, Any]:
    return {
        "id": entry.requirement.id,
        "level": entry.requirement.level,
        "excluded": entry.requirement.excluded or None,
        "unmapped": entry.unmapped,
        "scenarios": [
            {"id": scenario.id, "name": scenario.name, "path": scenario.path, "line": scenario.place}
            for scenario in entry.scenarios
        ],
    }


def _print_json(value: Sequence[dict[str, Any]]) -> None:
    click.echo(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _labelled(label: str, text: str | Iterable[str]) -> None:
    if text:
        click.echo(textwrap.fill(str(text), WIDTH, initial_indent=f"  {label:<11}", subsequent_indent=" " * 13))
