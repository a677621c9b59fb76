"""Finding what is to be judged: the reference, or a class or factory in somebody's Python file."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podnet.api.host import Implementation
from podnet.api.problems import UsageProblem
from podnet.harness.deadline import deadline
from podnet.harness.outcome import Stuck
from podnet.harness.vocabulary import import_file
from podnet.reference import Reference
from podnet.targets.base import ImplementationFactory

REFERENCE = "reference"
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


def find_implementation(text: str) -> Candidate:
    """The implementation that ``--implementation`` names: ``reference`` or ``FILE.py:NAME``.

    Raises UsageProblem if the file cannot be imported, has no such name, or what is there does not fit the seam
    (``podnet.api.host.Implementation``).
    """
    if text == REFERENCE:
        return Candidate(
            Reference.name, Reference.version, REFERENCE, "", Reference, dict.fromkeys(Reference.features, True)
        )
    file, colon, name = text.rpartition(":")
    if not colon or not file.endswith(".py") or not name:
        raise UsageProblem(f"unknown implementation {text!r}: give {REFERENCE!r} or FILE.py:NAME")
    path = Path(file)
    if not path.is_file():
        raise UsageProblem("there is no such file", path=file)
    try:
        # What it prints is not part of the report.
        with deadline(LOADING_SECONDS), contextlib.redirect_stdout(sys.stderr):
            return _load(path, name, text=text)
    except Stuck as stuck:
        raise UsageProblem(f"importing {name} hangs: {stuck}", path=path) from None


def _load(path: Path, name: str, *, text: str) -> Candidate:
    sys.path.append(str(path.resolve().parent))  # it may import its neighbours, but not hide anybody's modules
    module = import_file(path.resolve(), name=f"podnet_implementation_{path.stem}", what="the implementation")
    factory = getattr(module, name, None)
    if not callable(factory):
        known = sorted(key for key, value in vars(module).items() if callable(value) and not key.startswith("_"))
        problem = "is not callable" if hasattr(module, name) else "is not there"
        raise UsageProblem(f"{name} {problem}; callable in this file: {', '.join(known) or 'nothing'}", path=path)
    try:
        implementation = factory()
        problem = _misfit(implementation)
        if problem:
            raise UsageProblem(f"{name}() does not fit the seam: {problem}; it needs {SEAM}", path=path)
        declared = _declared(implementation, path=path)
        return Candidate(implementation.name, implementation.version, "python", text, factory, declared)
    except (KeyboardInterrupt, Stuck, UsageProblem):
        raise
    except BaseException as error:  # whatever it raises, it does not fit
        problem = f"{name}() without arguments raises {type(error).__name__}: {error}"
        raise UsageProblem(problem, path=path) from None


def _misfit(candidate: Any) -> str:
    for attribute in ("name", "version"):
        value = getattr(candidate, attribute, None)
        if not isinstance(value, str) or not value:
            return f"its {attribute} is {value!r}"
    if not callable(getattr(candidate, "install", None)):
        return f"{type(candidate).__name__} has no method install"
    return ""


def _declared(candidate: Implementation, *, path: Path) -> dict[str, bool]:
    """The features that it claims itself. What it merely inherits from the reference is the reference's claim."""
    features = getattr(candidate, "features", ())
    if features is Reference.features:
        return {}
    if isinstance(features, str) or not all(isinstance(feature, str) for feature in _iterable(features, path=path)):
        raise UsageProblem("its features are not a set of names", path=path)
    return dict.fromkeys(features, True)


def _iterable(features: Any, *, path: Path) -> Any:
    try:
        return tuple(features)
    except TypeError:
        raise UsageProblem(f"its features are {features!r}, not a set of names", path=path) from None
