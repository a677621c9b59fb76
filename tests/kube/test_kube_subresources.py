from typing import Any

import pytest
from kube_samples import UID, Bench, deployment, node, pod, refused

from podnet.api.objects import Obj
from podnet.api.resources import (
    DEPLOYMENTS,
    NODES,
    PODS,
)

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ({"podIP": "10.0.0.1"}, {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}]}),
        ({"podIPs": [{"ip": "10.0.0.1"}]}, {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}]}),
        (
            {"podIP": "10.0.0.2", "podIPs": [{"ip": "10.0.0.1"}]},
            {"podIP": "10.0.0.2", "podIPs": [{"ip": "10.0.0.2"}]},
        ),
        (
            {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]},
            {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]},
        ),
    ],
)
def test_the_two_spellings_of_a_pods_address_agree(bench: Bench, written: Obj, stored: Obj) -> None:
    bench.api.create(PODS, pod())
    status = bench.api.patch(PODS, "web", {"status": written}, namespace="default", subresource="status")["status"]
    assert {key: status[key] for key in stored} == stored


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ({"podIP": "10.0.0.256"}, 'status.podIPs[0]: Invalid value: "10.0.0.256": must be a valid IP address'),
        ({"hostIP": "host"}, 'status.hostIPs[0]: Invalid value: "host": must be a valid IP address'),
        (
            {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]},
            "may specify no more than one IP for each IP family",
        ),
        ({"qosClass": "Guaranteed"}, 'status.qosClass: Invalid value: "Guaranteed": field is immutable'),
        ({"conditions": [{"type": "not a name", "status": "True"}]}, "status.conditions[0].type: Invalid value"),
    ],
)
def test_an_impossible_pod_status_is_refused(bench: Bench, status: Obj, text: str) -> None:
    bench.api.create(PODS, pod())
    with refused(422, "Invalid", text):
        bench.api.patch(PODS, "web", {"status": status}, namespace="default", subresource="status")


def test_scale_reads_and_writes_replicas_alone(bench: Bench) -> None:
    bench.api.create(DEPLOYMENTS, deployment(replicas=2))
    scale = bench.api.get(DEPLOYMENTS, "web", namespace="default", subresource="scale")
    assert (scale["kind"], scale["spec"], scale["status"]["selector"]) == ("Scale", {"replicas": 2}, "app=web")
    scale["spec"]["replicas"] = 7
    assert bench.api.update(DEPLOYMENTS, scale, subresource="scale")["spec"] == {"replicas": 7}
    with refused(409, "Conflict"):
        bench.api.update(DEPLOYMENTS, scale, subresource="scale")
    bench.api.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 0}}, namespace="default", subresource="scale")
    assert bench.api.get(DEPLOYMENTS, "web", namespace="default")["spec"]["replicas"] == 0
    with refused(422, "Invalid"):
        bench.api.patch(DEPLOYMENTS, "web", {"spec": {"replicas": -1}}, namespace="default", subresource="scale")
    with refused(404):
        bench.api.get(PODS, "web", namespace="default", subresource="scale")


def binding(node_name: str = "n", **metadata: Any) -> Obj:
    target = {"kind": "Node", "name": node_name}
    return {"kind": "Binding", "apiVersion": "v1", "metadata": {"name": "web", **metadata}, "target": target}


def test_binding_assigns_a_pod_once_and_copies_the_nodes_topology(bench: Bench) -> None:
    bench.api.create(NODES, node("n", **{"topology.kubernetes.io/zone": "z-1", "other": "x"}))
    bench.api.create(PODS, pod())
    answer = bench.api.create(PODS, binding(annotations={"a": "b"}), namespace="default", subresource="binding")
    assert answer["status"] == "Success"
    bound = bench.api.get(PODS, "web", namespace="default")
    assert bound["spec"]["nodeName"] == "n"
    assert bound["metadata"]["labels"] == {"app": "web", "topology.kubernetes.io/zone": "z-1"}
    assert bound["metadata"]["annotations"] == {"a": "b"}
    assert bound["metadata"]["generation"] == 1
    condition = bound["status"]["conditions"][0]
    assert (condition["type"], condition["status"]) == ("PodScheduled", "True")
    text = 'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "n"'
    with refused(409, "Conflict", text):
        bench.api.create(PODS, binding("m"), namespace="default", subresource="binding")


@pytest.mark.parametrize("metadata", [{"uid": UID}, {"resourceVersion": "1"}])
def test_binding_another_incarnation_is_a_conflict(bench: Bench, metadata: Obj) -> None:
    bench.api.create(PODS, pod())
    with refused(409, "Conflict"):
        bench.api.create(PODS, binding(**metadata), namespace="default", subresource="binding")


def test_gated_and_missing_pods_cannot_be_bound(bench: Bench) -> None:
    with refused(404, "NotFound", 'pods "web" not found'):
        bench.api.create(PODS, binding(), namespace="default", subresource="binding")
    bench.api.create(PODS, pod(schedulingGates=[{"name": "wait"}]))
    with refused(409, "Conflict", "non-empty .spec.schedulingGates"):
        bench.api.create(PODS, binding(), namespace="default", subresource="binding")
