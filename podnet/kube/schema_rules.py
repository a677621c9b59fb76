"""What a schema must look like before objects can be judged by it: decodable, structural, with rules that compile.

Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema of Kubernetes 1.36.
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Iterator
from functools import cache
from typing import Any

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_request, bad_value, required, unsupported
from podnet.kube.schema import pattern

_NUMBER = (int, float)
_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
_TYPES: dict[str, Any] = {
    "type": str,
    "format": str,
    "pattern": str,
    "nullable": bool,
    "required": list,
    "enum": list,
    "properties": dict,
    "items": dict,
    "additionalProperties": (dict, bool),
    "allOf": list,
    "anyOf": list,
    "oneOf": list,
    "not": dict,
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "multipleOf": _NUMBER,
    "exclusiveMinimum": bool,
    "exclusiveMaximum": bool,
    "minLength": int,
    "maxLength": int,
    "minItems": int,
    "maxItems": int,
    "minProperties": int,
    "maxProperties": int,
    "uniqueItems": bool,
    "x-kubernetes-int-or-string": bool,
    "x-kubernetes-preserve-unknown-fields": bool,
    "x-kubernetes-embedded-resource": bool,
    "x-kubernetes-validations": list,
}

_RULE_TEXTS = ("rule", "message", "messageExpression", "reason", "fieldPath")


def check_schema(schema: Any, path: str) -> None:
    """Refuse a schema whose keywords have values of other types (400)."""
    if not isinstance(schema, dict):
        raise _undecodable(path, "JSONSchemaProps")
    for key, wanted in _TYPES.items():
        value = schema.get(key)
        if value is None:
            continue
        misplaced = isinstance(value, bool) and wanted in (int, _NUMBER)
        if misplaced or not isinstance(value, wanted):
            raise _undecodable(f"{path}.{key}", getattr(wanted, "__name__", "number"))
    if not all(isinstance(name, str) for name in schema.get("required") or ()):
        raise _undecodable(f"{path}.required", "string")
    for rule in schema.get("x-kubernetes-validations") or ():
        if not isinstance(rule, dict) or not all(isinstance(rule.get(name) or "", str) for name in _RULE_TEXTS):
            raise _undecodable(f"{path}.x-kubernetes-validations", "ValidationRule")
    for place, part in _parts(schema):
        check_schema(part, f"{path}.{place}")


@cache
def _well_typed(encoded: bytes, path: str) -> None:
    check_schema(marshal.loads(encoded), path)  # noqa: S302  # written two lines further down, by nobody else


def check_schema_once(schema: Any, path: str) -> None:
    """``check_schema``, remembered for the process: every cluster of a run installs the same definitions."""
    _well_typed(marshal.dumps(schema), path)


@cache
def _problems(encoded: bytes, path: str) -> tuple[Problem, ...]:
    return tuple(schema_problems(marshal.loads(encoded), path))  # noqa: S302  # as above


def schema_problems_once(schema: Obj, path: str) -> tuple[Problem, ...]:
    """``schema_problems``, remembered for the process."""
    return _problems(marshal.dumps(schema), path)


def _undecodable(path: str, wanted: str) -> Exception:
    return bad_request(
        'CustomResourceDefinition in version "v1" cannot be handled as a CustomResourceDefinition: json: cannot'
        f" unmarshal value into Go struct field CustomResourceDefinition.{path} of type {wanted}"
    )


def _parts(schema: Obj) -> Iterator[tuple[str, Any]]:
    for key, part in (schema.get("properties") or {}).items():
        yield f"properties[{key}]", part
    for key in ("items", "additionalProperties", "not"):
        if schema.get(key) is not None and not isinstance(schema[key], bool):
            yield key, schema[key]
    for key in ("allOf", "anyOf", "oneOf"):
        for index, part in enumerate(schema.get(key) or ()):
            yield f"{key}[{index}]", part


def schema_problems(schema: Obj, path: str, *, root: bool = True, typed: bool = True) -> Iterator[Problem]:
    """What keeps a schema from being structural: each part outside of combinations must say its type."""
    free = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if typed and not schema.get("type") and not free:
        what = "at the root" if root else "for specified object fields"
        yield required(f"{path}.type", f"must not be empty {what}")
    for index, rule in enumerate(schema.get("x-kubernetes-validations") or ()):
        yield from _rule_problems(rule, f"{path}.x-kubernetes-validations[{index}]")
    try:
        pattern(schema.get("pattern") or "")
    except ValueError as error:
        yield bad_value(f"{path}.pattern", schema["pattern"], f"must be a valid regular expression, but isn't: {error}")
    for place, part in _parts(schema):
        plain = place in {"items", "additionalProperties"} or place.startswith("properties[")
        yield from schema_problems(part, f"{path}.{place}", root=False, typed=typed and plain)


def _rule_problems(rule: Obj, path: str) -> Iterator[Problem]:
    from podnet.kube.cel import CelError, compiled  # few definitions have rules

    text, reason = str(rule.get("rule") or ""), rule.get("reason")
    if not text.strip():
        yield required(f"{path}.rule", "rule is not specified")
        return
    if "\n" in str(rule.get("message") or ""):
        yield bad_value(f"{path}.message", rule["message"], "must not contain line breaks")
    if reason is not None and reason not in _REASONS:
        yield unsupported(f"{path}.reason", reason, _REASONS)
    for field, what in (("rule", ""), ("messageExpression", "messageExpression ")):
        try:
            compiled(str(rule.get(field) or "''"), optional_old=bool(rule.get("optionalOldSelf")))
        except CelError as error:
            why = f"{what}compilation failed: {error}"
            yield Problem(f"{path}.{field}", "FieldValueInvalid", f"Invalid value: {_as_written(rule)}: {why}")


def _as_written(rule: Obj) -> str:
    """A rule as the fields of Go's type."""
    texts = {field.capitalize(): rule.get(field) or "" for field in ("rule", "message")}
    rest = {
        "MessageExpression": rule.get("messageExpression") or "",
        "Reason": rule.get("reason"),
        "FieldPath": rule.get("fieldPath") or "",
        "OptionalOldSelf": rule.get("optionalOldSelf"),
    }
    return json.dumps({**texts, **rest}, separators=(",", ":"))
