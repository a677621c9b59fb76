"""The OpenAPI v3 documents: of built-in kinds as a real server writes them, of custom ones from their definitions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.answers import no_such_page
from podnet.kube.facts import CLUSTER_MODEL, MODEL, fact
from podnet.kube.registry import Registry, Served
from podnet.kube.reviews import REVIEWS

REFERENCE = "#/components/schemas/"
_INFO = {"title": "Kubernetes", "version": "1.36"}
_DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
_CONVENTIONS = "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_TYPE = {
    "apiVersion": {
        "type": "string",
        "description": "apiVersion defines the versioned schema of this representation of an object."
        f" {_CONVENTIONS}#resources",
    },
    "kind": {
        "type": "string",
        "description": "kind is a string value representing the type of this object. In CamelCase."
        f" {_CONVENTIONS}#types-kinds",
    },
}
"""What an embedded object says of its type."""
_SECURITY = {
    "BearerToken": {
        "type": "apiKey",
        "description": "Bearer Token authentication",
        "name": "authorization",
        "in": "header",
    }
}


def index(registry: Registry) -> Obj:
    """``GET /openapi/v3``: where the document of each version of a group is."""
    return {
        "paths": {
            _prefix(version): {"serverRelativeURL": f"/openapi/v3/{_prefix(version)}?hash={_hash(registry, version)}"}
            for version in sorted(_versions(registry))
        }
    }


def digest_of(registry: Registry, path: str) -> str:
    """The hash by which the document at a path is known. Raises ApiError 404 for a version that is not served."""
    return _hash(registry, _version_at(registry, path))


def document(registry: Registry, path: str) -> Obj:
    """``GET /openapi/v3/PATH``. Raises ApiError 404 for a version that is not served."""
    version = _version_at(registry, path)
    custom = list(_custom(registry, version))
    if not custom:
        return _built_in(version)
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for served in custom:
        paths |= _custom_paths(served)
        schemas |= _custom_schemas(served)
    known = {**fact("schemas"), **fact("custom")["components"]["schemas"]}
    schemas |= _reachable((paths, schemas), schemas, known)
    info = fact("custom")["info"]
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _version_at(registry: Registry, path: str) -> str:
    version = next((version for version in _versions(registry) if _prefix(version) == path), None)
    if version is None:
        raise no_such_page()
    return version


def _built_in(version: str) -> Obj:
    paths = fact("paths").get(version, {})
    schemas = _reachable(paths, {}, fact("schemas"))
    group, _, number = version.rpartition("/")
    if group and _DELETE_OPTIONS in schemas:  # of which each group has one, by the same name
        core, own = {"group": "", "version": "v1"}, {"group": group, "version": number}
        kinds = [{**each, "kind": "DeleteOptions"} for each in (core, own)]
        schemas[_DELETE_OPTIONS] = {**schemas[_DELETE_OPTIONS], "x-kubernetes-group-version-kind": kinds}
    components = {"schemas": schemas, "securitySchemes": _SECURITY}
    return {"openapi": "3.0.0", "info": _INFO, "paths": paths, "components": components}


def schema_name(group: str, version: str, kind: str) -> str:
    """What the schema of a custom kind is called: the parts of the group from last to first."""
    return ".".join([*reversed(group.split(".")), version, kind])


def _versions(registry: Registry) -> set[str]:
    return {served.resource.api_version for served in registry} | {review.api_version for review in REVIEWS}


def _prefix(version: str) -> str:
    return f"apis/{version}" if "/" in version else f"api/{version}"


def _hash(registry: Registry, version: str) -> str:
    """Changes with the document: clients keep one for as long as this stays the same."""
    custom = [
        [served.resource.plural, served.list_kind, served.strategy.subresources, served.strategy.schema]
        for served in _custom(registry, version)
    ]
    return sha256(json.dumps([version, custom], sort_keys=True).encode()).hexdigest().upper()


def _custom(registry: Registry, version: str) -> Iterator[Served]:
    return (served for served in registry if served.custom and served.resource.api_version == version)


def _reachable(value: Any, known: Mapping[str, Any], pinned: Mapping[str, Any]) -> dict[str, Any]:
    """The pinned schemas that something mentions, directly or not, but for those that are known already."""
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
    """The schema of a custom kind, and that of its lists, which is the model's but for the names."""
    resource, model = served.resource, _model(served)
    given = _published(served.strategy.schema)
    shown = _renamed(fact("custom")["components"]["schemas"], served)
    own, listed = shown[_name(served)], shown[_list_name(served)]
    schema = {"type": "object", **given, "properties": {**(given.get("properties") or {}), **own["properties"]}}
    schema["x-kubernetes-group-version-kind"] = own["x-kubernetes-group-version-kind"]
    listed["properties"]["items"]["description"] = listed["properties"]["items"]["description"].replace(
        f"List of {model.plural}.", f"List of {resource.plural}."
    )
    return {_name(served): schema, _list_name(served): listed}


def _published(schema: Any) -> Any:
    """A schema as it is published: what its extensions stand for is said in plain words too."""
    if isinstance(schema, list):
        return [_published(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _published(item) for key, item in schema.items()}
    if found.get("x-kubernetes-int-or-string") is True:
        found.setdefault("anyOf", [{"type": "integer"}, {"type": "string"}])
    if found.get("x-kubernetes-embedded-resource") is True:
        name = schema_name(MODEL.group, MODEL.version, MODEL.kind)
        metadata = fact("custom")["components"]["schemas"][name]["properties"]["metadata"]
        found["properties"] = {**(found.get("properties") or {}), **_TYPE, "metadata": metadata}
        found["required"] = [*(found.get("required") or ()), "kind", "apiVersion"]
    return found


def _custom_paths(served: Served) -> dict[str, Any]:
    """The paths of a custom kind: those of a model, with its own names in the place of theirs."""
    resource, model = served.resource, _model(served)
    old, new = f"/apis/{model.api_version}", f"/apis/{resource.api_version}"
    found = {}
    for path, item in fact("custom")["paths"].items():
        head, name, tail = path.partition(f"/{model.plural}")
        subresource = tail.removeprefix("/{name}").strip("/")
        if name and (not subresource or subresource in served.strategy.subresources):
            found[f"{head.replace(old, new, 1)}/{resource.plural}{tail}"] = _renamed(item, served)
    return found


def _model(served: Served) -> Resource:
    return MODEL if served.resource.namespaced else CLUSTER_MODEL


def _renamed(value: Any, served: Served) -> Any:
    resource, model = served.resource, _model(served)
    if isinstance(value, list):
        return [_renamed(item, served) for item in value]
    if not isinstance(value, dict):
        return _renamed_text(value, served) if isinstance(value, str) else value
    if value.get("group") == model.group:
        kind = resource.kind if value["kind"] == model.kind else served.list_kind
        return {"group": resource.group, "version": resource.version, "kind": kind}
    return {_renamed_text(key, served): _renamed(item, served) for key, item in value.items()}


def _renamed_text(text: str, served: Served) -> str:
    resource, model = served.resource, _model(served)
    for old, new in (
        (schema_name(model.group, model.version, f"{model.kind}List"), _list_name(served)),
        (schema_name(model.group, model.version, model.kind), _name(served)),
        (_identifier(model), _identifier(resource)),
        (_tag(model), _tag(resource)),
        (f"{model.kind}List", served.list_kind),
    ):
        text = text.replace(old, new)
    return re.sub(rf"(?<!Cluster){model.kind}(?![a-z])", resource.kind, text)


def _name(served: Served) -> str:
    return schema_name(served.resource.group, served.resource.version, served.resource.kind)


def _list_name(served: Served) -> str:
    return schema_name(served.resource.group, served.resource.version, served.list_kind)


def _identifier(resource: Resource) -> str:
    """The group and version as a part of an operationId: ``PodnetExampleComV1``."""
    return "".join(part.capitalize() for part in resource.group.split(".")) + resource.version.capitalize()


def _tag(resource: Resource) -> str:
    first, *rest = resource.group.split(".")
    return f"{first}{''.join(part.capitalize() for part in rest)}_{resource.version}"
