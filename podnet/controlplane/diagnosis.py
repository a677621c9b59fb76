"""Looks at everything that a control plane needs before one is asked for, and says what to do about what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.binaries import KUBECTL, PROGRAMS, SERVERS, Program, find, variable_of
from podnet.controlplane.folder import ROOM, base_folder
from podnet.controlplane.versions import ask, check

_GO = (1, 26)
"""What the modules of tools/ ask for."""


@dataclass(frozen=True)
class Finding:
    """What was found of one subject. ``needed``: a control plane cannot be had without; ``remedy``: what to do."""

    subject: str
    good: bool
    needed: bool
    finding: str
    remedy: str = ""


def examine() -> list[Finding]:
    """The state of everything, programs first. It raises nothing: whatever is wrong is a finding."""
    programs = {name: _program(name) for name in PROGRAMS}
    found = {name: program for name, (_, program) in programs.items() if program is not None}
    findings = [finding for finding, _ in programs.values()]
    if found.keys() >= set(SERVERS):
        findings.append(_together(found))
    if found.keys() < set(PROGRAMS):
        findings.append(_go())
    return [*findings, _folder()]


def _program(name: str) -> tuple[Finding, Program | None]:
    needed = name != KUBECTL
    try:
        program = find(name)
        if program is None:
            remedy = f"run `./dev control-plane` in a checkout of podnet, or name one with {variable_of(name)}"
            return Finding(name, good=False, needed=needed, finding="not found", remedy=remedy), None
        told = ask([program])[name]
    except EnvironmentProblem as problem:
        return Finding(name, good=False, needed=needed, finding=str(problem)), None
    where = f"{told.version}, {told.path} ({told.source})"
    return Finding(name, good=True, needed=needed, finding=where), told


def _together(programs: dict[str, Program]) -> Finding:
    try:
        check(programs)
    except EnvironmentProblem as problem:
        return Finding("versions", good=False, needed=True, finding=str(problem))
    return Finding("versions", good=True, needed=True, finding="new enough, and they fit each other")


def _go() -> Finding:
    """Go is asked for only where something is to be built."""
    remedy = f"install Go {'.'.join(map(str, _GO))} or later (https://go.dev/doc/install) if podnet is to build them"
    path = shutil.which("go")
    if path is None:
        return Finding("go", good=False, needed=False, finding="not found", remedy=remedy)
    words = [path, "version"]
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False, timeout=10).stdout  # noqa: S603  # it is asked who it is
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("go", good=False, needed=False, finding=f"{path} does not work ({error})", remedy=remedy)
    found = re.search(r"go(\d+)\.(\d+)\S*", said)
    if not found or (int(found[1]), int(found[2])) < _GO:
        told = f"{path} is {found[0] if found else said!r}"
        return Finding("go", good=False, needed=False, finding=told, remedy=remedy)
    return Finding("go", good=True, needed=False, finding=f"{found[0]}, {path}")


def _folder() -> Finding:
    subject = "temporary folder"
    remedy = "set TMPDIR to a folder where podnet can write"
    try:
        folder = base_folder()
        with tempfile.TemporaryDirectory(prefix=".podnet-", dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except EnvironmentProblem as problem:
        return Finding(subject, good=False, needed=True, finding=str(problem))
    except OSError as error:
        return Finding(subject, good=False, needed=True, finding=f"{folder}: {error.strerror}", remedy=remedy)
    if free < ROOM:
        told = f"{folder} has {free // 2**20} MiB left of {ROOM // 2**20} that are needed"
        return Finding(subject, good=False, needed=True, finding=told, remedy="make room there, or set TMPDIR")
    return Finding(subject, good=True, needed=True, finding=f"{folder}, {free // 2**20} MiB left")
