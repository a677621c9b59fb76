"""What the API answers outside of resources: health, version, discovery, OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from podnet.api.objects import Obj
from podnet.kube import answers, discovery
from podnet.kube.registry import Registry
from podnet.kube.requests import JSON
from podnet.kube.responses import Response
from podnet.kube.routes import Route
from podnet.kube.streams import encode

_PLACES = frozenset({"healthz", "livez", "readyz"})
_CHECKS = ("ping", "log", "etcd")
_AGGREGATED = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_OPENAPI = "/openapi/v3"
_FOR_EVER = timedelta(days=365)
_PROTO_V2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"


def respond(
    registry: Registry, path: str, found: Route | None, *, query: Mapping[str, str], headers: Mapping[str, str]
) -> Response:
    """What is answered at a path that leads to no resource. Raises ApiError 404 if nothing is there."""
    accept = headers.get("accept", "")
    if (text := _health(path, query)) is not None:
        return Response(200, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())
    if path == "/openapi/v2":
        body, media_type = _openapi_v2(accept)
        return Response(200, {"Content-Type": media_type}, body)
    if path.startswith(f"{_OPENAPI}/"):
        return _published(registry, path.removeprefix(f"{_OPENAPI}/"), query.get("hash", ""), headers)
    content, parameters = _document(registry, path, found, accept)
    return Response(200, {"Content-Type": f"{JSON}{parameters}"}, f"{encode(content)}\n".encode())


def _published(registry: Registry, name: str, stated: str, headers: Mapping[str, str]) -> Response:
    """An OpenAPI document: one that is asked for by its hash may be kept for ever, others are looked at anew.

    Source: k8s.io/kube-openapi/pkg/handler3.
    """
    from podnet.kube import openapi  # its documents are large, and few ask for them

    digest = openapi.digest_of(registry, name)
    if stated and stated != digest:
        return Response(301, {"Location": f"{_OPENAPI}/{name}?hash={digest}"}, b"")
    kept = {"Etag": f'"{digest}"', "Vary": "Accept", "Cache-Control": "no-cache, private"}
    if stated:
        expires = datetime.now(UTC) + _FOR_EVER
        kept |= {"Cache-Control": "public, immutable", "Expires": format_datetime(expires, usegmt=True)}
    if headers.get("if-none-match") == kept["Etag"]:
        return Response(304, kept, b"")
    return Response(200, {"Content-Type": JSON, **kept}, encode(openapi.document(registry, name)).encode())


def _document(registry: Registry, path: str, found: Route | None, accept: str) -> tuple[Obj, str]:
    """The document at a path, and parameters of its media type. Raises ApiError 404 if there is none."""
    if found is not None and not path.startswith(_OPENAPI):
        return discovery.api_resources(registry, found.group, found.version), ""
    if path in {"/api", "/apis"} and _AGGREGATED in accept:
        return discovery.aggregated(registry, core=path == "/api"), f";{_AGGREGATED}"
    if path == "/api":
        return discovery.api_versions(), ""
    if path == "/apis":
        return discovery.api_groups(registry), ""
    if path == "/version":
        return discovery.VERSION, ""
    if path in {"", "/"}:
        return {"paths": discovery.paths(registry)}, ""
    if path.startswith("/apis/"):
        return discovery.api_group(registry, path.removeprefix("/apis/")), ""
    if path == _OPENAPI:
        from podnet.kube import openapi  # its documents are large, and few ask for them

        return openapi.index(registry), ""
    raise answers.no_such_page()


def _health(path: str, query: Mapping[str, str]) -> str | None:
    """What is said of the server's health at a path, where there is nothing to be ill; None at other paths."""
    name, _, check = path.strip("/").partition("/")
    if name not in _PLACES or (check and check not in _CHECKS):
        return None
    if check or "verbose" not in query:
        return "ok"
    return "".join(f"[+]{each} ok\n" for each in _CHECKS) + f"{name} check passed\n"


def _openapi_v2(accept: str) -> tuple[bytes, str]:
    """``GET /openapi/v2``, which kubectl asks of kinds that nobody serves: a document without any, and its type."""
    if "openapi.spec.v2" in accept:
        return b"\x0a\x032.0", _PROTO_V2  # of the message Document its first field, the version of Swagger
    return b'{"swagger":"2.0","info":{"title":"Kubernetes","version":"v1.36"},"paths":{}}', "application/json"
