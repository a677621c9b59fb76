"""What the API server does to namespaces, nodes and the resources that it hardly looks into."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

import base64
from collections.abc import Iterator

from podnet.api.names import NODE_NOT_READY
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value, required, unsupported
from podnet.kube.metadata import NameRule, label_name
from podnet.kube.shapes import CONFIG_MAP, EVENT, NAMESPACE, NODE, SECRET
from podnet.kube.strategy import Context, Strategy

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
    fields: tuple[str, ...] = (
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


class ConfigMapStrategy(Strategy):
    """ConfigMaps: plain storage."""

    shape = CONFIG_MAP
    short_names = ("cm",)


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
