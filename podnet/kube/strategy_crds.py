"""What the API server does to CustomResourceDefinitions themselves."""

# ruff: noqa: D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

from collections.abc import Iterator, Sequence

from podnet.api.objects import Obj, timestamp
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value, required, unsupported
from podnet.kube.crds import CLEANUP, schema_of
from podnet.kube.schema_rules import check_schema_once, schema_problems_once
from podnet.kube.shapes import CRD
from podnet.kube.strategy import Context, Strategy

_NO_CONVERSION = (
    "podnet's in-process cluster asks no webhook to convert objects: other versions show them as they were written"
)


class CrdStrategy(Strategy):
    """CustomResourceDefinitions themselves."""

    shape = CRD
    subresources = ("status",)
    short_names = ("crd", "crds")
    categories = ("api-extensions",)
    generation = True
    unconditional_update = False
    drops_nulls = False
    knows_finalizers = False

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        warnings = super().decode(obj, strict=strict)
        for index, version in enumerate(obj["spec"].get("versions") or ()):
            check_schema_once(schema_of(version), f"spec.versions[{index}].schema.openAPIV3Schema")
        if (obj["spec"].get("conversion") or {}).get("strategy") == "Webhook":
            return [*warnings, _NO_CONVERSION]
        return warnings

    def default(self, obj: Obj) -> None:
        spec = obj["spec"] = obj.get("spec") or {}
        names = spec["names"] = spec.get("names") or {}
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
            "storedVersions": [
                item.get("name", "") for item in obj["spec"].get("versions") or () if item.get("storage")
            ],
        }

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec = obj["spec"]
        names = spec["names"]
        name = obj["metadata"].get("name", "")
        if name != f"{names.get('plural')}.{spec.get('group') or ''}":
            yield bad_value("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
        if not spec.get("group"):
            yield required("spec.group")
        if spec.get("scope") not in {"Cluster", "Namespaced"}:
            yield unsupported("spec.scope", spec.get("scope") or "", ("Cluster", "Namespaced"))
        fields = ("plural", "singular", "kind", "listKind")
        yield from (required(f"spec.names.{field}") for field in fields if not names.get(field))
        versions = spec.get("versions") or ()
        if sum(bool(version.get("storage")) for version in versions) != 1:
            yield bad_value("spec.versions", versions, "must have exactly one version marked as storage version")
        if not obj["status"].get("storedVersions"):
            yield bad_value("status.storedVersions", None, "must have at least one stored version")
        for index, version in enumerate(versions):
            path = f"spec.versions[{index}]"
            if not version.get("name"):
                yield required(f"{path}.name")
            if not schema_of(version):
                yield required(f"{path}.schema.openAPIV3Schema")
            else:
                # The schema of a single version is judged as that of all.
                where = "spec.validation" if len(versions) == 1 else f"{path}.schema"
                yield from schema_problems_once(schema_of(version), f"{where}.openAPIV3Schema")

            if (scale := (version.get("subresources") or {}).get("scale")) is not None:
                where = "spec" if len(versions) == 1 else path
                yield from _scale_problems(scale, f"{where}.subresources.scale")

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


def _scale_problems(scale: Obj, path: str) -> Iterator[Problem]:
    wanted = {
        "specReplicasPath": (".spec",),
        "statusReplicasPath": (".status",),
        "labelSelectorPath": (".spec", ".status"),
    }
    for field, parents in wanted.items():
        value = str(scale.get(field) or "")
        if not value:
            if field != "labelSelectorPath":
                yield required(f"{path}.{field}")
        elif not value.startswith("."):
            yield bad_value(f"{path}.{field}", value, "must be a simple json path starting with .")
        elif not value.startswith(tuple(f"{parent}." for parent in parents)):
            either = "either " if len(parents) > 1 else ""
            yield bad_value(f"{path}.{field}", value, f"should be a json path under {either}{' or '.join(parents)}")
