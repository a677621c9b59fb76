"""Structural schemas of custom resources: drop what is unknown, fill in defaults, then say what is wrong.

A schema is compiled once into nested ``Node`` values and shared by every cluster of the process.
Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema of Kubernetes 1.36.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from podnet.api.objects import Obj, clone

META = frozenset({"apiVersion", "kind", "metadata"})
_MISSING = object()


@dataclass(frozen=True)
class Node:
    """One schema, and those of its properties, items and additional properties.

    ``has_rules`` and ``has_keys``: there are rules in CEL, or lists that are sets or maps, in it or below it.
    """

    type: str = ""
    properties: Mapping[str, Node] = field(default_factory=dict)
    items: Node | None = None
    additional: Node | None = None
    required: tuple[str, ...] = ()
    enum: tuple[Any, ...] | None = None
    pattern: str = ""
    format: str = ""
    nullable: bool = False
    int_or_string: bool = False
    preserve: bool = False
    embedded: bool = False
    default: Any = _MISSING
    limits: Mapping[str, Any] = field(default_factory=dict)
    all_of: tuple[Node, ...] = ()
    any_of: tuple[Node, ...] = ()
    one_of: tuple[Node, ...] = ()
    not_: Node | None = None
    rules: tuple[Mapping[str, Any], ...] = ()
    has_rules: bool = False
    has_keys: bool = False
    list_type: str = ""
    list_keys: tuple[str, ...] = ()

    @property
    def has_default(self) -> bool:
        """Whether the schema states a default."""
        return self.default is not _MISSING


_LIMITS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)


def compile_schema(schema: Obj) -> Node:
    """The compiled form of an ``openAPIV3Schema``; equal schemas share one."""
    return _compiled(json.dumps(schema, sort_keys=True))


@lru_cache(maxsize=256)
def _compiled(text: str) -> Node:
    return _node(json.loads(text))


def _node(schema: Obj) -> Node:
    additional = schema.get("additionalProperties")
    if additional is True:
        additional = {"x-kubernetes-preserve-unknown-fields": True}
    nested = {key: tuple(_node(item) for item in schema.get(key) or ()) for key in ("allOf", "anyOf", "oneOf")}
    int_or_string = bool(schema.get("x-kubernetes-int-or-string"))
    properties = {key: _node(item) for key, item in (schema.get("properties") or {}).items()}
    items = _node(schema["items"]) if isinstance(schema.get("items"), dict) else None
    values = _node(additional) if isinstance(additional, dict) else None
    parts = [part for part in (*properties.values(), items, values) if part is not None]
    rules = tuple(schema.get("x-kubernetes-validations") or ())
    list_type = schema.get("x-kubernetes-list-type") or ""
    return Node(
        type=schema.get("type") or "",
        properties=properties,
        items=items,
        additional=values,
        required=tuple(schema.get("required") or ()),
        enum=tuple(schema["enum"]) if schema.get("enum") else None,
        pattern=schema.get("pattern") or "",
        format=schema.get("format") or "",
        nullable=bool(schema.get("nullable")),
        int_or_string=int_or_string,
        preserve=bool(schema.get("x-kubernetes-preserve-unknown-fields")),
        embedded=bool(schema.get("x-kubernetes-embedded-resource")),
        default=schema.get("default", _MISSING),
        limits={key: schema[key] for key in _LIMITS if schema.get(key) is not None},
        all_of=nested["allOf"],
        # The pair that x-kubernetes-int-or-string requires says nothing that the flag does not.
        any_of=() if int_or_string else nested["anyOf"],
        one_of=nested["oneOf"],
        not_=_node(schema["not"]) if schema.get("not") else None,
        rules=rules,
        has_rules=bool(rules) or any(part.has_rules for part in parts),
        has_keys=list_type in {"set", "map"} or any(part.has_keys for part in parts),
        list_type=list_type,
        list_keys=tuple(schema.get("x-kubernetes-list-map-keys") or ()),
    )


def prune(obj: Obj, node: Node) -> list[str]:
    """Drop the fields that the schema does not know, in place; returns their paths, sorted."""
    dropped: list[str] = []
    _prune(obj, node, "", dropped, root=True)
    return sorted(dropped)


def _prune(value: Any, node: Node | None, path: str, dropped: list[str], *, root: bool = False) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                _prune(item, node.items if node else None, f"{path}[{index}]", dropped)
        return
    for key in list(value):
        if (root or (node is not None and node.embedded)) and key in META:
            continue
        known = node.properties.get(key, node.additional) if node is not None else None
        if known is None:
            if node is None or not node.preserve:
                dropped.append(f"{path}.{key}" if path else key)
                del value[key]
        elif isinstance(value[key], (dict, list)):
            _prune(value[key], known, f"{path}.{key}" if path else key, dropped)


def fill_defaults(obj: Obj, node: Node) -> None:
    """Fill in what the schema defaults, in place; nulls that are not allowed count as missing."""
    for key, known in node.properties.items():
        value = obj.get(key, _MISSING)
        if value is None and not known.nullable:
            del obj[key]
            value = _MISSING
        if value is _MISSING and known.has_default:
            value = obj[key] = clone(known.default)
        _descend(value, known)
    if node.additional is not None:
        for key in [key for key in obj if key not in node.properties]:
            if obj[key] is None and not node.additional.nullable:
                if not node.additional.has_default:
                    del obj[key]
                    continue
                obj[key] = clone(node.additional.default)
            _descend(obj[key], node.additional)


def _descend(value: Any, node: Node) -> None:
    if isinstance(value, dict):
        fill_defaults(value, node)
    elif isinstance(value, list) and node.items is not None:
        for index, item in enumerate(value):
            if item is None and not node.items.nullable and node.items.has_default:
                value[index] = clone(node.items.default)
            _descend(value[index], node.items)


@cache
def pattern(text: str) -> Callable[[str], object]:
    """What looks for a pattern of a schema in a text. Raises ValueError for a pattern that is none.

    The syntax is RE2's, of which Python knows nearly all that schemas use; where it does not, the library for CEL does.
    """
    try:
        return re.compile(text, re.ASCII).search
    except re.error:
        from podnet.kube.cel import CelError, matches  # few definitions need it

        try:
            return matches(text)
        except CelError as error:
            raise ValueError(str(error)) from error
