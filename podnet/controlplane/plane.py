"""A control plane as whoever uses it sees it: where it is, how it is disturbed, and how it ends."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.binaries import HOW_TO_GET_THEM, find_all
from podnet.controlplane.folder import State, folder_of, read_state
from podnet.controlplane.launching import launch, terminate
from podnet.controlplane.leftovers import clear, down, is_live
from podnet.controlplane.ports import LOOPBACK
from podnet.controlplane.processes import runs
from podnet.controlplane.versions import check, with_versions

START_SECONDS, STOP_SECONDS = 60.0, 3.0
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS_OF = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SETTLING = 2.0
_MARGIN = 10.0


class ControlPlane:
    """A real control plane: etcd, kube-apiserver, kube-controller-manager and kube-scheduler on loopback.

    Processes that were forked from the one that started it may use it, but not end it.
    """

    def __init__(self, name: str, *, supervisor: subprocess.Popen[bytes] | None = None) -> None:
        self.name = name
        self.folder = folder_of(name)
        state = read_state(self.folder)
        if state is None:
            raise EnvironmentProblem(f"there is no control plane {name!r}: `podnet cluster list` shows those that run")
        self.server: str = state.server
        self.version: str = state.version
        self._kubectl = state.kubectl
        self._supervisor = supervisor
        self._session = state.session
        self._maker = os.getpid()

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig of an administrator, with a client certificate; it needs no other file."""
        return self.folder / "admin.kubeconfig"

    @property
    def webhook_host(self) -> str:
        """The address under which its API server reaches this machine."""
        return LOOPBACK

    @property
    def standing_nodes(self) -> frozenset[str]:
        """Names of nodes that come with it: it has none."""
        return frozenset()

    @property
    def ca(self) -> Path:
        """The certificate (PEM) that the servers' certificates are signed with."""
        return self.folder / "ca.crt"

    @property
    def logs(self) -> Path:
        """The folder with a log for each server."""
        return self.folder / "logs"

    @property
    def kubectl(self) -> Path:
        """The kubectl that belongs to it. Raises EnvironmentProblem if none was found."""
        if not self._kubectl:
            raise EnvironmentProblem(f"no kubectl found: {HOW_TO_GET_THEM}")
        return Path(self._kubectl)

    @property
    def processes(self) -> Mapping[str, int]:
        """The pids of its servers by name. Raises EnvironmentProblem if it has ended."""
        return self._state().processes

    def memory(self) -> Mapping[str, int]:
        """Resident bytes of each server. Raises EnvironmentProblem, as ``check``, if one has ended."""
        import psutil

        self.check()
        return {name: psutil.Process(pid).memory_info().rss for name, pid in self.processes.items()}

    def check(self) -> None:
        """Raise EnvironmentProblem, with the reason, if a server has ended."""
        settled = self._wait(lambda state: state.status != "ready" or not _gone(state), _SETTLING)
        state = self._state()  # its supervisor knows why, unless it has ended too
        if state.status == "broken":
            raise EnvironmentProblem(state.problem)
        if not settled:
            what = ", ".join(_gone(state))
            raise EnvironmentProblem(
                f"{what} of the control plane {self.name!r} has ended together with its supervisor"
            )

    def restart_apiserver(self) -> None:
        """End kube-apiserver, start it again on the same port with the same data, and wait until it is ready."""
        before = self.processes.get("kube-apiserver")
        if is_live(self.folder):
            os.kill(self._session, signal.SIGUSR1)

        def is_over(state: State) -> bool:
            new = state.processes.get("kube-apiserver") != before
            return (new and state.status != "restarting") or not is_live(self.folder)

        if not self._wait(is_over, _duration("KUBEBUILDER_CONTROLPLANE_START_TIMEOUT", START_SECONDS) + _MARGIN):
            raise EnvironmentProblem(f"kube-apiserver of the control plane {self.name!r} was not restarted in time")
        if not is_live(self.folder):
            raise EnvironmentProblem(f"the supervisor of the control plane {self.name!r} has ended")
        self.check()

    def freeze_etcd(self) -> None:
        """Stop etcd where it is (SIGSTOP): it neither answers nor ends. ``thaw_etcd`` lets it go on."""
        self.check()
        os.kill(self.processes["etcd"], signal.SIGSTOP)

    def thaw_etcd(self) -> None:
        """Let etcd go on."""
        os.kill(self.processes["etcd"], signal.SIGCONT)

    @contextmanager
    def frozen_etcd(self) -> Iterator[None]:
        """A stretch in which etcd is frozen."""
        self.freeze_etcd()
        try:
            yield
        finally:
            self.thaw_etcd()

    def stop(self) -> None:
        """End it and remove its folder; in a process that was forked from the one that started it, do nothing."""
        if os.getpid() != self._maker:
            return
        if self._supervisor is None:
            down(self.name)
        else:
            terminate(self._supervisor, seconds=_ending_seconds())
            clear(self.folder)

    def _state(self) -> State:
        state = read_state(self.folder)
        if state is None:
            raise EnvironmentProblem(f"the control plane {self.name!r} has ended: somebody has stopped it")
        return state

    def _wait(self, condition: Callable[[State], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not condition(self._state()):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def start(*, name: str = "", port: int = 0, detached: bool = False) -> ControlPlane:
    """Start a control plane and wait until it is ready; one that is not ``detached`` ends with the calling process.

    Without ``name`` it gets one of its own; ``port`` is that of the API server on loopback, 0 for any. Raises
    EnvironmentProblem, in one sentence, if it cannot be had; nothing is left then.
    """
    programs = with_versions(find_all().values())
    check(programs)
    name = name or f"run-{secrets.token_hex(4)}"
    folder_of(name)
    order = {
        "name": name,
        "owner": os.getpid(),
        "stay": detached,
        "port": port,
        "programs": {one.name: str(one.path) for one in programs.values()},
        "version": programs["kube-apiserver"].version,
        "start_seconds": _duration("KUBEBUILDER_CONTROLPLANE_START_TIMEOUT", START_SECONDS),
        "stop_seconds": _duration("KUBEBUILDER_CONTROLPLANE_STOP_TIMEOUT", STOP_SECONDS),
    }
    supervisor, _ = launch(
        "podnet.controlplane.supervisor",
        order,
        what="the supervisor of the control plane",
        end_seconds=_ending_seconds(),
    )
    return ControlPlane(name, supervisor=None if detached else supervisor)


@contextmanager
def control_plane(*, name: str = "", port: int = 0) -> Iterator[ControlPlane]:
    """A control plane for the length of a context; see ``start``."""
    plane = start(name=name, port=port)
    try:
        yield plane
    finally:
        plane.stop()


def _ending_seconds() -> float:
    """How long a supervisor may take to end its servers."""
    return 2 * _duration("KUBEBUILDER_CONTROLPLANE_STOP_TIMEOUT", STOP_SECONDS) + _MARGIN


def _gone(state: State) -> list[str]:
    """The servers that have ended, whether anybody has noticed or not."""
    return [name for name, pid in state.processes.items() if not runs(pid)]


def _duration(variable: str, otherwise: float) -> float:
    """Seconds that a variable of envtest gives, as Go writes durations. Raises EnvironmentProblem for anything else."""
    text = os.environ.get(variable, "")
    if not text:
        return otherwise
    parts = _DURATION.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        raise EnvironmentProblem(f"{variable}={text} is no duration: write 90s or 1m30s")
    return sum(float(number) * _SECONDS_OF[unit] for number, unit in parts)
