"""Paths of the Kubernetes API, read and nothing more.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

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
    parts = [unquote(part) for part in path.strip("/").split("/")]
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
    """The path, and the parameters of the query (of a repeated one the last)."""
    path, _, query = path_with_query.partition("?")
    return path, dict(parse_qsl(query, keep_blank_values=True)) if query else {}
