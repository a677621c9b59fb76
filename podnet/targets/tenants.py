"""What a cluster on a real clock needs of the implementation that lives on it, whatever it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from podnet.targets.base import Ended, Trouble

if TYPE_CHECKING:
    from podnet.operator.connection import Connection
    from podnet.targets.places import Place


class NotReady(Ended):
    """The implementation did not get ready. The message says what it said last."""


class Tenant(Protocol):
    """An implementation on one cluster, for the length of a scenario."""

    def start(self) -> None:
        """Start it, and wait until it is ready. Raises NotReady, and Unable where nobody can start it."""

    def stop(self) -> None:
        """End it as a crash would: what it has not stored is gone. Raises Unable where nobody can start it again."""

    def check(self) -> None:
        """Raise Ended if it should run and does not."""

    def caught_up(self) -> bool:
        """Whether it knows all that is stored now, as far as that can be told; true of one that does not run."""

    def troubles(self) -> Sequence[Trouble]:
        """What it let escape so far, in all its lives."""


class Tenancy(Protocol):
    """How implementations of one kind come to the places of a run, and leave them.

    ``left``: what of them was still there when the run was over, by kind and name.
    """

    left: Sequence[str]

    def opened(self, places: Sequence[Place]) -> AbstractContextManager[None]:
        """The places made ready for a run; leaving the context leaves nothing of it. Raises EnvironmentProblem."""

    def tenant(self, place: Place, connection: Connection) -> AbstractContextManager[Tenant]:
        """A place emptied for a scenario, with the implementation ready. Raises NotReady, EnvironmentProblem."""
