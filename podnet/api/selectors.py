"""Label selectors, because PodNetworkings, workloads and list requests all select by labels and must agree.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from podnet.api.label_syntax import key_problems, value_problems
from podnet.api.objects import Obj


class SelectorError(ValueError):
    """A selector that means nothing: an unknown operator, missing or surplus values, a bad key or value."""


@dataclass(frozen=True)
class Requirement:
    """One condition on labels. ``operator``: In, NotIn, Exists, DoesNotExist, and in queries also Gt, Lt."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether ``labels`` satisfy the condition. NotIn and DoesNotExist hold where the key is absent."""
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
        return value is not None and _compare(value, self.operator, self.values[0])


def _compare(value: str, operator: str, bound: str) -> bool:
    if not _INTEGER.fullmatch(value):
        return False
    return int(value) > int(bound) if operator == "Gt" else int(value) < int(bound)


@dataclass(frozen=True)
class Selector:
    """All ``requirements`` must hold; without any, everything matches, unless ``nothing`` does."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        if self.nothing:
            return False
        for requirement in self.requirements:  # noqa: SIM110  # a generator takes twice as long, and this is the inner loop
            if not requirement.matches(labels):
                return False
        return True


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


@dataclass(frozen=True)
class Problem:
    """One field at fault, as ``details.causes`` of a Status lists it.

    ``reason`` is the machine-readable word (``FieldValueInvalid``, ``FieldValueRequired`` ...), ``message`` the
    sentence that begins with its kind (``Required value: ...``) and does not repeat the field.
    """

    field: str
    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"

    def cause(self) -> Obj:
        """The entry of ``details.causes``."""
        return {"reason": self.reason, "message": self.message, "field": self.field}


def invalid(field: str, value: Any, why: str) -> Problem:
    """A value that is not allowed there, quoted as the API server quotes it."""
    return Problem(field, "FieldValueInvalid", f"Invalid value: {json.dumps(value, ensure_ascii=False)}: {why}")


def from_label_selector(selector: Obj | None) -> Selector:
    """The meaning of a ``LabelSelector``: None selects nothing, an empty one everything.

    Raises SelectorError with every field at fault if it is malformed.
    """
    if selector is None:
        return NOTHING
    found = problems(selector, path="")
    if found:
        raise SelectorError("; ".join(str(problem) for problem in found))
    requirements = [Requirement(key, "In", (value,)) for key, value in (selector.get("matchLabels") or {}).items()]
    requirements += [
        Requirement(expression["key"], expression["operator"], tuple(expression.get("values") or ()))
        for expression in selector.get("matchExpressions") or ()
    ]
    return Selector(tuple(requirements)) if requirements else EVERYTHING


def problems(selector: Obj | None, *, path: str) -> tuple[Problem, ...]:
    """What the API server would say against a ``LabelSelector`` at ``path``; empty if nothing."""
    if selector is None:
        return ()
    if not isinstance(selector, dict):
        return (_wrong_type(path, selector, "object"),)
    prefix = f"{path}." if path else ""
    return (
        *_label_problems(selector.get("matchLabels"), path=f"{prefix}matchLabels"),
        *_expressions_problems(selector.get("matchExpressions"), path=f"{prefix}matchExpressions"),
    )


def _wrong_type(path: str, value: Any, wanted: str) -> Problem:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null", int: "integer"}
    found = names.get(type(value), "number")
    why = f"{path} in body must be of type {wanted}: {json.dumps(found)}"
    return Problem(path, "FieldValueTypeInvalid", f"Invalid value: {json.dumps(found)}: {why}")


def _label_problems(labels: Any, *, path: str) -> Iterable[Problem]:
    if labels is None:
        return
    if not isinstance(labels, dict):
        yield _wrong_type(path, labels, "object")
        return
    for key, value in labels.items():
        yield from (invalid(path, key, why) for why in key_problems(str(key)))
        yield from _value_problems(value, path=path, item=f"{path}.{key}")


def _value_problems(value: Any, *, path: str, item: str) -> Iterable[Problem]:
    if not isinstance(value, str):
        return [_wrong_type(item, value, "string")]
    return [invalid(path, value, why) for why in value_problems(value)]


def _expressions_problems(expressions: Any, *, path: str) -> Iterable[Problem]:
    if expressions is None:
        return
    if not isinstance(expressions, list):
        yield _wrong_type(path, expressions, "array")
        return
    for index, expression in enumerate(expressions):
        if isinstance(expression, dict):
            yield from _expression_problems(expression, path=f"{path}[{index}]")
        else:
            yield _wrong_type(f"{path}[{index}]", expression, "object")


def _expression_problems(expression: Obj, *, path: str) -> Iterable[Problem]:
    operator, values = expression.get("operator", ""), expression.get("values")
    if values is not None and not isinstance(values, list):
        yield _wrong_type(f"{path}.values", values, "array")
        return
    if not isinstance(operator, str):
        yield _wrong_type(f"{path}.operator", operator, "string")
        return
    if operator in {"In", "NotIn"}:
        if not values:
            why = "must be specified when `operator` is 'In' or 'NotIn'"
            yield Problem(f"{path}.values", "FieldValueRequired", f"Required value: {why}")
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            yield Problem(f"{path}.values", "FieldValueForbidden", f"Forbidden: {why}")
    else:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    key = expression.get("key", "")
    if isinstance(key, str):
        yield from (invalid(f"{path}.key", key, why) for why in key_problems(key))
    else:
        yield _wrong_type(f"{path}.key", key, "string")
    for index, value in enumerate(values or ()):
        yield from _value_problems(value, path=f"{path}.values[{index}]", item=f"{path}.values[{index}]")


_INTEGER = re.compile(r"[+-]?[0-9]+")
_WORD = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)")
_SYMBOLS = {"==", "!=", "=", "!", "(", ")", ",", "<", ">", ""}
_OPERATORS = {"=": "In", "==": "In", "!=": "NotIn", "in": "In", "notin": "NotIn", ">": "Gt", "<": "Lt"}


def from_query(text: str) -> Selector:
    """The meaning of a ``labelSelector`` query parameter: ``a=b,c!=d,e in (f,g),h,!i``. Empty selects everything.

    Raises SelectorError with the words of the API server's 400 answer.
    """
    return _Query([*_WORD.findall(text.rstrip(" \t\r\n")), ""]).parse() if text.strip(" \t\r\n") else EVERYTHING


class _Query:
    """A reader of tokens; the empty word is the end of the text."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def parse(self) -> Selector:
        requirements = []
        if self._peek() in _SYMBOLS - {"!"}:
            raise SelectorError(f"found '{self._peek()}', expected: !, identifier, or 'end of string'")
        while True:
            try:
                requirements.append(self._requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            word = self._next()
            if not word:
                return Selector(tuple(requirements))
            if word != ",":
                raise SelectorError(f"found '{word}', expected: ',' or 'end of string'")
            if self._peek() in _SYMBOLS - {"!"}:
                raise SelectorError(f"found '{self._peek()}', expected: identifier after ','")

    def _peek(self) -> str:
        return self._words[self._at]

    def _next(self) -> str:
        word = self._words[self._at]
        self._at += bool(word)
        return word

    def _requirement(self) -> Requirement:
        absent = self._peek() == "!"
        if absent:
            self._next()
        key = self._next()
        if key in _SYMBOLS:
            raise SelectorError(f"found '{key}', expected: identifier")
        if key_problems(key):
            raise SelectorError(str(invalid("<nil>", key, "; ".join(key_problems(key)))))
        if absent:
            return Requirement(key, "DoesNotExist")
        if self._peek() in {"", ","}:
            return Requirement(key, "Exists")
        sign = self._next()
        if sign not in _OPERATORS:
            raise SelectorError(f"found '{sign}', expected: in, notin, =, ==, !=, gt, lt")
        values = self._set() if sign in {"in", "notin"} else (self._exact(),)
        self._refuse(key, values, number=sign in {"<", ">"})
        return Requirement(key, _OPERATORS[sign], values)

    def _refuse(self, key: str, values: tuple[str, ...], *, number: bool) -> None:
        found = []
        if number and not _INTEGER.fullmatch(values[0]):
            found.append(invalid("values[0]", values[0], "for 'Gt', 'Lt' operators, the value must be an integer"))
        found += [
            invalid(f"values[{index}][{key}]", value, "; ".join(value_problems(value)))
            for index, value in enumerate(values)
            if value_problems(value)
        ]
        if found:
            text = ", ".join(map(str, found))
            raise SelectorError(f"[{text}]" if len(found) > 1 else text)

    def _exact(self) -> str:
        if self._peek() in {"", ","}:
            return ""
        word = self._next()
        if word in _SYMBOLS:
            raise SelectorError(f"found '{word}', expected: identifier")
        return word

    def _set(self) -> tuple[str, ...]:
        if (word := self._next()) != "(":
            raise SelectorError(f"found '{word}' expected: '('")
        values = {""} if self._peek() in {")", ","} else set()
        while (word := self._next()) != ")":
            if word == ",":
                if self._peek() in {")", ","}:
                    values.add("")
            elif word in _SYMBOLS:
                raise SelectorError(f"found '{word}', expected: ',', or identifier")
            else:
                values.add(word)
                if self._peek() not in {",", ")"}:
                    raise SelectorError(f"found '{self._peek()}', expected: ',' or ')'")
        return tuple(sorted(values))
