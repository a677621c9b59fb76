"""The API over HTTP with raw objects: the connection of the official client, none of its models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from podnet.api.client import ObjectList, PatchType, Propagation, WatchEvent
from podnet.api.errors import ApiError, Unreachable
from podnet.api.objects import Obj, name_of, namespace_of
from podnet.api.resources import Resource

if TYPE_CHECKING:
    from kubernetes.client import ApiClient
    from urllib3 import BaseHTTPResponse

_PATCH_MEDIA_TYPES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
Query = Mapping[str, str | int]
"""Parameters of a request; those that are empty or 0 are left out."""

_JSON = {"Accept": "application/json", "Content-Type": "application/json"}
_REQUEST_SECONDS = 60.0
_MARGIN_SECONDS = 15.0
_FIELD_MANAGER = "podnet"


class RestApi:
    """Implements ``podnet.api.client.Api`` over HTTP.

    ``api_client`` is a configured ``kubernetes.client.ApiClient``: address, certificates, credentials and connection
    pool are its own. Typed models are left out, because building them costs more than the request. Every method
    raises ApiError for an answer that is not a success, and Unreachable if none comes.

    ``least_watch_seconds`` is how long a watch lasts that only wants what has happened so far: a real server ends
    none earlier, the in-process one can do with 0. ``request_seconds`` is how long an answer may take. With ``dry_run``
    the server checks every write and carries out none.
    """

    def __init__(
        self,
        api_client: ApiClient,
        *,
        least_watch_seconds: int = 1,
        request_seconds: float = _REQUEST_SECONDS,
        dry_run: bool = False,
    ) -> None:
        from urllib3.exceptions import HTTPError

        self._broken = (HTTPError, OSError)
        self._least_watch_seconds = least_watch_seconds
        self._request_seconds = request_seconds
        self._dry_run = dry_run
        self._streams: set[BaseHTTPResponse] = set()
        self._pool = api_client.rest_client.pool_manager
        self._configuration = api_client.configuration
        self._host = str(self._configuration.host).rstrip("/")
        self._agent = {"User-Agent": api_client.user_agent}

    def get(self, resource: Resource, name: str, *, namespace: str = "", subresource: str = "") -> Obj:
        """One object."""
        return self._call("GET", resource.path(namespace=namespace, name=name, subresource=subresource))

    def list(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
    ) -> ObjectList:
        """The objects of one namespace, or of all."""
        query: Query = {
            "labelSelector": label_selector,
            "fieldSelector": field_selector,
            "limit": limit,
            "continue": continue_token,
        }
        body = self._call("GET", resource.path(namespace=namespace), query=query)
        items = body.get("items") or []
        for item in items:
            # Lists of built-in kinds leave these out of their items.
            item.setdefault("kind", resource.kind)
            item.setdefault("apiVersion", resource.api_version)
        metadata = body.get("metadata") or {}
        return ObjectList(items, metadata.get("resourceVersion") or "", metadata.get("continue") or "")

    def create(
        self, resource: Resource, obj: Obj, *, namespace: str = "", subresource: str = "", dry_run: bool = False
    ) -> Obj:
        """Create an object."""
        name = name_of(obj) if subresource else ""
        path = resource.path(namespace=namespace or namespace_of(obj), name=name, subresource=subresource)
        query = {**self._written, **({"dryRun": "All"} if dry_run else {})}
        return self._call("POST", path, query=query, body=obj)

    def update(self, resource: Resource, obj: Obj, *, subresource: str = "") -> Obj:
        """Replace an object."""
        path = resource.path(namespace=namespace_of(obj), name=name_of(obj), subresource=subresource)
        return self._call("PUT", path, query=self._written, body=obj)

    def patch(
        self,
        resource: Resource,
        name: str,
        patch: Obj | Sequence[Obj],
        *,
        namespace: str = "",
        type: PatchType = "merge",
        subresource: str = "",
    ) -> Obj:
        """Change a part of an object."""
        path = resource.path(namespace=namespace, name=name, subresource=subresource)
        return self._call("PATCH", path, query=self._written, body=patch, media_type=_PATCH_MEDIA_TYPES[type])

    def delete(
        self,
        resource: Resource,
        name: str,
        *,
        namespace: str = "",
        grace_period_seconds: int | None = None,
        propagation: Propagation | None = None,
        uid: str = "",
    ) -> Obj:
        """Delete an object."""
        options: Obj = {"kind": "DeleteOptions", "apiVersion": "v1"}
        if grace_period_seconds is not None:
            options["gracePeriodSeconds"] = grace_period_seconds
        if propagation is not None:
            options["propagationPolicy"] = propagation
        if uid:
            options["preconditions"] = {"uid": uid}
        query = {"dryRun": "All" if self._dry_run else ""}
        return self._call("DELETE", resource.path(namespace=namespace, name=name), query=query, body=options)

    def watch(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        resource_version: str = "",
        timeout_seconds: int = 0,
    ) -> Iterator[WatchEvent]:
        """The changes since a version, until ``timeout_seconds`` have passed."""
        seconds = max(timeout_seconds, self._least_watch_seconds)
        query: Query = {
            "watch": "true",
            "labelSelector": label_selector,
            "fieldSelector": field_selector,
            "resourceVersion": resource_version,
            "timeoutSeconds": str(seconds),
        }
        path = resource.path(namespace=namespace)
        response = self._send("GET", path, query=query, seconds=seconds + _MARGIN_SECONDS)
        self._streams.add(response)
        try:
            if response.status >= 300:
                raise _error(response)
            for line in _lines(response):
                event = json.loads(line)
                yield WatchEvent(event["type"], event["object"])
        except self._broken as error:
            raise Unreachable(str(error)) from error
        finally:
            self._streams.discard(response)
            response.close()

    def raw(self, path: str) -> Obj:
        """What a GET of a path outside of the resources answers, such as ``/version``."""
        return self._call("GET", path)

    def end_watches(self) -> None:
        """End every watch that is under way in another thread, at once: there it looks as if the server had."""
        for response in tuple(self._streams):
            with suppress(*self._broken, RuntimeError, ValueError):  # it may have ended by itself meanwhile
                response.shutdown()

    @property
    def _written(self) -> Query:
        """What goes with each write."""
        return {"fieldManager": _FIELD_MANAGER, "dryRun": "All" if self._dry_run else ""}

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Obj | Sequence[Obj] | None = None,
        media_type: str = "",
    ) -> Obj:
        response = self._send(
            method, path, query=query, body=body, media_type=media_type, seconds=self._request_seconds
        )
        try:
            if response.status >= 300:
                raise _error(response)
            return cast("Obj", json.loads(response.data))
        except self._broken as error:
            raise Unreachable(str(error)) from error

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Obj | Sequence[Obj] | None = None,
        media_type: str = "",
        seconds: float,
    ) -> BaseHTTPResponse:
        given = {key: value for key, value in (query or {}).items() if value}
        url = f"{self._host}{path}?{urlencode(given)}" if given else f"{self._host}{path}"
        headers = {**_JSON, **self._agent, **self._credentials()}
        if media_type:
            headers["Content-Type"] = media_type
        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        try:
            return self._pool.request(
                method, url, body=content, headers=headers, timeout=seconds, preload_content=False
            )
        except self._broken as error:
            raise Unreachable(f"{method} {url}: {error}") from error

    def _credentials(self) -> Mapping[str, str]:
        settings: Mapping[str, Any] = self._configuration.auth_settings()
        return {
            setting["key"]: setting["value"]
            for setting in settings.values()
            if setting.get("in") == "header" and setting.get("value")
        }


def _error(response: BaseHTTPResponse) -> ApiError:
    data = response.data
    try:
        body = json.loads(data)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        # A proxy in between, or a server that broke: there is no Status.
        body = {"message": data.decode(errors="replace").strip()}
    return ApiError.from_status(body, code=response.status)


def _lines(response: BaseHTTPResponse) -> Iterator[bytes]:
    rest = b""
    for chunk in response.stream(amt=None, decode_content=False):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line for line in lines if line.strip())
    if rest.strip():
        yield rest
