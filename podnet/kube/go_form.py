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
from podnet.kube.field_types import INT_OR_STRING, LONG, QUANTITY, STRINGS, Shape, check
from podnet.kube.protobuf import message_of
from podnet.kube.shapes import METADATA
from podnet.kube.typed import resolved, schema_of

_METADATA = "meta.ObjectMeta"
_ZERO: Mapping[str, Any] = {"string": "", "bool": False, "int": 0, "double": 0}
_TIMES = frozenset({"Time", "MicroTime"})
_JSON_TYPES = {"string": str, "integer": int, "boolean": bool}
_FORMATS = {"int-or-string": INT_OR_STRING, "int64": LONG}
_OTHERS = frozenset({CUSTOM_RESOURCE_DEFINITIONS, NEW_EVENTS})
"""Kinds that their strategies bring into form: one has types of its own, the other is stored as another kind."""


@dataclass(frozen=True)
class _Form:
    """Of one message: ``drop`` is left out when it is zero, ``fill`` is there all the same, ``within`` has parts."""

    drop: frozenset[str]
    fill: tuple[tuple[str, Any], ...]
    within: tuple[tuple[str, str], ...]


def check_types(obj: Obj, resource: Resource) -> None:
    """Refuse an object of a built-in kind with a field of another type. Raises ApiError 400."""
    if resource != CUSTOM_RESOURCE_DEFINITIONS:
        check(obj, shape_of(resource), kind=resource.kind, version=resource.version)


def settle(obj: Obj, resource: Resource) -> None:
    """Bring an object into form, in place. Whatever has another type than it should is left alone."""
    name = None if resource in _OTHERS else message_of(resource.api_version, resource.kind)
    if name is not None:
        _settle(obj, name, fill=True)


def drop_empty(obj: Obj, resource: Resource) -> None:
    """Take away, in place, what is left out when it is empty, so that it gets its default."""
    if (name := message_of(resource.api_version, resource.kind)) is not None:
        _settle(obj, name, fill=False)


def _settle(value: Obj, name: str, *, fill: bool) -> None:
    form = _form(name)
    for key in form.drop & value.keys():
        if not value[key] and not isinstance(value[key], float):
            del value[key]
    for key, zero in form.fill if fill else ():
        if key not in value:
            value[key] = {} if zero == {} else zero
    for key, message in form.within:
        part = value.get(key)
        if isinstance(part, dict):
            _settle(part, message, fill=fill)
        elif isinstance(part, list):
            for item in part:
                if isinstance(item, dict):
                    _settle(item, message, fill=fill)


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


@cache
def shape_of(resource: Resource) -> Shape:
    """The JSON types of a kind's fields, as its schema tells them."""
    found = _shape(schema_of(resource))
    return {**(found if isinstance(found, dict) else {}), **METADATA}


def _shape(schema: Mapping[str, Any]) -> Any:
    """A Shape; None for what may have several types."""
    schema = resolved(schema)
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if schema.get("oneOf"):
        return QUANTITY
    kind, extra = schema.get("type"), schema.get("additionalProperties")
    if kind == "array":
        item = _shape(schema.get("items") or {})
        return None if item is None else [item]
    if kind != "object":
        return _JSON_TYPES.get(str(kind))
    if isinstance(extra, Mapping):
        return STRINGS if extra.get("type") == "string" else dict
    parts = {key: _shape(part) for key, part in (schema.get("properties") or {}).items()}
    return {key: part for key, part in parts.items() if part is not None} or dict
