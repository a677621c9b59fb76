"""What the kinds of clusters in containers have in common, and where they differ."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands
from podnet.containers.session import Kind, State

K3S_IMAGE = "docker.io/rancher/k3s:v1.33.6-k3s1"
"""The k3s of a cluster, unless PODNET_K3S_IMAGE names another: never a tag that moves."""
START_SECONDS = 600.0
"""For a cluster to come up, its images to be pulled included; PODNET_CLUSTER_START_TIMEOUT is another number."""
MORE_TIME = "PODNET_CLUSTER_START_TIMEOUT gives it more time"
WEBHOOK_HOST = "host.k3d.internal"
"""Under this name a node finds the machine that its engine runs on."""
DISABLED = ("coredns", "local-storage", "metrics-server", "servicelb", "traefik")
"""What k3s brings along. Nothing of it is needed, it would want images, and it would lie among the suite's pods."""


@dataclass(frozen=True)
class Made:
    """A cluster that has been started: a kubeconfig that needs no other file, and the container of its server."""

    kubeconfig: str
    node: str


class ContainerKind(Protocol):
    """A way to make a cluster in containers. ``name`` is the word on the command line."""

    name: Kind

    def check(self) -> None:
        """Raise EnvironmentProblem, with what to do, if the tool for it is missing."""

    def variables(self, state: State) -> dict[str, str]:
        """What its tool wants in the environment of all commands about this cluster."""

    def create(self, state: State, commands: Commands, *, port: int, stays: bool, seconds: float) -> Made:
        """Start it; the API server listens on ``port`` of loopback, 0 for any. Raises EnvironmentProblem."""

    def delete(self, state: State, commands: Commands) -> None:
        """Ask the tool to remove it, as far as the tool can. What is left is removed without it."""

    def network(self, state: State) -> str:
        """The name of the network that belongs to it alone; empty if there is none."""

    def volume(self, state: State) -> str:
        """The name of the volume that belongs to it alone; empty if there is none."""

    def import_image(self, state: State, commands: Commands, image: str, *, way: str) -> None:
        """Import an image of the engine by one of ``ways``. Raises EnvironmentProblem if that fails, and says so."""

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways in which its tool imports images, the best one first."""


def k3s_image() -> str:
    """The image of the nodes."""
    return os.environ.get("PODNET_K3S_IMAGE") or K3S_IMAGE


def start_seconds() -> float:
    """How long a cluster may take to come up. Raises EnvironmentProblem if the variable holds no such number."""
    text = os.environ.get("PODNET_CLUSTER_START_TIMEOUT", "")
    try:
        seconds = float(text or START_SECONDS)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise EnvironmentProblem(f"PODNET_CLUSTER_START_TIMEOUT={text} is no number of seconds: write 600")
    return seconds
