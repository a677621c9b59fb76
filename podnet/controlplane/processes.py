"""Starts processes that do not outlive whoever started them, and ends them with all that they started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_KILL = int(signal.SIGKILL)


def spawn(
    arguments: Sequence[str], *, folder: Path, log: Path | int, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, in ``folder``, its output appended to ``log``, or written there.

    On Linux it is killed when the calling process ends, however that ends; call it from the main thread, whose end
    counts. Raises OSError if the program cannot be started.
    """
    with log.open("ab") if isinstance(log, Path) else nullcontext(log) as output:
        return subprocess.Popen(  # noqa: S603  # the user names what is to be started
            list(arguments),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
            preexec_fn=die_with_parent(),  # noqa: PLW1509  # whoever calls this has one thread
        )


def die_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes another program, so that it is killed when we end; None where none can."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # found before the fork: nothing is loaded between it and exec
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, _KILL)
        if os.getppid() != parent:  # it ended before it could be asked for
            os._exit(1)

    return ask


def adopt_orphans() -> None:
    """On Linux, become the parent of what our processes start and leave behind, so that it can be found and ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def runs(pid: int) -> bool:
    """Whether there is a process of this number that has not ended."""
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def kill_by_environment(folder: Path) -> None:
    """Kill the processes to which a variable names a file below this folder: a command, and all that it has started."""
    import psutil

    start = f"{folder}{os.sep}"
    for process in psutil.process_iter(["environ"]):
        if any(value.startswith(start) for value in (process.info["environ"] or {}).values()):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a process and whatever it started; nothing happens where all of it is gone."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
    except PermissionError:  # macOS says so of a group that holds nothing but a zombie
        return


def end(processes: Iterable[subprocess.Popen[bytes]], *, seconds: float) -> None:
    """End processes: SIGTERM, time to go, SIGKILL for what is left, also of what they started themselves."""
    waiting = list(processes)
    for process in waiting:
        signal_group(process, signal.SIGTERM)
        signal_group(process, signal.SIGCONT)  # one that was frozen hears of it only now
    deadline = time.monotonic() + seconds
    for process in waiting:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            continue
    for process in waiting:
        signal_group(process, signal.SIGKILL)
        process.wait()


def ending(code: int) -> str:
    """How a process ended: ``was killed by SIGKILL``, ``ended with exit code 1``."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def could_not_start(path: Path, error: OSError) -> str:
    """One sentence about a file that the system does not start as a program."""
    if isinstance(error, PermissionError):
        return f"{path} cannot be started: it is not an executable file (chmod +x helps if it is a program)"
    if error.strerror == "Exec format error":
        return f"{path} cannot be started: it is no program for this kind of machine"
    return f"{path} cannot be started: {error.strerror or error}"
