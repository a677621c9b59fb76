"""What the API answers outside of resources: health, version, discovery, OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping

from podnet.api.objects import Obj
from podnet.kube import answers, discovery
from podnet.kube.registry import Registry
from podnet.kube.routes import Route

_HEALTH = frozenset({"healthz", "livez", "readyz"})
_CHECKS = ("ping", "log", "etcd")
_AGGREGATED = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_OPENAPI = "/openapi/v3"
_PROTO_V2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"


def document(registry: Registry, path: str, found: Route | None, accept: str) -> tuple[Obj, str]:
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
    if path == _OPENAPI or path.startswith(f"{_OPENAPI}/"):
        from podnet.kube import openapi  # its documents are large, and few ask for them

        name = path.removeprefix(_OPENAPI).strip("/")
        return openapi.document(registry, name) if name else openapi.index(registry), ""
    raise answers.no_such_page()


def health(path: str, query: Mapping[str, str]) -> str | None:
    """What is said of the server's health at a path, where there is nothing to be ill; None at other paths."""
    name, _, check = path.strip("/").partition("/")
    if name not in _HEALTH or (check and check not in _CHECKS):
        return None
    if check or "verbose" not in query:
        return "ok"
    return "".join(f"[+]{each} ok\n" for each in _CHECKS) + f"{name} check passed\n"


def openapi_v2(accept: str) -> tuple[bytes, str]:
    """``GET /openapi/v2``, which kubectl asks of kinds that nobody serves: a document without any, and its type."""
    if "openapi.spec.v2" in accept:
        return b"\x0a\x032.0", _PROTO_V2  # of the message Document its first field, the version of Swagger
    return b'{"swagger":"2.0","info":{"title":"Kubernetes","version":"v1.36"},"paths":{}}', "application/json"
