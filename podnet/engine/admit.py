"""Decides whether a PodNetworking is acceptable, as far as the schema of its CustomResourceDefinition cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from podnet.api.objects import Obj
from podnet.api.podnetworking import FIXED
from podnet.api.selectors import Problem, problems

SECURITY_GROUP_LIMIT = 5
"""Source: the document, securityGroupIDs: "You can specify up to five security groups"."""


def refusals(podnetworking: Obj, *, limit: int = SECURITY_GROUP_LIMIT) -> tuple[Problem, ...]:
    """What is wrong with the manifest; empty if nothing is. The same at creation and at every update.

    Refused: malformed selectors, more than ``limit`` security groups, no vSwitch or security group at all, and a Fixed
    allocation with releaseStrategy or releaseAfter, which the document does not support.
    """
    spec = _mapping(podnetworking.get("spec"))
    selector = _mapping(spec.get("selector"))
    return (
        *problems(selector.get("podSelector"), path="spec.selector.podSelector"),
        *problems(selector.get("namespaceSelector"), path="spec.selector.namespaceSelector"),
        *_plane(spec, limit=limit),
        *_release(_mapping(spec.get("allocationType"))),
    )


def _mapping(value: Any) -> Obj:
    return value if isinstance(value, dict) else {}


def _plane(spec: Obj, *, limit: int) -> Iterator[Problem]:
    groups = spec.get("securityGroupIDs")
    if isinstance(groups, list) and len(groups) > limit:
        why = f"Too many: {len(groups)}: must have at most {limit} items"
        yield Problem("spec.securityGroupIDs", "FieldValueTooMany", why)
    for field, thing in (("securityGroupIDs", "security group"), ("vSwitchOptions", "vSwitch")):
        if not spec.get(field):
            yield Problem(f"spec.{field}", "FieldValueRequired", f"Required value: must name at least one {thing}")


def _release(allocation: Obj) -> Iterator[Problem]:
    if allocation.get("type") != FIXED:
        return
    for field in ("releaseStrategy", "releaseAfter"):
        if allocation.get(field):
            why = "Forbidden: may not be specified when `type` is 'Fixed': pods do not keep their addresses"
            yield Problem(f"spec.allocationType.{field}", "FieldValueForbidden", why)
