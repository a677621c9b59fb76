"""What the API server does to namespaces, nodes and the resources that it hardly looks into."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence

from podnet.api.names import NODE_NOT_READY
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_request, bad_value, forbidden_field, required, unsupported
from podnet.kube.metadata import NameRule, label_name
from podnet.kube.shapes import CONFIG_MAP, EVENT, NAMESPACE, NODE, SECRET
from podnet.kube.strategy import Context, Strategy

_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
    f" (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '{_KEY.pattern}')"
)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
IMMORTAL_NAMESPACES = ("default", "kube-system", "kube-public")
NAMESPACE_LABEL = "kubernetes.io/metadata.name"


class NamespaceStrategy(Strategy):
    """Namespaces: they carry their own name as a label and end only through ``finalize``."""

    shape = NAMESPACE
    subresources = ("status", "finalize")
    short_names = ("ns",)
    fields = ("status.phase",)
    delete_collection = False
    returns_deleted = True

    @property
    def name_rule(self) -> NameRule:
        return label_name

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {})
        metadata = obj["metadata"]
        if metadata.get("name"):
            metadata["labels"] = {**(metadata.get("labels") or {}), NAMESPACE_LABEL: metadata["name"]}

    def prepare_create(self, obj: Obj, context: Context) -> None:
        finalizers = obj["spec"].get("finalizers") or []
        obj["spec"] = {"finalizers": [*finalizers, *(["kubernetes"] if "kubernetes" not in finalizers else ())]}
        obj["status"] = {"phase": "Active"}

    def prepare_update(self, obj: Obj, old: Obj, context: Context) -> None:
        super().prepare_update(obj, old, context)
        obj["spec"] = {**obj["spec"], "finalizers": old["spec"].get("finalizers", [])}

    def may_vanish(self, obj: Obj) -> bool:
        return not obj["spec"].get("finalizers")


class NodeStrategy(Strategy):
    """Nodes: the one resource whose status may be set at creation."""

    shape = NODE
    subresources = ("status",)
    short_names = ("no",)
    fields = ("spec.unschedulable",)

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {})
        status = obj.setdefault("status", {})
        if status.get("capacity") and not status.get("allocatable"):
            status["allocatable"] = dict(status["capacity"])

    def admit(self, obj: Obj, context: Context) -> None:
        """Taint a new node until it is known to be ready, as the admission plugin TaintNodesByCondition does."""
        taints = obj["spec"].setdefault("taints", [])
        if not any(taint.get("key") == NODE_NOT_READY and taint.get("effect") == "NoSchedule" for taint in taints):
            taints.append({"key": NODE_NOT_READY, "effect": "NoSchedule"})

    def problems(self, obj: Obj) -> Iterator[Problem]:
        for index, taint in enumerate(obj["spec"].get("taints") or ()):
            if not taint.get("key"):
                yield required(f"spec.taints[{index}].key")
            if taint.get("effect") not in {"NoSchedule", "PreferNoSchedule", "NoExecute"}:
                supported = ("NoSchedule", "PreferNoSchedule", "NoExecute")
                yield unsupported(f"spec.taints[{index}].effect", taint.get("effect") or "", supported)

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return self.problems(obj)


class EventStrategy(Strategy):
    """Events: plain storage that can be searched by what it is about."""

    shape = EVENT
    short_names = ("ev",)
    fields = (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    )


class LeaseStrategy(Strategy):
    """Leases: a holder must say which version it replaces, or leader election would not elect."""

    unconditional_update = False
    knows_finalizers = False


class ConfigMapStrategy(Strategy):
    """ConfigMaps: plain storage, which may be made to stay as it is."""

    shape = CONFIG_MAP
    short_names = ("cm",)

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        warnings = super().decode(obj, strict=strict)
        for value in (obj.get("binaryData") or {}).values():
            if (at := _first_outside_of_base64(value)) is not None:
                raise bad_request(
                    'ConfigMap in version "v1" cannot be handled as a ConfigMap:'
                    f" illegal base64 data at input byte {at}"
                )
        return warnings

    def problems(self, obj: Obj) -> Iterator[Problem]:
        data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
        for field, keys in (("data", data), ("binaryData", binary)):
            for key in sorted(keys):
                if not _KEY.fullmatch(key):
                    yield bad_value(f"{field}[{key}]", key, _KEY_RULE)
                if field == "data" and key in binary:
                    yield bad_value(f"data[{key}]", key, "duplicate of key present in binaryData")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        if old.get("immutable"):
            why = "field is immutable when `immutable` is set"
            if not obj.get("immutable"):
                yield forbidden_field("immutable", why)
            yield from (forbidden_field(key, why) for key in ("data", "binaryData") if obj.get(key) != old.get(key))
        yield from self.problems(obj)


def _first_outside_of_base64(text: str) -> int | None:
    """Where Go's decoder stops; None if it does not."""
    stripped = text.replace("\r", "").replace("\n", "")
    found = _BASE64.match(stripped)
    end = found.end() if found else 0
    return None if end == len(stripped) else end


class ControllerRevisionStrategy(Strategy):
    """ControllerRevisions: their data never changes."""

    drops_nulls = False

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        if obj.get("data") != old.get("data"):
            yield bad_value("data", obj.get("data"), "field is immutable")


class SecretStrategy(Strategy):
    """Secrets: what was written as text is stored as base64, and what is immutable stays as it is."""

    shape = SECRET
    fields = ("type",)

    def default(self, obj: Obj) -> None:
        obj.setdefault("type", "Opaque")
        for key, text in (obj.pop("stringData", None) or {}).items():
            obj.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        if obj["type"] != old["type"]:
            yield bad_value("type", obj["type"], "field is immutable")


class ServiceAccountStrategy(Strategy):
    """ServiceAccounts: they ask for tokens."""

    subresources = ("token",)
    short_names = ("sa",)
