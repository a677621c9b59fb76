"""Reads bodies in protobuf, which kubectl and Go clients send for built-in kinds; answers are JSON, which they accept.

The messages are those of ``facts.fact("wire")``. Source of the envelope:
https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request
from podnet.kube.facts import fact
from podnet.kube.json_bodies import read_json

_MAGIC = b"k8s\0"
_DEEPEST = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GROUPS = {"": "core", "meta.k8s.io": "meta", "policy": "policy"}
_OPTIONS = "DeleteOptions"
_LISTS = frozenset({"apiextensions.ValidationRules", "authentication.ExtraValue", "authorization.ExtraValue"})
"""Lists with a name of their own, each of which is a message with nothing but items."""


class _BrokenError(ValueError):
    """The bytes are no message."""


def decode(body: bytes) -> Obj:
    """The object in a body, as its JSON would have it. Raises ApiError 400 for what is none, or of no known kind."""
    try:
        if body[:4] != _MAGIC:
            raise _BrokenError("the envelope is missing")
        envelope = dict(_fields(body[4:]))
        named = {number: _text(value) for number, value in _fields(_bytes(envelope.get(1, b"")))}
        api_version, kind = named.get(1, ""), named.get(2, "")
        message = message_of(api_version, kind)
        if message is None:
            raise bad_request(f'no kind "{kind}" is registered for version "{api_version}"')
        content = _message(_bytes(envelope.get(2, b"")), message, 0)
    except (_BrokenError, ValueError, OverflowError, struct.error) as error:
        raise bad_request(f"the object provided is unrecognized: no protobuf of Kubernetes: {error}") from None
    return {"kind": kind, "apiVersion": api_version, **content}


def message_of(api_version: str, kind: str) -> str | None:
    """The name of the message that a kind is; None if it is not known."""
    group = api_version.rpartition("/")[0]
    if kind == _OPTIONS:
        return f"meta.{_OPTIONS}"
    name = f"{_GROUPS.get(group, group.partition('.')[0])}.{kind}"
    return name if name in fact("wire") else None


def _fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """The fields of a message as they stand there: number and bytes, or a whole number."""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        number, form = key >> 3, key & 7
        if form == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if form == 2:
            size, at = _varint(data, at)
        elif form in {1, 5}:
            size = 8 if form == 1 else 4
        else:
            raise _BrokenError(f"wire type {form}")
        if at + size > end:
            raise _BrokenError("unexpected end")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise _BrokenError("unexpected end of a number")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _message(data: bytes, name: str, depth: int) -> Obj:
    if depth > _DEEPEST:
        raise _BrokenError("nested too deeply")
    known: Mapping[str, Any] = fact("wire")[name]
    result: Obj = {}
    for number, raw in _fields(data):
        field = known.get(str(number))
        if field is None:
            continue
        key = field["name"]
        if field.get("mapped"):
            entry = dict(_fields(_bytes(raw)))
            value = _value(entry[2], field["type"], depth) if 2 in entry else _zero(field["type"])
            result.setdefault(key, {})[_text(entry.get(1, b""))] = value
            continue
        value = _value(raw, field["type"], depth)
        if field.get("repeated"):
            result.setdefault(key, []).append(value)
        elif field.get("inline"):
            result.update(value)
        elif not (field.get("omit") and _is_zero(value)):
            result[key] = value
    return result


def _is_zero(value: Any) -> bool:
    return value is None or value is False or value in ("", 0) or value in ({}, [])


def _zero(kind: str) -> Any:
    return {"string": "", "bytes": "", "bool": False, "int": 0, "double": 0.0, "Quantity": "0"}.get(kind, {})


def _value(raw: bytes | int, kind: str, depth: int) -> Any:
    if kind == "string":
        return _text(raw)
    if kind == "int":
        number = _number(raw)
        return number - (1 << 64) if number >> 63 else number
    if kind == "bool":
        return bool(_number(raw))
    if kind == "bytes":
        return base64.b64encode(_bytes(raw)).decode()
    if kind == "double":
        return struct.unpack("<d", _bytes(raw))[0]
    if "." not in kind:
        return _special(dict(_fields(_bytes(raw))), kind, depth, _bytes(raw))
    value = _message(_bytes(raw), kind, depth + 1)
    return value.get("items", []) if kind in _LISTS else value


def _special(parts: Mapping[int, bytes | int], kind: str, depth: int, raw: bytes) -> Any:
    """Types whose JSON is not that of their fields."""
    if kind in {"Time", "MicroTime"}:
        return _moment(parts, micro=kind == "MicroTime") if parts else None
    if kind == "Quantity":
        return _text(parts.get(1, b"")) or "0"
    if kind == "IntOrString":
        return _text(parts.get(3, b"")) if parts.get(1) else _value(parts.get(2, 0), "int", depth)
    if kind in {"FieldsV1", "RawExtension", "JSON"}:
        return read_json(_bytes(parts.get(1, b"null")))
    if kind == "Duration":
        return f"{_value(parts.get(1, 0), 'int', depth) / 1e9}s"
    schema = "apiextensions.JSONSchemaProps"
    if kind == "JSONSchemaPropsOrBool":
        return _message(_bytes(parts[2]), schema, depth + 1) if 2 in parts else bool(parts.get(1))
    listed = [value for number, value in _fields(raw) if number == 2]
    if kind == "JSONSchemaPropsOrStringArray":
        return [_text(item) for item in listed] or _message(_bytes(parts.get(1, b"")), schema, depth + 1)
    return [_message(_bytes(item), schema, depth + 1) for item in listed] or _message(
        _bytes(parts.get(1, b"")), schema, depth + 1
    )


def _moment(parts: Mapping[int, bytes | int], *, micro: bool) -> str:
    moment = _EPOCH + timedelta(seconds=_value(parts.get(1, 0), "int", 0))
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{_number(parts.get(2, 0)) // 1000:06d}Z" if micro else f"{text}Z"


def _bytes(raw: bytes | int) -> bytes:
    if not isinstance(raw, bytes):
        raise _BrokenError("a number where bytes belong")
    return raw


def _number(raw: bytes | int) -> int:
    if not isinstance(raw, int):
        raise _BrokenError("bytes where a number belongs")
    return raw


def _text(raw: bytes | int) -> str:
    return _bytes(raw).decode()
