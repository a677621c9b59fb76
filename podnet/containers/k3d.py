"""k3d as a maker of clusters: it handles no signals, and leaves things behind when it dies, so nothing relies on it."""

from __future__ import annotations

import os
import shutil

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands, Ran
from podnet.containers.docker import is_remote
from podnet.containers.kinds import DISABLED, Made
from podnet.containers.problems import problem_of
from podnet.containers.session import NAME_LABEL, OWNER_LABEL, SESSION_LABEL, Kind, State, owner_label
from podnet.controlplane.binaries import k3d_folder

DELETE_SECONDS = 60.0
ASK_SECONDS = 30.0
IMPORT_SECONDS = 300.0
_STAGES = 4
"""k3d applies its timeout to three stages one after the other, and pulls images beside them."""


def find_k3d() -> str:
    """The command: of the PATH, else of podnet's cache. Raises EnvironmentProblem if there is none."""
    found = shutil.which("k3d")
    if found is None and os.access(built := k3d_folder() / "k3d", os.X_OK):
        return str(built)
    if found is None:
        raise EnvironmentProblem(
            "no k3d found: run `./dev k3d` in a checkout of podnet (it needs Go), or install it from https://k3d.io"
        )
    return found


class K3d:
    """Implements ``podnet.containers.kinds.ContainerKind``."""

    name: Kind = "k3d"
    ways = ("direct", "tools-node")
    """The second one says 0 also when it has failed, but is known to work where the first one does not."""

    def check(self) -> None:
        """Raise EnvironmentProblem if there is no k3d."""
        find_k3d()

    def variables(self, state: State) -> dict[str, str]:
        """For k3d to write nothing but warnings, and those to standard error."""
        del state
        return {"LOG_LEVEL": "warn", "LOG_COLORS": "0"}

    def create(self, state: State, commands: Commands, *, port: int, stays: bool, seconds: float) -> Made:
        """Start a cluster of one server without a load balancer. Raises EnvironmentProblem."""
        # Bound to loopback, which is what its kubeconfig names then; of a remote engine k3d finds out the address.
        where = "0.0.0.0" if is_remote() else "127.0.0.1"  # noqa: S104  # on that other machine, as it must be
        labels = {
            SESSION_LABEL: state.session,
            NAME_LABEL: state.name,
            OWNER_LABEL: owner_label(state, stays=stays),
        }
        words = [
            *("cluster", "create", state.cluster, "--servers", "1", "--agents", "0", "--no-lb"),
            *("--image", state.image, "--api-port", f"{where}:{port or 'random'}"),
            *("--wait", "--timeout", f"{max(1, round(seconds / _STAGES))}s"),
            *("--kubeconfig-update-default=false", "--kubeconfig-switch-context=false"),
        ]
        for part in DISABLED:
            words += ["--k3s-arg", f"--disable={part}@server:*"]
        for key, value in labels.items():
            words += ["--runtime-label", f"{key}={value}@server:*"]
        ran = self._run(commands, *words, seconds=seconds)
        if ran.code:
            raise problem_of(ran, doing="starting a k3d cluster")
        ran = self._run(commands, "kubeconfig", "get", state.cluster, seconds=ASK_SECONDS)
        if ran.code:
            raise problem_of(ran, doing="reading the kubeconfig of a k3d cluster")
        return Made(ran.out, f"k3d-{state.cluster}-server-0")

    def delete(self, state: State, commands: Commands) -> None:
        """As far as k3d finds it: it looks for containers alone."""
        self._run(commands, "cluster", "delete", state.cluster, seconds=DELETE_SECONDS)

    def network(self, state: State) -> str:
        """k3d makes one, and forgets it if it dies before the first container."""
        return f"k3d-{state.cluster}"

    def volume(self, state: State) -> str:
        """The same."""
        return f"k3d-{state.cluster}-images"

    def import_image(self, state: State, commands: Commands, image: str, *, way: str) -> None:
        """Import an image. Raises EnvironmentProblem if k3d says that it has failed, which it does not always."""
        ran = self._run(commands, "image", "import", "-c", state.cluster, "--mode", way, image, seconds=IMPORT_SECONDS)
        if ran.code:
            raise problem_of(ran, doing=f"importing {image}")

    def _run(self, commands: Commands, *words: str, seconds: float) -> Ran:
        return commands.run(find_k3d(), *words, seconds=seconds)
