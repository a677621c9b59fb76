"""Starts a process of podnet's own that may outlive its caller, and hears in one line whether it has come up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import podnet
from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.folder import folder_of
from podnet.controlplane.leftovers import clear
from podnet.controlplane.processes import ending


def launch(
    module: str, order: Mapping[str, Any], *, what: str, end_seconds: float
) -> tuple[subprocess.Popen[bytes], Mapping[str, Any]]:
    """Start a module with its order (JSON) in a session of its own; returns it with what it ``answer``s.

    ``order`` has a ``name``, whose folder the process claims, and says whether it is to ``stay`` without its caller.
    Raises EnvironmentProblem, in one sentence, if it does not come up; nothing is left then.
    """
    paths = [str(Path(podnet.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(  # noqa: S603  # it is our own
        [sys.executable, "-P", "-m", module, json.dumps(order)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        with process.stdout as answers:
            line = answers.readline()
        if not line:
            raise EnvironmentProblem(f"{what} {ending(process.wait())} before it was ready: try again")
        heard = json.loads(line)
        if "problem" in heard:
            raise EnvironmentProblem(heard["problem"])
    except BaseException:
        terminate(process, seconds=end_seconds)
        if process.returncode < 0:  # it has been killed, and could not clear away itself
            clear(folder_of(order["name"]))
        raise
    if order["stay"]:
        process.returncode = 0  # nobody waits for it
    return process, heard


def terminate(process: subprocess.Popen[bytes], *, seconds: float) -> None:
    """End it, the hard way after this time, and wait until it has."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answer(content: Mapping[str, object]) -> None:
    """Say it to whoever has launched this process, and let go of their streams: they may be waiting for their end."""
    line = json.dumps(content) + "\n"
    try:
        os.write(1, line.encode())
    except OSError:
        return  # nobody is there to hear it
    finally:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
