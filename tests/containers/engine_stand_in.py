"""Stands in for the commands ``docker`` and ``k3d``: an engine in a file, and the ways in which the real ones fail.

Called as one of the two it does what a test has planned for that command, by the first words of it; see ``StandIns``.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ENGINE = "PODNET_TEST_ENGINE"
NAMELESS = {"containers": {}, "networks": [], "volumes": [], "images": ["app:1"], "on_node": [], "plan": {}}
FAILURES = {
    "down": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    "forbidden": "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    "taken": "FATA[0000] Failed to create cluster 'x' because a cluster with that name already exists",
    "port": "ERRO[0002] driver failed programming external connectivity: port is already allocated\n"
    "FATA[0003] Cluster creation FAILED, all changes have been rolled back!",
    "disk": "FATA[0001] failed to create volume: mkdir /var/lib/docker/volumes/x: no space left on device",
    "image": "ERRO[0001] Failed to pull image 'rancher/k3s': no such host",
    "subnets": "ERRO[0001] could not find an available, non-overlapping IPv4 address pool among the defaults",
    "odd": "ERRO[0001] failed to start node: the moon is full\nFATA[0002] Cluster creation FAILED",
    "in use": "Error response from daemon: remove x: volume is in use",
}


class StandIns:
    """A folder with both commands, and the engine behind them."""

    def __init__(self, folder: Path, interpreter: str) -> None:
        self.folder = folder / "bin"
        self.folder.mkdir()
        self._engine = folder / "engine.json"
        self._engine.write_text(json.dumps(NAMELESS))
        source = folder / "engine.py"
        source.write_text(Path(__file__).read_text())
        for name in ("docker", "k3d"):
            path = self.folder / name
            # The first line of a script cannot name an interpreter with a space in its path.
            words = (interpreter, "-I", str(source), str(path))
            path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
            path.chmod(0o755)

    def plan(self, **commands: str) -> None:
        """What becomes of commands: ``k3d_cluster_create="port"`` for ``k3d cluster create``, and so on."""
        with changed(self._engine) as engine:
            engine["plan"] = {words.replace("_", " "): how for words, how in commands.items()}

    def environment(self, temporary: Path) -> dict[str, str]:
        """What makes podnet use these and nothing else."""
        nothing = {"PODNET_CACHE": str(temporary / "nowhere"), "PODNET_K3S_IMAGE": "", "DOCKER_HOST": ""}
        home = str(self.folder.parent)
        return {**nothing, "PATH": str(self.folder), ENGINE: str(self._engine), "TMPDIR": str(temporary), "HOME": home}

    @property
    def engine(self) -> dict[str, Any]:
        """What there is now."""
        with changed(self._engine) as engine:
            return engine

    @property
    def left(self) -> list[str]:
        """The names of all that somebody has made and nobody has removed."""
        engine = self.engine
        return [*engine["containers"], *engine["networks"], *engine["volumes"]]


@contextmanager
def changed(path: Path) -> Iterator[dict[str, Any]]:
    """The engine, to be changed by nobody else meanwhile."""
    with path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        engine = json.loads(file.read())
        yield engine
        file.seek(0)
        file.truncate()
        file.write(json.dumps(engine))


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def docker(engine: dict[str, Any], words: list[str]) -> None:
    match words:
        case ["version", *_]:
            tell("20.10.24")
        case ["ps", *_]:
            wanted = next(word for word in words if word.startswith("label=")).removeprefix("label=")
            for name, labels in engine["containers"].items():
                if any(wanted in (key, f"{key}={value}") for key, value in labels.items()):
                    told = ",".join(f"{key}={value}" for key, value in labels.items())
                    tell(f"{name}\t{name}\trunning\t{told}")
        case ["rm", "-fv", *names]:
            engine["containers"] = {name: one for name, one in engine["containers"].items() if name not in names}
        case ["network", "rm", name]:
            remove(engine["networks"], name)
        case ["volume", "rm", "-f", name]:
            remove(engine["volumes"], name)
        case ["image", "inspect", *_]:
            sys.exit(words[-1] not in engine["images"])
        case ["save", *_]:
            tell("an archive")
        case ["exec", "-i", *_]:
            engine["on_node"] = ["docker.io/library/app:1"]
        case ["exec", _, "crictl", *_]:
            tell(json.dumps({"images": [{"repoTags": [name]} for name in engine["on_node"]]}))
        case _:
            sys.exit(f"unknown: docker {words}")


def remove(names: list[str], name: str) -> None:
    if name not in names:
        sys.exit(f"Error: No such thing: {name}")
    names.remove(name)


def k3d(engine: dict[str, Any], words: list[str]) -> None:
    match words:
        case ["cluster", "create", name, *options]:
            add(engine, name)
            labels = [one.removesuffix("@server:*") for one in options if one.startswith("k3dpodnet")]
            own = dict(label.split("=", 1) for label in labels)
            engine["containers"][f"k3d-{name}-server-0"] = {"k3d.cluster": name, **own}
        case ["cluster", "delete", name]:  # as k3d: what has no container is nothing
            if f"k3d-{name}-server-0" in engine["containers"]:
                del engine["containers"][f"k3d-{name}-server-0"]
                engine["networks"].remove(f"k3d-{name}")
                engine["volumes"].remove(f"k3d-{name}-images")
            edit_kubeconfig()
        case ["kubeconfig", "get", _]:
            tell("---\n" + json.dumps(KUBECONFIG))
        case ["image", "import", *_]:
            engine["on_node"] = ["docker.io/library/app:1"]
        case ["version"]:
            tell("k3d version v5.9.0")
        case _:
            sys.exit(f"unknown: k3d {words}")


def add(engine: dict[str, Any], name: str) -> None:
    engine["networks"].append(f"k3d-{name}")
    engine["volumes"].append(f"k3d-{name}-images")


def edit_kubeconfig() -> None:
    """As k3d does when a cluster is deleted, whether it was asked to or not."""
    path = Path(os.environ.get("KUBECONFIG") or Path.home() / ".kube/config")
    path.write_text("edited")


KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:9", "insecure-skip-tls-verify": True}}],
    "users": [{"name": "u", "user": {}}],
    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    "current-context": "x",
}


def main() -> None:
    command, words = Path(sys.argv[1]).name, sys.argv[2:]
    if words[:2] == ["exec", "-i"] and not sys.stdin.read():  # from another of us, who comes to the engine first
        sys.exit("ctr: there is no manifest.json in the archive")
    with changed(Path(os.environ[ENGINE])) as engine:
        called = " ".join([command, *words])
        how = next((how for start, how in engine["plan"].items() if called.startswith(start)), "")
        creates = called.startswith("k3d cluster create")
        if creates and how in {"hang", "die", "port", "disk", "subnets", "odd"}:
            add(engine, words[2])  # it has come so far, and its rollback finds no container
        if creates and how == "taken":
            add(engine, words[2])
            engine["containers"][f"k3d-{words[2]}-server-0"] = {"k3d.cluster": words[2]}
        if not how:
            {"docker": docker, "k3d": k3d}[command](engine, words)
    if how == "hang":
        time.sleep(1000)
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if how in FAILURES:
        sys.exit(FAILURES[how])


if __name__ == "__main__":
    main()
