"""What a cluster on a real clock needs of the implementation that lives on it, whatever it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from podnet.targets.base import Trouble


class NotReady(Exception):  # noqa: N818  # a state of the implementation, told as what it is
    """The implementation did not get ready. The message says what it said last."""


class Tenant(Protocol):
    """An implementation on one cluster."""

    def start(self) -> None:
        """Start it, and wait until it is ready. Raises NotReady, and Unable where nobody can start it."""

    def stop(self) -> None:
        """End it as a crash would: what it has not stored is gone. Raises Unable where nobody can start it again."""

    def caught_up(self) -> bool:
        """Whether it knows all that is stored now, as far as that can be told; true of one that does not run."""

    def troubles(self) -> Sequence[Trouble]:
        """What it let escape so far, in all its lives."""
