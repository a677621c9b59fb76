"""The types of objects as OpenAPI schemas tell them: which fields there are, and which have an owner of their own.

Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.facts import fact

Form = Literal["leaf", "map", "keyed", "set", "unknown"]
_REFERENCE = "#/components/schemas/"
_METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


class Typed:
    """The type of a value. Types are made when they are first looked at, because some contain themselves.

    ``form`` is ``leaf`` for what is owned as a whole (also an atomic list or map), ``map`` for what is owned field by
    field, ``keyed`` and ``set`` for lists that are owned item by item, ``unknown`` for what may be anything.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = resolved(schema)
        self._fields: dict[str, Typed] = {}
        self.default = schema.get("default", self._schema.get("default"))
        self.properties: Mapping[str, Any] = self._schema.get("properties") or {}
        self.keys: tuple[str, ...] = tuple(self._schema.get("x-kubernetes-list-map-keys") or ())
        self.form: Form = self._form()

    def field(self, name: str) -> Typed | None:
        """The type of a field; None if there is no such field."""
        found = self._fields.get(name)
        if found is None:
            schema = self.properties.get(name, self._schema.get("additionalProperties"))
            if schema is None or schema is False:
                if not self.is_open:
                    return None
                schema = {"x-kubernetes-preserve-unknown-fields": True}
            found = self._fields[name] = Typed({} if schema is True else schema)
        return found

    @property
    def item(self) -> Typed:
        """The type of the items of a list."""
        found = self._fields.get("")
        if found is None:
            found = self._fields[""] = Typed(self._schema.get("items") or {})
        return found

    @property
    def is_closed(self) -> bool:
        """Whether it has the fields that are named, and no others."""
        return bool(self.properties) and not self._schema.get("additionalProperties") and not self.is_open

    @property
    def is_open(self) -> bool:
        """Whether it may have fields that nobody has named."""
        return bool(self._schema.get("x-kubernetes-preserve-unknown-fields"))

    def _form(self) -> Form:
        schema = self._schema
        kind = schema.get("type")
        if kind == "array":
            listed = schema.get("x-kubernetes-list-type")
            return "keyed" if listed == "map" else "set" if listed == "set" else "leaf"
        if schema.get("x-kubernetes-map-type") == "atomic":
            return "leaf"
        if self.properties or schema.get("additionalProperties"):
            return "map"
        if self.is_open:
            return "unknown"
        return "leaf"


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, or the one that it refers to."""
    parts = list(schema.get("allOf") or ())
    reference = schema.get("$ref") or (parts[0].get("$ref") if len(parts) == 1 else None)
    if not reference:
        return schema
    found: Mapping[str, Any] = fact("schemas")[reference.removeprefix(_REFERENCE)]
    return found


@cache
def _by_kind() -> Mapping[tuple[str, str, str], Mapping[str, Any]]:
    return {
        (kind["group"], kind["version"], kind["kind"]): schema
        for schema in fact("schemas").values()
        for kind in schema.get("x-kubernetes-group-version-kind") or ()
    }


@cache
def built_in(resource: Resource) -> Typed:
    """The type of a built-in kind."""
    return Typed(schema_of(resource))


def schema_of(resource: Resource) -> Mapping[str, Any]:
    """The schema of a built-in kind."""
    return _by_kind()[resource.group, resource.version, resource.kind]


def custom(schema: Obj) -> Typed:
    """The type of a custom kind with this ``openAPIV3Schema``."""
    properties = {
        **(schema.get("properties") or {}),
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"$ref": f"{_REFERENCE}{_METADATA}"},
    }
    return Typed({**schema, "properties": properties})


def drop_unknown(value: Any, typed: Typed, path: str = "") -> list[str]:
    """Take the fields away, in place, that a type does not know; returns their paths."""
    if isinstance(value, list):
        return [
            found
            for index, item in enumerate(value)
            if isinstance(item, (dict, list))
            for found in drop_unknown(item, typed.item, f"{path}[{index}]")
        ]
    dropped: list[str] = []
    for key in list(value):
        where = f"{path}.{key}" if path else key
        known = typed.field(key)
        if known is None and typed.is_closed:
            dropped.append(where)
            del value[key]
        elif known is not None and isinstance(value[key], (dict, list)):
            dropped += drop_unknown(value[key], known, where)
    return dropped
