"""The folder of one control plane: it holds all that is written, and its lock says whether anybody looks after it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from podnet.api.problems import EnvironmentProblem, UsageProblem

Status = Literal["starting", "ready", "restarting", "broken"]
_STATE = "state.json"
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
ROOM = 256 * 2**20
"""Bytes; etcd sets two files of 64 MiB aside before it begins."""
_YOUNG = 60.0
"""Seconds in which a folder without a state may be one that is just being made."""


@dataclass(frozen=True)
class State:
    """What is known of a control plane. ``session`` is the pid of its supervisor, whose session all processes are in.

    ``owner`` is the pid of the process that it ends with, 0 if it stays until somebody ends it; ``started`` is in
    seconds since 1970; ``target`` is the kind of cluster, as on the command line; ``problem`` says why it is broken;
    ``processes`` are pids by program.
    """

    name: str
    session: int
    owner: int
    started: float
    target: str = "local"
    status: Status = "starting"
    problem: str = ""
    server: str = ""
    version: str = ""
    kubectl: str = ""
    processes: Mapping[str, int] = field(default_factory=dict)


def base_folder() -> Path:
    """Where the folders of all control planes lie: $TMPDIR, or where Python puts temporary files."""
    if os.environ.get("TMPDIR"):  # Python would take another one without a word if this cannot be used
        return Path(os.environ["TMPDIR"]).absolute()
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise EnvironmentProblem(f"{error.strerror}: set TMPDIR to a folder where podnet can write") from None


def _prefix() -> str:
    return f"podnet-plane-{os.getuid()}-"


def folder_of(name: str) -> Path:
    """The folder of the control plane of this name. Raises UsageProblem for what can be none."""
    if not _NAME.fullmatch(name):
        raise UsageProblem(f"{name!r} is no name for a control plane: up to 40 small letters, digits and inner hyphens")
    return base_folder() / f"{_prefix()}{name}"


def name_of(folder: Path) -> str:
    """The name of the control plane whose folder this is."""
    return folder.name.removeprefix(_prefix())


def all_folders() -> Iterator[Path]:
    """Those of all control planes of this user, also of those that are left of killed ones."""
    for path in sorted(base_folder().glob(f"{_prefix()}*")):
        try:
            known = path.lstat()
        except FileNotFoundError:  # it has just ended
            continue
        if _NAME.fullmatch(name_of(path)) and stat.S_ISDIR(known.st_mode) and known.st_uid == os.getuid():
            yield path


class Claim:
    """A folder that is ours: nobody else gets it until we end, however we end."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    def write(self, state: State) -> None:
        """Replace the state. Raises OSError if the disk does not take it."""
        new = self.path / f"{_STATE}.new"
        new.write_text(json.dumps(asdict(state)), encoding="utf-8")
        new.replace(self.path / _STATE)

    def remove(self) -> None:
        """Remove the folder with all that it holds, and let the name go."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Let somebody else look after it."""
        os.close(self._lock)


def claim_new(name: str, *, room: int = ROOM) -> Claim:
    """Make the folder of a control plane, where there are ``room`` bytes.

    Raises EnvironmentProblem if there is one already, or none can be made there.
    """
    path = folder_of(name)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        raise EnvironmentProblem(
            f"there is a control plane {name!r} already ({path}): choose another name, "
            f"or end it with `podnet cluster down {name}`"
        ) from None
    except OSError as error:
        raise EnvironmentProblem(
            f"no folder can be made in {path.parent} ({error.strerror}): set TMPDIR to one where podnet can write"
        ) from None
    claim = claim_left(path, wait=True)  # somebody may look at it this moment; nobody takes one that is so young
    assert claim is not None, f"{path} has vanished"
    free = shutil.disk_usage(path).free
    if free < room:
        claim.remove()
        raise EnvironmentProblem(
            f"{path.parent} has {free // 2**20} MiB left, and a control plane needs {room // 2**20}: "
            "make room there, or set TMPDIR to a folder that has it"
        )
    return claim


def claim_left(path: Path, *, wait: bool = False) -> Claim | None:
    """Take a folder that nobody looks after any more; None if somebody does (unless told to wait), or it is gone."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        same = os.path.samestat(os.fstat(lock), path.stat())
    except OSError:
        same = False
    if not same:  # somebody holds it, or has removed it meanwhile, and what is there now is another's
        os.close(lock)
        return None
    return Claim(path, lock)


def is_young(path: Path) -> bool:
    """Whether a folder was made so lately that its maker may not have come to write its state."""
    try:
        return time.time() - path.stat().st_mtime < _YOUNG
    except OSError:
        return True


def read_state(path: Path) -> State | None:
    """The state of the control plane in this folder; None where there is none to read."""
    try:
        return State(**json.loads((path / _STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
