"""The three ways to change a part of an object: JSON patch, JSON merge patch, strategic merge patch.

Every function returns a new value and leaves its arguments alone.
Sources: RFC 6902, RFC 7386, k8s.io/apimachinery/pkg/util/strategicpatch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from podnet.api.objects import Obj, clone

_MOST_COPIED = 3 * 2**20
"""Characters that the operations ``copy`` of a patch may add together; kube-apiserver's JSONPatchMaxCopyBytes."""
_DIRECTIVES = ("$setElementOrder/", "$deleteFromPrimitiveList/", "$retainKeys")


class PatchError(ValueError):
    """A patch that does not fit the object, or is none."""


def apply_json_patch(obj: Obj, patch: Sequence[Any]) -> Obj:
    """The object after a list of operations (RFC 6902). Raises PatchError if one of them does not apply.

    As the API server's library does, this lets an operation replace a field that is not there, takes a field that is
    not there for null in a test, and a value that is not stated for null.
    """
    from jsonpatch import JsonPatch, JsonPatchException  # many runs never need it
    from jsonpointer import JsonPointerException

    patched, copied = clone(obj), 0
    for operation in patch:
        try:
            for exact in _exactly(operation, patched):
                copied += _copied(patched, exact)
                if copied > _MOST_COPIED:
                    raise PatchError(f"the operations copy more than {_MOST_COPIED} characters")
                patched = JsonPatch([exact]).apply(patched, in_place=True)
        except (JsonPatchException, JsonPointerException, LookupError, AttributeError, TypeError, ValueError) as error:
            leads_nowhere = isinstance(error, JsonPointerException) or "non-existent" in str(error)
            if leads_nowhere or (isinstance(error, JsonPatchException) and operation.get("op") == "remove"):
                what = f"{operation.get('op')} operation does not apply: doc is missing path"
                raise PatchError(f'{what}: "{operation["path"]}": missing value') from error
            raise PatchError(str(error)) from error
    return patched


def _exactly(operation: Any, document: Any) -> Sequence[Obj]:
    """An operation in the form of the RFC; none where it says nothing."""
    from jsonpointer import resolve_pointer

    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str) or not operation["path"]:
        raise PatchError("an operation is no object, or has no path below the root")
    name, operation = operation.get("op"), clone(operation)
    if name in {"add", "replace", "test"}:
        operation.setdefault("value", None)
    parent, _, last = operation["path"].rpartition("/")
    holder = resolve_pointer(document, parent, None)
    if isinstance(holder, dict) and last.replace("~1", "/").replace("~0", "~") not in holder:
        if name == "replace":
            return [{**operation, "op": "add"}]
        if name == "test" and operation["value"] is None:
            return ()
    return [operation]


def _copied(obj: Any, operation: Obj) -> int:
    """How many characters an operation copies."""
    from jsonpointer import JsonPointer

    if operation.get("op") != "copy":
        return 0
    return len(json.dumps(JsonPointer(str(operation.get("from"))).resolve(obj), ensure_ascii=False))


def merge(value: Any, patch: Any) -> Any:
    """The value after a JSON merge patch (RFC 7386): objects merge, null deletes, everything else replaces."""
    if not isinstance(patch, dict):
        return clone(patch)
    merged = dict(value) if isinstance(value, dict) else {}
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), change)
    return merged


_CONTAINER: Mapping[str, Any] = {
    "ports": ("containerPort", {}),
    "env": ("name", {}),
    "volumeMounts": ("mountPath", {}),
    "volumeDevices": ("devicePath", {}),
}
_POD_SPEC: Mapping[str, Any] = {
    "containers": ("name", _CONTAINER),
    "initContainers": ("name", _CONTAINER),
    "ephemeralContainers": ("name", _CONTAINER),
    "volumes": ("name", {}),
    "imagePullSecrets": ("name", {}),
    "hostAliases": ("ip", {}),
    "topologySpreadConstraints": ("topologyKey", {}),
    "schedulingGates": ("name", {}),
    "resourceClaims": ("name", {}),
}
_METADATA: Mapping[str, Any] = {"finalizers": ("", {}), "ownerReferences": ("uid", {})}
_STATUS: Mapping[str, Any] = {
    "conditions": ("type", {}),
    "podIPs": ("ip", {}),
    "hostIPs": ("ip", {}),
    "addresses": ("type", {}),
}
MERGE_KEYS: Mapping[str, Any] = {
    "metadata": _METADATA,
    "spec": {
        **_POD_SPEC,
        "finalizers": ("", {}),
        "template": {"metadata": _METADATA, "spec": _POD_SPEC},
    },
    "status": _STATUS,
    "webhooks": ("name", {}),
}
"""Lists that merge by a key instead of being replaced (``x-kubernetes-patch-merge-key`` of the OpenAPI document).

A tuple is such a list: its key (empty for a list of plain values that merges as a set) and the lists inside of its
items. A mapping is a plain object. The names are distinct enough for one table to serve every built-in kind.
"""


def strategic(value: Any, patch: Any, keys: Any = MERGE_KEYS) -> Any:
    """The value after a strategic merge patch. Raises PatchError for an item without its merge key."""
    if not isinstance(patch, dict):
        return clone(patch)
    if "$patch" in patch:
        directive = patch["$patch"]
        rest = {key: clone(item) for key, item in patch.items() if key != "$patch"}
        if directive == "replace":
            return rest
        if directive == "delete":
            return {}
        if directive != "merge":
            raise PatchError(f"unrecognized patch type: {directive}")
        patch = rest
    merged = dict(value) if isinstance(value, dict) else {}
    if "$retainKeys" in patch:
        merged = _retained(merged, patch["$retainKeys"])
    for key, change in patch.items():
        if key.startswith("$deleteFromPrimitiveList/"):
            name = key.partition("/")[2]
            merged[name] = _remaining(merged.get(name) or [], change, key)
        if key.startswith(_DIRECTIVES):
            continue
        if change is None:
            merged.pop(key, None)
            continue
        inner = keys.get(key, {}) if isinstance(keys, Mapping) else {}
        if isinstance(inner, tuple) and isinstance(change, list):
            merged[key] = _merged_list(merged.get(key), change, inner[0], inner[1], key)
        else:
            merged[key] = strategic(merged.get(key), change, inner)
    return _ordered(merged, value, patch, keys)


def _retained(value: Obj, keys: Any) -> Obj:
    if not isinstance(keys, list):
        raise PatchError("invalid patch format of retainKeys")
    return {key: item for key, item in value.items() if key in keys}


def _remaining(items: Any, removed: Any, directive: str) -> list[Any]:
    if not isinstance(items, list) or not isinstance(removed, list):
        raise PatchError(f"invalid patch format of {directive}")
    return [item for item in items if item not in removed]


def _merged_list(value: Any, patch: Sequence[Any], merge_key: str, keys: Any, field: str) -> list[Any]:
    present = list(value) if isinstance(value, list) else []
    if not merge_key:
        return [*present, *(clone(item) for item in patch if item not in present)]
    if any(isinstance(item, dict) and item.get("$patch") == "replace" for item in patch):
        return [clone(item) for item in patch if not isinstance(item, dict) or item.get("$patch") != "replace"]
    for item in patch:
        if not isinstance(item, dict) or merge_key not in item:
            raise PatchError(f"map: {item} does not contain declared merge key: {merge_key} ({field})")
        at = next((index for index, old in enumerate(present) if old.get(merge_key) == item[merge_key]), None)
        if item.get("$patch") == "delete":
            present = [old for old in present if old.get(merge_key) != item[merge_key]]
        elif at is None:
            present.append(strategic({}, item, keys))
        else:
            present[at] = strategic(present[at], item, keys)
    return present


def _ordered(merged: Obj, value: Any, patch: Obj, keys: Any) -> Obj:
    """Bring the lists that merge into order: what the patch names as it names it, the rest in between as it was."""
    for name, inner in keys.items() if isinstance(keys, Mapping) else ():
        order = patch.get(f"$setElementOrder/{name}", patch.get(name))
        if not isinstance(inner, tuple) or not isinstance(order, list) or not isinstance(merged.get(name), list):
            continue
        before = value.get(name) if isinstance(value, dict) else None
        merged[name] = _in_order(merged[name], order, before or [], merge_key=inner[0])
    return merged


def _in_order(items: Sequence[Any], order: Sequence[Any], before: Sequence[Any], *, merge_key: str) -> list[Any]:
    def identity(item: Any) -> str:
        return str(item.get(merge_key) if merge_key and isinstance(item, dict) else item)

    rank = {identity(item): at for at, item in reversed(list(enumerate(order)))}
    was = {identity(item): at for at, item in reversed(list(enumerate(before)))}
    named = sorted((item for item in items if identity(item) in rank), key=lambda item: rank[identity(item)])
    rest = [item for item in items if identity(item) not in rank]
    ordered: list[Any] = []
    while named and rest:
        one, other = was.get(identity(rest[0])), was.get(identity(named[0]))
        source = rest if one is not None and other is not None and one < other else named
        ordered.append(source.pop(0))
    return [*ordered, *named, *rest]
