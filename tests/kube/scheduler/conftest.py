"""Short ways to write nodes and pods."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from podnet.api.objects import Obj
from podnet.kube.scheduler.snapshot import Snapshot, node_states, occupancy_of


def make_node(name: str, labels: Obj | None = None, *, taints: list[Obj] | None = None, **status: Obj) -> Obj:
    node: Obj = {"metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}}, "spec": {}}
    if taints:
        node["spec"]["taints"] = taints
    allocatable = {"pods": "110", **status.pop("allocatable", {})}
    return {**node, "status": {**status, "allocatable": allocatable}}


def make_pod(
    name: str = "new", labels: Obj | None = None, *, node: str = "", namespace: str = "ns", **spec: object
) -> Obj:
    full = {"containers": [{"name": "c"}], **spec, **({"nodeName": node} if node else {})}
    metadata = {"name": name, "namespace": namespace, "uid": f"uid-{namespace}-{name}", "labels": labels or {}}
    return {"metadata": metadata, "spec": full, "status": {"phase": "Running" if node else "Pending"}}


def make_snapshot(nodes: list[Obj], pods: list[Obj] | None = None, **more: object) -> Snapshot:
    return Snapshot(node_states(nodes, occupancy_of(pods or [])), **more)  # type: ignore[arg-type]  # fields of Snapshot by name


@pytest.fixture
def make() -> SimpleNamespace:
    makers: dict[str, Callable[..., object]] = {"node": make_node, "pod": make_pod, "snapshot": make_snapshot}
    return SimpleNamespace(**makers)
