"""The status of pods as a virtual kubelet reports it: running, and ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from podnet.api.names import CONTAINER_INSTANCE_CREATED
from podnet.api.objects import Obj, timestamp

_RUNNING = (
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
    CONTAINER_INSTANCE_CREATED,
)


def running(pod: Obj, *, addresses: Sequence[str], now: datetime) -> Obj:
    """The status of a pod that has just started: every container is ready. On ECI the host has the pod's address."""
    at = timestamp(now)
    ip = addresses[0]
    status: Obj = {
        "phase": "Running",
        "podIP": ip,
        "podIPs": [{"ip": address} for address in addresses],
        "hostIP": ip,
        "hostIPs": [{"ip": ip}],
        "startTime": at,
        "conditions": _conditions(pod, dict.fromkeys(_RUNNING, "True"), at=at),
        "containerStatuses": [
            _container(container, state={"running": {"startedAt": at}}, ready=True)
            for container in pod["spec"].get("containers") or ()
        ],
    }
    before = [
        _container(container, state={"terminated": _terminated(at, at)}, ready=True)
        for container in pod["spec"].get("initContainers") or ()
    ]
    return status | {"initContainerStatuses": before} if before else status


def ready_again(pod: Obj, *, now: datetime) -> Obj:
    """The status of a running pod that counted as not ready, because its node was not heard of for a while."""
    return {"conditions": _conditions(pod, dict.fromkeys(_RUNNING, "True"), at=timestamp(now))}


def ended(pod: Obj, *, phase: str, now: datetime) -> Obj:
    """The status of a pod whose containers have ended; its addresses stay in the report, as kubelets do it."""
    at = timestamp(now)
    started = (pod.get("status") or {}).get("startTime") or at
    changed = {"Ready": "False", "ContainersReady": "False"}
    reason = "PodCompleted" if phase == "Succeeded" else "PodFailed"
    status: Obj = {"phase": phase, "conditions": _conditions(pod, changed, at=at, reason=reason)}
    if phase == "Succeeded":
        status["containerStatuses"] = [
            _container(container, state={"terminated": _terminated(started, at)}, ready=False)
            for container in pod["spec"].get("containers") or ()
        ]
    return status


def _terminated(started: str, finished: str) -> Obj:
    return {"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": finished}


def _container(container: Obj, *, state: Obj, ready: bool) -> Obj:
    name, image = str(container.get("name", "")), str(container.get("image", ""))
    return {
        "name": name,
        "image": image,
        "imageID": image,
        "containerID": f"containerd://{name}",
        "ready": ready,
        "started": "running" in state,
        "restartCount": 0,
        "state": state,
        "lastState": {},
    }


def _conditions(pod: Obj, wanted: dict[str, str], *, at: str, reason: str = "") -> list[Obj]:
    """The conditions of the pod with those of ``wanted`` set; the time of transition changes with the status only."""
    known = {item.get("type"): item for item in (pod.get("status") or {}).get("conditions") or ()}
    for type_, status in wanted.items():
        if known.get(type_, {}).get("status") != status:
            condition = {"type": type_, "status": status, "lastTransitionTime": at}
            known[type_] = condition | ({"reason": reason} if reason else {})
    return list(known.values())
