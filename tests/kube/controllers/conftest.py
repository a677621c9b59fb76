"""A cluster with nodes and a kubelet that starts and stops pods at once, unless a pod's annotations say otherwise."""

from datetime import datetime

import pytest

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, annotations_of, clone, is_terminating, key_of, timestamp
from podnet.api.resources import NAMESPACES, NODES, PODS, Resource
from podnet.kube.cluster import InProcessCluster

PHASE = "test/phase"
"""``Succeeded``, ``Failed`` (the pod ends like this), ``Pending`` (it never starts), ``Unready`` (it runs unready)."""
STOP_SECONDS = "test/stop-seconds"


class Kubelet:
    """Runs every bound pod."""

    def __init__(self, host) -> None:
        self._host = host
        self._stops: dict[str, datetime] = {}
        host.controller("kubelet", self.reconcile, watches={PODS: lambda change: (key_of(change.object),)})

    def reconcile(self, key):
        namespace, name = key
        try:
            pod = self._host.api.get(PODS, name, namespace=namespace)
        except ApiError:
            return None
        if not pod["spec"].get("nodeName"):
            return None
        if is_terminating(pod):
            return self._stop(pod)
        wanted = annotations_of(pod).get(PHASE, "Running")
        if pod["status"]["phase"] in {"Succeeded", "Failed"} or wanted == "Pending":
            return None
        ready = "True" if wanted == "Running" else "False"
        phase = "Running" if wanted == "Unready" else wanted
        known = next((item for item in pod["status"].get("conditions", []) if item["type"] == "Ready"), {})
        if pod["status"]["phase"] == phase and known.get("status") == ready:
            return None
        others = [item for item in pod["status"].get("conditions", []) if item["type"] != "Ready"]
        condition = {"type": "Ready", "status": ready, "lastTransitionTime": timestamp(self._host.now())}
        pod["status"] |= {"phase": phase, "conditions": [*others, condition]}
        self._host.api.update(PODS, pod, subresource="status")
        return None

    def _stop(self, pod):
        since = self._stops.setdefault(pod["metadata"]["uid"], self._host.now())
        left = float(annotations_of(pod).get(STOP_SECONDS, 0)) - (self._host.now() - since).total_seconds()
        if left > 0:
            return left
        metadata = pod["metadata"]
        try:
            self._host.api.delete(PODS, metadata["name"], namespace=metadata["namespace"], grace_period_seconds=0)
        except ApiError:
            return None
        return None


class World:
    """The cluster as a test sees it."""

    def __init__(self, seed: int = 1) -> None:
        self.cluster = InProcessCluster(seed=seed)
        self.runtime = self.cluster.runtime
        self.api = self.cluster.api
        self.host = self.cluster.host(None)
        Kubelet(self.host)

    def namespace(self, name: str, labels: Obj | None = None) -> None:
        self.api.create(NAMESPACES, {"metadata": {"name": name, "labels": labels or {}}})

    def node(self, name: str, labels: Obj | None = None, *, ready: str = "True", **spec: object) -> Obj:
        metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}}
        size = {"cpu": "64", "memory": "256Gi", "pods": "110"}
        status = {"conditions": [{"type": "Ready", "status": ready}], "capacity": size}
        return self.api.create(NODES, {"metadata": metadata, "spec": spec, "status": status})

    def create(self, resource: Resource, name: str, spec: Obj, *, namespace: str = "ns", **metadata: object) -> Obj:
        obj = {"apiVersion": resource.api_version, "kind": resource.kind, "spec": spec}
        obj["metadata"] = {"name": name, "namespace": namespace, **metadata}
        return self.api.create(resource, obj)

    def pod(self, name: str, labels: Obj | None = None, *, annotations: Obj | None = None, **spec: object) -> Obj:
        full = {"containers": [{"name": "c", "image": "i"}], **spec}
        return self.create(PODS, name, full, labels=labels or {}, annotations=annotations or {})

    def settle(self) -> None:
        self.runtime.settle()
        assert self.cluster.faults == []

    def advance(self, seconds: float) -> None:
        self.runtime.advance(seconds)
        assert self.cluster.faults == []

    def get(self, resource: Resource, name: str, *, namespace: str = "ns") -> Obj:
        return self.api.get(resource, name, namespace=namespace if resource.namespaced else "")

    def gone(self, resource: Resource, name: str, *, namespace: str = "ns") -> bool:
        try:
            self.get(resource, name, namespace=namespace)
        except ApiError as error:
            return error.code == 404
        return False

    def list(self, resource: Resource, selector: str = "", *, namespace: str = "ns") -> list[Obj]:
        place = namespace if resource.namespaced else ""
        return list(self.api.list(resource, namespace=place, label_selector=selector).items)

    def patch(self, resource: Resource, name: str, patch: Obj, *, namespace: str = "ns", subresource: str = "") -> Obj:
        place = namespace if resource.namespaced else ""
        return self.api.patch(resource, name, patch, namespace=place, subresource=subresource)

    def delete(self, resource: Resource, name: str, *, namespace: str = "ns", **options: object) -> None:
        place = namespace if resource.namespaced else ""
        self.api.delete(resource, name, namespace=place, **options)

    def annotate(self, pod: Obj, **annotations: str) -> None:
        marks = {f"test/{key}": value for key, value in annotations.items()}
        self.patch(PODS, pod["metadata"]["name"], {"metadata": {"annotations": marks}})


def template(labels: Obj | None = None, *, annotations: Obj | None = None, **spec: object) -> Obj:
    """A pod template with the label ``app: web``."""
    metadata: Obj = {"labels": {"app": "web", **(labels or {})}}
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": {"containers": [{"name": "c", "image": "i"}], **clone(spec)}}


def phases(pods: list[Obj]) -> list[str]:
    return sorted(pod["status"]["phase"] for pod in pods)


@pytest.fixture
def world() -> World:
    """A cluster with three ready nodes and the namespace ``ns``."""
    made = World()
    made.namespace("ns")
    for index in range(1, 4):
        made.node(f"n{index}", {"topology.kubernetes.io/zone": f"z{index}"})
    made.settle()
    return made


@pytest.fixture
def web_template():
    """See ``template``."""
    return template


@pytest.fixture
def phases_of():
    """The phases of pods, sorted."""
    return phases


@pytest.fixture
def new_world():
    """Makes a cluster with a seed of one's own, without nodes."""
    return World
