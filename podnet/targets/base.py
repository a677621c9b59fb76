"""What the harness needs of the place where a run happens, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from math import inf
from pathlib import Path
from typing import Any, Protocol

from podnet.api.client import Api
from podnet.api.host import Implementation
from podnet.api.inventory import Inventory
from podnet.api.objects import Obj

ImplementationFactory = Callable[[], Implementation]
"""Makes an implementation in Python, new each time."""


@dataclass(frozen=True)
class Command:
    """``exec:COMMAND``: an implementation as a process of its own. ``words``: the program and its arguments.

    ``inventory``: the text of the inventory file that it gets. ``logs``: the folder where its logs are kept, None where
    nobody keeps them.
    """

    words: tuple[str, ...]
    inventory: str = ""
    logs: Path | None = None


@dataclass(frozen=True)
class Installed:
    """``installed``: whatever the cluster has; the suite neither starts nor ends it."""


Judged = ImplementationFactory | Command | Installed
"""What is to be judged, as a target takes it."""


@dataclass(frozen=True)
class Budgets:
    """How long a conformant implementation may take, in seconds on the cluster's clock.

    ``start`` pods from creation to running, those of a StatefulSet one after the other; ``late`` evidence that follows
    a running pod; ``end`` a deletion; ``window`` how long something must not happen: at least three times what a pod
    needs to start; ``settle`` how long a change may take until everybody has learnt of it (MAT-5); ``patience`` the
    longest that a step may let pass.

    ``real``: the clock is that on the wall, and nobody can put it forward. ``scenario``: how long one scenario may take
    on the wall clock before it counts as stuck. ``ready``: how long a command may take until it is ready.
    """

    start: float = 900.0
    late: float = 60.0
    end: float = 900.0
    window: float = 900.0
    settle: float = 30.0
    patience: float = inf
    real: bool = False
    scenario: float = 30.0
    ready: float = 60.0

    def scaled(self, scale: float) -> Budgets:
        """The same for a place that is ``scale`` times as slow; what a step lets pass stays as long as it is."""
        kept = ("patience", "real", "scenario")
        return Budgets(
            **{field.name: getattr(self, field.name) * (1 if field.name in kept else scale) for field in fields(self)}
        )

    def unseen(self) -> Budgets:
        """The same for an implementation that cannot be asked whether it has heard of everything.

        Webhooks that answer by what they watch were seen to lag by up to 1.2 s.
        """
        return replace(
            self,
            start=max(self.start, UNSEEN.start),
            late=max(self.late, UNSEEN.late),
            window=max(self.window, UNSEEN.window),
            settle=max(self.settle, UNSEEN.settle),
            scenario=max(self.scenario, UNSEEN.scenario),
        )


UNSEEN = Budgets(start=30.0, late=5.0, window=5.0, settle=2.0, scenario=600.0)
"""What somebody else's process is given at least."""


@dataclass(frozen=True)
class Trouble:
    """An exception that the implementation let escape. ``where`` is ``file:line in function``.

    ``fatal``: its process has ended instead, without being asked to; ``where`` is its log, ``error`` says how, and
    ``said`` holds the last lines of that log.
    """

    where: str
    error: str
    fatal: bool = False
    said: str = ""


class Ended(Exception):  # noqa: N818 - a finding about the implementation, not an error of ours
    """The process of the implementation has ended without being asked to. The message says how."""


class Restless(Exception):  # noqa: N818 - a state of the cluster, not an error
    """Something makes new work without end, at one and the same moment: the cluster never comes to rest."""


class Unable(Exception):  # noqa: N818 - a property of the place, not an error
    """This cannot be done here."""


class Footprint(Protocol):
    """What a piece of work has touched."""

    def conflicts(self, other: Any, /) -> bool:
        """Whether the order of the two pieces of work may matter."""


class Turns(Protocol):
    """Decides piece by piece in which order concurrent work is done."""

    def choose(self, ready: Sequence[Hashable]) -> Hashable:
        """Which of the pieces of work that could be done now comes next; there is at least one.

        May raise any BaseException of its own to give the attempt up.
        """

    def done(self, footprint: Footprint) -> None:
        """The piece that was chosen last is done."""


class Cluster(Protocol):
    """A cluster with an implementation of PodNetworking on it, for the length of a scenario."""

    @property
    def api(self) -> Api:
        """The Kubernetes API: the suite's only way in."""

    @property
    def kubeconfig(self) -> Path | None:
        """A kubeconfig for others who want to reach it; None where nobody else can."""

    def actual(self, obj: Obj) -> Obj:
        """An object as others find it there: with the real name of its namespace, where scenarios have another."""

    @property
    def elapsed(self) -> float:
        """Seconds since the cluster was handed over, on the clock that budgets are counted by."""

    def progress(self, *, until: float) -> bool:
        """Let the cluster work; False once nothing more can happen before ``until`` (seconds, as ``elapsed``)."""

    def settle(self) -> None:
        """Let what is under way come to rest, as far as that can be known."""

    def next_of(self, waiting: Sequence[int]) -> int:
        """Which of several things that clients do at once comes next, by its number; others may work before it.

        The first call begins a stretch of concurrent work, the next ``settle`` ends it.
        """

    def stop(self) -> None:
        """End the process of the implementation as a crash would. Raises Unable if it cannot be started again."""

    def start(self) -> None:
        """Start the process of the implementation again after ``stop``; what it has not stored it has forgotten."""

    def troubles(self) -> Sequence[Trouble]:
        """What the implementation let escape so far."""


class Target(Protocol):
    """A kind of place to run. ``name`` is the word on the command line."""

    name: str

    @property
    def left(self) -> Sequence[str]:
        """What was left of the implementation when the place was closed, by kind and name."""

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know of the place, as it was when it was opened."""

    @property
    def kubernetes(self) -> str:
        """The version of Kubernetes that the cluster claims."""

    @property
    def budgets(self) -> Budgets:
        """How long things may take here."""

    def prepare(self) -> None:
        """Whatever is needed once in a process and costs time: imports, so that children need not repeat them."""

    def opened(self, jobs: int, *, inventory: Inventory, implementation: Judged) -> AbstractContextManager[None]:
        """The place made ready for so many scenarios at the same time; leaving the context leaves nothing behind.

        Entered once for a run, before the processes are forked that play it. Raises EnvironmentProblem.
        """

    def in_turns(self, turns: Turns) -> Target | None:
        """The same place with the order of all concurrent work decided by ``turns``; None where nobody decides it."""

    def cluster(self, *, inventory: Inventory, implementation: Judged, seed: str) -> AbstractContextManager[Cluster]:
        """A cluster for one scenario; leaving the context ends it. Both arguments are those of ``opened``."""
