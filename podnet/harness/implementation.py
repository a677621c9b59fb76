"""Finding what is to be judged: the reference, a class or factory in somebody's Python file, or what is no Python.

That file runs in children only, here as in the scenarios: it may end its process, or leave something behind that does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from podnet.api.problems import UsageProblem
from podnet.harness.deadline import deadline
from podnet.harness.outcome import Stuck
from podnet.harness.supervisor import Lost, Supervisor
from podnet.reference import Reference
from podnet.suite.implementations import (
    EXEC,
    INSTALLED,
    MINIATURE,
    REFERENCE,
    SEAM,
    FromFile,
    find_command,
    find_file,
    find_mini,
    make,
)
from podnet.targets.base import Command, Installed, Judged

MINIATURE_KIND = "miniature"
LOADING_SECONDS = 30.0


@dataclass(frozen=True)
class Candidate:
    """What is to be judged. ``declared``: the optional features that it claims itself."""

    name: str
    version: str
    kind: str
    source: str
    judged: Judged
    declared: Mapping[str, bool]


def find_implementation(text: str, *, seconds: float = LOADING_SECONDS) -> Candidate:
    """The implementation that ``--implementation`` names.

    ``reference``, ``mini:NAME``, ``FILE.py:NAME``, ``exec:COMMAND`` or ``installed``; the latter two claim no features
    themselves.

    Raises UsageProblem if the file cannot be imported within so many seconds, has no such name, or what is there does
    not fit the seam (``podnet.api.host.Implementation``).
    """
    if text == REFERENCE:
        return Candidate(
            Reference.name, Reference.version, REFERENCE, "", Reference, dict.fromkeys(Reference.features, True)
        )
    if text == INSTALLED:
        return Candidate(INSTALLED, "", INSTALLED, "", Installed(), {})
    if text.startswith(EXEC):
        command = Command(find_command(text))
        return Candidate(text.removeprefix(EXEC), "", EXEC.rstrip(":"), text, command, {})
    if text.startswith(MINIATURE):
        return _miniature(text, seconds=seconds)
    return _candidate(text, find_file(text), kind="python", seconds=seconds)


def _miniature(text: str, *, seconds: float) -> Candidate:
    """A miniature claims what the reference claims: it differs in what its sentence says, and in nothing else."""
    miniature, source = find_mini(text)
    found = _candidate(text, source, kind=MINIATURE_KIND, seconds=seconds)
    return replace(found, name=miniature.name)


def _candidate(text: str, source: FromFile, *, kind: str, seconds: float) -> Candidate:
    facts = _in_a_child(lambda: _facts(source, kind=kind, seconds=seconds), seconds=seconds)
    if isinstance(facts, Lost):
        raise UsageProblem(f"{source.name} cannot be made: {facts.reason}", path=source.path)
    if isinstance(facts, str):
        raise UsageProblem(facts)
    own_name, version, declared = facts
    return Candidate(own_name, version, kind, text, source, declared)


def _in_a_child(look: Callable[[], Any], *, seconds: float) -> Any:
    """What ``look`` returns, or Lost."""
    found: list[Any] = []

    def finished(_: int, value: Any) -> bool:
        found.append(value)
        return True

    supervisor = Supervisor(
        1,
        jobs=1,
        deadline=seconds,
        play=lambda _: look(),
        started=lambda _: None,
        finished=finished,
        blocked=lambda _: False,
    )
    supervisor.run()
    return found[0]


def _facts(source: FromFile, *, kind: str, seconds: float) -> tuple[str, str, dict[str, bool]] | str:
    """In a child: name, version and declared features, or the problem in words."""
    os.dup2(2, 1)  # what it prints while it is loaded is no part of the report
    try:
        with deadline(seconds):
            implementation = make(source)
            declared = dict.fromkeys(_declared(implementation, kind=kind, path=source.path), True)
            return str(implementation.name), str(implementation.version), declared
    except UsageProblem as problem:
        return str(problem)
    except Stuck as stuck:
        return str(UsageProblem(f"making {source.name} hangs: {stuck}", path=source.path))
    except Exception as error:  # an attribute may raise, too
        what = f"{source.name}() does not fit the seam: {type(error).__name__}: {error}; it needs {SEAM}"
        return str(UsageProblem(what, path=source.path))


def _declared(candidate: Any, *, kind: str, path: Path) -> tuple[str, ...]:
    """The features that it claims itself. What somebody's class inherits from the reference is not its own claim."""
    features = getattr(candidate, "features", ())
    if features is Reference.features and kind != MINIATURE_KIND:
        return ()
    try:
        names = () if isinstance(features, str) else tuple(features)
    except TypeError:
        names = (None,)
    if isinstance(features, str) or not all(isinstance(name, str) for name in names):
        raise UsageProblem(f"its features are {features!r}, not a set of names", path=path)
    return names
