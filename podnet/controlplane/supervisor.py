"""The process that a control plane lives and dies with: it starts the servers, watches them, clears all away.

It is a process of its own, in a session of its own, so that nothing is left behind when whoever wanted the control
plane is killed: it sees that its parent has gone. When it is killed itself, its servers are killed with it.
It is started with one argument, an ``Order`` in JSON, and answers on standard output with one line of JSON: the
state once all is ready, or the problem. SIGTERM ends it, SIGUSR1 restarts the API server.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.controlplane.certificates import make_certificates, write_certificates
from podnet.controlplane.components import ETCD_SOCKET, Ports, flags, scheduler_configuration
from podnet.controlplane.folder import Claim, State, claim_new
from podnet.controlplane.logs import last_words
from podnet.controlplane.ports import LOOPBACK, Port
from podnet.controlplane.probes import Probes
from podnet.controlplane.processes import could_not_start, end, ending, spawn
from podnet.controlplane.watchman import GLANCE, Signals, Stopped, answer

_BLINK = 0.02
_RESTART_SECONDS = 1.0
_NO_ROOM = re.compile("no space left|file too large|disk quota|read-only file system", re.IGNORECASE)


@dataclass(frozen=True)
class Order:
    """What is wanted.

    ``owner`` is the pid of the parent that it ends with; if it is to ``stay``, only until it is ready. ``port`` 0: any.

    ``programs`` are paths by name; ``version`` is that of kube-apiserver; the deadlines are in seconds.
    """

    name: str
    owner: int
    stay: bool
    port: int
    programs: Mapping[str, str]
    version: str
    start_seconds: float
    stop_seconds: float


class Supervisor:
    """One control plane in a folder that is claimed."""

    def __init__(self, order: Order, claim: Claim, *, signals: Signals) -> None:
        self._order = order
        self._claim = claim
        self._signals = signals
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._state = State(order.name, os.getpid(), 0 if order.stay else order.owner, time.time())
        self._ports = [Port(order.port), Port(), Port()]
        self._flags = flags(Ports(*(port.number for port in self._ports)))
        self._deadline = 0.0
        self._restart_wanted = False
        self._probes: Probes | None = None
        # Nothing of whoever called: a proxy or a GODEBUG of theirs has no business here.
        self._environment = {"PATH": os.defpath, "HOME": str(claim.path), "TMPDIR": str(claim.path)}

    def start(self) -> State:
        """Bring everything up. Raises EnvironmentProblem with the reason if something does not come."""
        self._deadline = time.monotonic() + self._order.start_seconds
        self._pause(0)  # whoever wanted it may be gone already
        self._claim.write(self._state)
        (self._claim.path / "logs").mkdir()
        self._spawn("etcd")
        server = f"https://{LOOPBACK}:{self._ports[0].number}"
        made = make_certificates()  # while etcd comes up
        write_certificates(made, self._claim.path, server=server)
        configuration = json.dumps(scheduler_configuration())
        (self._claim.path / "kube-scheduler.yaml").write_text(configuration, encoding="utf-8")
        probes = self._probes = Probes(self._claim.path, made, ports=[port.number for port in self._ports])
        self._until(lambda: probes.listens(ETCD_SOCKET), "etcd")
        self._spawn("kube-apiserver")
        self._until(probes.api_server_knows_roles, "kube-apiserver")
        self._spawn("kube-controller-manager")
        self._spawn("kube-scheduler")
        self._until(probes.api_server_is_ready, "kube-apiserver")
        self._until(probes.controllers_work, "kube-controller-manager")
        self._until(probes.scheduler_is_ready, "kube-scheduler")
        kubectl = self._order.programs.get("kubectl", "")
        self._tell(replace(self._state, status="ready", server=server, version=self._order.version, kubectl=kubectl))
        return self._state

    def serve(self) -> None:
        """Look after it until it is to end."""
        while True:
            problem = self._problem()
            if problem != self._state.problem:
                self._tell(replace(self._state, problem=problem, status="broken" if problem else "ready"))
            try:
                self._pause(GLANCE)
                if self._restart_wanted:
                    self._restart_wanted = False
                    self._restart()
            except EnvironmentProblem as failed:
                self._tell(replace(self._state, problem=str(failed), status="broken"))

    def stop(self) -> None:
        """End everything and remove the folder. It can be called at any moment, and no signal interrupts it."""
        etcd = self._processes.pop("etcd", None)
        end(self._processes.values(), seconds=self._order.stop_seconds)
        end([etcd] if etcd else [], seconds=self._order.stop_seconds)
        self._claim.remove()

    def _restart(self) -> None:
        assert self._probes is not None, "it was started"
        self._deadline = time.monotonic() + self._order.start_seconds
        self._tell(replace(self._state, problem="", status="restarting"))
        # Those who watch would keep it waiting for longer than anybody waits for a server that is restarted.
        end([self._processes.pop("kube-apiserver")], seconds=_RESTART_SECONDS)
        self._spawn("kube-apiserver")
        self._until(self._probes.api_server_is_ready, "kube-apiserver")
        self._tell(replace(self._state, problem="", status="ready"))

    def _spawn(self, name: str) -> None:
        path = Path(self._order.programs[name])
        words = [os.fspath(path), *(f"--{flag}={value}" for flag, value in self._flags[name].items())]
        try:
            process = spawn(words, folder=self._claim.path, log=self._log(name), environment=self._environment)
        except OSError as error:
            raise EnvironmentProblem(could_not_start(path, error)) from None
        self._processes[name] = process

    def _tell(self, state: State) -> None:
        pids = {name: process.pid for name, process in self._processes.items()}
        self._state = replace(state, processes=pids)
        self._claim.write(self._state)

    def _log(self, name: str) -> Path:
        return self._claim.path / "logs" / f"{name}.log"

    def _problem(self) -> str:
        """Who has ended, and why; empty if nobody has."""
        for name, process in self._processes.items():
            code = process.poll()
            if code is not None:
                said = last_words(self._log(name)) if code >= 0 else ""  # who was killed has not said why
                what = f"{name} of the control plane {self._order.name!r} {ending(code)}"
                return what + (said and f", saying: {said}")
        return ""

    def _until(self, condition: Callable[[], bool], name: str) -> None:
        while not condition():
            problem = self._problem()
            if problem:
                raise EnvironmentProblem(f"{problem}; {_remedy(problem, self._claim.path)}")
            if time.monotonic() > self._deadline:
                said = last_words(self._log(name))
                raise EnvironmentProblem(
                    f"{name} ({self._order.programs[name]}) was not ready within {self._order.start_seconds:.0f} s; "
                    "KUBEBUILDER_CONTROLPLANE_START_TIMEOUT=2m gives it more time" + (said and f"; it says: {said}")
                )
            self._pause(_BLINK)

    def _pause(self, seconds: float) -> None:
        heard = self._signals.wait(seconds)
        if heard & {signal.SIGTERM, signal.SIGINT}:
            raise Stopped
        if signal.SIGUSR1 in heard:
            self._restart_wanted = True
        orphaned = os.getppid() != self._order.owner
        if orphaned and not (self._order.stay and self._state.status != "starting"):
            raise Stopped


def _remedy(problem: str, folder: Path) -> str:
    """What to do about a server that does not come up."""
    if _NO_ROOM.search(problem):
        return f"make room in {folder.parent}, or set TMPDIR to a folder that has it"
    return "`podnet doctor` says which programs are used"


def main() -> int:
    """Do what the order says; the exit code says nothing that the answer does not say."""
    os.umask(0o077)
    signals = Signals()
    order = Order(**json.loads(sys.argv[1]))
    supervisor: Supervisor | None = None
    try:
        claim = claim_new(order.name)
        try:
            os.chdir(claim.path)  # the address of a socket must be short
            supervisor = Supervisor(order, claim, signals=signals)
        except BaseException:
            claim.remove()
            raise
        state = supervisor.start()
        answer({"state": asdict(state)})
        supervisor.serve()
    except Stopped:
        pass
    except (EnvironmentProblem, UsageProblem) as problem:
        answer({"problem": str(problem)})
    except OSError as error:
        what = error.strerror or str(error)
        answer({"problem": f"the control plane cannot be kept in its folder ({what}): make room, or set TMPDIR"})
    except Exception as error:
        traceback.print_exc()
        answer({"problem": f"this is a bug in podnet: {type(error).__name__}: {error}"})
    finally:
        if supervisor is not None:
            os.chdir("/")
            supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
