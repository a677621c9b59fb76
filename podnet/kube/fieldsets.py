"""Sets of fields of an object, as ``managedFields`` has them: what a value holds, what a change touches, how to merge.

A path is a tuple of the keys of FieldsV1: ``f:NAME`` a field, ``k:{...}`` an item of a keyed list, ``v:...`` of a set.
Source: sigs.k8s.io/structured-merge-diff v6.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from podnet.api.objects import Obj, clone
from podnet.kube.typed import Typed

Path = tuple[str, ...]
MISSING: Any = object()
"""Where there is nothing, not even null."""


class MistypedError(ValueError):
    """A value does not fit its type; the text names the field."""


@dataclass
class Difference:
    """What a change adds, changes and takes away."""

    added: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    removed: set[Path] = field(default_factory=set)


def to_fields(paths: Iterable[Path]) -> Obj:
    """Paths as FieldsV1."""
    root: Obj = {}
    chosen = set(paths)
    for path in sorted(chosen):
        at = root
        for key in path:
            at = at.setdefault(key, {})
    for path in chosen:
        at = root
        for key in path:
            at = at[key]
        if at:
            at["."] = {}
    return _sorted(root)


def _sorted(fields: Obj) -> Obj:
    return {key: _sorted(fields[key]) for key in sorted(fields)}


def from_fields(fields: Obj) -> set[Path]:
    """FieldsV1 as paths."""

    def walk(at: Obj, path: Path) -> Iterator[Path]:
        if not at and path:
            yield path
        for key, below in at.items():
            if key == ".":
                yield path
            else:
                yield from walk(below, (*path, key))

    return set(walk(fields, ()))


def text_of(path: Path) -> str:
    """A path as messages show it: ``.spec.containers[name="main"].image``."""
    parts = []
    for key in path:
        kind, _, rest = key.partition(":")
        if kind == "f":
            parts.append(f".{rest}")
        elif kind == "k":
            named = ",".join(f"{name}={json.dumps(value)}" for name, value in json.loads(rest).items())
            parts.append(f"[{named}]")
        else:
            parts.append(f"[={rest}]" if kind == "v" else f"[{rest}]")
    return "".join(parts)


def items_of(value: Any, typed: Typed, where: str) -> dict[str, tuple[Any, Typed]]:
    """The parts of a value that have owners of their own, by their key. Raises MistypedError."""
    if typed.form in {"map", "unknown"}:
        found = {}
        for name, part in value.items():
            known = typed.field(name)
            if known is None:
                raise MistypedError(f"{where}.{name}: field not declared in schema")
            found[f"f:{name}"] = (part, known)
        return found
    listed = {}
    for item in value:
        key = _key_of(item, typed, where)
        if key in listed:
            raise MistypedError(f"{where}: duplicate entries for key {text_of((key,))}")
        listed[key] = (item, typed.item)
    return listed


def _key_of(item: Any, typed: Typed, where: str) -> str:
    if typed.form == "set":
        return f"v:{json.dumps(item, separators=(',', ':'))}"
    if not isinstance(item, dict):
        raise MistypedError(f"{where}: expected map, got {item!r}")
    named = {}
    for name in sorted(typed.keys):
        known = typed.item.field(name)
        value = item.get(name, known.default if known is not None else None)
        if value is not None:
            named[name] = value
    if not named:
        raise MistypedError(f"{where}: element has no key fields: {', '.join(typed.keys)}")
    return f"k:{json.dumps(named, separators=(',', ':'))}"


def is_whole(value: Any, typed: Typed) -> bool:
    """Whether a value is owned as a whole."""
    if typed.form == "unknown":
        return not isinstance(value, dict) or not value
    if typed.form == "leaf" or value is None:
        return True
    wanted = dict if typed.form == "map" else list
    return not isinstance(value, wanted) or not value


def paths_of(value: Any, typed: Typed, path: Path = ()) -> set[Path]:
    """The fields that whoever applies this value wants to own. Raises MistypedError."""
    if is_whole(value, typed):
        return {path} if path else set()
    found: set[Path] = set()
    for key, (part, inner) in items_of(value, typed, text_of(path)).items():
        below = (*path, key)
        found |= paths_of(part, inner, below)
        if not key.startswith("f:") or part is None or part == {} or key.removeprefix("f:") not in typed.properties:
            found.add(below)
    return found


def compare(old: Any, new: Any, typed: Typed) -> Difference:
    """What changes from one value to another; either may be MISSING. Raises MistypedError."""
    result = Difference()
    _compare(old, new, typed, (), result)
    return result


def _compare(old: Any, new: Any, typed: Typed, path: Path, result: Difference) -> None:
    if path and old is MISSING:
        result.added.add(path)
    elif path and new is MISSING:
        result.removed.add(path)
    parts = [value if value is not MISSING and not is_whole(value, typed) else None for value in (old, new)]
    if parts == [None, None]:
        if path and MISSING not in (old, new) and old != new:
            result.modified.add(path)
        return
    before, after = (items_of(part, typed, text_of(path)) if part is not None else {} for part in parts)
    for key in {**before, **after}:
        was, now = before.get(key, (MISSING, None)), after.get(key, (MISSING, None))
        inner = now[1] or was[1]
        assert inner is not None, "one of them has it"
        _compare(was[0], now[0], inner, (*path, key), result)


def merged(live: Any, applied: Any, typed: Typed, where: str = "") -> Any:
    """The live value with what is applied laid over it; lists take the order of the latter. Raises MistypedError."""
    if live is MISSING or live is None or is_whole(applied, typed) or is_whole(live, typed):
        if applied in ({}, []) and live is not MISSING and live is not None and not is_whole(live, typed):
            return clone(live)
        return clone(applied)
    new, old = items_of(applied, typed, where), items_of(live, typed, where)
    if typed.form in {"map", "unknown"}:
        result = {key.removeprefix("f:"): clone(value) for key, (value, _) in old.items()}
        for key, (value, inner) in new.items():
            was = old.get(key, (MISSING, inner))[0]
            result[key.removeprefix("f:")] = merged(was, value, inner, f"{where}.{key.removeprefix('f:')}")
        return result
    return [
        clone(old[key][0])
        if key not in new
        else merged(old.get(key, (MISSING, typed.item))[0], new[key][0], typed.item, where)
        for key in _interleaved(list(old), list(new))
    ]


def _interleaved(old: list[str], new: list[str]) -> list[str]:
    """All keys: those that are applied in their order, the others where they were between them."""
    order: list[str] = []
    waiting = iter(new)
    known = set(new)
    for key in old:
        if key not in known:
            order.append(key)
            continue
        for following in waiting:
            order.append(following)
            if following == key:
                break
    return [*order, *waiting]


def without(value: Any, gone: Mapping[Path, bool], typed: Typed, path: Path = ()) -> Any:
    """A value without the fields of ``gone``, a new one; a field that is marked goes only once it is empty."""
    if is_whole(value, typed):
        return value
    kept: dict[str, Any] = {}
    for key, (part, inner) in items_of(value, typed, text_of(path)).items():
        below = (*path, key)
        if gone.get(below) is False:
            continue
        left = without(part, gone, inner, below)
        if gone.get(below) and left in ({}, []) and part not in ({}, []):
            continue
        kept[key] = left
    if typed.form in {"map", "unknown"}:
        return {key.removeprefix("f:"): part for key, part in kept.items()}
    return list(kept.values())
