"""The verb list: selectors, and pages that all show the same moment."""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from podnet.api.objects import Obj, labels_of
from podnet.api.selectors import EVERYTHING, SelectorError, from_query
from podnet.kube.answers import bad_request, expired
from podnet.kube.backend import Backend
from podnet.kube.fields import Match, parse
from podnet.kube.history import TooOldError
from podnet.kube.registry import Served

_COMMON_FIELDS = ("metadata.name",)
_CONTINUE_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without"
    " the continue parameter, or use the continue token in this response to retrieve the remainder of the results."
)


@dataclass(frozen=True)
class Page:
    """The answer to a list: stored objects, to be read only."""

    items: Sequence[Obj]
    resource_version: str
    continue_token: str = ""
    remaining: int | None = None


def selection(served: Served, *, label_selector: str, field_selector: str) -> Match | None:
    """What the two selectors of a request select together; None for everything. Raises ApiError 400."""
    fields = None
    if field_selector:
        supported = (*_COMMON_FIELDS, *served.strategy.fields)
        if served.resource.namespaced:
            supported = (*supported, "metadata.namespace")
        own = served.custom or bool(served.strategy.fields)
        fields = parse(field_selector, supported=supported, own=own)
    if not label_selector:
        return fields
    try:
        labels = from_query(label_selector)
    except SelectorError as error:
        raise bad_request(str(error)) from error
    if labels is EVERYTHING:
        return fields
    if fields is None:
        return lambda obj: labels.matches(labels_of(obj))
    return lambda obj: labels.matches(labels_of(obj)) and fields(obj)


def list_page(
    backend: Backend,
    served: Served,
    *,
    namespace: str = "",
    label_selector: str = "",
    field_selector: str = "",
    limit: int = 0,
    continue_token: str = "",
    exact_version: int = 0,
) -> Page:
    """The objects of one namespace, or of all, that both selectors select. Raises ApiError 400 or 410."""
    match = selection(served, label_selector=label_selector, field_selector=field_selector)
    revision, after = backend.store.revision, ("", "")
    if exact_version:
        revision = exact_version
        items = list(_at(backend, served, namespace, revision))
    elif continue_token:
        revision, after = _decoded(continue_token)
        then = _at(backend, served, namespace, revision)
        items = list(then[bisect_right(then, after, key=_key) :])
    else:
        items = list(backend.store.sorted_values(served.storage, namespace))
    if match is not None:
        items = [obj for obj in items if match(obj)]
    version = str(revision)
    if limit <= 0 or len(items) <= limit:
        return Page(items, version)
    # The number of those that remain is not known to a server that has filtered.
    remaining = len(items) - limit if match is None else None
    return Page(items[:limit], version, _encoded(revision, items[limit - 1]), remaining)


def _key(obj: Obj) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _at(backend: Backend, served: Served, namespace: str, revision: int) -> Sequence[Obj]:
    """The objects as they were at an earlier revision: today's, with what happened since undone."""
    try:
        changes = list(backend.store.since(served.storage, revision))
    except TooOldError as error:
        raise expired(_CONTINUE_TOO_OLD) from error
    if not changes:
        return backend.store.sorted_values(served.storage, namespace)
    objects = {_key(obj): obj for obj in backend.store.values(served.storage, namespace)}
    for _, change in reversed(changes):
        key = _key(change.object)
        if namespace and key[0] != namespace:
            continue
        objects.pop(key, None)
        if change.old is not None:
            objects[key] = change.old
    return [objects[key] for key in sorted(objects)]


def _encoded(revision: int, last: Obj) -> str:
    namespace, name = _key(last)
    token = json.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": [namespace, name]})
    return base64.urlsafe_b64encode(token.encode()).rstrip(b"=").decode()


def _decoded(token: str) -> tuple[int, tuple[str, str]]:
    try:
        content = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, name = content["start"]
        return int(content["rv"]), (str(namespace), str(name))
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request("continue key is not valid") from error
