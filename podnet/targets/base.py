"""What the harness needs of the place where a run happens, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from podnet.api.client import Api
from podnet.api.host import Implementation
from podnet.api.inventory import Inventory

ImplementationFactory = Callable[[], Implementation]


@dataclass(frozen=True)
class Trouble:
    """An exception that the implementation let escape. ``where`` is ``file:line in function``."""

    where: str
    error: str


class Restless(Exception):  # noqa: N818 - a state of the cluster, not an error
    """Something makes new work without end, at one and the same moment: the cluster never comes to rest."""


class Cluster(Protocol):
    """A cluster with an implementation of PodNetworking on it, for the length of a scenario."""

    @property
    def api(self) -> Api:
        """The Kubernetes API: the suite's only way in."""

    @property
    def elapsed(self) -> float:
        """Seconds since the cluster was handed over, on the clock that budgets are counted by."""

    def progress(self, *, until: float) -> bool:
        """Let the cluster work; False once nothing more can happen before ``until`` (seconds, as ``elapsed``)."""

    def settle(self) -> None:
        """Let what is under way come to rest, as far as that can be known."""

    def troubles(self) -> Sequence[Trouble]:
        """What the implementation let escape so far."""


class Target(Protocol):
    """A kind of place to run. ``name`` is the word on the command line."""

    name: str

    @property
    def kubernetes(self) -> str:
        """The version of Kubernetes that the cluster claims."""

    def prepare(self) -> None:
        """Whatever is needed once in a process and costs time: imports, so that children need not repeat them."""

    def cluster(
        self, *, inventory: Inventory, implementation: ImplementationFactory, seed: str
    ) -> AbstractContextManager[Cluster]:
        """A cluster for one scenario; leaving the context ends it."""
