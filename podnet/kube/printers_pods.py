"""What ``kubectl get pods`` shows: the one word for the state of a pod, made of its phase and its containers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from podnet.api.objects import Obj, condition_of
from podnet.kube.durations import since


def pod(obj: Obj, now: datetime) -> list[Any]:
    """Name, ready, status, restarts, age, IP, node, nominated node, readiness gates."""
    spec, status = obj["spec"], obj.get("status") or {}
    state = _State(obj)
    restarts = str(state.restarts)
    if state.restarts and state.last_restart:
        restarts = f"{restarts} ({since(state.last_restart, now)} ago)"
    addresses = status.get("podIPs") or [{}]
    gates = spec.get("readinessGates") or ()
    open_gates = sum(holds(obj, gate.get("conditionType", "")) for gate in gates)
    return [
        obj["metadata"]["name"],
        f"{state.ready}/{state.containers}",
        state.reason,
        restarts,
        since(obj["metadata"].get("creationTimestamp"), now),
        addresses[0].get("ip") or "<none>",
        spec.get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        f"{open_gates}/{len(gates)}" if gates else "<none>",
    ]


def row_conditions(obj: Obj) -> Sequence[Obj]:
    """What a row says of a pod that has finished, which kubectl may leave out."""
    words = {
        "Succeeded": ("Succeeded", "The pod has completed successfully."),
        "Failed": ("Failed", "The pod failed."),
    }.get((obj.get("status") or {}).get("phase", ""))
    return [{"type": "Completed", "status": "True", "reason": words[0], "message": words[1]}] if words else ()


def holds(obj: Obj, kind: str) -> bool:
    """Whether a condition of an object is true."""
    return (condition_of(obj, kind) or {}).get("status") == "True"


class _State:
    """Counts the containers of a pod and finds the word for what they do."""

    def __init__(self, obj: Obj) -> None:
        spec, status = obj["spec"], obj.get("status") or {}
        self._obj = obj
        self._sidecars = {
            item["name"] for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always"
        }
        self.containers = len(spec.get("containers") or ()) + len(self._sidecars)
        self.ready = self.restarts = 0
        self.last_restart = ""
        self.reason: str = status.get("reason") or status.get("phase") or ""
        if (condition_of(obj, "PodScheduled") or {}).get("reason") == "SchedulingGated":
            self.reason = "SchedulingGated"
        initializing = self._initializing(status.get("initContainerStatuses") or ())
        if not initializing or holds(obj, "Initialized"):
            self._running(status)
        if obj["metadata"].get("deletionTimestamp"):
            if status.get("reason") == "NodeLost":
                self.reason = "Unknown"
            elif status.get("phase") not in {"Succeeded", "Failed"}:
                self.reason = "Terminating"

    def _initializing(self, statuses: Sequence[Obj]) -> bool:
        """Whether an init container still has to end; then ``reason`` tells of it."""
        for index, item in enumerate(statuses):
            self._count(item)
            state = item.get("state") or {}
            ended, waiting = state.get("terminated"), (state.get("waiting") or {}).get("reason")
            if ended and not ended.get("exitCode"):
                continue
            if item["name"] in self._sidecars and item.get("started"):
                self.ready += bool(item.get("ready"))
                continue
            if ended:
                self.reason = f"Init:{_end_of(ended)}"
            elif waiting and waiting != "PodInitializing":
                self.reason = f"Init:{waiting}"
            else:
                self.reason = f"Init:{index}/{len(self._obj['spec'].get('initContainers') or ())}"
            return True
        return False

    def _running(self, status: Obj) -> None:
        self.restarts, self.last_restart = 0, ""
        for item in status.get("initContainerStatuses") or ():
            if item["name"] in self._sidecars:
                self._count(item)
        running, failure = False, ""
        for item in reversed(status.get("containerStatuses") or ()):
            self._count(item)
            state = item.get("state") or {}
            if (state.get("waiting") or {}).get("reason"):
                self.reason = state["waiting"]["reason"]
            elif state.get("terminated"):
                self.reason = _end_of(state["terminated"])
                failure = self.reason if state["terminated"].get("exitCode") else failure
            elif item.get("ready") and "running" in state:
                running = True
                self.ready += 1
        if self.reason == "Completed":
            if running:
                self.reason = "Running" if holds(self._obj, "Ready") else failure or "NotReady"
            elif failure:
                self.reason = failure

    def _count(self, item: Obj) -> None:
        self.restarts += item.get("restartCount") or 0
        ended = ((item.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or ""
        self.last_restart = max(self.last_restart, ended)


def _end_of(ended: Obj) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"
