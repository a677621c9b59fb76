"""Nulls in built-in kinds, which say no more to a decoder into Go types than a field that is missing."""

from __future__ import annotations

from typing import Any


def drop_nulls(value: Any) -> None:
    """Remove every null field, in place: a decoder into Go types cannot tell it from one that is missing."""
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]
        for item in value.values():
            if isinstance(item, (dict, list)):
                drop_nulls(item)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list)):
                drop_nulls(item)
