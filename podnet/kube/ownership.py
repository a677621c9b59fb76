"""Who owns which field of an object: ``metadata.managedFields``, and server-side apply, which heeds them.

Source: k8s.io/apimachinery/pkg/util/managedfields of Kubernetes 1.36, and
https://kubernetes.io/docs/reference/using-api/server-side-apply/.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.kube.facts import fact
from podnet.kube.fieldsets import (
    Difference,
    MistypedError,
    Path,
    compare,
    from_fields,
    merged,
    paths_of,
    text_of,
    to_fields,
    without,
)
from podnet.kube.registry import Served
from podnet.kube.typed import Typed, built_in, custom

_SYSTEM = (
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "generation",
    "managedFields",
    "resourceVersion",
)
_UNKNOWN = "before-first-apply"
_KUBECTL, _LAST_APPLIED = "kubectl", "kubectl.kubernetes.io/last-applied-configuration"
_NOBODYS = {("f:apiVersion",), ("f:kind",), ("f:metadata",), *(("f:metadata", f"f:{name}") for name in _SYSTEM)}


@dataclass(frozen=True)
class Manager:
    """Who writes, and how: ``operation`` is Apply or Update."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What tells managers apart: one that applies is the same in all versions."""
        return self.name, self.operation, "" if self.operation == "Apply" else self.api_version, self.subresource

    def __str__(self) -> str:
        text = json.dumps(self.name)
        if self.subresource:
            text += f' with subresource "{self.subresource}"'
        return f"{text} using {self.api_version}" if self.operation == "Update" else text


@dataclass(frozen=True)
class _Entry:
    manager: Manager
    paths: frozenset[Path]
    time: str = ""


_Entries = dict[tuple[str, str, str, str], _Entry]


def type_of(served: Served) -> Typed:
    """The type of a served kind."""
    return _custom(json.dumps(served.strategy.schema)) if served.custom else built_in(served.resource)


@lru_cache(maxsize=64)
def _custom(schema: str) -> Typed:
    return custom(json.loads(schema))


def updated(served: Served, old: Obj | None, new: Obj, manager: Manager, *, now: str) -> list[Obj]:
    """``managedFields`` after a write that replaces ``old`` (None: a creation) with ``new``."""
    typed = type_of(served)
    given = new["metadata"].get("managedFields") if not manager.subresource else None
    stored = (old or {"metadata": {}})["metadata"].get("managedFields")
    if given == [{}] or (old is not None and not stored and not given):
        return []  # what is disowned, or nobody's so far, has owners again from its next apply on
    base = _read(given) or _read(stored)
    live = _blank(served) if old is None else old
    try:
        change = compare(_stripped(live), _stripped(new), typed)
    except MistypedError:
        return list(stored or ())  # what does not fit its type is refused by whoever validates it
    difference = _of_others(served, manager, change)
    entries = _taken(base, manager, difference)
    own = base.get(manager.identity)
    paths = (set(own.paths if own else ()) - difference.removed | difference.added | difference.modified) - _NOBODYS
    if paths:
        time = own.time if own is not None and own.paths == paths else now
        entries[manager.identity] = _Entry(manager, frozenset(paths), time)
    else:
        entries.pop(manager.identity, None)
    return _written(entries)


def applied(served: Served, live: Obj | None, patch: Obj, manager: Manager, *, force: bool, now: str) -> Obj:
    """The object after an apply, with ``managedFields``. Raises ApiError 409 for conflicts, 500 for a wrong type."""
    typed = type_of(served)
    named = patch.get("metadata") or {}
    where = f"{named.get('namespace', '')}/{named.get('name', '')}; {version_of(served)}, Kind={served.resource.kind}"
    config = _stripped(patch)
    if served.strategy.has_status and not manager.subresource:
        config.pop("status", None)
    base = _read(_owners(served, live, now) if live is not None else None)
    before = live if live is not None else _blank(served)
    last = base.get(manager.identity)
    entries = dict(base)
    try:
        wanted = paths_of(config, typed) - _NOBODYS
        result = merged(_stripped(before), config, typed)
        if wanted:
            entries[manager.identity] = _Entry(manager, frozenset(wanted), now)
        else:
            entries.pop(manager.identity, None)
        result = _pruned(result, last, entries, typed)
        difference = compare(_stripped(before), result, typed)
    except (MistypedError, AttributeError, TypeError) as error:
        raise ApiError(500, f"failed to create typed patch object ({where}): {error}", reason=None) from None
    conflicts = [
        (entry.manager, path)
        for identity, entry in sorted(base.items())
        if identity != manager.identity
        for path in sorted(entry.paths & (difference.modified | difference.added))
    ]
    if conflicts and not force and not _were_applied(live, manager, typed, {path for _, path in conflicts}):
        raise _refusal(conflicts)
    changed = bool(difference.added or difference.modified or difference.removed)
    others = _taken({key: entry for key, entry in entries.items() if key != manager.identity}, manager, difference)
    if wanted:
        time = now if changed else last.time if last is not None else ""
        others[manager.identity] = replace(entries[manager.identity], time=time)
    metadata = {**(live or {"metadata": {}})["metadata"], **(result.get("metadata") or {})}
    for key in ("labels", "annotations", "finalizers", "ownerReferences"):
        if key not in (result.get("metadata") or {}):
            metadata.pop(key, None)
    metadata |= {key: named[key] for key in ("name", "namespace", "uid", "resourceVersion") if named.get(key)}
    if manager.name == _KUBECTL and _LAST_APPLIED in (metadata.get("annotations") or {}):
        metadata["annotations"] = {**metadata["annotations"], _LAST_APPLIED: _as_applied(patch)}
    metadata["managedFields"] = _written(others)
    return {**result, "apiVersion": served.resource.api_version, "kind": served.resource.kind, "metadata": metadata}


def _owners(served: Served, live: Obj, now: str) -> Sequence[Obj]:
    """Whoever owns a stored object; of what nobody owned so far everything belongs to those before the first apply."""
    known: Sequence[Obj] | None = live["metadata"].get("managedFields")
    return known or updated(served, None, live, Manager(_UNKNOWN, "Update", served.resource.api_version), now=now)


def _were_applied(live: Obj | None, manager: Manager, typed: Typed, paths: set[Path]) -> bool:
    """Whether kubectl has applied all of this before as it is now, on its own side: then it is its own."""
    text = ((live or {"metadata": {}})["metadata"].get("annotations") or {}).get(_LAST_APPLIED)
    if manager.name != _KUBECTL or not text:
        return False
    try:
        before = _stripped(json.loads(text))
        return paths <= paths_of(before, typed) - compare(before, _stripped(live or {}), typed).modified
    except (ValueError, AttributeError, TypeError):
        return False


def _as_applied(patch: Obj) -> str:
    """What kubectl would note down if it had applied this on its own side."""
    return json.dumps(patch, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def version_of(served: Served) -> str:
    """Group and version, with the slash also where there is no group."""
    resource = served.resource
    return f"{resource.group}/{resource.version}"


def _pruned(value: Obj, last: _Entry | None, entries: _Entries, typed: Typed) -> Obj:
    """Without what its manager applied before and nobody owns any more."""
    if last is None:
        return value
    owned = {path[:length] for entry in entries.values() for path in entry.paths for length in range(1, len(path) + 1)}
    gone = {path: False for path in last.paths if path not in owned}
    above = {path[:length] for path in gone for length in range(1, len(path))} - owned
    for path in above:
        gone.setdefault(path, True)
    kept: Obj = without(value, gone, typed)
    return kept


def _taken(entries: _Entries, manager: Manager, difference: Difference) -> _Entries:
    """What is left to the others when ``manager`` takes what it changes."""
    taken = difference.added | difference.modified | difference.removed
    left: _Entries = {}
    for identity, entry in entries.items():
        paths = entry.paths if identity == manager.identity else entry.paths - taken
        if paths:
            left[identity] = replace(entry, paths=frozenset(paths))
    return left


def _of_others(served: Served, manager: Manager, change: Difference) -> Difference:
    """A change without what a write of this kind cannot touch."""
    if manager.subresource == "status":
        ignored = "f:spec"
    elif served.strategy.has_status and not manager.subresource:
        ignored = "f:status"
    else:
        return change
    return Difference(*({path for path in paths if path[0] != ignored} for paths in vars(change).values()))


def _stripped(obj: Obj) -> Obj:
    metadata = {key: value for key, value in (obj.get("metadata") or {}).items() if key not in _SYSTEM}
    rest = {key: value for key, value in obj.items() if key not in {"apiVersion", "kind", "metadata"}}
    return {**rest, "metadata": metadata}


def _blank(served: Served) -> Obj:
    """An object of a kind before anybody has written a field: in Go some of them are there from the start."""
    if served.custom:
        return {"metadata": {}}
    resource = served.resource
    message = f"{(resource.group or 'core').partition('.')[0]}.{resource.kind}"
    return {"metadata": {}, **_held(message)}


def _held(message: str) -> Obj:
    blank: Obj = {}
    for field in fact("wire").get(message, {}).values():
        if field.get("inline"):
            blank |= _held(field["type"])
        elif field.get("held"):
            blank[field["name"]] = _held(field["type"]) if "." in field["type"] else None
        elif field.get("always"):
            blank[field["name"]] = None
    return blank


def _read(written: Sequence[Obj] | None) -> _Entries:
    entries: _Entries = {}
    for item in written or ():
        manager = Manager(
            str(item.get("manager") or ""),
            str(item.get("operation") or "Update"),
            str(item.get("apiVersion") or ""),
            str(item.get("subresource") or ""),
        )
        paths = frozenset(from_fields(item.get("fieldsV1") or {}))
        if paths:
            entries[manager.identity] = _Entry(manager, paths, str(item.get("time") or ""))
    return entries


def _written(entries: Mapping[Any, _Entry]) -> list[Obj]:
    def rank(entry: _Entry) -> tuple[str, ...]:
        manager = entry.manager
        return manager.operation, entry.time, manager.name, manager.api_version, manager.subresource

    return [_as_written(entry) for entry in sorted(entries.values(), key=rank)]


def _as_written(entry: _Entry) -> Obj:
    manager = entry.manager
    written: Obj = {"manager": manager.name, "operation": manager.operation, "apiVersion": manager.api_version}
    if entry.time:
        written["time"] = entry.time
    written |= {"fieldsType": "FieldsV1", "fieldsV1": to_fields(entry.paths)}
    if manager.subresource:
        written["subresource"] = manager.subresource
    return written


def _refusal(conflicts: Sequence[tuple[Manager, Path]]) -> ApiError:
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {manager}", "field": text_of(path)}
        for manager, path in conflicts
    ]
    if len(conflicts) == 1:
        (manager, path) = conflicts[0]
        message = f"Apply failed with 1 conflict: conflict with {manager}: {text_of(path)}"
    else:
        lines = []
        for name in sorted({str(manager) for manager, _ in conflicts}):
            lines.append(f"conflicts with {name}:")
            lines += [f"- {text_of(path)}" for manager, path in conflicts if str(manager) == name]
        message = f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)
    return ApiError(409, message, reason="Conflict", details={"causes": causes})
