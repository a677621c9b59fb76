"""Field selectors: the few paths that a list or a watch may be narrowed by."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request

Match = Callable[[Obj], bool]

_TERM = re.compile(r"^(?P<path>[^=!]*)(?P<sign>==|!=|=)(?P<value>.*)$", re.DOTALL)
_SPLIT = re.compile(r"(?<!\\),")
_ESCAPED = re.compile(r"\\([\\,=])")


def parse(text: str, *, supported: Sequence[str], own: bool = True) -> Match | None:
    """The meaning of a ``fieldSelector`` query parameter; None for an empty one.

    ``supported`` are the dotted paths of the resource; ``own``: there are some that only it has. Raises ApiError 400
    for another path or a malformed text.
    """
    terms = []
    for part in _SPLIT.split(text):
        if not part:
            continue
        found = _TERM.match(part)
        if found is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{part}'")
        path = found["path"]
        if path not in supported:
            known = ", ".join(f'"{each}"' for each in supported)
            common = f'"{path}" is not a known field selector: only {known}'
            raise bad_request(f"field label not supported: {path}" if own else common)
        terms.append((_reader(path), found["sign"] == "!=", _ESCAPED.sub(r"\1", found["value"])))
    if not terms:
        return None
    return lambda obj: all((read(obj) == value) is not negated for read, negated, value in terms)


def _reader(path: str) -> Callable[[Obj], str]:
    steps = ("source", "component") if path == "source" else tuple(path.split("."))
    boolean = path in {"spec.hostNetwork", "spec.unschedulable"}
    numeric = path in {"status.replicas", "status.successful"}

    def read(obj: Obj) -> str:
        value: object = obj
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        if boolean:
            return "true" if value else "false"
        if numeric:
            return str(value or 0)
        return "" if value is None else str(value)

    return read
