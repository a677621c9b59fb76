"""Starts a process of podnet's own that claims a folder and may outlive its caller, and ends it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any

from podnet.controlplane import watchman
from podnet.controlplane.folder import folder_of
from podnet.controlplane.leftovers import clear


def launch(
    module: str, order: Mapping[str, Any], *, what: str, end_seconds: float
) -> tuple[subprocess.Popen[bytes], Mapping[str, Any]]:
    """Start a module with its order, as ``watchman.launch`` does; returns it with what it answers.

    ``order`` has a ``name``, whose folder the process claims, and says whether it is to ``stay`` without its caller.
    Raises EnvironmentProblem, in one sentence, if it does not come up; nothing is left then.
    """
    process = watchman.launch(module, order)
    try:
        heard = watchman.answer_of(process, what=what)
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
