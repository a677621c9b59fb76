"""A PodNetworking as a value, because the engine, the suite and the policies all read the same few fields of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from podnet.api.objects import Obj
from podnet.api.selectors import EVERYTHING, NOTHING, Selector, SelectorError, from_label_selector

ELASTIC = "Elastic"
FIXED = "Fixed"


@dataclass(frozen=True)
class PodNetworking:
    """A network plane and who uses it. A selector is None where it is not set, which is not the same as empty.

    Source: the parameter reference of the document. ``release_strategy`` and ``release_after`` are empty if not set.
    """

    name: str
    uid: str = ""
    allocation_type: str = ELASTIC
    pod_selector: Obj | None = None
    namespace_selector: Obj | None = None
    security_groups: tuple[str, ...] = ()
    vswitches: tuple[str, ...] = ()
    release_strategy: str = ""
    release_after: str = ""

    @cached_property
    def pods(self) -> Selector:
        """``podSelector``, ready to match: everything if not set, nothing if malformed."""
        return _selector(self.pod_selector)

    @cached_property
    def namespaces(self) -> Selector:
        """``namespaceSelector``, ready to match: everything if not set, nothing if malformed."""
        return _selector(self.namespace_selector)

    @property
    def selects(self) -> bool:
        """Whether it has a selector at all: without any it applies to nobody."""
        return self.pod_selector is not None or self.namespace_selector is not None


def _selector(selector: Obj | None) -> Selector:
    if selector is None:
        return EVERYTHING
    try:
        return from_label_selector(selector)
    except SelectorError:
        return NOTHING


def from_object(obj: Obj) -> PodNetworking:
    """The PodNetworking in an object. Never raises: what has the wrong type counts as absent, or as malformed."""
    metadata, spec = _mapping(obj.get("metadata")), _mapping(obj.get("spec"))
    allocation, selector = _mapping(spec.get("allocationType")), _mapping(spec.get("selector"))
    return PodNetworking(
        name=_text(metadata.get("name")),
        uid=_text(metadata.get("uid")),
        allocation_type=_text(allocation.get("type")) or ELASTIC,
        pod_selector=selector.get("podSelector"),
        namespace_selector=selector.get("namespaceSelector"),
        security_groups=_texts(spec.get("securityGroupIDs")),
        vswitches=_texts(spec.get("vSwitchOptions")),
        release_strategy=_text(allocation.get("releaseStrategy")),
        release_after=_text(allocation.get("releaseAfter")),
    )


def _mapping(value: Any) -> Obj:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
