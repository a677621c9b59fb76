"""Removes a cluster with all that belongs to it, whatever state it is in and whatever its tool knows of it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands
from podnet.containers.docker import Docker
from podnet.containers.kinds import ContainerKind
from podnet.containers.session import SESSION_LABEL, Session, State
from podnet.controlplane.leftovers import COMMANDS
from podnet.controlplane.processes import kill_by_environment

GONE_SECONDS = 20.0
"""For containers that somebody else is removing at the same time."""
_POLL_SECONDS = 0.2


def remove(session: Session, *, maker: ContainerKind, commands: Commands) -> list[str]:
    """Remove what there is of a cluster, and its folder if nothing is left. Returns what is, with the reasons.

    Its tool is asked first, but not believed: k3d looks at containers alone, and at nothing if it has failed before.
    """
    end_commands_in(session.folder)
    kill_by_environment(session.folder / COMMANDS)
    state = session.state
    left: list[str] = []
    try:
        docker = Docker(commands)
        docker.version()
    except EnvironmentProblem as problem:
        return [f"whatever is called {state.cluster}, because {problem}"]
    with suppress(EnvironmentProblem):
        maker.delete(state, commands)
    try:
        _remove_containers(docker, state)
    except EnvironmentProblem as problem:
        left.append(str(problem))
    for name, step in ((maker.network(state), docker.remove_network), (maker.volume(state), docker.remove_volume)):
        try:
            if name:
                step(name)
        except EnvironmentProblem as problem:
            left.append(str(problem))
    if not left:
        session.remove()
    return left


def _remove_containers(docker: Docker, state: State) -> None:
    """Those that carry the label of k3d or our own; a network can only be removed once they are gone."""
    labels = (f"k3d.cluster={state.cluster}", f"{SESSION_LABEL}={state.session}")
    deadline = time.monotonic() + GONE_SECONDS
    while found := {one.id: one.name for label in labels for one in docker.containers(label)}:
        if time.monotonic() > deadline:
            raise EnvironmentProblem(f"{', '.join(found.values())} did not go")
        docker.remove_containers(found)
        time.sleep(_POLL_SECONDS)


def end_commands_in(folder: Path) -> None:
    """End the commands that a killed process has left running: they would go on making what is being removed.

    A shell that somebody has opened in the folder is none of them: they are in other sessions, and have our kubeconfig.
    """
    import psutil

    where = os.path.realpath(folder)
    for process in psutil.process_iter(["cwd"]):
        with suppress(psutil.Error, ProcessLookupError):
            if process.info["cwd"] != where or os.getsid(process.pid) == os.getsid(0):
                continue
            if process.environ().get("KUBECONFIG", "").startswith(str(folder)):
                os.kill(process.pid, signal.SIGKILL)
