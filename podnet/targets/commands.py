"""``exec:COMMAND``: an implementation as a process of its own, one for each place and for the length of a run."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from podnet.api.errors import ApiError
from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.folder import claim_left
from podnet.controlplane.leftovers import COMMANDS, is_live
from podnet.controlplane.logs import last_lines, last_words
from podnet.controlplane.processes import kill_by_environment, runs
from podnet.controlplane.watchman import answer_of, launch
from podnet.targets.base import Budgets, Command, Ended, Trouble
from podnet.targets.clearing import Clearing, made
from podnet.targets.connections import connection_to
from podnet.targets.keeper import Order, State, read_state
from podnet.targets.remains import Name, called, everything, told
from podnet.targets.tenants import NotReady, Tenant
from podnet.targets.wiping import WEBHOOKS, wipe

if TYPE_CHECKING:
    from podnet.operator.connection import Connection
    from podnet.targets.places import Place

STOP_SECONDS = 10.0
"""How long it may take to end once it was asked to."""
POLL_SECONDS = 0.02
MOST_ENDS = 20
"""So often it may end by itself on one cluster; each time costs a start."""
_MARGIN = 5.0
_MOST_LINES = 20


class Kept:
    """A command and its keeper, as the run and the processes that are forked from it see them."""

    def __init__(
        self,
        command: Command,
        place: Place,
        *,
        number: int,
        ready_seconds: float,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self.words = command.words
        self._seconds = ready_seconds
        self._folder = place.folder / COMMANDS
        await_end(self._folder)
        self._folder.mkdir(mode=0o700)
        inventory = self._folder / "inventory.yaml"
        inventory.write_text(command.inventory, encoding="utf-8")
        logs = command.logs or self._folder
        logs.mkdir(exist_ok=True)
        self.log = (logs / f"{number}.log").absolute()
        order = Order(
            owner=os.getpid(),
            folder=str(self._folder),
            words=self.words,
            work=str(Path.cwd()),
            environment={
                "KUBECONFIG": str(place.kubeconfig),
                "PODNET_INVENTORY": str(inventory),
                "PODNET_WEBHOOK_HOST": place.webhook_host,
            },
            python_path=os.environ.get("PYTHONPATH"),
            log=str(self.log),
            stop_seconds=stop_seconds,
        )
        self._stop_seconds = stop_seconds
        self._process = launch("podnet.targets.keeper", asdict(order))

    def state(self) -> State:
        """What became of the command. Raises EnvironmentProblem if nobody looks after it any more."""
        state = read_state(self._folder) if is_live(self._folder) else None
        if state is None:
            raise EnvironmentProblem("the process that looks after the implementation was killed: run it again")
        return state

    def outcome(self) -> State:
        """The same, where an end of which the keeper is just hearing counts as one."""
        state = self.state()
        if state.status == "ready" and not runs(state.command):
            state = self._wait(lambda now: now.status != "ready", seconds=_MARGIN)
        return state

    def begin(self) -> None:
        """Learn whether the command could be started. Raises EnvironmentProblem if not."""
        answer_of(self._process, what="the process that looks after the implementation")

    def start(self) -> None:
        """Start the command unless it is ready, and wait until it is.

        Raises NotReady, also if it has ended by itself too often.
        """
        state = self.state()
        if state.status == "ended" and state.ends >= MOST_ENDS:
            raise NotReady(f"it has ended by itself {state.ends} times, and is not started any more; it {state.how}")
        if state.status in ("stopped", "ended"):
            os.kill(state.keeper, signal.SIGUSR2)
            self._wait(lambda now: now.lives > state.lives, seconds=_MARGIN)
        self.await_ready()

    def await_ready(self) -> None:
        """Wait until it is ready. Raises NotReady."""
        state = self._wait(lambda now: now.status != "starting", seconds=self._seconds)
        if state.status == "ready":
            return
        said = last_words(self.log)
        told = f"; its last words: {said}" if said else "; it has printed nothing"
        if state.status == "starting":
            raise NotReady(f"it has not printed a line `ready`, or not flushed it, within {self._seconds:g} s{told}")
        raise NotReady(f"it {state.how} after {state.seconds:.1f} s, before it was ready{told}")

    def kill(self) -> None:
        """Kill the command."""
        state = self.state()
        if state.status in ("starting", "ready"):
            os.kill(state.keeper, signal.SIGUSR1)
            self._wait(lambda now: now.status in ("stopped", "ended"), seconds=_MARGIN)

    def end(self) -> None:
        """End the command and its keeper."""
        self._process.terminate()
        try:
            self._process.wait(self._stop_seconds + 2 * _MARGIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._process.returncode < 0:  # it was killed, and could not clear away itself
            clear_left(self._folder)

    def _wait(self, condition: Callable[[State], bool], *, seconds: float) -> State:
        """The state once this holds, or after this time."""
        deadline = time.monotonic() + seconds
        while not condition(state := self.state()) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        return state


def await_end(folder: Path) -> None:
    """Wait until nothing is left of an earlier run, which was killed: its keeper may still be at it, or killed too.

    Raises EnvironmentProblem if that does not come to its end.
    """
    deadline = time.monotonic() + STOP_SECONDS + 2 * _MARGIN
    while folder.exists():
        clear_left(folder)
        if time.monotonic() > deadline:
            raise EnvironmentProblem(f"an implementation of an earlier run does not end: see the processes of {folder}")
        time.sleep(POLL_SECONDS)


def clear_left(folder: Path) -> None:
    """End what a keeper has left that was killed, and remove its folder, unless somebody looks after it."""
    claim = claim_left(folder)
    if claim is not None:
        kill_by_environment(folder)
        claim.remove()


class CommandTenant:
    """Implements ``podnet.targets.tenants.Tenant`` with a command that its keeper looks after."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def start(self) -> None:
        """Start it again."""
        self._kept.start()

    def stop(self) -> None:
        """Kill it."""
        self._kept.kill()

    def check(self) -> None:
        """Raise Ended if it has ended by itself."""
        state = self._kept.state()
        if state.status == "ended":
            raise Ended(state.how)

    def caught_up(self) -> bool:
        """Nobody can tell: the budgets say how long a change may take."""
        return True

    def troubles(self) -> Sequence[Trouble]:
        """How it ended, if it has."""
        state = self._kept.outcome()
        if state.status != "ended":
            return ()
        log = self._kept.log
        return (Trouble(log.name, state.how, fatal=True, said=last_lines(log, _MOST_LINES)),)


class CommandTenancy:
    """Implements ``podnet.targets.tenants.Tenancy``: the command lives from the first scenario to the last.

    ``emptied``: whether the places go on after the run, and were used before.
    """

    def __init__(self, command: Command, *, budgets: Budgets, emptied: bool) -> None:
        self.left: Sequence[str] = ()
        self._command = command
        self._budgets = budgets
        self._emptied = emptied
        self._kept: dict[str, Kept] = {}
        self._clearing = Clearing()

    @contextmanager
    def opened(self, places: Sequence[Place]) -> Iterator[None]:
        """The command started for each place, and ready. Raises EnvironmentProblem if it does not get ready."""
        if self._emptied:
            for place in places:
                wipe(connection_to(place.kubeconfig).api, standing_nodes=place.standing_nodes)
        before = {place.name: everything(connection_to(place.kubeconfig).api) for place in places}
        try:
            self._start(places)
            for place in places:
                self._clearing.begin(place.name, found=made(connection_to(place.kubeconfig).api))
            yield
        finally:
            self._end(places, before=before)

    @contextmanager
    def tenant(self, place: Place, connection: Connection) -> Iterator[Tenant]:
        """The command alive, started again if it is not, and what earlier scenarios have made removed."""
        kept = self._kept[place.name]
        kept.start()
        self._clearing.clear(place.name, connection.api)
        yield CommandTenant(kept)

    def _start(self, places: Sequence[Place]) -> None:
        for number, place in enumerate(places, 1):
            self._kept[place.name] = Kept(self._command, place, number=number, ready_seconds=self._budgets.ready)
        for kept in self._kept.values():
            kept.begin()
        for kept in self._kept.values():
            try:
                kept.await_ready()
            except NotReady as problem:
                command = shlex.join(self._command.words)
                raise EnvironmentProblem(
                    f"the implementation `{command}` cannot be judged: {problem}; run it yourself with"
                    " KUBECONFIG, PODNET_INVENTORY and PODNET_WEBHOOK_HOST set, and see that it prints `ready`"
                ) from None

    def _end(self, places: Sequence[Place], *, before: Mapping[str, frozenset[Name]]) -> None:
        """Clear the places, end the commands, and see what is left. Nothing of it may keep the rest from its end."""
        left: dict[str, None] = {}
        for place in places:
            with told(left):
                place.check()
                self._clearing.clear(place.name, connection_to(place.kubeconfig).api)
        for kept in self._kept.values():
            kept.end()
        for place in places:
            with told(left):
                place.check()
                left.update(dict.fromkeys(_left(place, before=before[place.name])))
        self.left = tuple(left)


def _left(place: Place, *, before: frozenset[Name]) -> Iterator[str]:
    """What is new on a place; webhooks among it are removed, because they would refuse every pod."""
    api = connection_to(place.kubeconfig).api
    kinds = {resource.kind: resource for resource in WEBHOOKS}
    for name in sorted(everything(api) - before):
        resource = kinds.get(name[0])
        if resource is not None:
            with suppress(ApiError):
                api.delete(resource, name[2])
        yield called(name) + (" (removed)" if resource is not None else "")
