"""Finds control planes that run, and what is left of those whose supervisor was killed."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.folder import State, all_folders, claim_left, folder_of, is_young, name_of, read_state
from podnet.controlplane.processes import kill_by_environment

_SECONDS = 30.0
COMMANDS = "implementation"
"""The folder, in that of a control plane, of a command that is judged there."""


@dataclass(frozen=True)
class Found:
    """A control plane of this user. ``live``: somebody looks after it; ``state`` is None where it cannot be read."""

    name: str
    folder: Path
    live: bool
    state: State | None

    @property
    def target(self) -> str:
        """The kind of cluster, as on the command line."""
        return "local" if self.state is None else self.state.target

    @property
    def status(self) -> str:
        """That of the state for one that is live, ``left behind`` for the others."""
        if not self.live:
            return "left behind"
        return "starting" if self.state is None else self.state.status


def find_planes(target: str = "") -> Iterator[Found]:
    """All of this user, or those of one kind; those that are left of killed ones too."""
    for folder in all_folders():
        name = name_of(folder)
        state = read_state(folder)
        live = is_live(folder)
        found = Found(name, folder, live, state)
        if folder.exists() and target in {"", found.target}:
            yield found


def is_live(folder: Path) -> bool:
    """Whether somebody looks after the control plane in this folder."""
    claim = claim_left(folder)
    if claim is None:
        return folder.exists()
    claim.release()
    return False


def clear(folder: Path) -> bool:
    """End and remove what is left in a folder that nobody looks after; False if somebody does, or it is gone."""
    if read_state(folder) is None and is_young(folder):
        return False
    claim = claim_left(folder)
    if claim is None:
        return False
    for pid in _processes_of(folder, read_state(folder)):
        _signal(pid, signal.SIGKILL)
    kill_by_environment(folder / COMMANDS)
    claim.remove()
    return True


def prune(target: str = "") -> list[str]:
    """End what is left of killed runs, or of those of one kind, and never what is live; returns the names."""
    return [found.name for found in find_planes(target) if clear(found.folder)]


def down(name: str) -> None:
    """End the control plane of this name. Raises EnvironmentProblem if there is none, or it does not end."""
    folder = folder_of(name)
    if not folder.exists():
        raise EnvironmentProblem(f"there is no control plane {name!r}: `podnet cluster list` shows those that run")
    deadline = time.monotonic() + _SECONDS
    number = signal.SIGTERM
    while folder.exists() and not clear(folder):
        state = read_state(folder)
        if time.monotonic() > deadline:
            if number == signal.SIGKILL:
                raise EnvironmentProblem(f"the control plane {name!r} does not end: see {folder}")
            number, deadline = signal.SIGKILL, time.monotonic() + _SECONDS
        if state is not None:
            _signal(state.session, number)  # it holds the lock of the folder, so this is still its number
        time.sleep(0.1)


def _processes_of(folder: Path, state: State | None) -> list[int]:
    """What runs in the folder and belongs to its session: a shell that somebody has opened there does not."""
    import psutil

    if state is None:
        return []
    found, where = [], os.path.realpath(folder)
    for process in psutil.process_iter(["cwd"]):
        try:
            if process.info["cwd"] == where and os.getsid(process.pid) == state.session:
                found.append(process.pid)
        except ProcessLookupError:
            continue
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
