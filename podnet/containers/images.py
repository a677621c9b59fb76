"""Brings images of the engine onto the nodes of a cluster, and believes it when they are there."""

from __future__ import annotations

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands
from podnet.containers.docker import Docker, images_of
from podnet.containers.kinds import ContainerKind
from podnet.containers.problems import problem_of
from podnet.containers.session import State

SAVE_SECONDS = 300.0
_CTR = ("ctr", "-n", "k8s.io", "images", "import")


def import_images(kind: ContainerKind, state: State, commands: Commands, images: tuple[str, ...]) -> None:
    """Import images, each by the ways of its tool and last past it, until the node has it.

    Raises EnvironmentProblem for an image that the engine does not have, or that no way brings there.
    """
    docker = Docker(commands)
    for image in images:
        if not docker.has_image(image):
            raise EnvironmentProblem(
                f"the Docker engine has no image {image}: `docker pull` or `docker build` it first"
            )
        _import(kind, state, commands, image, docker=docker)


def _import(kind: ContainerKind, state: State, commands: Commands, image: str, *, docker: Docker) -> None:
    tried = ""
    for way in (*kind.ways, ""):
        try:
            if way:
                kind.import_image(state, commands, image, way=way)
            else:
                # Without --all-platforms, which an engine with containerd's store has not got.
                docker.copy_image(image, state.node, *_CTR, "-", seconds=SAVE_SECONDS)
            tried = f"the import of {image} was said to have worked"
        except EnvironmentProblem as problem:
            tried = str(problem)
        if _full_name(image) in node_images(docker, state.node):
            return
    raise EnvironmentProblem(f"{tried}, but the node {state.node} does not have it: see `docker logs {state.node}`")


def node_images(docker: Docker, node: str) -> set[str]:
    """The names of the images that a node has."""
    ran = docker.read(node, "crictl", "images", "-o", "json")
    if ran.code:
        raise problem_of(ran, doing="listing the images of the node")
    return images_of(ran.out)


def _full_name(image: str) -> str:
    """As containerd names it: registry, repository and tag."""
    first, slash, _ = image.partition("/")
    is_registry = slash and ("." in first or ":" in first or first == "localhost")
    full = image if is_registry else f"docker.io/{image}" if slash else f"docker.io/library/{image}"
    return full if ":" in full.rpartition("/")[2] or "@" in full else f"{full}:latest"
