"""A control plane does what a cluster does, but for containers: controllers, scheduler and rules are real."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

import psutil
import pytest
from planes import api_of, apply, eventually, namespace, node, pod

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, labels_of, name_of
from podnet.api.resources import CONFIG_MAPS, DEPLOYMENTS, EVENTS, LEASES, NAMESPACES, NODES, PODS, Resource
from podnet.controlplane.binaries import SERVERS
from podnet.controlplane.plane import ControlPlane
from podnet.kube.rest import RestApi

OTHER_USERS = ("system:anonymous", "system:serviceaccount:default:default")


@pytest.fixture(scope="module")
def api(plane: ControlPlane) -> RestApi:
    return api_of(plane)


def found(api: RestApi, resource: Resource, name: str, *, namespace: str = "") -> Obj | None:
    try:
        return api.get(resource, name, namespace=namespace)
    except ApiError as error:
        if error.code == 404:
            return None
        raise


def mark_ready(api: RestApi, name: str) -> None:
    """What a kubelet does: renew the Lease of the node and say that it is ready."""
    lease = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": "2037-01-01T00:00:00.000000Z"}
    body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}, "spec": lease}
    api.create(LEASES, body, namespace="kube-node-lease")
    condition = {"type": "Ready", "status": "True", "reason": "Test", "lastHeartbeatTime": "2037-01-01T00:00:00Z"}
    api.patch(NODES, name, {"status": {"conditions": [condition]}}, type="strategic", subresource="status")
    eventually(lambda: not taints_of(api, name))


def taints_of(api: RestApi, name: str) -> set[str]:
    return {one["key"] for one in api.get(NODES, name)["spec"].get("taints") or ()}


def test_it_is_ready_with_all_of_its_servers(plane: ControlPlane):
    assert set(plane.processes) == set(SERVERS)
    assert set(plane.memory()) == set(SERVERS)
    assert all(10 * 2**20 < size < 2**30 for size in plane.memory().values())
    assert {path.stem for path in plane.logs.iterdir()} == set(SERVERS)
    plane.check()


def test_kubectl_gets_in_by_the_kubeconfig_alone(plane: ControlPlane):
    words = [plane.kubectl, "--kubeconfig", plane.kubeconfig, "version", "-o", "json"]
    told = json.loads(subprocess.run(words, capture_output=True, check=True, cwd="/", env={"HOME": "/nowhere"}).stdout)
    assert told["serverVersion"]["gitVersion"] == plane.version == told["clientVersion"]["gitVersion"]


def test_it_listens_on_loopback_alone(plane: ControlPlane):
    ports = {
        name: [one.laddr for one in psutil.Process(pid).net_connections("inet") if one.status == "LISTEN"]
        for name, pid in plane.processes.items()
    }
    assert {address.ip for found in ports.values() for address in found} == {"127.0.0.1"}
    assert {name: len(found) for name, found in ports.items()} == {
        "etcd": 0,
        "kube-apiserver": 1,
        "kube-controller-manager": 1,
        "kube-scheduler": 1,
    }


def test_what_it_writes_is_for_its_user_alone(plane: ControlPlane):
    assert plane.folder.stat().st_mode & 0o077 == 0
    assert plane.kubeconfig.stat().st_mode & 0o077 == 0


def test_who_has_no_certificate_may_do_nothing(plane: ControlPlane):
    context = ssl.create_default_context(cafile=str(plane.ca))
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{plane.server}/api/v1/pods", context=context, timeout=10)
    with caught.value as refusal:
        assert refusal.code == 403
    with urllib.request.urlopen(f"{plane.server}/readyz", context=context, timeout=10) as answer:
        assert answer.read() == b"ok"


@pytest.mark.parametrize("user", OTHER_USERS)
def test_others_have_no_rights_but_those_that_they_are_given(plane: ControlPlane, user: str):
    words = [plane.kubectl, "--kubeconfig", plane.kubeconfig, "get", "--raw", "/api/v1/pods", "--as", user]
    assert "(Forbidden)" in subprocess.run(words, capture_output=True, text=True, check=False).stderr
    assert subprocess.run(words[:-2], capture_output=True, check=False).returncode == 0


def test_nobody_else_is_taken_for_its_api_server(plane: ControlPlane):
    """Its certificate is signed by its own authority, for loopback."""
    host, port = re.fullmatch(r"https://([\d.]+):(\d+)", plane.server).groups()  # type: ignore[union-attr]  # seen above
    with (
        pytest.raises(ssl.SSLCertVerificationError),
        socket.create_connection((host, int(port)), timeout=10) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=host),
    ):
        pass


def test_pods_can_be_created_in_a_new_namespace_at_once(api: RestApi):
    apply(api, namespace("at-once"), pod("web", "at-once"))
    assert api.get(PODS, "web", namespace="at-once")["spec"]["serviceAccountName"] == "default"
    api.delete(NAMESPACES, "at-once")


def test_a_namespace_goes_with_all_that_is_in_it(api: RestApi):
    apply(api, namespace("short-lived"), pod("web", "short-lived"))
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "short-lived"}}
    apply(api, config_map)
    api.delete(NAMESPACES, "short-lived")
    eventually(lambda: found(api, NAMESPACES, "short-lived") is None)
    assert found(api, CONFIG_MAPS, "settings", namespace="short-lived") is None


def test_a_deployment_gets_its_pods_and_takes_them_with_it(api: RestApi):
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": pod("web", "fleet")["spec"]}
    template["spec"]["nodeSelector"] = {"nobody": "here"}
    spec = {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": "web", "namespace": "fleet"}
    apply(
        api,
        namespace("fleet"),
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec},
    )
    eventually(lambda: len(api.list(PODS, namespace="fleet").items) == 3)
    api.delete(DEPLOYMENTS, "web", namespace="fleet", propagation="Background")
    eventually(lambda: not api.list(PODS, namespace="fleet").items)
    api.delete(NAMESPACES, "fleet")


def test_a_pod_is_scheduled_by_its_affinity_and_the_event_says_so(api: RestApi):
    zone = "topology.kubernetes.io/zone"
    apply(api, namespace("placed"), node("node-a", **{zone: "a"}), node("node-b", **{zone: "b"}))
    for name in ("node-a", "node-b"):
        mark_ready(api, name)
    term = {"matchExpressions": [{"key": zone, "operator": "In", "values": ["b"]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    apply(api, pod("web", "placed", affinity=affinity), pod("stuck", "placed", nodeSelector={zone: "c"}))
    eventually(lambda: api.get(PODS, "web", namespace="placed")["spec"].get("nodeName") == "node-b")
    assert labels_of(api.get(PODS, "web", namespace="placed"))[zone] == "b"
    reasons = {("web", "Scheduled"), ("stuck", "FailedScheduling")}
    eventually(lambda: {event(one) for one in api.list(EVENTS, namespace="placed").items} >= reasons)
    for name in ("node-a", "node-b"):
        api.delete(NODES, name)
    api.delete(NAMESPACES, "placed")


def event(found: Obj) -> tuple[str, str]:
    return str((found.get("involvedObject") or {}).get("name")), str(found.get("reason"))


def test_a_taint_evicts_who_does_not_tolerate_it(api: RestApi):
    apply(api, namespace("evicted"), node("node-c"))
    mark_ready(api, "node-c")
    tolerations = [{"operator": "Exists"}]
    apply(
        api,
        pod("meek", "evicted", nodeName="node-c"),
        pod("hardened", "evicted", nodeName="node-c", tolerations=tolerations),
    )
    taint = {"key": "broken", "effect": "NoExecute"}
    api.patch(NODES, "node-c", {"spec": {"taints": [taint]}})
    eventually(lambda: found(api, PODS, "meek", namespace="evicted") is None)
    assert [name_of(one) for one in api.list(PODS, namespace="evicted").items] == ["hardened"]
    api.delete(NODES, "node-c")
    api.delete(NAMESPACES, "evicted")


def test_a_node_is_tainted_until_it_is_ready(api: RestApi):
    apply(api, node("node-d"))
    condition = {"type": "Ready", "status": "False", "reason": "Test", "lastHeartbeatTime": "2037-01-01T00:00:00Z"}
    api.patch(NODES, "node-d", {"status": {"conditions": [condition]}}, type="strategic", subresource="status")
    eventually(lambda: "node.kubernetes.io/not-ready" in taints_of(api, "node-d"))
    mark_ready(api, "node-d")
    api.delete(NODES, "node-d")
