"""A cluster in containers as whoever uses it sees it: how it starts, where it is, whether it lives, and how it ends."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.containers.commands import Commands, Late
from podnet.containers.docker import Docker
from podnet.containers.images import import_images
from podnet.containers.k3d import K3d
from podnet.containers.k3s import K3s
from podnet.containers.kinds import MORE_TIME, WEBHOOK_HOST, ContainerKind, k3s_image, start_seconds
from podnet.containers.problems import Taken
from podnet.containers.readiness import await_ready
from podnet.containers.removing import remove
from podnet.containers.session import KINDS, Kind, Session, claim, find_session
from podnet.controlplane.folder import base_folder

log = logging.getLogger(__name__)

MAKERS: Mapping[Kind, ContainerKind] = {"k3d": K3d(), "k3s": K3s()}
LOOK_SECONDS = 1.0
"""Between two looks whether a cluster lives."""
_CONNECT_SECONDS = 5.0


class ContainerCluster:
    """Implements ``podnet.targets.places.Place``. In a process that was forked from the one that made it, it stays."""

    def __init__(self, session: Session) -> None:
        state = session.state
        self.name = state.name
        self.folder = session.folder
        self.kubeconfig: Path = kubeconfig_in(session.folder)
        self.webhook_host = WEBHOOK_HOST
        self.standing_nodes = frozenset(state.nodes)
        self.server, self.version, self.node = state.server, state.version, state.node
        self._session = session
        self._maker = os.getpid()
        self._looked = 0.0

    def check(self) -> None:
        """Raise EnvironmentProblem, with the reason, if it has died. A look is a connection, and not made too often."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        address = urlsplit(self.server)
        try:
            with socket.create_connection((address.hostname, address.port), timeout=_CONNECT_SECONDS):
                pass
        except OSError as error:
            why = self._death() or f"its API server {self.server} cannot be reached ({error.strerror or error})"
            raise EnvironmentProblem(f"the {self._session.state.kind} cluster {self.name!r} has died: {why}") from None
        self._looked = time.monotonic()

    def stop(self) -> None:
        """Remove it with all that belongs to it; in a process that was forked from its maker, do nothing."""
        if os.getpid() == self._maker:
            end(self._session)

    def _death(self) -> str:
        if not self.folder.is_dir():
            return "somebody has ended it"
        try:
            return Docker(_commands(self._session)).death(self.node)
        except EnvironmentProblem as problem:
            return str(problem)


def start(
    kind: Kind,
    *,
    name: str = "",
    port: int = 0,
    stays: bool = False,
    images: tuple[str, ...] = (),
    given_up: Event | None = None,
) -> ContainerCluster:
    """Start a cluster and wait until it is ready; ``images`` of the engine are imported.

    Raises EnvironmentProblem, in one sentence, if it cannot be had, and GivenUp once ``given_up`` is set. Nothing is
    left then; what could not be removed is told to the log, and ``prune`` removes it later.
    """
    maker, seconds = MAKERS[kind], start_seconds()
    maker.check()
    Docker(Commands(base_folder())).version()  # what is wrong with the engine is told best before anything is begun
    session = claim(kind, name=name, image=k3s_image())
    try:
        commands = _commands(session, given_up=given_up)
        # What is needed afterwards takes time to import, and k3d mostly waits.
        Thread(target=import_module, args=("kubernetes.config",), daemon=True).start()
        deadline = time.monotonic() + seconds
        made = maker.create(session.state, commands, port=port, stays=stays, seconds=seconds)
        session = session.with_state(node=made.node)
        kubeconfig = session.write_private(kubeconfig_in(session.folder).name, made.kubeconfig)
        ready = await_ready(kubeconfig, seconds=max(1.0, deadline - time.monotonic()), given_up=commands.given_up)
        session = session.with_state(server=ready.server, version=ready.version, nodes=ready.nodes)
        import_images(maker, session.state, commands, images)
        owner = 0 if stays else session.state.owner
        return ContainerCluster(session.with_state(ready=True, owner=owner))
    except Taken:
        session.remove()  # whatever has this name is not ours
        raise
    except Late as late:
        end(session)
        raise EnvironmentProblem(f"{late}: {MORE_TIME}") from None
    except BaseException:
        end(session)
        raise


def end(session: Session) -> bool:
    """Remove a cluster with all that belongs to it, as far as that is possible; the log tells what was not."""
    left = remove(session, maker=MAKERS[session.state.kind], commands=_commands(session))
    if left:
        state = session.state
        how = f"`podnet cluster prune --target {state.kind}` tries again"
        log.warning("of the %s cluster %r there is left: %s; %s", state.kind, state.name, "; ".join(left), how)
    return not left


def adopt(kind: Kind, name: str) -> ContainerCluster:
    """The cluster that ``podnet cluster up`` has started as ``name``. Raises EnvironmentProblem if none is ready."""
    session = _find(kind, name)
    if not session.state.ready:
        raise EnvironmentProblem(
            f"the {kind} cluster {name!r} is not ready: wait until `podnet cluster up` has ended, "
            f"or end what is left of it with `podnet cluster down --target {kind} {name}`"
        )
    return ContainerCluster(session)


def down(kind: Kind, name: str) -> None:
    """End the cluster of this name. Raises EnvironmentProblem if there is none, or something of it does not go."""
    session = _find(kind, name)
    left = remove(session, maker=MAKERS[kind], commands=_commands(session))
    if left:
        raise EnvironmentProblem(f"of the {kind} cluster {name!r} there is left: {'; '.join(left)}; try again")


def check_kind(text: str) -> Kind:
    """The kind of this name. Raises UsageProblem if there is none."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise UsageProblem(f"{text!r} is no kind of cluster in containers: {', '.join(KINDS)}")


def kubeconfig_in(folder: Path) -> Path:
    """Where the kubeconfig of an administrator lies."""
    return folder / "admin.kubeconfig"


def commands_of(session: Session) -> Commands:
    """What runs commands about this cluster."""
    return _commands(session)


def _find(kind: Kind, name: str) -> Session:
    session = find_session(kind, name)
    if session is None:
        raise EnvironmentProblem(
            f"there is no {kind} cluster {name!r}: `podnet cluster list --target {kind}` shows those that run"
        )
    return session


def _commands(session: Session, *, given_up: Event | None = None) -> Commands:
    """With a kubeconfig of their own, for k3d to edit that of nobody, and a place for what it forgets to remove."""
    folder = session.folder
    variables = {
        **MAKERS[session.state.kind].variables(session.state),
        "KUBECONFIG": str(folder / "default.kubeconfig"),
        "XDG_CONFIG_HOME": str(folder / "xdg"),
        "TMPDIR": str(folder),
    }
    return Commands(folder, variables, given_up or Event())
