"""What rules in CEL and the types of lists have against a custom resource, in the words of the API server.

Source: pkg/apiserver/schema/cel and schema/listtype of k8s.io/apiextensions-apiserver 1.36.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from podnet.api.selectors import Problem
from podnet.kube.cel import CelError, compiled, escaped, speaks_of_old
from podnet.kube.schema import META, Node

MISSING = object()
UNCHECKED = Problem(
    "<nil>",
    "FieldValueInvalid",
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing"
    " errors to complete validation",
)
BLOCKING = frozenset({"FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"})
"""Reasons for which a real server does not look at rules at all."""
_WORDS = {"FieldValueForbidden": "Forbidden", "FieldValueRequired": "Required value"}


def rule_problems(
    value: Any, node: Node, path: str = "", *, old: Any = MISSING, root: bool = False
) -> Iterator[Problem]:
    """Which rules a value breaks, and those below it; with ``old``, also those about the change from it."""
    if not node.has_rules or value is None:
        return
    for rule in node.rules:
        problem = _broken(rule, value, node, path, old=old, root=root)
        if problem is not None:
            yield problem
    if isinstance(value, dict):
        before = old if isinstance(old, dict) else {}
        prefix = f"{path}." if path else ""
        for key, item in value.items():
            known = node.properties.get(key)
            if known is not None:
                yield from rule_problems(item, known, prefix + key, old=before.get(key, MISSING))
            elif node.additional is not None:
                yield from rule_problems(item, node.additional, f"{path}[{key}]", old=before.get(key, MISSING))
    elif isinstance(value, list) and node.items is not None:
        earlier = _by_keys(old, node) if node.list_keys and isinstance(old, list) else {}
        for index, item in enumerate(value):
            before_it = earlier.get(_keys(item, node), MISSING)
            yield from rule_problems(item, node.items, f"{path}[{index}]", old=before_it)


def duplicate_problems(value: Any, node: Node, path: str = "") -> Iterator[Problem]:
    """Which items stand twice in lists that are sets, or maps by some keys."""
    if not node.has_keys:
        return
    if isinstance(value, dict):
        prefix = f"{path}." if path else ""
        for key, item in value.items():
            if known := node.properties.get(key):
                yield from duplicate_problems(item, known, prefix + key)
            elif node.additional is not None:
                yield from duplicate_problems(item, node.additional, f"{path}[{key}]")
    elif isinstance(value, list) and node.items is not None:
        seen = set()
        for index, item in enumerate(value):
            if node.list_keys or node.list_type == "set":
                shown = _keys(item, node) if node.list_keys else json.dumps(item, sort_keys=True, separators=(",", ":"))
                if shown in seen:
                    yield Problem(f"{path}[{index}]", "FieldValueDuplicate", f"Duplicate value: {shown}")
                seen.add(shown)
            yield from duplicate_problems(item, node.items, f"{path}[{index}]")


def _keys(item: Any, node: Node) -> str:
    part = {key: item[key] for key in sorted(node.list_keys) if key in item} if isinstance(item, dict) else item
    return json.dumps(part, separators=(",", ":"))


def _by_keys(items: list[Any], node: Node) -> Mapping[str, Any]:
    return {_keys(item, node): item for item in items}


def _broken(rule: Mapping[str, Any], value: Any, node: Node, path: str, *, old: Any, root: bool) -> Problem | None:
    text = str(rule["rule"])
    optional = bool(rule.get("optionalOldSelf"))
    if old is MISSING and speaks_of_old(text) and not optional:
        return None
    before = [] if old is MISSING else [_seen(old, node, root=root)]
    given = _seen(value, node, root=root)
    try:
        if compiled(text, format_=node.format, optional_old=optional)(given, before) is True:
            return None
    except CelError as error:
        shown = json.dumps(node.type) if isinstance(value, (dict, list)) or node.type else '""'
        return _invalid(path, f"{shown}: {error} evaluating rule: {text.strip()}")
    message = str(rule.get("message") or "").strip()
    if expression := rule.get("messageExpression"):
        try:
            said = compiled(str(expression), format_=node.format, optional_old=optional)(given, before)
        except CelError:
            said = ""  # the message, if there is one, is better than none
        if isinstance(said, str) and said.strip() and "\n" not in said:
            message = said.strip()
    message = message or f"failed rule: {text.strip()}"
    where = f"{path}{rule['fieldPath']}" if rule.get("fieldPath") else path
    return _refusal(where.lstrip("."), value, message, reason=str(rule.get("reason") or "FieldValueInvalid"))


def _invalid(path: str, why: str) -> Problem:
    return Problem(path or "<nil>", "FieldValueInvalid", f"Invalid value: {why}")


def _refusal(path: str, value: Any, message: str, *, reason: str) -> Problem:
    if reason in _WORDS:
        return Problem(path, reason, f"{_WORDS[reason]}: {message}")
    shown = "" if isinstance(value, (dict, list)) else f"{json.dumps(value, ensure_ascii=False)}"
    if reason == "FieldValueDuplicate":
        return Problem(path, reason, f"Duplicate value: {shown or message}")
    return _invalid(path, f"{shown}: {message}" if shown else message)


def _seen(value: Any, node: Node, *, root: bool = False) -> Any:
    """A value as rules see it: with numbers, bytes and the names of fields as the schema says, and nothing it hides."""
    if isinstance(value, dict):
        found = {}
        for key, item in value.items():
            if (root or node.embedded) and key in META:
                found[key] = (
                    item
                    if key != "metadata"
                    else {name: part for name, part in item.items() if name in {"name", "generateName"}}
                )
            elif known := node.properties.get(key):
                if name := escaped(key):
                    found[name] = _seen(item, known)
            elif node.additional is not None:
                found[key] = _seen(item, node.additional)
        return found
    if isinstance(value, list):
        return [_seen(item, node.items) if node.items is not None else item for item in value]
    if node.type == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if node.format == "byte" and isinstance(value, str):
        return base64.b64decode(value)
    return value
