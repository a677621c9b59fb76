"""Which query parameters a request may have, in the words of the API server, before anything is looked up.

Source: pkg/apis/meta/internalversion/validation and pkg/apis/meta/v1/validation of k8s.io/apimachinery 1.36.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from podnet.api.errors import ApiError
from podnet.api.resources import Resource
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_request, bad_value, forbidden_field, invalid, unsupported

_WRITES = {"POST": "CreateOptions", "PUT": "UpdateOptions", "PATCH": "PatchOptions"}
_VALIDATIONS = ("", "Ignore", "Strict", "Warn")
_PROPAGATIONS = ("Foreground", "Background", "Orphan", "nil")
_FALSE = frozenset({"false", "0"})
_NUMBER = re.compile("[+-]?[0-9]+")
_LONGEST_NUMBER = 64
_LONGEST_MANAGER = 128
_MATCH = "resourceVersionMatch"


def is_set(query: Mapping[str, str], name: str) -> bool:
    """Whether a parameter is there and does not say no; as in Go, any other text says yes."""
    value = query.get(name)
    return value is not None and value.lower() not in _FALSE


def whole_number(text: str) -> int:
    """A parameter as a number of 64 bits. Raises ApiError 400 for what is none."""
    number = int(text) if len(text) < _LONGEST_NUMBER and _NUMBER.fullmatch(text) else None
    if number is None or not -(2**63) <= number < 2**63:
        why = "value out of range" if _NUMBER.fullmatch(text) else "invalid syntax"
        raise bad_request(f'strconv.ParseInt: parsing "{text}": {why}')
    return number


def check_query(method: str, query: Mapping[str, str], *, one: bool, applies: bool) -> None:
    """Refuse parameters that do not exist (422) or that do not go together (400 or 422).

    ``one``: the request is about one object, not about all of a collection; ``applies``: its patch is to be applied.
    """
    if not query:
        return
    kind = _WRITES.get(method)
    if kind is not None:
        _refuse(kind, list(_write_problems(query, applies=applies if method == "PATCH" else True)))
    elif method == "GET":
        for name in () if one else ("limit", "timeoutSeconds"):
            if name in query:
                whole_number(query[name])
        watches = is_set(query, "watch") and not one
        _refuse("ListOptions", list(_list_problems(query, watches=watches)))
        _check_version(query.get("resourceVersion", ""), lists=not (one or watches))
        if query.get("continue") and query.get("resourceVersion", "") not in {"", "0"}:
            raise bad_request("specifying resource version is not allowed when using continue")


def exact_version(query: Mapping[str, str]) -> int:
    """The version that a list has to show; 0 where the newest will do. A first page of a version is exactly that."""
    version, match = query.get("resourceVersion", ""), query.get("resourceVersionMatch", "")
    exact = match == "Exact" or (not match and query.get("limit", "") not in {"", "0"} and version not in {"", "0"})
    return int(version) if exact else 0


def start_of_watch(query: Mapping[str, str], newest: int) -> str:
    """The version from which a watch tells: ``newest`` for one that wants nothing of what is there already."""
    version = query.get("resourceVersion", "")
    wants_no_start = "sendInitialEvents" in query and not is_set(query, "sendInitialEvents")
    return str(newest) if wants_no_start and version in {"", "0"} else version


def check_delete_options(propagation: object, *, orphans: object, dry_run: Sequence[str] | None) -> None:
    """Refuse a way to delete that does not exist, or two at once (422)."""
    problems = list(dry_run_problems(dry_run))
    if propagation is not None and orphans is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        problems.append(bad_value("propagationPolicy", propagation, why))
    if propagation not in (None, *_PROPAGATIONS[:3]):
        problems.append(unsupported("propagationPolicy", propagation, _PROPAGATIONS))
    _refuse("DeleteOptions", problems)


def _refuse(kind: str, problems: list[Problem]) -> None:
    if problems:
        raise invalid(Resource("meta.k8s.io", "v1", "", kind, namespaced=False), "", problems)


def dry_run_problems(stated: Sequence[str] | None) -> Iterator[Problem]:
    """What is wrong with ``dryRun``, which may be stated more than once."""
    if stated is not None and any(item != "All" for item in stated):
        listed = json.dumps(list(stated), separators=(",", ":"))
        yield Problem("dryRun", "FieldValueNotSupported", f'Unsupported value: {listed}: supported values: "All"')


def _write_problems(query: Mapping[str, str], *, applies: bool) -> Iterator[Problem]:
    yield from dry_run_problems([query["dryRun"]] if "dryRun" in query else None)
    if not applies and "force" in query:
        yield forbidden_field("force", "may not be specified for non-apply patch")
    if query.get("fieldValidation", "") not in _VALIDATIONS:
        yield unsupported("fieldValidation", query["fieldValidation"], _VALIDATIONS)
    manager = query.get("fieldManager", "")
    if len(manager.encode()) > _LONGEST_MANAGER:
        why = f"Too long: may not be more than {_LONGEST_MANAGER} bytes"
        yield Problem("fieldManager", "FieldValueTooLong", why)
    at = next((at for at, letter in enumerate(manager) if not letter.isprintable()), None)
    if at is not None:
        yield bad_value("fieldManager", manager, f"invalid character U+{ord(manager[at]):04X} (at position {at})")


def _list_problems(query: Mapping[str, str], *, watches: bool) -> Iterator[Problem]:
    match, version = query.get(_MATCH, ""), query.get("resourceVersion", "")
    if watches:
        yield from _watch_problems(query, match)
        return
    if match:
        if not version:
            yield forbidden_field(_MATCH, f"{_MATCH} is forbidden unless resourceVersion is provided")
        if query.get("continue"):
            yield forbidden_field(_MATCH, f"{_MATCH} is forbidden when continue is provided")
        if match not in {"Exact", "NotOlderThan"}:
            yield unsupported(_MATCH, match, ("Exact", "NotOlderThan", ""))
        if match == "Exact" and version == "0":
            yield forbidden_field(_MATCH, f'{_MATCH} "exact" is forbidden for resourceVersion "0"')
    if "sendInitialEvents" in query:
        yield forbidden_field("sendInitialEvents", "sendInitialEvents is forbidden for list")


def _watch_problems(query: Mapping[str, str], match: str) -> Iterator[Problem]:
    stated = "sendInitialEvents" in query
    if query.get("continue"):
        yield forbidden_field(_MATCH, f"{_MATCH} is forbidden when continue is provided")
    if match and not stated:
        yield forbidden_field(_MATCH, f"{_MATCH} is forbidden for watch unless sendInitialEvents is provided")
    if stated and match != "NotOlderThan":
        yield forbidden_field(_MATCH, f"sendInitialEvents requires setting {_MATCH} to NotOlderThan")
        if match:
            yield unsupported(_MATCH, match, ("NotOlderThan",))


def _check_version(version: str, *, lists: bool) -> None:
    digits = version.isascii() and version.isdecimal()
    if version and not (digits and len(version) < _LONGEST_NUMBER and int(version) < 2**64):
        parsed = f'parsing "{version}": {"value out of range" if digits else "invalid syntax"}'
        why = f'resourceVersion: Invalid value: "{version}": strconv.ParseUint: {parsed}'
        raise bad_request(f"invalid resource version: {why}") if lists else ApiError(500, why, reason=None)
