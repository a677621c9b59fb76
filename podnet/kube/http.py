"""The Kubernetes API as HTTP without sockets: a request goes in, status, headers and body come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from podnet.api.client import PatchType
from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import PODS, Resource
from podnet.kube import answers
from podnet.kube.containers import PATHS, refusal
from podnet.kube.direct import Wait
from podnet.kube.documents import respond
from podnet.kube.forms import Form, form_of
from podnet.kube.options import check_query, exact_version, start_of_watch
from podnet.kube.patches import merge
from podnet.kube.patching import PATCH_MEDIA_TYPES
from podnet.kube.registry import Served
from podnet.kube.requests import JSON, Request, check_accept
from podnet.kube.responses import (
    Response,
    as_yaml,
    json_response,
    list_metadata,
    page_response,
    unfit_segment,
    with_warnings,
)
from podnet.kube.reviews import answer, review_at
from podnet.kube.routes import Route, route, split, watched
from podnet.kube.server import ApiServer
from podnet.kube.streams import Lines, Shown, Stream
from podnet.kube.subresources import SUCCESS
from podnet.kube.users import ADMIN, User

_PATCH_TYPES: dict[str, PatchType] = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
}
_PATCH_OPTIONS = Resource("meta.k8s.io", "v1", "", "PatchOptions", namespaced=False)
LONGEST_WATCH = 300.0


class HttpApi:
    """Answers HTTP requests with an ``ApiServer``.

    ``wait`` is what a watch does while nothing happens; it lasts ``longest_watch`` seconds unless it says how long.
    """

    def __init__(
        self, server: ApiServer, *, now: Callable[[], float], wait: Wait, longest_watch: float = LONGEST_WATCH
    ) -> None:
        self._longest_watch = longest_watch
        self._server = server
        self._now = now
        self._wait = wait
        self._lines = Lines()

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, user: User = ADMIN
    ) -> Response:
        """Answer one request; ``path`` includes the query, ``headers`` have lower-case names. Never raises ApiError."""
        try:
            plain, query = split(path)
            if "/watch/" in plain:
                plain, query = watched(plain, query)
            found = route(plain)
            accept = headers.get("accept", "")
            if found is None or not found.plural:
                return as_yaml(self._document(method, plain, found, query, headers), accept)
            request = Request(
                found,
                query,
                headers.get("content-type", JSON),
                body,
                user=user,
                accept=accept,
                agent=headers.get("user-agent", ""),
                thorough=self._server.backend.thorough,
            )
        except ApiError as error:
            return json_response(error.code, error.status())
        try:
            response = self._answer(method, request)
        except ApiError as error:
            response = json_response(error.code, error.status())
        return with_warnings(as_yaml(response, accept), request.warnings)

    def _document(
        self, method: str, path: str, found: Route | None, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> Response:
        if method not in {"GET", "HEAD"}:
            raise answers.not_allowed()
        return respond(self._server.registry, path.rstrip("/"), found, query=query, headers=headers)

    def _answer(self, method: str, request: Request) -> Response:
        found = request.route
        review = review_at(found.group, found.version, found.plural)
        if review is not None:
            return self._review(method, review, request)
        served = self._server.registry.find(found.group, found.version, found.plural)
        if served.resource == PODS and found.subresource in PATHS:
            return self._contained(served, request)
        for what, text in (("Name", found.name), ("Namespace", found.namespace)):
            if why := unfit_segment(text):
                raise answers.bad_request(f'{what} parameter invalid: "{text}": {why}')
        verb = (self._on_object if found.name else self._on_collection).get(method)
        if verb is None or (found.namespace and not served.resource.namespaced):
            raise answers.not_allowed() if verb is None else answers.no_such_page()
        if found.name and served.resource.namespaced and not found.namespace:
            raise answers.no_such_page()
        if served.strategy.absent is not None and method in {"POST", "PUT", "PATCH"}:
            request.warnings.append(served.strategy.absent.message)  # kubectl does not always show why it was refused
            raise served.strategy.absent
        check_accept(request.accept, lists=method == "GET" and not found.name)
        if served.strategy.deprecated:
            request.warnings.append(served.strategy.deprecated)
        applies = request.media_type == PATCH_MEDIA_TYPES["apply"]
        check_query(method, request.query, one=bool(found.name), applies=applies)
        return verb(self, served, request)

    def _contained(self, served: Served, request: Request) -> Response:
        found = request.route
        why = refusal(self._server.get(served.resource, found.name, namespace=found.namespace), found.subresource)
        if why is not None:
            raise why
        return Response(200, {"Content-Type": "text/plain"}, b"")

    def _review(self, method: str, kind: Resource, request: Request) -> Response:
        if method != "POST" or request.route.name:
            raise answers.not_allowed()
        return json_response(201, answer(self._server.backend, kind, request.object(), request.user))

    def _list(self, served: Served, request: Request) -> Response:
        if request.flag("watch"):
            return self._watch(served, request)
        self._check_known(request)
        page = self._server.list(
            served.resource,
            **request.selectors(),
            limit=0 if request.query.get("resourceVersion") == "0" else request.number("limit"),  # as from its cache
            continue_token=request.query.get("continue", ""),
            exact_version=exact_version(request.query),
        )
        form = self._form(served, request, one=False)
        if form is not None:
            return json_response(200, form.many(page.items, list_metadata(page)))
        return page_response(served, page)

    def _form(self, served: Served, request: Request, *, one: bool) -> Form | None:
        """How the client wants to see objects; None for whole ones."""
        if request.route.subresource not in {"", "status"}:
            return None
        include = request.query.get("includeObject", "")
        return form_of(request.accept, served, one=one, include=include, now=self._server.backend.now())

    def _shown(self, served: Served, request: Request, obj: Obj, *, code: int = 200) -> Response:
        form = self._form(served, request, one=True)
        return json_response(code, form.one(obj) if form is not None else obj)

    def _watch(self, served: Served, request: Request) -> Response:
        initial = request.flag("sendInitialEvents")
        watcher = self._server.watch(
            served.resource,
            **request.selectors(),
            resource_version=start_of_watch(request.query, self._server.store.revision),
            bookmarks=request.flag("allowWatchBookmarks"),
            initial_events=initial,
        )
        # An explicit 0, which no official client sends, asks for what has happened so far.
        seconds = request.number("timeoutSeconds") if "timeoutSeconds" in request.query else self._longest_watch
        form = self._form(served, request, one=True)
        shown: Shown | None = None
        if form is not None:
            shown = partial(form.event, now=self._server.backend.now)
        until = self._now() + seconds
        stream = Stream(watcher, until=until, now=self._now, wait=self._wait, lines=self._lines, shown=shown)
        return Response(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"}, stream)

    def _check_known(self, request: Request) -> None:
        wanted, current = int(request.query.get("resourceVersion") or 0), self._server.store.revision
        if wanted > current:
            raise answers.too_large_version(wanted, current)

    def _get(self, served: Served, request: Request) -> Response:
        found = request.route
        self._check_known(request)
        if request.flag("export"):
            raise answers.bad_request("the export parameter, deprecated since v1.14, is no longer supported")
        obj = self._server.get(served.resource, found.name, namespace=found.namespace, subresource=found.subresource)
        return self._shown(served, request, obj)

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
        return self._shown(served, request, obj, code=201)

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
        return self._shown(served, request, obj)

    def _patch(self, served: Served, request: Request) -> Response:
        found = request.route
        media = request.media_type
        if media == PATCH_MEDIA_TYPES["apply"]:
            return self._apply(served, request)
        if media not in _PATCH_TYPES:
            raise ApiError(415, "415: Unsupported Media Type", details={})
        obj = self._server.patch(
            served.resource,
            found.name,
            request.content(),
            namespace=found.namespace,
            type=_PATCH_TYPES[media],
            subresource=found.subresource,
            options=request.write_options(),
        )
        return self._shown(served, request, obj)

    def _apply(self, served: Served, request: Request) -> Response:
        found = request.route
        if not request.query.get("fieldManager"):
            problem = answers.required("fieldManager", "is required for apply patch")
            raise answers.invalid(_PATCH_OPTIONS, "", [problem])
        obj, new = self._server.apply(
            served.resource,
            found.name,
            request.yaml(),
            namespace=found.namespace,
            subresource=found.subresource,
            options=request.write_options(),
        )
        return self._shown(served, request, obj, code=201 if new else 200)

    def _delete(self, served: Served, request: Request) -> Response:
        found = request.route
        if found.subresource:
            raise answers.not_allowed()
        obj, gone = self._server.delete(
            served.resource, found.name, namespace=found.namespace, options=request.delete_options()
        )
        if not gone or served.strategy.returns_deleted:
            return json_response(200, obj)
        resource = served.resource
        details = {"name": found.name, "group": resource.group, "kind": resource.plural, "uid": obj["metadata"]["uid"]}
        status = {key: value for key, value in SUCCESS.items() if key != "code"}
        return json_response(200, {**status, "details": {key: value for key, value in details.items() if value}})

    def _delete_collection(self, served: Served, request: Request) -> Response:
        if served.resource.namespaced and not request.route.namespace:
            raise answers.not_allowed()
        page = self._server.delete_collection(served.resource, **request.selectors(), options=request.delete_options())
        return page_response(served, page)

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
