"""The JSON types of the fields that the fake reads, so that a malformed body is refused instead of breaking it.

A real API server decodes built-in kinds into Go types; this knows only as much of them as the fake touches.
"""

from __future__ import annotations

from podnet.kube.field_types import INT_OR_STRING, LONG, STRINGS, Shape

_CONDITION: Shape = dict.fromkeys(("type", "status", "reason", "message"), str)
_OWNED: Shape = {**dict.fromkeys(("manager", "operation", "apiVersion", "subresource"), str), "fieldsV1": dict}
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
_STATE: Shape = dict.fromkeys(("waiting", "running", "terminated"), dict)
_ENDS: Shape = {"name": str, "state": _STATE, "lastState": _STATE}
_POD_STATUS: Shape = {
    **{key: [_ENDS] for key in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")},
    **dict.fromkeys(("phase", "podIP", "hostIP"), str),
    **{key: [{"ip": str}] for key in ("podIPs", "hostIPs")},
    "conditions": [_CONDITION],
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
    "status": {"conditions": [_CONDITION], "observedGeneration": LONG, **_COUNTS},
}
SCALE: Shape = {**METADATA, "spec": {"replicas": int}}
BINDING: Shape = {**METADATA, "target": {"kind": str, "name": str, "namespace": str}}
TOKEN_REQUEST: Shape = {
    **METADATA,
    "spec": {
        "audiences": [str],
        "expirationSeconds": LONG,
        "boundObjectRef": dict.fromkeys(("kind", "apiVersion", "name", "uid"), str),
    },
}
EVICTION: Shape = {
    **METADATA,
    "deleteOptions": {
        "dryRun": [str],
        "gracePeriodSeconds": LONG,
        "propagationPolicy": str,
        "preconditions": {"uid": str},
    },
}
_AMOUNTS: Shape = dict.fromkeys(("minAvailable", "maxUnavailable"), INT_OR_STRING)
BUDGET: Shape = {
    **METADATA,
    "spec": {"selector": SELECTOR, "unhealthyPodEvictionPolicy": str, **_AMOUNTS},
    "status": dict.fromkeys(("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"), int),
}
DELETE_OPTIONS: Shape = EVICTION["deleteOptions"]
NAMESPACE: Shape = {**METADATA, "spec": {"finalizers": [str]}, "status": {"phase": str, "conditions": [_CONDITION]}}
NODE: Shape = {
    **METADATA,
    "spec": {"taints": [{"key": str, "value": str, "effect": str}], "unschedulable": bool},
    "status": {"conditions": [_CONDITION], "addresses": [dict], "capacity": dict, "allocatable": dict},
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
    "status": {"conditions": [_CONDITION]},
}
