"""Finds clusters in containers that run, and what is left of those whose process was killed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from podnet.api.problems import EnvironmentProblem
from podnet.containers.cluster import MAKERS, commands_of
from podnet.containers.commands import Commands
from podnet.containers.docker import Container, Docker
from podnet.containers.removing import end_commands_in, remove
from podnet.containers.session import (
    NAME_LABEL,
    OWNER_LABEL,
    SESSION_LABEL,
    Kind,
    Session,
    State,
    is_orphaned,
    owner_lives,
    sessions,
)


@dataclass(frozen=True)
class Found:
    """A cluster of this user. ``status``: ``starting``, ``ready``, ``stopped`` or ``left behind``.

    ``state`` is None where it cannot be read, and ``folder`` where there is none any more.
    """

    name: str
    status: str
    folder: Path | None
    state: State | None
    problem: str = ""


def find_clusters(kind: Kind) -> Iterator[Found]:
    """All of this user, those that are left of killed runs too; without an engine, what the folders tell."""
    known = list(sessions(kind))
    try:
        containers = _containers(kind)
        problem = ""
    except EnvironmentProblem as trouble:
        containers, problem = [], str(trouble)
    for folder, session in known:
        if session is None:
            yield Found(folder.name, "left behind", folder, None)
        else:
            status = _status(session.state, containers, asked=not problem)
            yield Found(session.state.name, status, folder, session.state, problem)
    for name in dict.fromkeys(one.labels[NAME_LABEL] for one in _orphans(kind, containers)):
        yield Found(name, "left behind", None, None)


def prune(kind: Kind) -> list[str]:
    """End what is left of killed runs, and never what is alive or stays; returns the names.

    Raises EnvironmentProblem if something does not go.
    """
    ended: list[str] = []
    left: list[str] = []
    known = list(sessions(kind))
    containers = _containers(kind) if known or shutil.which("docker") else []
    lost = list(_lost(kind, containers))
    for folder, session in known:
        if session is None:
            end_commands_in(folder)
            shutil.rmtree(folder, ignore_errors=True)
            ended.append(folder.name)
        elif _status(session.state, containers, asked=True) == "left behind":
            _remove(session, ended=ended, left=left)
    for session in lost:
        _remove(session, ended=ended, left=left)
    if left:
        raise EnvironmentProblem(f"not everything could be removed: {'; '.join(left)}")
    return ended


def _remove(session: Session, *, ended: list[str], left: list[str]) -> None:
    trouble = remove(session, maker=MAKERS[session.state.kind], commands=commands_of(session))
    left += trouble
    if not trouble:
        ended.append(session.state.name)


def _status(state: State, containers: list[Container], *, asked: bool) -> str:
    own = [one for one in containers if one.labels.get(SESSION_LABEL) == state.session]
    if not state.ready:
        return "starting" if owner_lives(state) else "left behind"
    if state.owner:
        return "ready" if owner_lives(state) else "left behind"
    if not asked:
        return "ready"
    if not own:
        return "left behind"
    return "ready" if all(one.running for one in own) else "stopped"


def _containers(kind: Kind) -> list[Container]:
    """Ours of this kind; those of k3d carry its labels too."""
    with tempfile.TemporaryDirectory(prefix="podnet-") as folder:
        found = Docker(Commands(Path(folder))).containers(SESSION_LABEL)
    return [one for one in found if ("k3d.cluster" in one.labels) == (kind == "k3d")]


def _orphans(kind: Kind, containers: list[Container]) -> list[Container]:
    """Containers whose folder is gone, or lies where another TMPDIR has put it, and whose process is dead."""
    known = {session.state.session for _, session in sessions(kind) if session is not None}
    return [
        one
        for one in containers
        if one.labels.get(SESSION_LABEL) not in known and is_orphaned(one.labels.get(OWNER_LABEL, ""))
    ]


def _lost(kind: Kind, containers: list[Container]) -> Iterator[Session]:
    """Sessions made up from the labels of orphans, each in a folder that goes with it."""
    for number in dict.fromkeys(one.labels[SESSION_LABEL] for one in _orphans(kind, containers)):
        name = next(one.labels[NAME_LABEL] for one in containers if one.labels.get(SESSION_LABEL) == number)
        folder = Path(tempfile.mkdtemp(prefix="podnet-"))
        yield Session(folder, State(kind, name, number, 0, 0.0, 0.0, ""))
