"""CustomResourceDefinitions and the rules that they give to custom resources."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_request
from podnet.kube.field_types import check
from podnet.kube.metadata import FIELDS as META_FIELDS
from podnet.kube.schema import Node, compile_schema, fill_defaults, prune
from podnet.kube.schema_validation import validate
from podnet.kube.shapes import METADATA
from podnet.kube.strategy import Context, ScalePaths, Strategy

_SCALE = ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""The finalizer that keeps a definition until its objects are gone."""


class CustomStrategy(Strategy):
    """The rules of one version of a custom resource."""

    generation = True
    unconditional_update = False
    drops_nulls = False
    knows_finalizers = False
    patch_types = ("json", "merge", "apply")
    keeps_status_on_create = False

    def __init__(
        self, schema: Obj, *, subresources: Obj, fields: tuple[str, ...] = (), columns: tuple[Obj, ...] = ()
    ) -> None:
        self.schema = schema
        self.columns = columns
        self._node = compile_schema(schema)
        self.subresources = tuple(name for name in ("status", "scale") if subresources.get(name) is not None)
        if paths := subresources.get("scale"):
            self.scale = ScalePaths(*(_keys(paths.get(key) or "") for key in _SCALE))
        self.status_keeps = ("labels", "annotations", "finalizers", "ownerReferences")
        self.fields = fields

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        kind, version = obj["kind"], obj["apiVersion"].rpartition("/")[2]
        check(obj, METADATA, kind=kind, version=version)
        paths = prune(obj, self._node)
        if strange := obj["metadata"].keys() - META_FIELDS:
            for key in strange:
                del obj["metadata"][key]
            paths = sorted([*paths, *(f"metadata.{key}" for key in strange)])
        unknown = [f'unknown field "{path}"' for path in paths]
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
        return _all_problems(obj, self._node, validate(obj, self._node))

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return _all_problems(obj, self._node, validate(obj, self._node), old=old)

    def status_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return _all_problems(obj, self._node, self._schema_problems_of_status(obj), old=old)

    def _schema_problems_of_status(self, obj: Obj) -> Iterator[Problem]:
        known = self._node.properties.get("status")
        for problem in validate(obj["status"], known) if known is not None and "status" in obj else ():
            # What is wrong is said as if the status were the whole object; where it is wrong is not.
            if problem.field == "<nil>":
                yield Problem("status", problem.reason, problem.message.replace("<nil> in body", " in body"))
            else:
                yield replace(problem, field=f"status.{problem.field}")


def _all_problems(obj: Obj, node: Node, found: Iterator[Problem], *, old: Obj | None = None) -> Iterator[Problem]:
    """What the schema has found, and what its lists with keys and its rules have against the object."""
    if not node.has_rules and not node.has_keys:
        yield from found
        return
    from podnet.kube.validations import BLOCKING, UNCHECKED, duplicate_problems, rule_problems  # few schemas have any

    problems = [*found, *duplicate_problems(obj, node)]
    yield from problems
    if not node.has_rules:
        return
    if any(problem.reason in BLOCKING for problem in problems):
        yield UNCHECKED
    elif old is None:
        yield from rule_problems(obj, node, root=True)
    else:
        yield from rule_problems(obj, node, old=old, root=True)


def versions_of(crd: Obj) -> Iterator[tuple[str, CustomStrategy]]:
    """The served versions that a definition states, each with its rules; the stored one first."""
    for version in sorted(crd["spec"]["versions"], key=lambda item: not item.get("storage")):
        if version.get("served"):
            fields = tuple(str(item["jsonPath"]).lstrip(".") for item in version.get("selectableFields") or ())
            yield (
                version["name"],
                CustomStrategy(
                    schema_of(version),
                    subresources=version.get("subresources") or {},
                    fields=fields,
                    columns=tuple(version.get("additionalPrinterColumns") or ()),
                ),
            )


def _keys(path: str) -> tuple[str, ...]:
    """The fields that a path like ``.spec.replicas`` leads through."""
    return tuple(part for part in path.split(".") if part)


def schema_of(version: Obj) -> Obj:
    """The ``openAPIV3Schema`` of one entry of ``spec.versions``, empty if there is none."""
    schema: Obj = (version.get("schema") or {}).get("openAPIV3Schema") or {}
    return schema
