"""Values to JSON and back, driven by the types of the dataclasses, so that no field is spelt a second time."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: object) -> Any:
    """A frozen dataclass as JSON values: tuples become lists; nothing is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(getattr(value, name)) for name in _hints(type(value))}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    return value


def from_json(type_: type[T], value: Any) -> T:
    """The dataclass that ``to_json`` wrote. Raises TypeError, ValueError or KeyError for anything else."""
    return cast("T", _decode(type_, value))


@cache
def _hints(type_: type) -> dict[str, Any]:
    return get_type_hints(type_)


def _decode(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, value)
    if origin in {Union, types.UnionType}:
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return None if value is None else _decode(inner, value)
    if origin is tuple:
        return tuple(_decode(arguments[0], item) for item in _expect(list, value))
    if origin is Literal:
        if value not in arguments:
            raise ValueError(f"{value!r} is not one of {', '.join(map(str, arguments))}")
        return value
    if origin is not None:  # a Mapping
        return {key: _decode(arguments[1], item) for key, item in _expect(dict, value).items()}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return _expect(hint, value)


def _dataclass(type_: Any, value: Any) -> Any:
    hints, fields = _hints(type_), _expect(dict, value)
    unknown = sorted(fields.keys() - hints.keys())
    if unknown:
        raise ValueError(f"{type_.__name__} has no field {', '.join(unknown)}")
    return type_(**{name: _decode(hints[name], item) for name, item in fields.items()})


def _expect(type_: type[T], value: Any) -> T:
    if not isinstance(value, type_) or (isinstance(value, bool) and type_ is not bool):
        raise TypeError(f"{value!r} is not of type {type_.__name__}")
    return value
