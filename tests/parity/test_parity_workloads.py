"""Workloads come to the same state and say the same on both, whatever their pods do."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
from flows import FLOWS, NODE, THEN, Flow
from planes import api_of, node

from podnet.api.client import Api
from podnet.api.errors import ApiError
from podnet.api.objects import Obj, annotations_of, labels_of, name_of, namespace_of
from podnet.api.resources import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    JOBS,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
    SERVICE_ACCOUNTS,
    STATEFUL_SETS,
)
from podnet.controlplane.plane import ControlPlane
from podnet.kube.cluster import InProcessCluster

QUIET = 1.5
WITHIN = 60.0
KINDS = (DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, JOBS, CONTROLLER_REVISIONS)
PHASES = 1 + max(len(flow.changes) for flow in FLOWS.values())
_HASH = re.compile(r"web-([bcdfghjklmnpqrstvwxz2456789]{6,10})\b")
_SUFFIX = re.compile(r"(web(?:-<[0-9]+>|-[0-9]+)?)-[bcdfghjklmnpqrstvwxz2456789]{5}\b")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_KEPT = ("name", "generation", "annotations", "labels", "finalizers")
_COMBINED = "(combined from similar events): "
_TRACKING = "batch.kubernetes.io/job-tracking"
_OF_JOBS = ("controller-uid", "batch.kubernetes.io/controller-uid")

State = Mapping[str, Any]


@pytest.fixture(scope="module")
def states(plane: ControlPlane) -> tuple[list[State], list[State]]:
    """By flow what there is after each phase, on the real one and in process; all flows are played at once."""
    real, cluster = api_of(plane), InProcessCluster(seed=1, thorough=True)

    def settle() -> None:
        for _ in range(40):
            cluster.runtime.settle()
            if not _run_pods(cluster.api):
                break
        cluster.runtime.advance(QUIET)

    try:
        return list(_played(real, lambda: _quiet(real))), list(_played(cluster.api, settle))
    finally:
        for flow in FLOWS.values():
            real.delete(NAMESPACES, flow.namespace)
        for number in range(2):
            real.delete(NODES, f"{NODE}{number}")


@pytest.mark.parametrize("name", FLOWS)
def test_the_same_becomes_of_it(name: str, states: tuple[list[State], list[State]]) -> None:
    real, ours = states

    for phase, (there, here) in enumerate(zip(real, ours, strict=True)):
        assert here[name] == there[name], f"after step {phase}"


def _played(api: Api, settle: Callable[[], None]) -> Iterator[State]:
    for number in range(2):
        made = api.create(NODES, node(f"{NODE}{number}", **{"kubernetes.io/hostname": f"{NODE}{number}"}))
        api.patch(NODES, name_of(made), {"spec": {"taints": None}})
    for flow in FLOWS.values():
        api.create(NAMESPACES, {"metadata": {"name": flow.namespace}})
    hashes: dict[str, dict[str, str]] = {name: {} for name in FLOWS}
    settle()
    for phase in range(PHASES):
        for flow in FLOWS.values():
            _act(api, flow, phase)
        settle()
        yield {name: _state(api, flow, hashes[name], phase) for name, flow in FLOWS.items()}


def _act(api: Api, flow: Flow, phase: int) -> None:
    if phase == 0:
        api.get(SERVICE_ACCOUNTS, "default", namespace=flow.namespace)
        api.create(flow.resource, flow.obj)
    elif phase <= len(flow.changes):
        api.patch(flow.resource, "web", flow.changes[phase - 1], namespace=flow.namespace)


def _run_pods(api: Api) -> int:
    """Let the pods of all flows come to what their annotation says; how many changed."""
    changed = 0
    for pod in api.list(PODS).items:
        then = annotations_of(pod).get(THEN) or "Running"
        if not namespace_of(pod).startswith("parity-flow-") or pod["status"].get("phase") != "Pending":
            continue
        if then != "Pending":
            ready = {"type": "Ready", "status": "True" if then == "Running" else "False"}
            ended = {"terminated": {"exitCode": 7 if then == "Failed" else 0}}
            status: Obj = {"phase": then, "conditions": [ready]}
            if then != "Running":
                status["containerStatuses"] = [
                    {
                        "name": "main",
                        "image": "nothing:1",
                        "imageID": "",
                        "ready": False,
                        "restartCount": 0,
                        "state": ended,
                    }
                ]
            with suppress(ApiError):  # it went meanwhile
                api.patch(PODS, name_of(pod), {"status": status}, namespace=namespace_of(pod), subresource="status")
                changed += 1
    return changed


def _quiet(api: Api) -> None:
    """Run pods until nothing has changed for a while."""
    deadline, since, before = time.monotonic() + WITHIN, time.monotonic(), None
    while time.monotonic() - since < QUIET:
        _run_pods(api)
        now = [[item["metadata"]["resourceVersion"] for item in api.list(kind).items] for kind in (PODS, *KINDS)]
        if now != before:
            before, since = now, time.monotonic()
        assert time.monotonic() < deadline, "it never becomes quiet"
        time.sleep(0.05)


def _state(api: Api, flow: Flow, hashes: dict[str, str], phase: int) -> State:
    """What there is in the namespace of a flow; hashes and random names are told apart by when they came."""
    found: dict[str, Any] = {
        kind.kind: [_shown(obj) for obj in api.list(kind, namespace=flow.namespace).items] for kind in KINDS
    }
    found["Pod"] = [_shown(pod) for pod in api.list(PODS, namespace=flow.namespace).items]
    events = api.list(EVENTS, namespace=flow.namespace).items
    found["Event"] = [
        [one["involvedObject"]["kind"], one["type"], one["reason"], one["message"].removeprefix(_COMBINED)]
        for one in events
    ]
    text = json.dumps(found, sort_keys=True)
    for value in dict.fromkeys(_HASH.findall(text)):
        hashes.setdefault(value, f"<{phase}>")
    for value, shown in hashes.items():
        text = text.replace(value, shown)
    decoded = json.loads(_TIME.sub("<time>", _SUFFIX.sub(r"\1-*", text)))
    listed = {kind: sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) for kind, items in decoded.items()}
    return {**listed, "Event": sorted({tuple(event) for event in listed["Event"]})}


def _shown(obj: Obj) -> Obj:
    metadata = {key: value for key, value in obj["metadata"].items() if key in _KEPT}
    metadata["labels"] = {key: value for key, value in labels_of(obj).items() if key not in _OF_JOBS}
    if _TRACKING in metadata.get("finalizers", ()):  # ours remembers what became of pods; nothing escapes its notice
        del metadata["finalizers"]
    status = {key: value for key, value in (obj.get("status") or {}).items() if key != "uncountedTerminatedPods"}
    if conditions := status.get("conditions"):
        keys = ("type", "status", "reason", "message")
        status["conditions"] = [{key: item[key] for key in keys if item.get(key)} for item in conditions]
    return {"metadata": metadata, "status": status, "replicas": (obj.get("spec") or {}).get("replicas")}
