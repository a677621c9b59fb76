"""testcontainers as a maker of clusters: its K3SContainer is started by a process of its own, which can be ended."""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import podnet
from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands
from podnet.containers.docker import is_remote
from podnet.containers.kinds import DISABLED, WEBHOOK_HOST, Made
from podnet.containers.problems import problem_of
from podnet.containers.session import NAME_LABEL, OWNER_LABEL, SESSION_LABEL, Kind, State, owner_label


class K3s:
    """Implements ``podnet.containers.kinds.ContainerKind``."""

    name: Kind = "k3s"
    ways = ()
    """It imports no images: what all kinds can do is done."""

    def check(self) -> None:
        """Raise EnvironmentProblem if there is no testcontainers, or one without the class."""
        try:
            found = find_spec("testcontainers.community.k3s")
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise EnvironmentProblem(
                "testcontainers 4.15 or later is not installed: `pip install 'podnet[containers]'` brings it"
            )

    def variables(self, state: State) -> dict[str, str]:
        """For testcontainers to need no container of its own to clean up: podnet does, and `cluster prune` after it.

        Where this process is in a container itself, testcontainers would look for its own there, and find none.
        """
        del state
        variables = {"TESTCONTAINERS_RYUK_DISABLED": "true"}
        if "TESTCONTAINERS_CONNECTION_MODE" not in os.environ:
            variables["TESTCONTAINERS_CONNECTION_MODE"] = "docker_host"
        paths = [str(Path(podnet.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
        # Its patience is longer than ours, whose end is that of the process; it looks more often than once a second.
        patience = {"TC_MAX_TRIES": "36000", "TC_POOLING_INTERVAL": "0.1"}
        return {**variables, **patience, "PYTHONPATH": os.pathsep.join(paths)}

    def create(self, state: State, commands: Commands, *, port: int, stays: bool, seconds: float) -> Made:
        """Start a container that is a cluster. Raises EnvironmentProblem."""
        order = {
            "image": state.image,
            "name": state.cluster,
            "address": "0.0.0.0" if is_remote() else "127.0.0.1",  # noqa: S104  # on that other machine, as it must be
            "port": port,
            "labels": {
                SESSION_LABEL: state.session,
                NAME_LABEL: state.name,
                OWNER_LABEL: owner_label(state, stays=stays),
            },
            "host": WEBHOOK_HOST,
            "disabled": list(DISABLED),
        }
        words = (sys.executable, "-P", "-m", "podnet.containers.k3s_start", json.dumps(order))
        ran = commands.run(*words, seconds=seconds)
        if ran.code:
            raise problem_of(ran, doing="starting a k3s container")
        return Made(ran.out, state.cluster)

    def delete(self, state: State, commands: Commands) -> None:
        """There is nothing but a container."""

    def network(self, state: State) -> str:
        """It is on the common one."""
        del state
        return ""

    def volume(self, state: State) -> str:
        """Its volumes have no names, and go with the container."""
        del state
        return ""

    def import_image(self, state: State, commands: Commands, image: str, *, way: str) -> None:
        """There is no way but that of all kinds."""
