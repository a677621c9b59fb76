"""What processes have in common that look after others: started in a session of their own, told by signals what to do.

Such a process is a module that is run with one argument, what is wanted as JSON, and that answers on standard output
with one line of JSON. It sees its parent go, whatever became of it, and is not hit by a Ctrl-C that was not meant for
it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import podnet
from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.processes import ending

GLANCE = 0.5
"""Seconds after which it is looked whether the parent is still there."""
_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD)


class Stopped(Exception):  # noqa: N818 - a wish, not an error
    """Somebody wants it to end, or nobody wants it any more."""


class Signals:
    """Signals, heard only when asked for, so that nothing is interrupted in the middle."""

    def __init__(self) -> None:
        self._ear, mouth = socket.socketpair()
        for one in (self._ear, mouth):
            one.setblocking(False)
        self._mouth = mouth
        signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
        for number in _HEARD:
            signal.signal(number, _nothing)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def wait(self, seconds: float, *, also: Sequence[int] = ()) -> set[int]:
        """Those that have come; returns at once if there are any, or else after this time.

        It also returns when there is something to read from one of the descriptors ``also``.
        """
        select.select([self._ear.fileno(), *also], [], [], seconds)
        try:
            return set(self._ear.recv(4096))
        except BlockingIOError:
            return set()


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """The number goes to the wakeup descriptor, that is all."""


def answer(said: Mapping[str, object]) -> None:
    """Say it, and let go of the streams of whoever has asked: they may be waiting for their end."""
    line = json.dumps(said) + "\n"
    try:
        os.write(1, line.encode())
    except OSError:
        return  # nobody is there to hear it
    finally:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)


def launch(module: str, order: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    """Start such a process; ``answer_of`` says what it answers."""
    paths = [str(Path(podnet.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(  # noqa: S603  # it is our own
        [sys.executable, "-P", "-m", module, json.dumps(order)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def answer_of(process: subprocess.Popen[bytes], *, what: str) -> Mapping[str, Any]:
    """Its answer. Raises EnvironmentProblem if that is a problem, or it ended without one. ``what`` is its name."""
    assert process.stdout is not None, "it was launched"
    with process.stdout as answers:
        line = answers.readline()
    if not line:
        raise EnvironmentProblem(f"{what} {ending(process.wait())} before it was ready: try again")
    said: Mapping[str, Any] = json.loads(line)
    if "problem" in said:
        raise EnvironmentProblem(said["problem"])
    return said
