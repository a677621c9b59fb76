"""A served in-process cluster as whoever uses it sees it: where it is, and how it ends."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from podnet.controlplane.folder import folder_of
from podnet.controlplane.launching import launch, terminate
from podnet.controlplane.leftovers import clear, down
from podnet.kube.discovery import VERSION
from podnet.kube.store import HISTORY

_END_SECONDS = 10.0


class ServedFake:
    """An in-process Kubernetes API that a process of its own serves over HTTPS on loopback."""

    def __init__(self, name: str, *, server: str, process: subprocess.Popen[bytes] | None = None) -> None:
        self.name = name
        self.server = server
        self.version = str(VERSION["gitVersion"])
        self.folder = folder_of(name)
        self._process = process

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig of an administrator, with a token; it needs no other file."""
        return self.folder / "admin.kubeconfig"

    @property
    def ca(self) -> Path:
        """The certificate (PEM) that the server's certificate is signed with."""
        return self.folder / "ca.crt"

    def stop(self) -> None:
        """End it and remove its folder."""
        if self._process is None:
            down(self.name)
        else:
            terminate(self._process, seconds=_END_SECONDS)
            clear(self.folder)


def start(
    *, name: str = "", port: int = 0, detached: bool = False, inventory: str = "", history: int = HISTORY
) -> ServedFake:
    """Serve a new cluster; one that is not ``detached`` ends with the calling process.

    Without ``name`` it gets one of its own; ``port`` is on loopback, 0 for any. With ``inventory``, the text of an
    inventory, the reference implementation lives on it. ``history`` is how many changes of each resource are
    remembered: a watch that asks for older ones is expired. Raises EnvironmentProblem, in one sentence, if it cannot be
    had; nothing is left then.
    """
    name = name or f"run-{secrets.token_hex(4)}"
    folder_of(name)
    where = {"name": name, "owner": os.getpid(), "stay": detached, "port": port}
    order = {**where, "inventory": inventory, "history": history}
    process, heard = launch("podnet.serving.process", order, what="the cluster", end_seconds=_END_SECONDS)
    return ServedFake(name, server=heard["server"], process=None if detached else process)


@contextmanager
def served_fake(*, name: str = "", port: int = 0, inventory: str = "", history: int = HISTORY) -> Iterator[ServedFake]:
    """A served cluster for the length of a context; see ``start``."""
    fake = start(name=name, port=port, inventory=inventory, history=history)
    try:
        yield fake
    finally:
        fake.stop()
