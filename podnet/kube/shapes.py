"""The JSON types of the fields that the fake reads, so that a malformed body is refused instead of breaking it.

A real API server decodes built-in kinds into Go types; this knows only as much of them as the fake touches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request

Shape = Mapping[str, Any]
"""Field to type: ``str``, ``int`` (32 bits), ``LONG``, ``bool``, ``dict`` (anything inside), ``STRINGS``,
``INT_OR_STRING``, a Shape, or a list of one."""

STRINGS = "map[string]string"
LONG = "int64"
INT_OR_STRING = "intstr.IntOrString"

_OWNED: Shape = {
    **dict.fromkeys(("manager", "operation", "apiVersion", "subresource", "time", "fieldsType"), str),
    "fieldsV1": dict,
}
METADATA: Shape = {
    "metadata": {
        "name": str,
        "generateName": str,
        "namespace": str,
        "uid": str,
        "resourceVersion": str,
        "labels": STRINGS,
        "annotations": STRINGS,
        "generation": LONG,
        "managedFields": [_OWNED],
        "finalizers": [str],
        "ownerReferences": [{"apiVersion": str, "kind": str, "name": str, "uid": str, "controller": bool}],
    }
}
SELECTOR: Shape = {"matchLabels": STRINGS, "matchExpressions": [{"key": str, "operator": str, "values": [str]}]}
_PROBE: Shape = {"httpGet": {"path": str, "scheme": str}}
_CONTAINER: Shape = {
    "name": str,
    "image": str,
    "imagePullPolicy": str,
    "env": [{"name": str, "value": str, "valueFrom": {"fieldRef": {"apiVersion": str, "fieldPath": str}}}],
    "volumeMounts": [{"name": str, "mountPath": str}],
    "ports": [{"containerPort": int, "protocol": str, "name": str}],
    "resources": {"requests": dict, "limits": dict},
    "livenessProbe": _PROBE,
    "readinessProbe": _PROBE,
    "startupProbe": _PROBE,
    "terminationMessagePath": str,
    "terminationMessagePolicy": str,
    "command": [str],
    "args": [str],
}
_NODE_TERM: Shape = {
    "matchExpressions": [{"key": str, "operator": str, "values": [str]}],
    "matchFields": [{"key": str, "operator": str, "values": [str]}],
}
_POD_TERM: Shape = {
    "topologyKey": str,
    "labelSelector": SELECTOR,
    "namespaceSelector": SELECTOR,
    "namespaces": [str],
    "matchLabelKeys": [str],
    "mismatchLabelKeys": [str],
}
_POD_AFFINITY: Shape = {
    "requiredDuringSchedulingIgnoredDuringExecution": [_POD_TERM],
    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": int, "podAffinityTerm": _POD_TERM}],
}
_AFFINITY: Shape = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [_NODE_TERM]},
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": int, "preference": _NODE_TERM}],
    },
    "podAffinity": _POD_AFFINITY,
    "podAntiAffinity": _POD_AFFINITY,
}
_SPREAD: Shape = {"maxSkew": int, "topologyKey": str, "whenUnsatisfiable": str, "labelSelector": SELECTOR}
POD_SPEC: Shape = {
    "containers": [_CONTAINER],
    "initContainers": [_CONTAINER],
    "ephemeralContainers": [_CONTAINER],
    "restartPolicy": str,
    "dnsPolicy": str,
    "nodeName": str,
    "schedulerName": str,
    "terminationGracePeriodSeconds": LONG,
    "nodeSelector": STRINGS,
    "hostNetwork": bool,
    "tolerations": [{"key": str, "operator": str, "value": str, "effect": str, "tolerationSeconds": LONG}],
    "serviceAccountName": str,
    "serviceAccount": str,
    "priority": int,
    "priorityClassName": str,
    "preemptionPolicy": str,
    "activeDeadlineSeconds": LONG,
    "enableServiceLinks": bool,
    "securityContext": dict,
    "topologySpreadConstraints": [_SPREAD],
    "schedulingGates": [{"name": str}],
    "volumes": [{"name": str}],
    "affinity": _AFFINITY,
}
_POD_STATUS: Shape = {
    "phase": str,
    "podIP": str,
    "hostIP": str,
    "podIPs": [{"ip": str}],
    "hostIPs": [{"ip": str}],
    "conditions": [{"type": str, "status": str}],
}
POD: Shape = {**METADATA, "spec": POD_SPEC, "status": _POD_STATUS}
_ROLLING: Shape = {"maxSurge": INT_OR_STRING, "maxUnavailable": INT_OR_STRING, "partition": int}
_STRATEGY: Shape = {"type": str, "rollingUpdate": _ROLLING}
_COUNTS: Shape = dict.fromkeys(
    (
        *("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"),
        *("currentReplicas", "active", "ready", "succeeded", "failed", "terminating"),
    ),
    int,
)
WORKLOAD: Shape = {
    **METADATA,
    "spec": {
        "replicas": int,
        "selector": SELECTOR,
        "template": {**METADATA, "spec": POD_SPEC},
        "strategy": _STRATEGY,
        "updateStrategy": _STRATEGY,
        "revisionHistoryLimit": int,
        "progressDeadlineSeconds": int,
        "minReadySeconds": int,
        "paused": bool,
        "podManagementPolicy": str,
        "serviceName": str,
        "persistentVolumeClaimRetentionPolicy": dict,
        "completions": int,
        "parallelism": int,
        "backoffLimit": int,
        "activeDeadlineSeconds": LONG,
        "ttlSecondsAfterFinished": int,
        "manualSelector": bool,
        "suspend": bool,
    },
    "status": {"conditions": [dict], "observedGeneration": LONG, **_COUNTS},
}
SCALE: Shape = {**METADATA, "spec": {"replicas": int}}
BINDING: Shape = {**METADATA, "target": {"kind": str, "name": str, "namespace": str}}
EVICTION: Shape = {
    **METADATA,
    "deleteOptions": {"gracePeriodSeconds": LONG, "propagationPolicy": str, "preconditions": {"uid": str}},
}
DELETE_OPTIONS: Shape = EVICTION["deleteOptions"]
NAMESPACE: Shape = {**METADATA, "spec": {"finalizers": [str]}, "status": {"phase": str, "conditions": [dict]}}
NODE: Shape = {
    **METADATA,
    "spec": {"taints": [{"key": str, "value": str, "effect": str}], "unschedulable": bool},
    "status": {"conditions": [dict], "addresses": [dict], "capacity": dict, "allocatable": dict},
}
EVENT: Shape = {**METADATA, "involvedObject": {"namespace": str}, "source": dict}
REVISION: Shape = {**METADATA, "revision": LONG}
CONFIG_MAP: Shape = {**METADATA, "data": STRINGS, "binaryData": STRINGS, "immutable": bool}
SECRET: Shape = {**METADATA, "data": STRINGS, "stringData": STRINGS, "type": str}
_RULE: Shape = {"apiGroups": [str], "apiVersions": [str], "operations": [str], "resources": [str], "scope": str}
_WEBHOOK: Shape = {
    "name": str,
    "rules": [_RULE],
    "clientConfig": {"url": str, "service": dict},
    "namespaceSelector": SELECTOR,
    "objectSelector": SELECTOR,
    "timeoutSeconds": int,
    "failurePolicy": str,
    "sideEffects": str,
}
WEBHOOKS: Shape = {**METADATA, "webhooks": [_WEBHOOK]}
CRD: Shape = {
    **METADATA,
    "spec": {
        "group": str,
        "scope": str,
        "names": {
            "plural": str,
            "singular": str,
            "kind": str,
            "listKind": str,
            "shortNames": [str],
            "categories": [str],
        },
        "versions": [
            {
                "name": str,
                "served": bool,
                "storage": bool,
                "schema": {"openAPIV3Schema": dict},
                "subresources": {"status": dict, "scale": dict},
            }
        ],
    },
    "status": {"conditions": [dict]},
}
_BEYOND = 2**31
_GO = {
    LONG: LONG,
    INT_OR_STRING: INT_OR_STRING,
    str: "string",
    int: "int32",
    bool: "bool",
    dict: "object",
    STRINGS: STRINGS,
}
_JSON = {dict: "object", list: "array", str: "string", bool: "bool", type(None): "null"}


class _Misfit(Exception):  # noqa: N818  # never leaves this module
    """A value of another type; ``path`` grows on the way out, so that a fitting object costs no text."""

    def __init__(self, value: Any, wanted: str) -> None:
        super().__init__(wanted)
        self.found = _JSON.get(type(value), "number")
        self.wanted = wanted
        self.path: list[str] = []


def check(obj: Obj, shape: Shape, *, kind: str, version: str) -> None:
    """Refuse an object whose known fields have other types, in the words of the API server's decoder (400).

    As there, null in a map of texts becomes an empty one.
    """
    try:
        _check(obj, shape)
    except _Misfit as misfit:
        field = ".".join([kind, *reversed(misfit.path)])
        raise bad_request(
            f'{kind} in version "{version}" cannot be handled as a {kind}: json: cannot unmarshal {misfit.found} into'
            f" Go struct field {field} of type {misfit.wanted}"
        ) from None


def _check(value: Any, shape: Any) -> None:
    form = type(shape)
    if form is dict:
        _check_fields(value, shape)
    elif form is list:
        if type(value) is not list:
            raise _Misfit(value, "array")
        for item in value:
            if item is None:
                raise _Misfit(item, "object")
            _check(item, shape[0])
    elif shape == STRINGS:
        if type(value) is not dict:
            raise _Misfit(value, STRINGS)
        for key, item in value.items():
            if item is None:
                value[key] = ""
            elif type(item) is not str:
                raise _Misfit(item, "string")
    elif not _is_plain(value, shape):
        raise _Misfit(value, _GO[shape])


def _is_plain(value: Any, shape: Any) -> bool:
    """Whether a value without parts is of a type; of numbers Go's are of so many bits."""
    if shape is int:
        return type(value) is int and -_BEYOND <= value < _BEYOND
    if shape == LONG:
        return type(value) is int
    return type(value) in {int, str} if shape == INT_OR_STRING else type(value) is shape


def _check_fields(value: Any, shape: Mapping[str, Any]) -> None:
    if type(value) is not dict:
        raise _Misfit(value, "object")
    for key, part in shape.items():
        item = value.get(key)
        if item is not None:
            try:
                _check(item, part)
            except _Misfit as misfit:
                misfit.path.append(key)
                raise


def drop_nulls(value: Any) -> None:
    """Remove every null field, in place: a decoder into Go types cannot tell it from one that is missing."""
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]
        for item in value.values():
            if isinstance(item, (dict, list)):
                drop_nulls(item)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list)):
                drop_nulls(item)
