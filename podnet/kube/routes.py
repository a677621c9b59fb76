"""Paths of the Kubernetes API, read and nothing more.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from podnet.kube.answers import bad_request

_BROKEN_ESCAPE = re.compile("%(?![0-9a-fA-F]{2})")
_WATCHED = re.compile(
    "(?P<version>/api/[^/]+|/apis/[^/]+/[^/]+)/watch(?P<namespace>/namespaces/[^/]+(?=/))?/(?P<plural>[^/]+)"
    "(/(?P<name>[^/]+))?/?"
)
_NAMESPACE_SUBRESOURCES = frozenset({"status", "finalize"})


@dataclass(frozen=True)
class Route:
    """What a path names. ``plural`` is empty for the documents that list the resources of a group."""

    group: str
    version: str
    plural: str = ""
    namespace: str = ""
    name: str = ""
    subresource: str = ""


@lru_cache(maxsize=4096)
def route(path: str) -> Route | None:
    """What a path names; None if it does not lie below a version of a group."""
    parts = unquote(path).strip("/").split("/")
    if parts[0] == "api" and len(parts) >= 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[0] == "apis" and len(parts) >= 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    namespace = ""
    if len(rest) >= 3 and rest[0] == "namespaces" and not (len(rest) == 3 and rest[2] in _NAMESPACE_SUBRESOURCES):
        namespace, rest = rest[1], rest[2:]
    plural, name, subresource = (*rest, "", "", "")[:3]
    return Route(group, version, plural, namespace, name, subresource) if len(rest) <= 3 else None


def split(path_with_query: str) -> tuple[str, dict[str, str]]:
    """The path, and the parameters of the query: of a repeated one the first, of one that cannot be read none.

    Raises ApiError 400 for a path that cannot be read.
    """
    path, _, query = path_with_query.partition("?")
    if _BROKEN_ESCAPE.search(path):
        raise bad_request("the path has an invalid URL escape")
    found: dict[str, str] = {}
    for part in query.split("&") if query else ():
        if part and ";" not in part and not _BROKEN_ESCAPE.search(part):
            name, _, value = part.partition("=")
            found.setdefault(unquote_plus(name), unquote_plus(value))
    return path, found


def watched(path: str, query: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A path as it was written once, with ``watch`` before the resource, in the form of today."""
    found = _WATCHED.fullmatch(path)
    if found is None:
        return path, query
    query = {**query, "watch": "true"}
    if found["name"]:
        query["fieldSelector"] = f"metadata.name={unquote(found['name'])}"
    return f"{found['version']}{found['namespace'] or ''}/{found['plural']}", query
