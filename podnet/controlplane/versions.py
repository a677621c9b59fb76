"""Asks programs for their versions, so that what is too old or does not fit is refused before it is started."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.binaries import HOW_TO_GET_THEM, KUBECTL, Program, variable_of
from podnet.controlplane.processes import could_not_start, ending

OLDEST = (1, 31)
"""The first minor version of Kubernetes whose scheduler tells when it is ready (/readyz)."""

_VERSION = re.compile(r"\bv?(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?")
_SECONDS = 10.0
_FOLLOWERS = ("kube-controller-manager", "kube-scheduler")


def ask(programs: Iterable[Program], *, seconds: float = _SECONDS) -> dict[str, Program]:
    """The same with their versions, by name. Raises EnvironmentProblem if one hangs, fails or tells none.

    All are started before the first is waited for.
    """
    started: list[tuple[Program, subprocess.Popen[str]]] = []
    try:
        for program in programs:
            started.append((program, _start(program)))  # noqa: PERF401  # what was started before an error is ended below
        deadline = time.monotonic() + seconds
        return {program.name: _hear(program, process, deadline=deadline) for program, process in started}
    except subprocess.TimeoutExpired as late:
        raise EnvironmentProblem(
            f"{late.cmd[0]} does not tell its version within {seconds:.0f} s: it seems to be another program"
        ) from None
    finally:
        for _, process in started:
            _end(process)


def _start(program: Program) -> subprocess.Popen[str]:
    arguments = ["version", "--client"] if program.name == KUBECTL else ["--version"]
    try:
        return subprocess.Popen(  # noqa: S603  # the user names what is to be asked
            [program.path, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise EnvironmentProblem(could_not_start(program.path, error)) from None


def _hear(program: Program, process: subprocess.Popen[str], *, deadline: float) -> Program:
    said, _ = process.communicate(timeout=max(0.0, deadline - time.monotonic()))
    found = _VERSION.search(said)
    if process.returncode or not found:
        what = ending(process.returncode) if process.returncode else "told none"
        raise EnvironmentProblem(
            f"{program.path} was asked for its version and {what}: it seems not to be a working {program.name}"
        )
    return replace(program, version="v" + found[0].removeprefix("v"))


def _end(process: subprocess.Popen[str]) -> None:
    """End it with all that it started: that would hold the pipe open."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def minor(version: str) -> tuple[int, int]:
    """``(1, 36)`` of ``v1.36.2``."""
    found = _VERSION.search(version)
    assert found, f"{version!r} is no version"
    return int(found[1]), int(found[2])


def with_versions(programs: Iterable[Program]) -> dict[str, Program]:
    """All of them with their versions, by name. Raises EnvironmentProblem as ``ask`` does."""
    known = list(programs)
    return {one.name: one for one in known} | ask(one for one in known if not one.version)


def check(programs: Mapping[str, Program]) -> None:
    """Raise EnvironmentProblem if they are too old, or cannot work together."""
    server = programs["kube-apiserver"]
    if minor(server.version) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise EnvironmentProblem(
            f"{server.path} is {server.version}, and podnet needs Kubernetes {oldest} or later: {HOW_TO_GET_THEM}"
        )
    for name in _FOLLOWERS:
        other = programs[name]
        behind = minor(server.version)[1] - minor(other.version)[1]
        if behind not in (0, 1):
            raise EnvironmentProblem(
                f"{name} {other.version} ({other.path}) cannot work with kube-apiserver {server.version} "
                f"({server.path}): name one of the same version with {variable_of(name)}"
            )
