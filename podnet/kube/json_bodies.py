"""Bodies in JSON: read as kube-apiserver does, with nothing in them that could not be written again."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request

DEEPEST = 200
"""Levels of a body. Real objects have thirty. kube-apiserver draws the line at 10,000; Python, where each level costs
calls of functions, at a depth that depends on who calls, so the line is where everybody can still go."""
_LONGEST_SAFE = 18
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_DEEPER = f"exceeded max depth of {DEEPEST}"


def _whole(text: str) -> int | float:
    """A number; beyond 64 bits it is a fraction to Go, and so no longer one that fits a field of whole numbers."""
    if len(text) <= _LONGEST_SAFE:
        return int(text)
    number = int(text)
    return number if -(2**63) <= number < 2**63 else _fraction(text)


def _fraction(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_fraction, parse_constant=_no_constant)


def read_json(body: bytes, *, repeated: list[str] | None = None) -> Any:
    """The value that a body holds. Raises ApiError 400 if it is no JSON, or nested more than ``DEEPEST`` levels.

    What is no UTF-8, and half of a character outside of the basic plane, becomes U+FFFD, as in Go. ``repeated`` takes
    what is to be said of fields that stand twice in one object, of which the last counts; None: nobody wants to know.
    """
    text = body.decode("utf-8", "replace")
    try:
        value = _DECODER.decode(text) if repeated is None else _closely(text, repeated)
    except RecursionError:
        raise bad_request(f"the object provided is unrecognized: json parse error: {_DEEPER}") from None
    except ValueError as error:
        raise bad_request(f"the object provided is unrecognized: json parse error: {error}") from None
    if text.count("{") + text.count("[") > DEEPEST and _is_deeper(value):
        raise bad_request(f"the object provided is unrecognized: json parse error: {_DEEPER}")
    return _mended(value) if _ESCAPED_HALF.search(text) else value


def _closely(text: str, repeated: list[str]) -> Any:
    twice: dict[int, tuple[Obj, list[str]]] = {}

    def read(pairs: list[tuple[str, Any]]) -> Obj:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice[id(found)] = (found, [name for name in found if names.count(name) > 1])
        return found

    decoder = json.JSONDecoder(
        parse_int=_whole, parse_float=_fraction, parse_constant=_no_constant, object_pairs_hook=read
    )
    value = decoder.decode(text)
    if twice:
        what = "json patch duplicate field" if isinstance(value, list) else "duplicate field"
        repeated.extend(f'{what} "{path}"' for path in _paths(value, twice))
    return value


def _paths(value: Any, twice: Mapping[int, tuple[Obj, list[str]]], path: str = "") -> Iterator[str]:
    """Where the fields are that stand twice, by the ids of the objects that have them."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, twice, f"{path}[{index}]")
    elif isinstance(value, dict):
        prefix = f"{path}." if path else ""
        _, doubled = twice.get(id(value), (None, ()))
        for name, item in value.items():
            if name in doubled:
                yield prefix + name
            yield from _paths(item, twice, prefix + name)


def _is_deeper(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        below = [item.values() if isinstance(item, dict) else item for item in level]
        level = [part for parts in below for part in parts if isinstance(part, (dict, list))]
        if not level:
            return False
    return True


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return [_mended(item) for item in value] if isinstance(value, list) else value
