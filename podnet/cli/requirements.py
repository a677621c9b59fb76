"""``podnet requirements``: what the document and the dialects promise, and which scenarios test it."""

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
from podnet.suite.profile import Profile, known_profiles, load_profile
from podnet.suite.trace import Trace, trace

WIDTH = 100
PROFILE = click.option("--profile", metavar="P", help="Only what is part of this profile, with its place there.")


@click.group()
def requirements() -> None:
    """Read the catalogue of requirements."""


@requirements.command("list")
@PROFILE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, profile: str | None, as_json: bool) -> None:
    """List all requirements, or those of a profile; after these, what it departs from, with the reasons."""
    catalogue = load_catalogue(locate.requirements_dir())
    judging = load_profile(profile, catalogue=catalogue) if profile else None
    chosen = _chosen(catalogue, judging)
    if as_json:
        _print_json([_as_json(requirement) for requirement in chosen])
        return
    _print_table([(one.id, one.level, "excluded" if one.excluded else one.feature, one.text) for one in chosen])
    if judging is not None and judging.departure is not None:
        click.echo(f"\nno part of it, as against {judging.departure.base}:")
        _print_table(sorted((f"  {id_}", reason) for id_, reason in judging.departure.reasons.items()))


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
    if requirement.quote:
        _labelled("document", f'"{requirement.quote}" ({word} {lines})')
    if requirement.dialect:
        _labelled("source", load_profile(requirement.dialect, catalogue=catalogue).document)
    _labelled("files", ", ".join(requirement.files))
    _labelled("observe", ", ".join(requirement.observe))
    _labelled("feature", requirement.feature)
    _labelled("profiles", _standings(requirement, catalogue))
    _labelled("ambiguity", ", ".join(requirement.ambiguity))
    _labelled("note", requirement.note)
    _labelled("excluded", requirement.excluded)
    if entry.unmapped:
        _labelled("scenarios", "none")
    for scenario in entry.scenarios:
        click.echo(f"  {scenario.path}:{scenario.place}  {scenario.name}")


@requirements.command("trace")
@PROFILE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def trace_command(*, profile: str | None, as_json: bool) -> None:
    """Say for every requirement, or those of a profile, which scenarios test it, and name those that nobody tests."""
    catalogue = load_catalogue(locate.requirements_dir())
    judging = load_profile(profile, catalogue=catalogue) if profile else None
    chosen = _chosen(catalogue, judging)
    entries = [entry for entry in _trace(catalogue, judging) if entry.requirement in chosen]
    if as_json:
        _print_json([_trace_as_json(entry) for entry in entries])
        return
    width = max(7, *(len(entry.requirement.id) for entry in entries))
    for entry in entries:
        requirement = entry.requirement
        aside = f"excluded: {requirement.excluded}" if requirement.excluded else "no scenario" if entry.unmapped else ""
        click.echo(f"{requirement.id:<{width}} {requirement.level:<7} {aside}".rstrip())
        for scenario in entry.scenarios:
            click.echo(f"        {scenario.path}:{scenario.place}  {scenario.name}")
    unmapped = [entry.requirement.id for entry in entries if entry.unmapped]
    tested = sum(1 for entry in entries if entry.scenarios)
    excluded = sum(1 for entry in entries if entry.requirement.excluded)
    click.echo(f"\n{len(entries)} requirements: {tested} tested, {excluded} excluded from testing")
    click.echo(f"without a scenario: {' '.join(unmapped) or 'none'}")


def _chosen(catalogue: Catalogue, profile: Profile | None) -> list[Requirement]:
    return [one for one in catalogue if profile is None or profile.knows(one)]


def _standings(requirement: Requirement, catalogue: Catalogue) -> str:
    """What each profile makes of a requirement."""
    told = []
    for name in known_profiles():
        profile = load_profile(name, catalogue=catalogue)
        why = profile.departs_from(requirement.id)
        if profile.knows(requirement):
            told.append(name)
        elif why:
            told.append(f"not {name}: {why}")
    return "; ".join(told)


def _find(catalogue: Catalogue, name: str) -> Requirement:
    requirement = catalogue.get(name)
    if requirement is None:
        near = get_close_matches(name.upper(), [one.id for one in catalogue], n=3)
        raise UsageProblem(f"unknown requirement {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    return requirement


def _trace(catalogue: Catalogue, profile: Profile | None = None) -> tuple[Trace, ...]:
    # The parser of the feature files is slow to import, and listing does not need it.
    from podnet.suite.features import load_features, scenarios_of  # see above

    scenarios = scenarios_of(load_features(locate.features_dir(), catalogue=catalogue))
    return trace(catalogue, [one for one in scenarios if profile is None or profile.includes(one, catalogue=catalogue)])


def _as_json(requirement: Requirement) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "level": requirement.level,
        "area": requirement.area,
        "text": requirement.text,
        "source": {"files": list(requirement.files)}
        if requirement.files
        else {"lines": list(requirement.lines), "quote": requirement.quote},
        "observe": list(requirement.observe),
        "feature": requirement.feature,
        "ambiguity": list(requirement.ambiguity),
        "note": requirement.note or None,
        "excluded": requirement.excluded or None,
        "dialect": requirement.dialect or None,
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
