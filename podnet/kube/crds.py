"""CustomResourceDefinitions and the rules that they give to custom resources."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from podnet.api.objects import Obj, timestamp
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_request, bad_value, required, unsupported
from podnet.kube.schema import compile_schema, fill_defaults, prune
from podnet.kube.schema_validation import validate
from podnet.kube.shapes import CRD, METADATA, check
from podnet.kube.strategy import Context, Strategy

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""The finalizer that keeps a definition until its objects are gone."""


class CustomStrategy(Strategy):
    """The rules of one version of a custom resource."""

    generation = True
    unconditional_update = False
    drops_nulls = False
    patch_types = ("json", "merge")
    keeps_status_on_create = False

    def __init__(self, schema: Obj, *, has_status: bool, fields: tuple[str, ...] = ()) -> None:
        self._node = compile_schema(schema)
        self.subresources = ("status",) if has_status else ()
        self.status_keeps = ("labels", "annotations", "finalizers", "ownerReferences")
        self.fields = fields

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        kind, version = obj["kind"], obj["apiVersion"].rpartition("/")[2]
        check(obj, METADATA, kind=kind, version=version)
        unknown = [f'unknown field "{path}"' for path in prune(obj, self._node)]
        if unknown and strict:
            raise bad_request(
                f'{kind} in version "{version}" cannot be handled as a {kind}:'
                f" strict decoding error: {', '.join(unknown)}"
            )
        self.default(obj)
        return unknown

    def default(self, obj: Obj) -> None:
        fill_defaults(obj, self._node)

    def prepare_create(self, obj: Obj, context: Context) -> None:
        if self.has_status:
            obj.pop("status", None)
        obj["metadata"]["generation"] = 1

    def is_new_generation(self, obj: Obj, old: Obj) -> bool:
        ignored = {"metadata", *(("status",) if self.has_status else ())}
        return any(obj.get(key) != old.get(key) for key in (obj.keys() | old.keys()) - ignored)

    def problems(self, obj: Obj) -> Iterator[Problem]:
        return validate(obj, self._node)

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return validate(obj, self._node)

    def status_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        known = self._node.properties.get("status")
        return validate(obj["status"], known, "status") if known is not None and "status" in obj else iter(())


def versions_of(crd: Obj) -> Iterator[tuple[str, CustomStrategy]]:
    """The served versions that a definition states, each with its rules; the stored one first."""
    for version in sorted(crd["spec"]["versions"], key=lambda item: not item.get("storage")):
        if version.get("served"):
            fields = tuple(str(item["jsonPath"]).lstrip(".") for item in version.get("selectableFields") or ())
            has_status = (version.get("subresources") or {}).get("status") is not None
            yield version["name"], CustomStrategy(_schema(version), has_status=has_status, fields=fields)


def _schema(version: Obj) -> Obj:
    schema: Obj = (version.get("schema") or {}).get("openAPIV3Schema") or {}
    return schema


class CrdStrategy(Strategy):
    """CustomResourceDefinitions themselves."""

    shape = CRD
    subresources = ("status",)
    short_names = ("crd", "crds")
    categories = ("api-extensions",)
    generation = True
    unconditional_update = False
    drops_nulls = False

    def default(self, obj: Obj) -> None:
        spec = obj.setdefault("spec", {})
        names = spec.setdefault("names", {})
        if names.get("kind"):
            names.setdefault("singular", names["kind"].lower())
            names.setdefault("listKind", f"{names['kind']}List")
        spec.setdefault("conversion", {"strategy": "None"})

    def prepare_create(self, obj: Obj, context: Context) -> None:
        obj["metadata"]["generation"] = 1
        finalizers = obj["metadata"].setdefault("finalizers", [])
        if CLEANUP not in finalizers:
            finalizers.append(CLEANUP)
        moment = timestamp(context.now)
        obj["status"] = {
            "conditions": [
                _condition("NamesAccepted", "NoConflicts", "no conflicts found", moment),
                _condition("Established", "InitialNamesAccepted", "the initial names have been accepted", moment),
            ],
            "acceptedNames": obj["spec"].get("names") or {},
            "storedVersions": [item["name"] for item in obj["spec"].get("versions") or () if item.get("storage")],
        }

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec = obj["spec"]
        names = spec["names"]
        if not spec.get("group"):
            yield required("spec.group")
        if spec.get("scope") not in {"Cluster", "Namespaced"}:
            yield unsupported("spec.scope", spec.get("scope") or "", ("Cluster", "Namespaced"))
        yield from (required(f"spec.names.{field}") for field in ("plural", "kind") if not names.get(field))
        name = obj["metadata"].get("name", "")
        if name != f"{names.get('plural')}.{spec.get('group')}":
            yield bad_value("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
        versions = spec.get("versions") or ()
        if sum(bool(version.get("storage")) for version in versions) != 1:
            yield bad_value("spec.versions", versions, "must have exactly one version marked as storage version")
        for index, version in enumerate(versions):
            path = f"spec.versions[{index}]"
            if not version.get("name"):
                yield required(f"{path}.name")
            if not _schema(version):
                yield required(f"{path}.schema.openAPIV3Schema", "schemas are required")
            else:
                yield from _schema_problems(_schema(version), f"{path}.schema.openAPIV3Schema")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        yield from self.problems(obj)
        for field in ("group", "scope"):
            if obj["spec"].get(field) != old["spec"].get(field):
                yield bad_value(f"spec.{field}", obj["spec"].get(field), "field is immutable")
        for field in ("plural", "kind"):
            if obj["spec"]["names"].get(field) != old["spec"]["names"].get(field):
                yield bad_value(f"spec.names.{field}", obj["spec"]["names"].get(field), "field is immutable")


def _condition(type_: str, reason: str, message: str, moment: str) -> Obj:
    return {"type": type_, "status": "True", "reason": reason, "message": message, "lastTransitionTime": moment}


def _schema_problems(schema: Obj, path: str, *, root: bool = True) -> Iterator[Problem]:
    """What keeps a schema from being structural: each part must say its type."""
    free = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if not schema.get("type") and not free:
        what = "at the root" if root else "for specified object fields"
        yield required(f"{path}.type", f"must not be empty {what}")
    for key, item in (schema.get("properties") or {}).items():
        yield from _nested_problems(item, f"{path}.properties[{key}]")
    yield from _nested_problems(schema.get("items"), f"{path}.items")
    yield from _nested_problems(schema.get("additionalProperties"), f"{path}.additionalProperties")


def _nested_problems(schema: Any, path: str) -> Iterator[Problem]:
    if isinstance(schema, dict):
        yield from _schema_problems(schema, path, root=False)
