"""What all kinds have in common that are kept without anything acting on them: types from the schema, and a caveat."""

# ruff: noqa: D102  # an overridden method is described by Strategy

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.shapes import METADATA, STRINGS, Shape, check
from podnet.kube.strategy import Strategy

_JSON_TYPES = {"string": str, "integer": int, "boolean": bool}


class KeptStrategy(Strategy):
    """A kind that is stored as a real API server would store it. ``caveat``: what nothing here does with it."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        check(obj, shape_of(self.resource), kind=obj["kind"], version=self.resource.version)
        return super().decode(obj, strict=strict)


@cache
def shape_of(resource: Resource) -> Shape:
    """The JSON types of a kind's fields, as its schema tells them."""
    from podnet.kube.typed import schema_of  # the schemas are large, and few clusters look at them

    found = _shape(schema_of(resource))
    return {**(found if isinstance(found, dict) else {}), **METADATA}


def _shape(schema: Mapping[str, Any]) -> Any:
    """A Shape; None for what may have several types."""
    from podnet.kube.typed import resolved

    schema = resolved(schema)
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
