"""Which query parameters a request may have, in the words of the API server, before anything is looked up.

Source: pkg/apis/meta/internalversion/validation and pkg/apis/meta/v1/validation of k8s.io/apimachinery 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

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


def check_query(method: str, query: Mapping[str, str], *, one: bool) -> None:
    """Refuse parameters that do not exist (422) or that do not go together (400 or 422).

    ``one``: the request is about one object, not about all of a collection.
    """
    if not query:
        return
    kind = _WRITES.get(method)
    if kind is not None:
        _refuse(kind, list(_write_problems(query)))
    elif method == "GET":
        for name in () if one else ("limit", "timeoutSeconds"):
            if name in query:
                whole_number(query[name])
        watches = is_set(query, "watch") and not one
        _refuse("ListOptions", list(_list_problems(query, watches=watches)))
        _check_version(query.get("resourceVersion", ""), lists=not (one or watches))
        if query.get("continue") and query.get("resourceVersion", "") not in {"", "0"}:
            raise bad_request("specifying resource version is not allowed when using continue")


def check_delete_options(propagation: object, *, orphans: object) -> None:
    """Refuse a way to delete that does not exist, or two at once (422)."""
    problems = []
    if propagation is not None and orphans is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        problems.append(bad_value("propagationPolicy", propagation, why))
    if propagation not in (None, *_PROPAGATIONS[:3]):
        problems.append(unsupported("propagationPolicy", propagation, _PROPAGATIONS))
    _refuse("DeleteOptions", problems)


def _refuse(kind: str, problems: list[Problem]) -> None:
    if problems:
        raise invalid(Resource("meta.k8s.io", "v1", "", kind, namespaced=False), "", problems)


def _write_problems(query: Mapping[str, str]) -> Iterator[Problem]:
    if query.get("dryRun", "") not in {"", "All"}:
        message = f'Unsupported value: ["{query["dryRun"]}"]: supported values: "All"'
        yield Problem("dryRun", "FieldValueNotSupported", message)
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
