"""The Docker engine through its own command, so that contexts and credentials work as its user is used to."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands, Late, Ran
from podnet.containers.problems import log_tail, problem_of

ASK_SECONDS = 15.0
"""For a sign of life."""
SECONDS = 30.0
"""For what the engine answers from memory, or does at once."""
REMOVE_SECONDS = 60.0
_NOT_FOUND = ("no such", "not found", "is already in progress")


@dataclass(frozen=True)
class Container:
    """A container of ours, running or not."""

    id: str
    name: str
    running: bool
    labels: Mapping[str, str]


def find_docker() -> str:
    """The command. Raises EnvironmentProblem if there is none."""
    found = shutil.which("docker")
    if found is None:
        raise EnvironmentProblem("no docker command found: install Docker (Debian: `sudo apt-get install docker.io`)")
    return found


def is_remote() -> bool:
    """Whether DOCKER_HOST names an engine on another machine, whose ports are not ours."""
    return os.environ.get("DOCKER_HOST", "").partition("://")[0] in {"tcp", "ssh", "http", "https"}


class Docker:
    """What clusters need of the engine. Everything raises EnvironmentProblem, in one sentence, if that fails."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._path = find_docker()

    def version(self) -> str:
        """That of the engine."""
        ran = self._run("version", "--format", "{{.Server.Version}}", seconds=ASK_SECONDS)
        if ran.code:
            raise problem_of(ran, doing="asking the Docker engine")
        return ran.out.strip()

    def containers(self, label: str) -> list[Container]:
        """Those with this label (``key`` or ``key=value``), also those that do not run."""
        form = "{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Labels}}"
        words = ("ps", "-a", "--no-trunc", "--filter", f"label={label}", "--format", form)
        return [_container(line) for line in self._ok(*words, doing="listing containers").out.splitlines() if line]

    def remove_containers(self, ids: Iterable[str]) -> None:
        """Remove containers with the volumes that have no name."""
        found = list(ids)
        if found:
            self._gone("rm", "-fv", *found, doing="removing containers")

    def remove_network(self, name: str) -> None:
        """Remove a network if there is one of this name."""
        self._gone("network", "rm", name, doing=f"removing the network {name}")

    def remove_volume(self, name: str) -> None:
        """Remove a volume if there is one of this name."""
        self._gone("volume", "rm", "-f", name, doing=f"removing the volume {name}")

    def death(self, container: str) -> str:
        """How a container has ended and what it said last; empty if it runs."""
        form = "{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}"
        ran = self._run("inspect", "--format", form, container)
        if ran.code:
            return "" if _is_not_found(ran) is None else f"the container {container} is gone"
        running, code, killed = ran.out.split()
        if running == "true":
            return ""
        said = log_tail(self._run("logs", "--tail", "5", container).said)
        why = "for want of memory" if killed == "true" else f"with exit code {code}"
        return f"the container {container} has ended {why}" + (f", and said last: {said}" if said else "")

    def read(self, container: str, *command: str) -> Ran:
        """Run a command in a container."""
        return self._run("exec", container, *command)

    def copy_image(self, image: str, container: str, *command: str, seconds: float) -> None:
        """Save an image into the standard input of a command in a container."""
        saved, loaded = self._commands.pipe(
            [self._path, "save", image], [self._path, "exec", "-i", container, *command], seconds=seconds
        )
        for ran in (saved, loaded):
            if ran.code:
                raise problem_of(ran, doing=f"importing {image}")

    def has_image(self, image: str) -> bool:
        """Whether the engine has this image."""
        return self._run("image", "inspect", "--format", "{{.Id}}", image).code == 0

    def _run(self, *words: str, seconds: float = SECONDS) -> Ran:
        try:
            return self._commands.run(self._path, *words, seconds=seconds)
        except Late as late:
            raise EnvironmentProblem(f"the Docker engine hangs ({late}): restart it") from None

    def _ok(self, *words: str, doing: str) -> Ran:
        ran = self._run(*words)
        if ran.code:
            raise problem_of(ran, doing=doing)
        return ran

    def _gone(self, *words: str, doing: str) -> None:
        ran = self._run(*words, seconds=REMOVE_SECONDS)
        if ran.code and _is_not_found(ran) is None:
            raise problem_of(ran, doing=doing)


def _is_not_found(ran: Ran) -> str | None:
    return next((words for words in _NOT_FOUND if words in ran.err.lower()), None)


def _container(line: str) -> Container:
    identity, name, state, labels = line.split("\t")
    pairs = (label.partition("=") for label in labels.split(","))
    return Container(identity, name, state == "running", {key: value for key, _, value in pairs})


def images_of(listing: str) -> set[str]:
    """The names in what ``crictl images -o json`` prints. Raises EnvironmentProblem if it prints something else."""
    try:
        return {tag for image in json.loads(listing)["images"] for tag in image.get("repoTags") or []}
    except (ValueError, KeyError, TypeError):
        raise EnvironmentProblem(f"crictl has not listed images as JSON: {log_tail(listing)!r}") from None
