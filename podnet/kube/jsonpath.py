"""The JSONPaths of printer columns: fields, indices, ``[*]`` and filters that compare a field with a constant.

Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

_STEP = re.compile(
    r"\.?(?P<field>[^.\[\]'\"\\]+(?:\\\.[^.\[\]]+)*)"
    r"|\[(?P<index>-?\d+)\]"
    r"|\[(?P<all>\*)\]"
    r"|\[['\"](?P<quoted>[^'\"]+)['\"]\]"
    r"|\[\?\(@\.(?P<key>[\w.]+)\s*(?:(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>'[^']*'|\"[^\"]*\"|[\w.-]+)\s*)?\)\]"
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
Step = Callable[[Any], Iterator[Any]]


def find(obj: Any, path: str) -> list[Any]:
    """What a path leads to in an object; nothing where it leads nowhere, or cannot be understood."""
    found = [obj]
    for step in _steps(path):
        found = [value for item in found for value in step(item)]
    return found


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = 0
    while at < len(path):
        part = _STEP.match(path, at)
        if part is None:
            return (lambda _: iter(()),)
        steps.append(_step(part))
        at = part.end()
    return tuple(steps)


def _step(part: re.Match[str]) -> Step:
    if part["index"] is not None:
        index = int(part["index"])
        return lambda value: iter(value[index : index + 1 or None] if isinstance(value, list) else ())
    if part["all"]:
        return lambda value: iter(
            value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        )
    if part["key"]:
        keys, holds = part["key"].split("."), _condition(part["sign"] or "", part["value"] or "")
        return lambda value: (item for item in (value if isinstance(value, list) else ()) if holds(_at(item, keys)))
    name = (part["quoted"] or part["field"]).replace("\\.", ".")
    return lambda value: iter((value[name],) if isinstance(value, dict) and name in value else ())


def _condition(sign: str, text: str) -> Callable[[Any], bool]:
    """Whether a field compares so with a constant; without a sign whether it is there. Other types never do."""
    if not sign:
        return lambda found: found is not None
    wanted: Any
    try:
        wanted = text[1:-1] if text[0] in "'\"" else json.loads(text)
    except ValueError:
        wanted = text
    compare = _SIGNS[sign]

    def holds(found: Any) -> bool:
        if sign in {"==", "!="}:
            return compare(found, wanted)
        alike = isinstance(found, str) is isinstance(wanted, str) and isinstance(found, (str, int, float))
        return alike and compare(found, wanted)

    return holds


def _at(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
