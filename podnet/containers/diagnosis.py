"""Looks at what clusters in containers need before one is asked for, and says what to do about what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands
from podnet.containers.docker import Docker, find_docker, is_remote
from podnet.containers.k3d import ASK_SECONDS, find_k3d
from podnet.containers.k3s import K3s
from podnet.containers.kinds import k3s_image
from podnet.controlplane.diagnosis import Finding
from podnet.controlplane.folder import base_folder

NEEDS: Mapping[str, tuple[str, ...]] = {"k3d": ("docker", "k3d"), "k3s": ("docker", "testcontainers")}
"""Which subjects must be good for which target."""


def examine() -> list[Finding]:
    """The state of everything. It raises nothing: whatever is wrong is a finding."""
    return [_found("docker", _docker), _found("k3d", _k3d), _found("testcontainers", _testcontainers)]


def usable(findings: list[Finding]) -> dict[str, bool]:
    """For each target whether it can be used."""
    good = {one.subject for one in findings if one.good}
    return {target: good.issuperset(subjects) for target, subjects in NEEDS.items()}


def _found(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, good=True, needed=False, finding=look())
    except EnvironmentProblem as problem:
        return Finding(subject, good=False, needed=False, finding=str(problem))


def _docker() -> str:
    if is_remote():
        raise EnvironmentProblem("DOCKER_HOST names an engine on another machine, which cannot reach webhooks here")
    docker = Docker(Commands(base_folder()))
    engine = docker.version()
    there = "is there" if docker.has_image(k3s_image()) else "is pulled when it is needed"
    return f"{engine}, {find_docker()}; the image {k3s_image()} {there}"


def _k3d() -> str:
    path = find_k3d()
    ran = Commands(base_folder()).run(path, "version", seconds=ASK_SECONDS)
    if ran.code:
        raise EnvironmentProblem(f"{path} was asked for its version and ended with exit code {ran.code}")
    return f"{ran.out.partition(chr(10))[0].removeprefix('k3d version ')}, {path}"


def _testcontainers() -> str:
    K3s().check()
    return version("testcontainers")
