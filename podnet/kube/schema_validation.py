"""What a structural schema has against a custom resource, in the words of the API server.

Sources: pkg/validation of k8s.io/kube-openapi, pkg/apiserver/validation of k8s.io/apiextensions-apiserver 1.36.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value, required
from podnet.kube.schema import Node, pattern

_JSON_TYPES = {bool: "boolean", str: "string", int: "integer", float: "number", list: "array", dict: "object"}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")


def validate(value: Any, node: Node, path: str = "") -> Iterator[Problem]:
    """Everything that is wrong with ``value``, in the order of the schema."""
    if value is None:
        if (node.type or node.int_or_string) and not node.nullable:
            yield _wrong_type(path, _wanted(node), "null")
        yield from _enum_problems(value, node, path)
        return
    found = _JSON_TYPES[type(value)]
    if not _fits(value, found, node):
        yield _wrong_type(path, _wanted(node), found)
    yield from _combination_problems(value, node, path)
    if isinstance(value, str):
        yield from _string_problems(value, node, path)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number_problems(value, node, path)
    elif isinstance(value, list):
        yield from _list_problems(value, node, path)
    yield from _enum_problems(value, node, path)
    if isinstance(value, dict):
        yield from _object_problems(value, node, path)


def _wanted(node: Node) -> str:
    return "integer,string" if node.int_or_string else node.type


def _fits(value: Any, found: str, node: Node) -> bool:
    if node.int_or_string:
        return found in {"integer", "string"}
    whole = found == "number" and node.type == "integer" and float(value).is_integer()
    return not node.type or found == node.type or whole or (found == "integer" and node.type == "number")


def _wrong_type(path: str, wanted: str, found: str) -> Problem:
    why = f"{path or '<nil>'} in body must be of type {wanted}: {json.dumps(found)}"
    return Problem(path or "<nil>", "FieldValueTypeInvalid", f"Invalid value: {json.dumps(found)}: {why}")


def _at(path: str) -> str:
    return f"{path} in body"


def _enum_problems(value: Any, node: Node, path: str) -> Iterator[Problem]:
    if node.enum is None or any(value == item and type(value) is type(item) for item in node.enum):
        return
    listed = ", ".join(json.dumps(item if isinstance(item, str) else json.dumps(item)) for item in node.enum)
    shown = json.dumps(value, ensure_ascii=False)
    yield Problem(path, "FieldValueNotSupported", f"Unsupported value: {shown}: supported values: {listed}")


def _string_problems(value: str, node: Node, path: str) -> Iterator[Problem]:
    limits = node.limits
    longest, shortest = limits.get("maxLength"), limits.get("minLength")
    if longest is not None and len(value) > longest:
        yield Problem(path, "FieldValueTooLong", f"Too long: may not be more than {longest} byte{_s(longest)}")
    elif shortest is not None and len(value) < shortest:
        yield bad_value(path, value, f"{_at(path)} should be at least {shortest} chars long")
    elif node.pattern and not pattern(node.pattern)(value):
        yield bad_value(path, value, f"{_at(path)} should match '{node.pattern}'")
    is_valid = _FORMATS.get(node.format)
    if is_valid is not None and not is_valid(value):
        yield _wrong_type(path, node.format, value)


def _number_problems(value: float, node: Node, path: str) -> Iterator[Problem]:
    limits = node.limits
    if node.type == "integer" and not float(value).is_integer():
        yield _unplaced(f"Checked value must be of type integer (default format) in {path}")
    if (most := limits.get("maximum")) is not None:
        exclusive = limits.get("exclusiveMaximum")
        if value > most or (exclusive and value == most):
            yield bad_value(path, value, f"{_at(path)} should be less than {'' if exclusive else 'or equal to '}{most}")
    if (least := limits.get("minimum")) is not None:
        exclusive = limits.get("exclusiveMinimum")
        if value < least or (exclusive and value == least):
            than = "greater than" if exclusive else "greater than or equal to"
            yield bad_value(path, value, f"{_at(path)} should be {than} {least}")
    if (step := limits.get("multipleOf")) is not None and value % step:
        yield bad_value(path, value, f"{_at(path)} should be a multiple of {step}")


def _list_problems(value: list[Any], node: Node, path: str) -> Iterator[Problem]:
    limits = node.limits
    if node.items is not None:
        for index, item in enumerate(value):
            yield from validate(item, node.items, f"{path}[{index}]")
    if (least := limits.get("minItems")) is not None and len(value) < least:
        yield bad_value(path, len(value), f"{_at(path)} should have at least {least} items")
    if (most := limits.get("maxItems")) is not None and len(value) > most:
        yield _too_many(path, len(value), most)
    if limits.get("uniqueItems") and any(item in value[:index] for index, item in enumerate(value)):
        yield bad_value(path, "", f"{_at(path)} shouldn't contain duplicates")


def _object_problems(value: dict[str, Any], node: Node, path: str) -> Iterator[Problem]:
    limits = node.limits
    if (least := limits.get("minProperties")) is not None and len(value) < least:
        yield bad_value(path, len(value), f"{_at(path)} should have at least {least} properties")
    if (most := limits.get("maxProperties")) is not None and len(value) > most:
        yield _too_many(path, len(value), most)
    prefix = f"{path}." if path else ""
    if node.additional is not None:
        for key, item in value.items():
            if key not in node.properties:
                yield from validate(item, node.additional, prefix + key)
    for key, known in node.properties.items():
        if key in value:
            yield from validate(value[key], known, prefix + key)
    yield from (required(prefix + key) for key in node.required if key not in value)


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _too_many(path: str, count: int, most: int) -> Problem:
    return Problem(path, "FieldValueTooMany", f"Too many: {count}: must have at most {most} item{_s(most)}")


def _combination_problems(value: Any, node: Node, path: str) -> Iterator[Problem]:
    if node.any_of:
        failures = [list(validate(value, choice, path)) for choice in node.any_of]
        if all(failures):
            yield _unplaced(f'"{path}" must validate at least one schema (anyOf)')
            yield from min(failures, key=len)
    if node.one_of:
        failures = [list(validate(value, choice, path)) for choice in node.one_of]
        valid = sum(not found for found in failures)
        if valid != 1:
            count = f"Found {valid} valid alternatives" if valid else "Found none valid"
            yield _unplaced(f'"{path}" must validate one and only one schema (oneOf). {count}')
            if not valid:
                yield from min(failures, key=len)
    if node.all_of:
        failures = [list(validate(value, part, path)) for part in node.all_of]
        yield from (problem for found in failures for problem in found)
        if any(failures):
            none = ". None validated" if all(failures) else ""
            yield _unplaced(f'"{path}" must validate all the schemas (allOf){none}')
    if node.not_ is not None and not any(validate(value, node.not_, path)):
        yield _unplaced(f'"{path}" must not validate the schema (not)')


def _unplaced(why: str) -> Problem:
    return Problem("<nil>", "FieldValueInvalid", f'Invalid value: "": {why}')


def parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    """Whether a text can be parsed: the parser raises ValueError if not."""

    def is_valid(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return is_valid


def _is_date_time(text: str) -> bool:
    # The shape of RFC 3339 and a moment that exists: fromisoformat alone takes more shapes.
    return bool(_DATE_TIME.fullmatch(text)) and parses(datetime.fromisoformat)(text.upper().replace("Z", "+00:00"))


_FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time": _is_date_time,
    "date": parses(lambda text: datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=None)),
    "ipv4": parses(ipaddress.IPv4Address),
    "ipv6": parses(ipaddress.IPv6Address),
    "cidr": parses(lambda text: ipaddress.ip_interface(text) if "/" in text else int("no prefix")),
    "uuid": lambda text: bool(_UUID.fullmatch(text)),
}
