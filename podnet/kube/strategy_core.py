"""What the API server does to namespaces, nodes and the resources that it hardly looks into."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from podnet.api.label_syntax import key_problems, value_problems
from podnet.api.names import NODE_NOT_READY
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_request, bad_value, forbidden_field, required, unsupported
from podnet.kube.field_types import Shape
from podnet.kube.metadata import NameRule, label_name
from podnet.kube.shapes import CONFIG_MAP, EVENT, METADATA, NAMESPACE, NODE, REVISION, SECRET
from podnet.kube.strategy import Context, Strategy

LEASE: Shape = {
    **METADATA,
    "spec": {"holderIdentity": str, "leaseDurationSeconds": int, "leaseTransitions": int},
}
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_NO_ENDPOINTS: Obj = {"kubeletEndpoint": {"Port": 0}}
_NO_INFO: Obj = dict.fromkeys(
    (
        "machineID",
        "systemUUID",
        "bootID",
        "kernelVersion",
        "osImage",
        "containerRuntimeVersion",
        "kubeletVersion",
        "kubeProxyVersion",
        "operatingSystem",
        "architecture",
    ),
    "",
)
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
    f" (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '{_KEY.pattern}')"
)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_LARGEST = 2**20
"""Bytes of the values of a ConfigMap or a Secret."""
_TOO_LARGE = f"Too long: may not be more than {_LARGEST} bytes"
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
        self.default(obj)  # a generated name is known only now
        finalizers = obj["spec"].get("finalizers") or []
        obj["spec"] = {"finalizers": [*finalizers, *(["kubernetes"] if "kubernetes" not in finalizers else ())]}
        obj["status"] = {"phase": "Active"}

    def prepare_update(self, obj: Obj, old: Obj, context: Context) -> None:
        super().prepare_update(obj, old, context)
        obj["spec"] = {**obj["spec"], "finalizers": old["spec"].get("finalizers", [])}

    def status_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        ends, phase = bool(old["metadata"].get("deletionTimestamp")), (obj.get("status") or {}).get("phase")
        if not ends and phase != "Active":
            yield bad_value("status.Phase", phase or "", "may only be 'Active' if `deletionTimestamp` is empty")
        if ends and phase != "Terminating":
            why = "may only be 'Terminating' if `deletionTimestamp` is not empty"
            yield bad_value("status.Phase", phase or "", why)

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
        if (first := obj["spec"].get("podCIDR")) and not obj["spec"].get("podCIDRs"):
            obj["spec"]["podCIDRs"] = [first]
        status = obj.setdefault("status", {})
        if status.get("capacity") and not status.get("allocatable"):
            status["allocatable"] = dict(status["capacity"])
        # What Go's types never leave out.
        status.setdefault("daemonEndpoints", _NO_ENDPOINTS)
        status["nodeInfo"] = {**_NO_INFO, **(status.get("nodeInfo") or {})}
        for condition in status.get("conditions") or ():
            condition.setdefault("lastHeartbeatTime", None)
            condition.setdefault("lastTransitionTime", None)

    def admit(self, obj: Obj, context: Context) -> None:
        """Taint a new node until it is known to be ready, as the admission plugin TaintNodesByCondition does."""
        taints = obj["spec"].setdefault("taints", [])
        if not any(taint.get("key") == NODE_NOT_READY and taint.get("effect") == "NoSchedule" for taint in taints):
            taints.append({"key": NODE_NOT_READY, "effect": "NoSchedule"})

    def problems(self, obj: Obj) -> Iterator[Problem]:
        seen = set()
        for index, taint in enumerate(obj["spec"].get("taints") or ()):
            path, key, effect = f"metadata.taints[{index}]", taint.get("key") or "", taint.get("effect") or ""
            yield from (bad_value(f"{path}.key", key, why) for why in key_problems(key))
            yield from (
                bad_value(f"{path}.value", taint["value"], why) for why in value_problems(taint.get("value") or "")
            )
            if not effect:
                yield required(f"{path}.effect")
            elif effect not in _EFFECTS:
                yield unsupported(f"{path}.effect", effect, _EFFECTS)
            if (key, effect) in seen:
                named = {"Key": key, "Value": taint.get("value") or "", "Effect": effect, "TimeAdded": None}
                why = "taints must be unique by key and effect pair"
                message = f"Duplicate value: {json.dumps(named, separators=(',', ':'))}: {why}"
                yield Problem(path, "FieldValueDuplicate", message)
            seen.add((key, effect))

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return self.problems(obj)


class EventStrategy(Strategy):
    """Events: plain storage that can be searched by what it is about."""

    shape = EVENT
    create_on_update = True
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

    def default(self, obj: Obj) -> None:
        obj.setdefault("eventTime", None)  # what Go's type never leaves out
        obj.setdefault("reportingComponent", "")
        obj.setdefault("reportingInstance", "")

    def problems(self, obj: Obj) -> Iterator[Problem]:
        about = (obj.get("involvedObject") or {}).get("namespace") or ""
        if about and about != obj["metadata"]["namespace"]:
            yield bad_value("involvedObject.namespace", about, "does not match event.namespace")


class LeaseStrategy(Strategy):
    """Leases: a holder must say which version it replaces, or leader election would not elect."""

    shape = LEASE
    create_on_update = True
    unconditional_update = False
    knows_finalizers = False

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {})

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec = obj["spec"]
        if (seconds := spec.get("leaseDurationSeconds")) is not None and seconds <= 0:
            yield bad_value("spec.leaseDurationSeconds", seconds, "must be greater than 0")
        if (count := spec.get("leaseTransitions")) is not None and count < 0:
            yield bad_value("spec.leaseTransitions", count, "must be greater than or equal to 0")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return self.problems(obj)


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
        size = sum(len(value.encode()) for value in data.values()) + _decoded_size(binary)
        if size > _LARGEST:
            yield Problem("[]", "FieldValueTooLong", _TOO_LARGE)

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        if old.get("immutable"):
            why = "field is immutable when `immutable` is set"
            if not obj.get("immutable"):
                yield forbidden_field("immutable", why)
            yield from (forbidden_field(key, why) for key in ("data", "binaryData") if obj.get(key) != old.get(key))
        yield from self.problems(obj)


def _decoded_size(encoded: Mapping[str, str]) -> int:
    """Bytes of values in base64."""
    return sum(len(value) * 3 // 4 - value[-2:].count("=") for value in encoded.values())


def _first_outside_of_base64(text: str) -> int | None:
    """Where Go's decoder stops; None if it does not."""
    stripped = text.replace("\r", "").replace("\n", "")
    found = _BASE64.match(stripped)
    end = found.end() if found else 0
    return None if end == len(stripped) else end


class ControllerRevisionStrategy(Strategy):
    """ControllerRevisions: their data never changes."""

    shape = REVISION
    drops_nulls = False

    def problems(self, obj: Obj) -> Iterator[Problem]:
        if (revision := obj.get("revision") or 0) < 0:
            yield bad_value("revision", revision, "must be greater than or equal to 0")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        yield from self.problems(obj)
        if obj.get("data") != old.get("data"):
            yield bad_value("data", obj.get("data"), "field is immutable")


class SecretStrategy(Strategy):
    """Secrets: what was written as text is stored as base64, and what is immutable stays as it is."""

    shape = SECRET
    fields = ("type",)

    def default(self, obj: Obj) -> None:
        obj["type"] = obj.get("type") or "Opaque"
        for key, text in (obj.pop("stringData", None) or {}).items():
            obj.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()

    def problems(self, obj: Obj) -> Iterator[Problem]:
        if _decoded_size(obj.get("data") or {}) > _LARGEST:
            yield Problem("data", "FieldValueTooLong", _TOO_LARGE)

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        yield from self.problems(obj)
        if obj["type"] != old["type"]:
            yield bad_value("type", obj["type"], "field is immutable")


class ServiceAccountStrategy(Strategy):
    """ServiceAccounts: they ask for tokens."""

    subresources = ("token",)
    short_names = ("sa",)
