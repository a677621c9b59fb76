"""What differs from resource to resource when the API server writes: defaults, validation, what may change."""

# ruff: noqa: ARG002  # the base takes what only some of its subclasses look at

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from podnet.api.errors import ApiError
from podnet.api.label_syntax import subdomain_problems
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.api.selectors import Problem
from podnet.kube.field_types import Shape, check
from podnet.kube.metadata import NameRule
from podnet.kube.nulls import drop_nulls
from podnet.kube.shapes import METADATA

_OWN = frozenset({"metadata", "status", "kind", "apiVersion"})

Peek = Callable[[Resource, str, str], Obj | None]


@dataclass(frozen=True)
class Context:
    """What a strategy may look at: the moment and the stored objects.

    ``thorough``: see ``podnet.kube.backend.Backend``.
    """

    now: datetime
    peek: Peek
    thorough: bool = False


@dataclass(frozen=True)
class ScalePaths:
    """Where an object says how many replicas it wants, how many there are, and which pods they are (text)."""

    wanted: tuple[str, ...] = ("spec", "replicas")
    there: tuple[str, ...] = ("status", "replicas")
    selector: tuple[str, ...] = ()


class Strategy:
    """The rules of one resource; the base is a resource without any rule of its own (ConfigMap, Event, Lease).

    ``caveat`` is what whoever creates an object is warned of, ``deprecated`` what everybody is who asks for any.

    Methods named ``prepare`` and ``default`` change ``obj`` in place, which belongs to the request; ``old`` is stored
    and only read. ``default`` must leave an object alone that it has seen before.
    """

    shape: Shape = METADATA
    subresources: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    generation = False
    unconditional_update = True
    returns_deleted = False
    graceful = False
    patch_types: tuple[str, ...] = ("json", "merge", "strategic", "apply")
    status_keeps: tuple[str, ...] = ()
    keeps_status_on_create = True
    delete_collection = True
    orphans_by_default = False
    create_on_update = False
    drops_nulls = True
    schema: Obj = {}  # noqa: RUF012  # read only: that of a custom resource
    columns: tuple[Obj, ...] = ()
    absent: ApiError | None = None
    scale = ScalePaths()
    caveat = ""
    deprecated = ""
    knows_finalizers = True

    @property
    def name_rule(self) -> NameRule:
        """What a name must look like."""
        return subdomain_problems

    @property
    def has_status(self) -> bool:
        """Whether ``status`` is written through its own path only."""
        return "status" in self.subresources

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        """Bring a body into the form in which objects are stored, in place; returns what deserves a warning.

        Raises ApiError 400 for a body that cannot be read, or with ``strict`` for one with unknown fields.
        """
        check(obj, self.shape, kind=obj["kind"], version=obj["apiVersion"].rpartition("/")[2])
        if self.drops_nulls:
            drop_nulls(obj)
        self.default(obj)
        return ()

    def present(self, obj: Obj) -> Obj:
        """A stored object as this version of its resource shows it, besides ``apiVersion``; a new one if it differs."""
        return obj

    def default(self, obj: Obj) -> None:
        """Fill in the fields that the API server never leaves empty."""

    def admit(self, obj: Obj, context: Context) -> None:
        """What built-in admission adds to a new object before webhooks see it."""

    def prepare_create(self, obj: Obj, context: Context) -> None:
        """Reset what the creator may not choose."""
        if self.has_status and not self.keeps_status_on_create:
            obj["status"] = {}
        if self.generation:
            obj["metadata"]["generation"] = 1

    def prepare_update(self, obj: Obj, old: Obj, context: Context) -> None:
        """Reset what an update through the main path may not change."""
        if self.has_status:
            _keep(obj, old, "status")
        if self.generation and self.is_new_generation(obj, old):
            obj["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1

    def prepare_status(self, obj: Obj, old: Obj, context: Context) -> None:
        """Reset everything that an update through the status path may not change."""
        for key in dict.fromkeys((*obj, *old)):
            if key not in _OWN:
                _keep(obj, old, key)
        for key in self.status_keeps:
            _keep(obj["metadata"], old["metadata"], key)

    def prepare_ephemeral(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        """Reset everything that an update through the path of ephemeral containers may not change; what is wrong."""
        return iter(())

    def is_new_generation(self, obj: Obj, old: Obj) -> bool:
        """Whether an update changes what the object asks for."""
        return bool(obj.get("spec") != old.get("spec"))

    def problems(self, obj: Obj) -> Iterator[Problem]:
        """What is wrong with a new object, besides its metadata."""
        return iter(())

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        """What is wrong with an update through the main path, besides its metadata."""
        return iter(())

    def status_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        """What is wrong with an update through the status path, besides its metadata."""
        return iter(())

    def grace(self, obj: Obj, requested: int | None) -> int:
        """Seconds between the request to delete and the end, for a ``graceful`` resource."""
        return requested or 0

    def may_vanish(self, obj: Obj) -> bool:
        """Whether a terminating object without finalizers may go."""
        return True


def _keep(obj: Obj, old: Obj, key: str) -> None:
    if key in old:
        obj[key] = old[key]
    else:
        obj.pop(key, None)
