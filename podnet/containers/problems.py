"""What is wrong when Docker or k3d refuse, and what to do about it: their own words are for those who know them."""

from __future__ import annotations

import re
from pathlib import Path

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Ran


class Taken(EnvironmentProblem):
    """Somebody else has something of this name, which must not be removed."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_TAKEN = _any(
    r"with that name already exists", r"is already in use by container", r"network with name \S+ already exists"
)
_FORBIDDEN = (
    "this user may not use the Docker engine: add it to the group of the socket "
    "(`sudo usermod -aG docker $USER`, then log in again), or name another engine with DOCKER_HOST"
)
_IMAGES = (
    "an image cannot be had: PODNET_K3S_IMAGE names that of the nodes and K3D_IMAGE_TOOLS that of k3d's helper, "
    "so that those can be used that the engine has"
)
_KNOWN = (
    (_any(r"permission denied.*(docker|\.sock)", r"(docker|\.sock).*permission denied"), _FORBIDDEN),
    (
        _any(
            "cannot connect to the docker daemon",
            "is the docker daemon running",
            "error during connect",
            r"docker\.sock: connect",
        ),
        "the Docker engine does not answer: start it (`sudo systemctl start docker`), or name another with DOCKER_HOST",
    ),
    (
        _any("no space left on device", "disk quota exceeded"),
        "the disk is full: make room where the Docker engine keeps its data (`docker system prune`) and in TMPDIR",
    ),
    (
        _any("port is already allocated", "address already in use", "failed to bind host port"),
        "the port is taken: name one that is free with --port, or leave it away",
    ),
    (_TAKEN, "the name is taken by something that podnet did not make: end that one, or try again"),
    (
        _any("non-overlapping ipv4 address pool", "address pools have been fully subnetted"),
        "the Docker engine has no address range left for another network: `docker network prune` removes unused ones",
    ),
    (
        _any(
            *("pull access denied", "manifest unknown", "failed to pull", "error pulling image", "no such image"),
            *("failed to resolve reference", "no such host", "i/o timeout", "tls handshake timeout", "toomanyrequests"),
            *("unable to find image", "lookup .* on .*:53"),
        ),
        _IMAGES,
    ),
    (
        _any("too many open files", "inotify"),
        "this machine watches too many files: raise fs.inotify.max_user_instances (`sudo sysctl -w ...=1024`)",
    ),
)
_NOISE = re.compile(r"\x1b\[\d*m")
_LEVEL = re.compile(r'^(?:(?:INFO|WARN|ERRO|FATA)\[\d+\]\s*|time="[^"]*"\s+level=\w+\s+msg=)')
_LONGEST = 300


def problem_of(ran: Ran, *, doing: str) -> EnvironmentProblem:
    """One sentence about a command that has failed: what was being done, why it failed, and what helps.

    What k3d says last is usually that it gives up, and the reason comes first.
    """
    said = _NOISE.sub("", ran.said)
    for pattern, advice in _KNOWN:
        if pattern.search(said):
            kind = Taken if pattern is _TAKEN else EnvironmentProblem
            return kind(f"{doing} failed: {advice}")
    lines = [_LEVEL.sub("", line.strip()).strip('"') for line in said.splitlines() if line.strip()]
    told = next((line for line in lines if re.search("fail|error|cannot|unable", line, re.IGNORECASE)), "")
    reason = (told or (lines[-1] if lines else "it said nothing"))[:_LONGEST]
    how = f"ended with exit code {ran.code}" if ran.code >= 0 else f"was killed by signal {-ran.code}"
    return EnvironmentProblem(f"{doing} failed: {Path(ran.words[0]).name} {how}: {reason}")


def log_tail(text: str) -> str:
    """The last line of a log, short enough for a sentence."""
    lines = [line.strip() for line in _NOISE.sub("", text).splitlines() if line.strip()]
    return lines[-1][:_LONGEST] if lines else ""
