"""The OpenAPI v3 documents: of built-in kinds as a real server writes them, of custom ones from their definitions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from podnet.api.objects import Obj
from podnet.api.resources import LEASES
from podnet.kube.answers import no_such_page
from podnet.kube.facts import fact
from podnet.kube.registry import Registry, Served
from podnet.kube.reviews import REVIEWS

REFERENCE = "#/components/schemas/"
_INFO = {"title": "Kubernetes", "version": "1.36"}
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_MODEL = "io.k8s.api.coordination.v1.Lease"
_MEDIA_TYPES = ("application/json", "application/yaml", "application/json-patch+json", "application/merge-patch+json")
_APPLY = "application/apply-patch+yaml"


def index(registry: Registry) -> Obj:
    """``GET /openapi/v3``: where the document of each version of a group is."""
    return {
        "paths": {
            _prefix(version): {"serverRelativeURL": f"/openapi/v3/{_prefix(version)}?hash={_hash(registry, version)}"}
            for version in sorted(_versions(registry))
        }
    }


def document(registry: Registry, path: str) -> Obj:
    """``GET /openapi/v3/PATH``. Raises ApiError 404 for a version that is not served."""
    version = next((version for version in _versions(registry) if _prefix(version) == path), None)
    if version is None:
        raise no_such_page()
    paths: dict[str, Any] = dict(fact("paths").get(version, {}))
    schemas: dict[str, Any] = {}
    for served in _custom(registry, version):
        paths |= _custom_paths(served)
        schemas |= _custom_schemas(served)
    return {
        "openapi": "3.0.0",
        "info": _INFO,
        "paths": paths,
        "components": {"schemas": {**_reachable((paths, schemas), schemas), **schemas}},
    }


def schema_name(group: str, version: str, kind: str) -> str:
    """What the schema of a custom kind is called: the parts of the group from last to first."""
    return ".".join([*reversed(group.split(".")), version, kind])


def _versions(registry: Registry) -> set[str]:
    return {served.resource.api_version for served in registry} | {review.api_version for review in REVIEWS}


def _prefix(version: str) -> str:
    return f"apis/{version}" if "/" in version else f"api/{version}"


def _hash(registry: Registry, version: str) -> str:
    """Changes with the document: clients keep one for as long as this stays the same."""
    custom = [[served.resource.kind, served.strategy.schema] for served in _custom(registry, version)]
    return sha256(json.dumps([version, custom], sort_keys=True).encode()).hexdigest().upper()


def _custom(registry: Registry, version: str) -> Iterator[Served]:
    return (served for served in registry if served.custom and served.resource.api_version == version)


def _reachable(value: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """The pinned schemas that something mentions, directly or not."""
    pinned = fact("schemas")
    found: dict[str, Any] = {}
    waiting = list(references(value))
    while waiting:
        name = waiting.pop()
        if name not in found and name not in known:
            found[name] = pinned[name]
            waiting += references(pinned[name])
    return found


def references(value: Any) -> Iterator[str]:
    """The names of the schemas that are mentioned in a value."""
    items: Iterable[Any]
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(REFERENCE)
        items = value.values()
    else:
        items = value if isinstance(value, (list, tuple)) else ()
    for item in items:
        if isinstance(item, (dict, list, tuple)):
            yield from references(item)


def _custom_schemas(served: Served) -> dict[str, Any]:
    resource = served.resource
    named = {"group": resource.group, "version": resource.version}
    name = schema_name(resource.group, resource.version, resource.kind)
    lease, leases = fact("schemas")[_MODEL]["properties"], fact("schemas")[f"{_MODEL}List"]["properties"]
    common = {"apiVersion": lease["apiVersion"], "kind": lease["kind"]}
    schema = {"type": "object", **served.strategy.schema}
    schema["properties"] = {
        **(schema.get("properties") or {}),
        **common,
        "metadata": {
            "description": "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/"
            "sig-architecture/api-conventions.md#metadata",
            "allOf": [{"$ref": f"{REFERENCE}{_META}.ObjectMeta"}],
        },
    }
    schema["x-kubernetes-group-version-kind"] = [{**named, "kind": resource.kind}]
    listed = {
        "description": f"{served.list_kind} is a list of {resource.kind}",
        "type": "object",
        "required": ["items"],
        "properties": {
            **common,
            "items": {
                "description": leases["items"]["description"],
                "type": "array",
                "items": {"$ref": REFERENCE + name},
            },
            "metadata": leases["metadata"],
        },
        "x-kubernetes-group-version-kind": [{**named, "kind": served.list_kind}],
    }
    return {name: schema, f"{schema_name(resource.group, resource.version, served.list_kind)}": listed}


def _custom_paths(served: Served) -> dict[str, Any]:
    """The paths of a custom kind: like those of Leases, with its own names in the place of theirs."""
    resource = served.resource
    prefix = f"/apis/{LEASES.api_version}/namespaces/{{namespace}}/leases"
    own = (
        f"/apis/{resource.api_version}/" + ("namespaces/{namespace}/" if resource.namespaced else "") + resource.plural
    )
    model = fact("paths")[LEASES.api_version]
    paths = {own: model[prefix], f"{own}/{{name}}": model[f"{prefix}/{{name}}"]}
    if resource.namespaced:
        paths[f"/apis/{resource.api_version}/{resource.plural}"] = model[f"/apis/{LEASES.api_version}/leases"]
    for name in served.strategy.subresources:
        verbs = model[f"{prefix}/{{name}}"]
        paths[f"{own}/{{name}}/{name}"] = {key: item for key, item in verbs.items() if key not in {"delete", "post"}}
    return {path: _renamed(item, served) for path, item in paths.items()}


def _renamed(value: Any, served: Served) -> Any:
    resource = served.resource
    if isinstance(value, list):
        return [
            _renamed(item, served)
            for item in value
            if resource.namespaced or not (isinstance(item, dict) and item.get("name") == "namespace")
        ]
    if not isinstance(value, dict):
        return _renamed_text(value, served) if isinstance(value, str) else value
    if "kind" in value and value.get("group") == LEASES.group:
        return {"group": resource.group, "version": resource.version, "kind": resource.kind}
    return {
        key: _renamed(item, served)
        for key, item in value.items()
        if not key.startswith("application/") or key in _MEDIA_TYPES or key == _APPLY
    }


def _renamed_text(text: str, served: Served) -> str:
    resource = served.resource
    if text.startswith(REFERENCE):
        name = schema_name(resource.group, resource.version, resource.kind)
        return text.replace(_MODEL, name)
    identifier = "".join(part.capitalize() for part in resource.group.split(".")) + resource.version.capitalize()
    return text.replace("CoordinationV1", identifier).replace("Lease", resource.kind)
