"""Finding what is to be judged: the reference, or a class or factory in somebody's Python file.

That file runs in children only, here as in the scenarios: it may end its process, or leave something behind that does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from podnet.api.host import Implementation
from podnet.api.problems import UsageProblem
from podnet.harness.deadline import deadline
from podnet.harness.outcome import Stuck
from podnet.harness.supervisor import Lost, Supervisor
from podnet.harness.vocabulary import import_file
from podnet.reference import Reference
from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.miniatures import find_miniature, load_miniatures
from podnet.targets.base import ImplementationFactory

REFERENCE = "reference"
MINIATURE, MINIATURE_KIND = "mini:", "miniature"
LOADING_SECONDS = 30.0
SEAM = "name and version (text) and install(host)"


@dataclass(frozen=True)
class Candidate:
    """What is to be judged. ``declared``: the optional features that it claims itself."""

    name: str
    version: str
    kind: str
    source: str
    factory: ImplementationFactory
    declared: Mapping[str, bool]


@dataclass(frozen=True)
class FromFile:
    """A factory that imports its file when it is first called in a process. ``path`` is as the user wrote it."""

    path: Path
    name: str

    def __call__(self) -> Implementation:
        """A new implementation. Raises whatever the file raises, and UsageProblem if it has no such factory."""
        implementation: Implementation = _factory(self.path, self.name)()
        return implementation


def find_implementation(text: str, *, seconds: float = LOADING_SECONDS) -> Candidate:
    """The implementation that ``--implementation`` names: ``reference``, ``mini:NAME`` or ``FILE.py:NAME``.

    Raises UsageProblem if the file cannot be imported within so many seconds, has no such name, or what is there does
    not fit the seam (``podnet.api.host.Implementation``).
    """
    if text == REFERENCE:
        return Candidate(
            Reference.name, Reference.version, REFERENCE, "", Reference, dict.fromkeys(Reference.features, True)
        )
    if text.startswith(MINIATURE):
        return _miniature(text, seconds=seconds)
    file, colon, name = text.rpartition(":")
    if not colon or not file.endswith(".py") or not name:
        raise UsageProblem(f"unknown implementation {text!r}: give {REFERENCE!r}, {MINIATURE}NAME or FILE.py:NAME")
    source = FromFile(Path(file), name)
    if not source.path.is_file():
        raise UsageProblem("there is no such file", path=file)
    return _candidate(text, source, kind="python", seconds=seconds)


def _miniature(text: str, *, seconds: float) -> Candidate:
    """A miniature claims what the reference claims: it differs in what its sentence says, and in nothing else."""
    catalogue = load_catalogue(locate.requirements_dir())
    miniatures = load_miniatures(locate.miniatures_dir(), catalogue=catalogue)
    miniature = find_miniature(text.removeprefix(MINIATURE), miniatures=miniatures)
    found = _candidate(text, FromFile(miniature.path, miniature.class_name), kind=MINIATURE_KIND, seconds=seconds)
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
            implementation = _made(source)
            _refuse_misfit(implementation, source)
            declared = dict.fromkeys(_declared(implementation, kind=kind, path=source.path), True)
            return str(implementation.name), str(implementation.version), declared
    except UsageProblem as problem:
        return str(problem)
    except Stuck as stuck:
        return str(UsageProblem(f"making {source.name} hangs: {stuck}", path=source.path))
    except Exception as error:  # an attribute may raise, too
        what = f"{source.name}() does not fit the seam: {type(error).__name__}: {error}; it needs {SEAM}"
        return str(UsageProblem(what, path=source.path))


@cache
def _factory(path: Path, name: str) -> Callable[[], Any]:
    sys.path.append(str(path.resolve().parent))  # it may import its neighbours, but not hide anybody's modules
    module = import_file(path.resolve(), name=f"podnet_implementation_{path.stem}", what="the implementation")
    factory = getattr(module, name, None)
    if callable(factory):
        found: Callable[[], Any] = factory
        return found
    known = sorted(key for key, value in vars(module).items() if callable(value) and not key.startswith("_"))
    problem = "is not callable" if hasattr(module, name) else "is not there"
    raise UsageProblem(f"{name} {problem}; callable in this file: {', '.join(known) or 'nothing'}", path=path)


def _made(source: FromFile) -> Any:
    factory = _factory(source.path, source.name)
    try:
        return factory()
    except (KeyboardInterrupt, Stuck):
        raise
    except BaseException as error:  # whatever it raises, it does not fit
        problem = f"{source.name}() without arguments raises {type(error).__name__}: {error}"
        raise UsageProblem(problem, path=source.path) from None


def _refuse_misfit(candidate: Any, source: FromFile) -> None:
    problem = ""
    if not callable(getattr(candidate, "install", None)):
        problem = f"{type(candidate).__name__} has no method install"
    for attribute in ("version", "name"):
        value = getattr(candidate, attribute, None)
        if not isinstance(value, str) or not value:
            problem = f"its {attribute} is {value!r}"
    if problem:
        raise UsageProblem(f"{source.name}() does not fit the seam: {problem}; it needs {SEAM}", path=source.path)


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
