"""The JSON types of the fields that the fake reads, so that a malformed body is refused instead of breaking it.

A real API server decodes built-in kinds into Go types; this knows only as much of them as the fake touches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request

Shape = Mapping[str, Any]
"""Field to type: ``str``, ``int``, ``bool``, ``dict`` (anything inside), ``STRINGS``, a Shape, or a list of one."""

STRINGS = "map[string]string"

METADATA: Shape = {
    "metadata": {
        "name": str,
        "generateName": str,
        "namespace": str,
        "uid": str,
        "resourceVersion": str,
        "labels": STRINGS,
        "annotations": STRINGS,
        "finalizers": [str],
        "ownerReferences": [{"apiVersion": str, "kind": str, "name": str, "uid": str, "controller": bool}],
    }
}
_CONTAINER: Shape = {
    "name": str,
    "image": str,
    "imagePullPolicy": str,
    "env": [{"name": str, "value": str}],
    "ports": [{"containerPort": int, "protocol": str, "name": str}],
    "resources": {"requests": dict, "limits": dict},
    "livenessProbe": dict,
    "readinessProbe": dict,
    "startupProbe": dict,
    "terminationMessagePath": str,
    "terminationMessagePolicy": str,
    "command": [str],
    "args": [str],
}
POD_SPEC: Shape = {
    "containers": [_CONTAINER],
    "initContainers": [_CONTAINER],
    "restartPolicy": str,
    "dnsPolicy": str,
    "nodeName": str,
    "schedulerName": str,
    "terminationGracePeriodSeconds": int,
    "nodeSelector": STRINGS,
    "hostNetwork": bool,
    "tolerations": [{"key": str, "operator": str, "value": str, "effect": str, "tolerationSeconds": int}],
    "serviceAccountName": str,
    "serviceAccount": str,
    "priority": int,
    "priorityClassName": str,
    "preemptionPolicy": str,
    "activeDeadlineSeconds": int,
    "enableServiceLinks": bool,
    "securityContext": dict,
    "topologySpreadConstraints": [dict],
    "schedulingGates": [{"name": str}],
    "volumes": [dict],
    "affinity": dict,
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
SELECTOR: Shape = {"matchLabels": STRINGS, "matchExpressions": [{"key": str, "operator": str, "values": [str]}]}
_STRATEGY: Shape = {"type": str, "rollingUpdate": dict}
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
        "activeDeadlineSeconds": int,
        "ttlSecondsAfterFinished": int,
        "manualSelector": bool,
        "suspend": bool,
    },
    "status": {"conditions": [dict], "replicas": int},
}
SCALE: Shape = {**METADATA, "spec": {"replicas": int}}
BINDING: Shape = {**METADATA, "target": {"kind": str, "name": str, "namespace": str}}
EVICTION: Shape = {
    **METADATA,
    "deleteOptions": {"gracePeriodSeconds": int, "propagationPolicy": str, "preconditions": {"uid": str}},
}
DELETE_OPTIONS: Shape = EVICTION["deleteOptions"]
NAMESPACE: Shape = {**METADATA, "spec": {"finalizers": [str]}, "status": {"phase": str, "conditions": [dict]}}
NODE: Shape = {
    **METADATA,
    "spec": {"taints": [{"key": str, "value": str, "effect": str}], "unschedulable": bool},
    "status": {"conditions": [dict], "addresses": [dict], "capacity": dict, "allocatable": dict},
}
EVENT: Shape = {**METADATA, "involvedObject": dict, "source": dict}
CONFIG_MAP: Shape = {**METADATA, "data": STRINGS}
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
_GO = {str: "string", int: "int32", bool: "bool", dict: "object", STRINGS: STRINGS}
_JSON = {dict: "object", list: "array", str: "string", bool: "bool", type(None): "null"}


def check(obj: Obj, shape: Shape, *, kind: str, version: str) -> None:
    """Refuse an object whose known fields have other types, in the words of the API server's decoder (400)."""
    _check(obj, shape, kind, f'{kind} in version "{version}" cannot be handled as a {kind}: json: cannot unmarshal')


def _check(value: Any, shape: Any, path: str, prefix: str) -> None:
    if value is None:
        return
    if type(shape) is dict:
        _require(isinstance(value, dict), value, "object", path, prefix)
        for key, part in shape.items():
            if key in value:
                _check(value[key], part, f"{path}.{key}", prefix)
    elif isinstance(shape, list):
        _require(isinstance(value, list), value, "array", path, prefix)
        for item in value:
            _require(item is not None, item, "object", path, prefix)
            _check(item, shape[0], path, prefix)
    elif shape == STRINGS:
        _require(isinstance(value, dict), value, STRINGS, path, prefix)
        for item in value.values():
            _require(item is None or isinstance(item, str), item, "string", path, prefix)
    else:
        fits = isinstance(value, shape) and not (shape is int and isinstance(value, bool))
        _require(fits, value, _GO[shape], path, prefix)


def _require(fits: bool, value: Any, wanted: str, path: str, prefix: str) -> None:
    if not fits:
        found = _JSON.get(type(value), "number")
        raise bad_request(f"{prefix} {found} into Go struct field {path} of type {wanted}")


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
