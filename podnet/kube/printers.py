"""What ``kubectl get`` shows of each built-in kind, cell by cell in the order of its columns.

Source: pkg/printers/internalversion/printers.go of Kubernetes 1.36. A printer gets the object and the present moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from podnet.api.objects import Obj, condition_of, labels_of, parse_timestamp
from podnet.kube.durations import human, since
from podnet.kube.events import as_stored
from podnet.kube.printers_kept import KEPT
from podnet.kube.printers_pods import holds, pod
from podnet.kube.subresources import selector_text

Cells = list[Any]
Printer = Callable[[Obj, datetime], Cells]
_ROLE = "node-role.kubernetes.io/"


def cells_of(obj: Obj, now: datetime) -> Cells:
    """All cells of an object of a built-in kind; of one that has no printer its name and age."""
    printer = _PRINTERS.get(obj.get("kind", ""), _plain)
    return printer(obj, now)


def _name(obj: Obj) -> str:
    return str(obj["metadata"].get("name", ""))


def _age(obj: Obj, now: datetime) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)


def _plain(obj: Obj, now: datetime) -> Cells:
    return [_name(obj), _age(obj, now)]


def _containers(obj: Obj) -> Cells:
    listed = ((obj["spec"].get("template") or {}).get("spec") or {}).get("containers") or ()
    return [",".join(str(item.get(key, "")) for item in listed) for key in ("name", "image")]


def _selector(obj: Obj) -> str:
    return selector_text(obj["spec"].get("selector") or {}) or "<none>"


def _deployment(obj: Obj, now: datetime) -> Cells:
    status = obj.get("status") or {}
    ready = f"{status.get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}"
    counts = [status.get("updatedReplicas", 0), status.get("availableReplicas", 0)]
    selector = selector_text(obj["spec"].get("selector") or {})
    return [_name(obj), ready, *counts, _age(obj, now), *_containers(obj), selector]


def _replica_set(obj: Obj, now: datetime) -> Cells:
    status = obj.get("status") or {}
    counts = [obj["spec"].get("replicas", 0), status.get("replicas", 0), status.get("readyReplicas", 0)]
    return [_name(obj), *counts, _age(obj, now), *_containers(obj), _selector(obj)]


def _stateful_set(obj: Obj, now: datetime) -> Cells:
    ready = f"{(obj.get('status') or {}).get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}"
    return [_name(obj), ready, _age(obj, now), *_containers(obj)]


def _daemon_set(obj: Obj, now: datetime) -> Cells:
    status = obj.get("status") or {}
    counted = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    nodes = obj["spec"]["template"]["spec"].get("nodeSelector") or {}
    selector = ",".join(f"{key}={value}" for key, value in sorted(nodes.items())) or "<none>"
    counts = [status.get(key, 0) for key in counted]
    return [_name(obj), *counts, selector, _age(obj, now), *_containers(obj), _selector(obj)]


def _job(obj: Obj, now: datetime) -> Cells:
    spec, status = obj["spec"], obj.get("status") or {}
    done, wanted, parallel = status.get("succeeded", 0), spec.get("completions"), spec.get("parallelism") or 0
    many = f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"
    completions = f"{done}/{wanted}" if wanted is not None else many
    took = ""
    if status.get("startTime"):
        end = parse_timestamp(status["completionTime"]) if status.get("completionTime") else now
        took = human((end - parse_timestamp(status["startTime"])).total_seconds())
    shown = [_name(obj), _job_status(obj), completions, took, _age(obj, now)]
    return [*shown, *_containers(obj), _selector(obj)]


def _job_status(obj: Obj) -> str:
    if holds(obj, "Complete") or holds(obj, "Failed"):
        return "Complete" if holds(obj, "Complete") else "Failed"
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    others = (("Suspended", "Suspended"), ("FailureTarget", "FailureTarget"), ("SuccessCriteriaMet",) * 2)
    return next((text for kind, text in others if holds(obj, kind)), "Running")


def _budget(obj: Obj, now: datetime) -> Cells:
    amounts = [str(obj["spec"].get(field, "N/A")) for field in ("minAvailable", "maxUnavailable")]
    return [_name(obj), *amounts, (obj.get("status") or {}).get("disruptionsAllowed", 0), _age(obj, now)]


def _node(obj: Obj, now: datetime) -> Cells:
    status = obj.get("status") or {}
    ready = condition_of(obj, "Ready")
    shown = "Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"
    if obj["spec"].get("unschedulable"):
        shown += ",SchedulingDisabled"
    roles = {key.removeprefix(_ROLE) for key in labels_of(obj) if key.startswith(_ROLE)}
    roles.add(labels_of(obj).get("kubernetes.io/role", ""))
    info = status.get("nodeInfo") or {}
    kernel = info.get("kernelVersion") or "<unknown>"
    if info.get("architecture"):
        kernel += f" ({info['architecture']})"
    addresses = [
        next((each["address"] for each in status.get("addresses") or () if each.get("type") == kind), "<none>")
        for kind in ("InternalIP", "ExternalIP")
    ]
    return [
        _name(obj),
        shown,
        ",".join(sorted(roles - {""})) or "<none>",
        _age(obj, now),
        info.get("kubeletVersion", ""),
        *addresses,
        info.get("osImage") or "<unknown>",
        kernel,
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def _namespace(obj: Obj, now: datetime) -> Cells:
    return [_name(obj), (obj.get("status") or {}).get("phase", ""), _age(obj, now)]


def _config_map(obj: Obj, now: datetime) -> Cells:
    return [_name(obj), len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), _age(obj, now)]


def _secret(obj: Obj, now: datetime) -> Cells:
    return [_name(obj), obj.get("type", ""), len(obj.get("data") or ()), _age(obj, now)]


def _event(obj: Obj, now: datetime) -> Cells:
    obj = as_stored(obj)
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = since(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
    count, series = obj.get("count") or 1, obj.get("series")
    if series:
        last, count = since(series.get("lastObservedTime"), now), series.get("count", 0)
    about, source = obj.get("involvedObject") or {}, obj.get("source") or {}
    target = "/".join(part for part in (str(about.get("kind", "")).lower(), about.get("name", "")) if part)
    component = source.get("component") or obj.get("reportingComponent") or ""
    instance = source.get("host") or obj.get("reportingInstance") or ""
    return [
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        target,
        about.get("fieldPath", ""),
        f"{component}, {instance}" if instance else component,
        str(obj.get("message", "")).strip(),
        first,
        count,
        _name(obj),
    ]


def _lease(obj: Obj, now: datetime) -> Cells:
    return [_name(obj), (obj.get("spec") or {}).get("holderIdentity") or "", _age(obj, now)]


def _controller_revision(obj: Obj, now: datetime) -> Cells:
    owners = obj["metadata"].get("ownerReferences") or ()
    owner = next((item for item in owners if item.get("controller")), None)
    shown = "<none>"
    if owner is not None:
        group = owner["apiVersion"].rpartition("/")[0]
        shown = f"{owner['kind']}.{group}".rstrip(".").lower() + f"/{owner['name']}"
    return [_name(obj), shown, obj.get("revision", 0), _age(obj, now)]


def _webhooks(obj: Obj, now: datetime) -> Cells:
    return [_name(obj), len(obj.get("webhooks") or ()), _age(obj, now)]


def _definition(obj: Obj, now: datetime) -> Cells:
    del now
    return [_name(obj), obj["metadata"].get("creationTimestamp")]


_PRINTERS: Mapping[str, Printer] = {
    **KEPT,
    "Pod": pod,
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "PodDisruptionBudget": _budget,
    "Node": _node,
    "Namespace": _namespace,
    "ConfigMap": _config_map,
    "Secret": _secret,
    "Event": _event,
    "Lease": _lease,
    "ControllerRevision": _controller_revision,
    "MutatingWebhookConfiguration": _webhooks,
    "ValidatingWebhookConfiguration": _webhooks,
    "CustomResourceDefinition": _definition,
}
