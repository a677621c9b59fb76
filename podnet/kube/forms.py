"""In which form a client wants to see objects: whole, as tables, or only their metadata.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from podnet.api.client import WatchEvent
from podnet.api.objects import Obj
from podnet.kube.registry import Served

_VERSIONS = frozenset({"v1", "v1beta1"})
_PARTIAL = "PartialObjectMetadata"


class Form(Protocol):
    """A form other than whole objects."""

    def one(self, obj: Obj) -> Obj:
        """An object."""

    def many(self, items: Sequence[Obj], metadata: Obj) -> Obj:
        """These objects, with the ``metadata`` of their list."""

    def event(self, event: WatchEvent, *, now: Callable[[], datetime]) -> Obj:
        """The object of an event of a watch."""


def form_of(accept: str, served: Served, *, one: bool, include: str, now: datetime) -> Form | None:
    """What an ``Accept`` header asks for before anything else; None for whole objects.

    ``include`` is the query parameter includeObject. Raises ApiError 400.
    """
    if "as=" not in accept:
        return None
    kind, version = _wanted(accept, one=one)
    if kind == "Table":
        from podnet.kube.tables import Tables  # only kubectl asks for them

        return Tables(served, version=version, include=include, now=now)
    return Metadata(version) if kind else None


def _wanted(accept: str, *, one: bool) -> tuple[str, str]:
    partial = _PARTIAL if one else f"{_PARTIAL}List"
    for part in accept.split(","):
        media, *rest = part.split(";")
        if media.strip() not in {"application/json", "*/*"}:
            continue
        parameters = dict(item.strip().partition("=")[::2] for item in rest)
        kind, version = parameters.get("as"), parameters.get("v", "")
        if kind is None:
            return "", ""
        if parameters.get("g") == "meta.k8s.io" and version in _VERSIONS and kind in {"Table", partial}:
            return kind, f"meta.k8s.io/{version}"
    return "", ""


class Metadata:
    """Objects of which nothing is shown but their metadata."""

    def __init__(self, version: str) -> None:
        self._version = version

    def one(self, obj: Obj) -> Obj:
        """An object."""
        return {"kind": _PARTIAL, "apiVersion": self._version, "metadata": obj["metadata"]}

    def many(self, items: Sequence[Obj], metadata: Obj) -> Obj:
        """These objects, with the ``metadata`` of their list."""
        shown = [self.one(item) for item in items]
        return {"kind": f"{_PARTIAL}List", "apiVersion": self._version, "metadata": metadata, "items": shown}

    def event(self, event: WatchEvent, *, now: Callable[[], datetime]) -> Obj:
        """The object of an event of a watch."""
        del now
        return event.object if event.type == "ERROR" else self.one(event.object)
