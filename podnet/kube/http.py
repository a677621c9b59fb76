"""The Kubernetes API as HTTP without sockets: a request goes in, status, headers and body come out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from podnet.api.client import PatchType
from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube import answers, discovery
from podnet.kube.direct import Wait, follow
from podnet.kube.listing import Page
from podnet.kube.options import check_query
from podnet.kube.patches import merge
from podnet.kube.registry import Served
from podnet.kube.requests import JSON, Request
from podnet.kube.routes import Route, route, split
from podnet.kube.server import ApiServer
from podnet.kube.subresources import SUCCESS

_HEALTH = frozenset({"/healthz", "/livez", "/readyz"})
_PATCH_TYPES: dict[str, PatchType] = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
}
_LONGEST_WATCH = 300.0
_TYPE = frozenset({"kind", "apiVersion"})
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True)
class Response:
    """What goes back to the client; ``body`` is an iterator of whole lines for a watch."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Iterator[bytes]


class HttpApi:
    """Answers HTTP requests with an ``ApiServer``. ``wait`` is what a watch does while nothing happens."""

    def __init__(self, server: ApiServer, *, now: Callable[[], float], wait: Wait) -> None:
        self._server = server
        self._now = now
        self._wait = wait

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer one request; ``path`` includes the query, ``headers`` have lower-case names. Never raises ApiError."""
        try:
            plain, query = split(path)
            found = route(plain)
            if found is None or not found.plural:
                return self._document(method, plain, found)
            request = Request(found, query, headers.get("content-type", JSON), body)
            return self._answer(method, request)
        except ApiError as error:
            return _json(error.code, error.status())

    def _document(self, method: str, path: str, found: Route | None) -> Response:
        if method not in {"GET", "HEAD"}:
            raise answers.not_allowed()
        path = path.rstrip("/")
        if path in _HEALTH:
            return Response(200, {"Content-Type": "text/plain; charset=utf-8"}, b"ok")
        registry = self._server.registry
        if found is not None:
            return _json(200, discovery.api_resources(registry, found.group, found.version))
        if path == "/version":
            return _json(200, discovery.VERSION)
        if path == "/api":
            return _json(200, discovery.api_versions())
        if path == "/apis":
            return _json(200, discovery.api_groups(registry))
        if path.startswith("/apis/"):
            return _json(200, discovery.api_group(registry, path.removeprefix("/apis/")))
        raise answers.no_such_page()

    def _answer(self, method: str, request: Request) -> Response:
        found = request.route
        served = self._server.registry.find(found.group, found.version, found.plural)
        verb = (self._on_object if found.name else self._on_collection).get(method)
        if verb is None or (found.namespace and not served.resource.namespaced):
            raise answers.not_allowed() if verb is None else answers.no_such_page()
        if found.name and served.resource.namespaced and not found.namespace:
            raise answers.no_such_page()
        check_query(method, request.query, one=bool(found.name))
        try:
            response = verb(self, served, request)
        except ApiError as error:  # what deserves a warning is said of a write that fails, too
            response = _json(error.code, error.status())
        if request.warnings:
            texts = ", ".join(f'299 - "{_quoted(text)}"' for text in dict.fromkeys(request.warnings))
            return Response(response.status, {**response.headers, "Warning": texts}, response.body)
        return response

    def _list(self, served: Served, request: Request) -> Response:
        if request.flag("watch"):
            return self._watch(served, request)
        page = self._server.list(
            served.resource,
            **request.selectors(),
            limit=request.number("limit"),
            continue_token=request.query.get("continue", ""),
            exact_version=_exact_version(request.query),
        )
        return _page(served, page)

    def _watch(self, served: Served, request: Request) -> Response:
        initial = request.flag("sendInitialEvents")
        watcher = self._server.watch(
            served.resource,
            **request.selectors(),
            resource_version=request.query.get("resourceVersion", ""),
            bookmarks=request.flag("allowWatchBookmarks"),
            initial_events=initial,
        )
        # An explicit 0, which no official client sends, asks for what has happened so far.
        seconds = request.number("timeoutSeconds") if "timeoutSeconds" in request.query else _LONGEST_WATCH
        until = self._now() + seconds

        def lines() -> Iterator[bytes]:
            for event in follow(watcher, until=until, now=self._now, wait=self._wait):
                yield b'{"type":"%b","object":%b}\n' % (event.type.encode(), _encode(event.object).encode())

        return Response(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"}, lines())

    def _get(self, served: Served, request: Request) -> Response:
        found = request.route
        obj = self._server.get(served.resource, found.name, namespace=found.namespace, subresource=found.subresource)
        return _json(200, obj)

    def _create(self, served: Served, request: Request, wanted: Obj | None = None) -> Response:
        found = request.route
        obj = self._server.create(
            served.resource,
            wanted if wanted is not None else request.object(),
            namespace=found.namespace,
            name=found.name,
            subresource=found.subresource,
            options=request.write_options(),
        )
        return _json(201, obj)

    def _post_below(self, served: Served, request: Request) -> Response:
        if not request.route.subresource:
            raise answers.not_allowed()
        return self._create(served, request)

    def _update(self, served: Served, request: Request) -> Response:
        found = request.route
        creates = served.strategy.create_on_update and not found.subresource
        if creates and self._server.store.get(served.storage, found.namespace, found.name) is None:
            wanted = merge(request.object(), {"metadata": {"resourceVersion": None}})
            return self._create(served, request, wanted)
        obj = self._server.update(
            served.resource,
            request.object(),
            namespace=found.namespace,
            name=found.name,
            subresource=found.subresource,
            options=request.write_options(),
        )
        return _json(200, obj)

    def _patch(self, served: Served, request: Request) -> Response:
        found = request.route
        media = request.content_type.partition(";")[0].strip()
        if media not in _PATCH_TYPES:
            raise ApiError(415, "415: Unsupported Media Type")
        obj = self._server.patch(
            served.resource,
            found.name,
            request.content(),
            namespace=found.namespace,
            type=_PATCH_TYPES[media],
            subresource=found.subresource,
            options=request.write_options(),
        )
        return _json(200, obj)

    def _delete(self, served: Served, request: Request) -> Response:
        found = request.route
        if found.subresource:
            raise answers.not_allowed()
        obj, gone = self._server.delete(
            served.resource, found.name, namespace=found.namespace, options=request.delete_options()
        )
        if not gone or served.strategy.returns_deleted:
            return _json(200, obj)
        resource = served.resource
        details = {"name": found.name, "group": resource.group, "kind": resource.plural, "uid": obj["metadata"]["uid"]}
        status = {key: value for key, value in SUCCESS.items() if key != "code"}
        return _json(200, {**status, "details": {key: value for key, value in details.items() if value}})

    def _delete_collection(self, served: Served, request: Request) -> Response:
        if served.resource.namespaced and not request.route.namespace:
            raise answers.not_allowed()
        page = self._server.delete_collection(served.resource, **request.selectors(), options=request.delete_options())
        return _page(served, page)

    _on_collection: Mapping[str, Callable[[HttpApi, Served, Request], Response]] = {
        "GET": _list,
        "POST": _create,
        "DELETE": _delete_collection,
    }
    _on_object: Mapping[str, Callable[[HttpApi, Served, Request], Response]] = {
        "GET": _get,
        "POST": _post_below,
        "PUT": _update,
        "PATCH": _patch,
        "DELETE": _delete,
    }


def _json(status: int, body: Obj) -> Response:
    return Response(status, {"Content-Type": JSON}, _encode(body).encode())


def _page(served: Served, page: Page) -> Response:
    metadata: Obj = {"resourceVersion": page.resource_version}
    if page.continue_token:
        metadata["continue"] = page.continue_token
    if page.remaining is not None:
        metadata["remainingItemCount"] = page.remaining
    resource: Resource = served.resource
    items = page.items
    if served.custom:
        metadata.setdefault("continue", "")
    else:  # of built-in kinds only the list says what it holds
        items = [{key: part for key, part in item.items() if key not in _TYPE} for item in items]
    body = {"kind": served.list_kind, "apiVersion": resource.api_version, "metadata": metadata, "items": items}
    return _json(200, body)


def _exact_version(query: Mapping[str, str]) -> int:
    """The version that a list has to show; 0 where the newest will do. A first page of a version is exactly that."""
    version, match = query.get("resourceVersion", ""), query.get("resourceVersionMatch", "")
    exact = match == "Exact" or (not match and query.get("limit", "") not in {"", "0"} and version not in {"", "0"})
    return int(version) if exact else 0


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
