"""The process that the command of ``exec:COMMAND`` lives and dies with: it reads its output and ends all that it began.

One for each place, as ``podnet.controlplane.watchman`` describes. SIGUSR1 kills the command, SIGUSR2 starts it unless
it runs, SIGTERM ends it and all. What became of it stands in a file, replaced at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from podnet.controlplane.folder import Claim, claim_left
from podnet.controlplane.processes import adopt_orphans, could_not_start, ending, signal_group, spawn
from podnet.controlplane.watchman import GLANCE, Signals, Stopped, answer
from podnet.targets.output import Output

STATE = "implementation.json"
_BLINK = 0.02

Status = Literal["starting", "ready", "stopped", "ended"]


@dataclass(frozen=True)
class Order:
    """What is wanted. ``owner`` is the pid of the parent that it ends with; ``folder`` exists, and is its own.

    The command runs in ``work``, with ``environment`` and what this process has inherited; ``python_path`` is what
    PYTHONPATH was there (None: nothing). It has ``stop_seconds`` to end once it was asked to.
    """

    owner: int
    folder: str
    words: Sequence[str]
    work: str
    environment: Mapping[str, str]
    python_path: str | None
    log: str
    stop_seconds: float


@dataclass(frozen=True)
class State:
    """What became of the command. ``stopped`` was asked for, ``ended`` was not; ``lives`` and ``ends`` count them.

    ``keeper`` is the pid of the process that writes this, ``command`` that of the command; ``how`` says how the last
    life ended, as in ``ended with exit code 1``, ``seconds`` how long it was.
    """

    keeper: int
    command: int = 0
    status: Status = "starting"
    lives: int = 0
    ends: int = 0
    how: str = ""
    seconds: float = 0.0


def read_state(folder: Path) -> State | None:
    """The state that the keeper of a folder has written last; None before that, and after its end."""
    try:
        return State(**json.loads((folder / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


class Keeper:
    """One command, in all its lives."""

    def __init__(self, order: Order, claim: Claim, *, signals: Signals) -> None:
        self._order = order
        self._claim = claim
        self._signals = signals
        self._output = Output(Path(order.log))
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0
        self._state = State(os.getpid())

    def start(self) -> None:
        """Start it. Raises OSError if it cannot be started."""
        environment = {**os.environ, **self._order.environment}
        environment.pop("PYTHONPATH", None)
        if self._order.python_path is not None:
            environment["PYTHONPATH"] = self._order.python_path
        end = self._output.opened()
        try:
            work = Path(self._order.work)
            self._process = spawn(self._order.words, folder=work, log=end, environment=environment)
        finally:
            os.close(end)
        self._begun = time.monotonic()
        self._tell(
            State(
                os.getpid(),
                command=self._process.pid,
                status="starting",
                lives=self._state.lives + 1,
                ends=self._state.ends,
            )
        )

    def serve(self) -> None:
        """Look after it until somebody wants it to end."""
        while True:
            heard = self._signals.wait(GLANCE, also=self._output.descriptors)
            if heard & {signal.SIGTERM, signal.SIGINT} or os.getppid() != self._order.owner:
                raise Stopped
            self._output.read()
            if signal.SIGUSR1 in heard:
                self.end(gently=False)
                self._tell(replace(self._state, status="stopped"))
            self._look()
            if signal.SIGUSR2 in heard and self._process is None:
                try:
                    self.start()
                except OSError as error:
                    how = could_not_start(Path(self._order.words[0]), error)
                    self._tell(replace(self._state, status="ended", lives=self._state.lives + 1, how=how, seconds=0.0))

    def end(self, *, gently: bool) -> int:
        """End it with all that it has started, and return its exit code (0 if it does not run).

        ``gently``: it is asked first, and gets time; its output is read meanwhile.
        """
        process, self._process = self._process, None
        if process is None:
            return 0
        if gently:
            signal_group(process, signal.SIGTERM)
            signal_group(process, signal.SIGCONT)  # one that was frozen hears of it only now
            deadline = time.monotonic() + self._order.stop_seconds
            while self._lives(process) and time.monotonic() < deadline:
                self._signals.wait(_BLINK, also=self._output.descriptors)
                self._output.read()
        signal_group(process, signal.SIGKILL)
        code = process.wait()
        for pid in _orphans():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _reap(wait=True)
        self._output.close()
        return code

    def clear(self) -> None:
        """Remove the folder."""
        self._claim.remove()

    def _lives(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether it, or anything in its process group, is still there."""
        if process.poll() is None:
            return True
        _reap(wait=False)
        try:
            os.killpg(process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _look(self) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is not None:
            seconds = round(time.monotonic() - self._begun, 3)
            how = ending(self.end(gently=False))
            self._tell(replace(self._state, status="ended", ends=self._state.ends + 1, how=how, seconds=seconds))
        elif self._state.status == "starting" and self._output.said_ready:
            self._tell(replace(self._state, status="ready"))

    def _tell(self, state: State) -> None:
        self._state = state
        new = self._claim.path / f"{STATE}.new"
        new.write_text(json.dumps(asdict(state)), encoding="utf-8")
        new.replace(self._claim.path / STATE)


def _orphans() -> list[int]:
    """What the command has started and left behind, also outside of its process group."""
    import psutil

    return [one.pid for one in psutil.Process().children(recursive=True)]


def _reap(*, wait: bool) -> None:
    """Let go of what has ended; the command itself has to be waited for before."""
    with suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, 0 if wait else os.WNOHANG)
            if not pid:
                return


def main() -> int:
    """Do what the order says; the exit code says nothing that the answer and the state do not say."""
    signals = Signals()
    order = Order(**json.loads(sys.argv[1]))
    claim = claim_left(Path(order.folder), wait=True)
    assert claim is not None, f"{order.folder} has vanished"
    adopt_orphans()
    keeper = Keeper(order, claim, signals=signals)
    try:
        keeper.start()
        answer({})
        keeper.serve()
    except Stopped:
        pass
    except OSError as error:
        answer({"problem": could_not_start(Path(order.words[0]), error)})
    finally:
        keeper.end(gently=True)
        keeper.clear()
    return 0


if __name__ == "__main__":
    sys.exit(main())
