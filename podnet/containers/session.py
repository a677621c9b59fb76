"""The folder of one cluster in containers: what is known of it, so that its remains can be found whoever was killed."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import stat
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.controlplane.folder import base_folder, is_young

Kind = Literal["k3d", "k3s"]
KINDS: tuple[Kind, ...] = ("k3d", "k3s")
SESSION_LABEL, NAME_LABEL, OWNER_LABEL = "k3dpodnet.session", "k3dpodnet.name", "k3dpodnet.owner"
"""On each container; k3d shows none whose key begins otherwise. They are enough to find what has no folder any more."""
STAYS = "stays"
"""The owner of a cluster that nobody ends but `podnet cluster down`."""
_STATE = "state.json"
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_SAME_START = 0.05
"""Seconds by which two readings of the start of one process may differ."""


@dataclass(frozen=True)
class State:
    """What is known of a cluster.

    ``session`` is part of the names of its containers, and never used again. ``owner`` is the pid of the process that
    it ends with, and while it starts of the one that starts it; 0 once it stays. ``owner_started`` and ``started`` are
    in seconds since 1970. ``node`` is the container of its server, ``nodes`` the names of its Node objects.
    """

    kind: Kind
    name: str
    session: str
    owner: int
    owner_started: float
    started: float
    image: str
    ready: bool = False
    server: str = ""
    version: str = ""
    node: str = ""
    nodes: tuple[str, ...] = ()

    @property
    def cluster(self) -> str:
        """What k3d calls it; up to 32 characters would do."""
        return f"podnet-{self.session}"


@dataclass(frozen=True)
class Session:
    """A folder with its state."""

    folder: Path
    state: State

    def with_state(self, **changes: object) -> Session:
        """The same with other values in its state, which is written. Raises EnvironmentProblem for a full disk."""
        changed = Session(self.folder, replace(self.state, **changes))  # type: ignore[arg-type]  # names of its fields
        changed.write()
        return changed

    def write(self) -> None:
        """Replace the state. Raises EnvironmentProblem if the disk does not take it."""
        new = self.folder / f"{_STATE}.new"
        try:
            new.write_text(json.dumps(asdict(self.state)), encoding="utf-8")
            new.replace(self.folder / _STATE)
        except OSError as error:
            raise _unwritable(self.folder, error) from None

    def write_private(self, name: str, text: str) -> Path:
        """Write a file that only this user may read. Raises EnvironmentProblem if the disk does not take it."""
        path = self.folder / name
        try:
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        return path

    def remove(self) -> None:
        """Remove the folder with all that it holds."""
        shutil.rmtree(self.folder, ignore_errors=True)


def claim(kind: Kind, *, name: str, image: str) -> Session:
    """A new folder for a cluster that this process starts; without a name it gets one of its own.

    Raises UsageProblem for what can be no name, EnvironmentProblem if it is taken or nothing can be written there.
    """
    session = secrets.token_hex(4)
    name = name or f"run-{session}"
    folder = folder_of(kind, name)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise EnvironmentProblem(
            f"there is a {kind} cluster {name!r} already ({folder}): choose another name, "
            f"or end it with `podnet cluster down --target {kind} {name}`"
        ) from None
    except OSError as error:
        raise EnvironmentProblem(
            f"no folder can be made in {folder.parent} ({error.strerror}): set TMPDIR to one where podnet can write"
        ) from None
    pid = os.getpid()
    made = Session(folder, State(kind, name, session, pid, _start_of(pid), time.time(), image))
    try:
        made.write()
    except BaseException:
        made.remove()
        raise
    return made


def folder_of(kind: Kind, name: str) -> Path:
    """The folder of the cluster of this name. Raises UsageProblem for what can be none."""
    if not _NAME.fullmatch(name):
        raise UsageProblem(f"{name!r} is no name for a cluster: up to 40 small letters, digits and inner hyphens")
    return base_folder() / f"{_prefix(kind)}{name}"


def find_session(kind: Kind, name: str) -> Session | None:
    """The cluster of this name; None if there is none."""
    return _read(folder_of(kind, name))


def sessions(kind: Kind) -> Iterator[tuple[Path, Session | None]]:
    """The folders of all clusters of this kind and user; None for a state that cannot be read, unless it is new."""
    for path in sorted(base_folder().glob(f"{_prefix(kind)}*")):
        try:
            known = path.lstat()
        except FileNotFoundError:  # it has just ended
            continue
        if not stat.S_ISDIR(known.st_mode) or known.st_uid != os.getuid():
            continue
        found = _read(path)
        if found is not None or not is_young(path):
            yield path, found


def owner_lives(state: State) -> bool:
    """Whether the process is there that it ends with, or that starts it."""
    return _lives(state.owner, state.owner_started)


def owner_label(state: State, *, stays: bool) -> str:
    """The value of OWNER_LABEL."""
    return STAYS if stays else f"{socket.gethostname()}/{state.owner}/{state.owner_started:.2f}"


def is_orphaned(label: str) -> bool:
    """Whether this value of OWNER_LABEL names a process of this machine that is gone."""
    host, _, process = label.partition("/")
    pid, _, started = process.partition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    return not _lives(int(pid), float(started))


def _lives(pid: int, started: float) -> bool:
    import psutil

    try:
        return pid != 0 and abs(psutil.Process(pid).create_time() - started) < _SAME_START
    except psutil.NoSuchProcess:
        return False


def _start_of(pid: int) -> float:
    import psutil

    return float(psutil.Process(pid).create_time())


def _prefix(kind: Kind) -> str:
    return f"podnet-{kind}-{os.getuid()}-"


def _read(folder: Path) -> Session | None:
    try:
        known = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        return Session(folder, State(**{**known, "nodes": tuple(known["nodes"])}))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _unwritable(folder: Path, error: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"nothing can be written into {folder} ({error.strerror}): make room there, or set TMPDIR to another folder"
    )
