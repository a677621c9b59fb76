"""What every verb of the API server works on, so that a verb can be a function in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from podnet.api.objects import Obj
from podnet.kube.admission import Admission
from podnet.kube.registry import Registry, Served
from podnet.kube.store import Store
from podnet.kube.strategy import Context
from podnet.kube.tokens import Tokens


def _nobody_listens(text: str) -> None:
    del text


@dataclass(frozen=True)
class WriteOptions:
    """What a request says beyond its object.

    ``field_validation`` is Strict, Warn or Ignore; ``warn`` takes the texts of ``Warning`` headers. ``checked``: fields
    that a built-in kind does not have are looked for. ``manager`` owns what is written, through ``subresource``; with
    ``applied`` the object says itself who owns what, and ``force`` takes fields from others.
    ``repeated`` says which fields the text of the request has twice.
    """

    dry_run: bool = False
    field_validation: str = "Warn"
    warn: Callable[[str], None] = _nobody_listens
    checked: bool = False
    manager: str = "kube-controller-manager"
    subresource: str = ""
    applied: bool = False
    force: bool = False
    repeated: tuple[str, ...] = ()


PLAIN = WriteOptions()


@dataclass(frozen=True)
class DeleteOptions:
    """The ``DeleteOptions`` of a request; None or empty where it says nothing.

    ``collection``: the request names no object, but all of a collection.
    """

    grace_period_seconds: int | None = None
    propagation: str | None = None
    uid: str = ""
    resource_version: str = ""
    dry_run: bool = False
    warn: Callable[[str], None] = _nobody_listens
    collection: bool = False


@dataclass(frozen=True)
class Backend:
    """Store, registry and admission of one API server, with its clock and its randomness.

    ``thorough``: it keeps ``managedFields`` and drops the fields that built-in kinds do not have, as a real one does.
    The clusters of the suite do without: nothing that they are asked shows it, and every write would pay.
    """

    store: Store
    registry: Registry
    admission: Admission
    now: Callable[[], datetime]
    random: Random
    tokens: Tokens
    thorough: bool = False

    def context(self) -> Context:
        """What a strategy may look at."""
        return Context(self.now(), self.store.get, self.thorough)

    def new_uid(self) -> str:
        """A version 4 UUID from the seeded randomness."""
        return str(UUID(int=self.random.getrandbits(128), version=4))


def presented(served: Served, obj: Obj) -> Obj:
    """A stored object as this version of its resource shows it (versions of one custom kind differ in name only)."""
    if served.resource is served.storage or served.resource == served.storage:
        return obj
    return {**served.strategy.present(obj), "apiVersion": served.resource.api_version}
