"""The verb list: selectors, and pages that all show the same moment."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, labels_of
from podnet.api.selectors import EVERYTHING, SelectorError, from_query
from podnet.kube.answers import bad_request, expired
from podnet.kube.backend import Backend
from podnet.kube.fields import Match, parse
from podnet.kube.history import TooOldError
from podnet.kube.registry import Served

_COMMON_FIELDS = ("metadata.name",)
_TOKENS = "meta.k8s.io/v1"
_VERSION_TOO_OLD = "The resourceVersion for the provided list is too old."
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
    revision = backend.store.revision
    if exact_version:
        revision = exact_version
        items = list(_at(backend, served, namespace, revision, too_old=_VERSION_TOO_OLD))
    elif continue_token:
        revision, start = _decoded(continue_token)
        revision = revision if revision > 0 else backend.store.revision
        items = [obj for obj in _at(backend, served, namespace, revision) if _place(obj, namespace) >= start]
    else:
        items = list(backend.store.sorted_values(served.storage, namespace))
    version, last = str(revision), items[-1] if items else None
    if match is not None:
        items = [obj for obj in items if match(obj)]
    if limit <= 0 or len(items) < limit or items[limit - 1] is last:
        return Page(items, version)
    # A server that has filtered knows neither how many remain nor whether any does.
    remaining = len(items) - limit if match is None else None
    return Page(items[:limit], version, _encoded(revision, _place(items[limit - 1], namespace)), remaining)


def _place(obj: Obj, namespace: str) -> str:
    """Where an object comes in a list of one namespace, or of all; no object is at the place with a NUL behind it."""
    name = str(obj["metadata"]["name"])
    return name if namespace else f"{obj['metadata'].get('namespace', '')}/{name}".removeprefix("/")


def _key(obj: Obj) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _at(
    backend: Backend, served: Served, namespace: str, revision: int, *, too_old: str = _CONTINUE_TOO_OLD
) -> Sequence[Obj]:
    """The objects as they were at an earlier revision: today's, with what happened since undone."""
    try:
        changes = list(backend.store.since(served.storage, revision))
    except TooOldError as error:
        raise expired(too_old) from error
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


def _encoded(revision: int, place: str) -> str:
    token = json.dumps({"v": _TOKENS, "rv": revision, "start": f"{place}\0"}, separators=(",", ":"))
    return base64.urlsafe_b64encode(token.encode()).rstrip(b"=").decode()


def _decoded(token: str) -> tuple[int, str]:
    """The revision and the first place of a page. Raises ApiError 400."""
    try:
        content = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except ValueError as error:
        raise _unreadable(str(error)) from error
    content = content if isinstance(content, dict) else {}
    if content.get("v") != _TOKENS:
        raise _unreadable(f"server does not recognize this encoded version {content.get('v', '')}")
    revision, start = content.get("rv"), content.get("start")
    if not isinstance(revision, int) or not revision:
        raise _unreadable(f"incorrect encoded start resourceVersion (version {_TOKENS})")
    if not isinstance(start, str) or not start:
        raise _unreadable(f"empty encoded start object name (version {_TOKENS})")
    return revision, start


def _unreadable(why: str) -> ApiError:
    return bad_request(f"invalid continue token: continue key is not valid: {why}")
