"""Gives built-in kinds the form in which a server written in Go keeps them: some fields are always there, some never.

What is always there, and what is left out when it is empty, is told by ``facts.fact("wire")``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from podnet.api.objects import Obj
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, NEW_EVENTS, Resource
from podnet.kube.facts import fact
from podnet.kube.protobuf import message_of

_METADATA = "meta.ObjectMeta"
_ZERO: Mapping[str, Any] = {"string": "", "bool": False, "int": 0, "double": 0}
_TIMES = frozenset({"Time", "MicroTime"})
_OTHERS = frozenset({CUSTOM_RESOURCE_DEFINITIONS, NEW_EVENTS})
"""Kinds that their strategies bring into form: one has types of its own, the other is stored as another kind."""


@dataclass(frozen=True)
class _Form:
    """Of one message: ``drop`` is left out when it is zero, ``fill`` is there all the same, ``within`` has parts."""

    drop: frozenset[str]
    fill: tuple[tuple[str, Any], ...]
    within: tuple[tuple[str, str], ...]


def settle(obj: Obj, resource: Resource) -> None:
    """Bring an object into form, in place. Whatever has another type than it should is left alone."""
    name = None if resource in _OTHERS else message_of(resource.api_version, resource.kind)
    if name is not None:
        _settle(obj, name)


def _settle(value: Obj, name: str) -> None:
    form = _form(name)
    for key in form.drop & value.keys():
        if not value[key] and not isinstance(value[key], float):
            del value[key]
    for key, zero in form.fill:
        if key not in value:
            value[key] = {} if zero == {} else zero
    for key, message in form.within:
        part = value.get(key)
        if isinstance(part, dict):
            _settle(part, message)
        elif isinstance(part, list):
            for item in part:
                if isinstance(item, dict):
                    _settle(item, message)


@cache
def _form(name: str) -> _Form:
    drop: set[str] = set()
    fill: list[tuple[str, Any]] = []
    within: list[tuple[str, str]] = []
    inline: list[_Form] = []
    for field in fact("wire")[name].values():
        key, kind = field["name"], field["type"]
        many = field.get("repeated") or field.get("mapped")
        if field.get("inline"):
            inline.append(_form(kind))
        elif field.get("held") and not many:
            if kind in _TIMES or "." in kind:
                fill.append((key, None if kind in _TIMES else {}))
        elif many and not field.get("always"):
            drop.add(key)
        elif field.get("always") and (many or kind in _ZERO):
            fill.append((key, None if many else _ZERO[kind]))
        elif field.get("omit"):
            drop.add(key)
        if "." in kind and kind != _METADATA and not field.get("inline") and not field.get("mapped"):
            within.append((key, kind))
    return _Form(
        frozenset(drop).union(*(form.drop for form in inline)),
        (*fill, *(item for form in inline for item in form.fill)),
        (*within, *(item for form in inline for item in form.within)),
    )
