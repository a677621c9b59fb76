"""What a program may ask of a Kubernetes API server, whether it sits in this process or behind HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from podnet.api.objects import Obj
from podnet.api.resources import Resource

PatchType = Literal["json", "merge", "strategic", "apply"]
Propagation = Literal["Background", "Foreground", "Orphan"]
EventType = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]


@dataclass(frozen=True)
class ObjectList:
    """The answer to a list request: the objects, and the version from which a watch may continue."""

    items: Sequence[Obj]
    resource_version: str
    continue_token: str = ""


@dataclass(frozen=True)
class WatchEvent:
    """One line of a watch."""

    type: EventType
    object: Obj


class Api(Protocol):
    """The verbs of the Kubernetes API, on plain objects.

    Every method raises ``podnet.api.errors.ApiError`` for an answer that is not a success.
    What is returned belongs to the caller, who may change it.
    """

    def get(self, resource: Resource, name: str, *, namespace: str = "", subresource: str = "") -> Obj:
        """One object. 404 NotFound if there is none."""

    def list(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
    ) -> ObjectList:
        """The objects of one namespace, or of all when ``namespace`` is empty."""

    def create(
        self, resource: Resource, obj: Obj, *, namespace: str = "", subresource: str = "", dry_run: bool = False
    ) -> Obj:
        """Create; the namespace defaults to ``metadata.namespace``. 409 AlreadyExists if it is there."""

    def update(self, resource: Resource, obj: Obj, *, subresource: str = "") -> Obj:
        """Replace. With ``metadata.resourceVersion`` set, 409 Conflict if it has changed since."""

    def patch(
        self,
        resource: Resource,
        name: str,
        patch: Obj | Sequence[Obj],
        *,
        namespace: str = "",
        type: PatchType = "merge",
        subresource: str = "",
    ) -> Obj:
        """Change a part of an object."""

    def delete(
        self,
        resource: Resource,
        name: str,
        *,
        namespace: str = "",
        grace_period_seconds: int | None = None,
        propagation: Propagation | None = None,
        uid: str = "",
    ) -> Obj:
        """Delete, or begin to (a grace period, finalizers). With ``uid``, 409 Conflict if it is another object."""

    def watch(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        resource_version: str = "",
        timeout_seconds: int = 0,
    ) -> Iterator[WatchEvent]:
        """The changes since ``resource_version`` in order, until ``timeout_seconds`` have passed (0: those so far)."""
