from collections.abc import Iterator
from typing import Any

import pytest
from kube_samples import Hook, crd, deployment, mutating, plane, pod, webhook

from podnet.api.host import AdmissionResponse
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, PODS
from podnet.kube.cluster import InProcessCluster
from podnet.kube.transport import official_client

kubernetes = pytest.importorskip("kubernetes")

from kubernetes import client as k8s  # noqa: E402  # only where the package is there
from kubernetes import dynamic, watch  # noqa: E402  # same
from kubernetes.client.exceptions import ApiException  # noqa: E402  # same


@pytest.fixture
def cluster() -> InProcessCluster:
    return InProcessCluster(seed=1)


@pytest.fixture
def client(cluster: InProcessCluster) -> Iterator[Any]:
    with official_client(cluster.handle) as found:
        yield found


def typed_pod(name: str = "web") -> Any:
    container = k8s.V1Container(name="main", image="nginx:1")
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(name=name, labels={"app": name}), spec=k8s.V1PodSpec(containers=[container])
    )


def test_typed_models_create_read_change_and_delete(client: Any) -> None:
    core = k8s.CoreV1Api(client)
    created = core.create_namespaced_pod("default", typed_pod())
    assert created.metadata.uid
    assert created.status.phase == "Pending"
    created.metadata.labels["more"] = "yes"
    assert core.replace_namespaced_pod("web", "default", created).metadata.labels["more"] == "yes"
    with pytest.raises(ApiException) as conflict:
        core.replace_namespaced_pod("web", "default", created)
    assert (conflict.value.status, '"reason":"Conflict"' in conflict.value.body) == (409, True)
    patch = {"spec": {"containers": [{"name": "main", "image": "nginx:2"}]}}
    assert core.patch_namespaced_pod("web", "default", patch).spec.containers[0].image == "nginx:2"
    json_patch = [{"op": "remove", "path": "/metadata/labels/more"}]
    assert "more" not in core.patch_namespaced_pod("web", "default", json_patch).metadata.labels
    listed = core.list_pod_for_all_namespaces(label_selector="app=web", field_selector="status.phase=Pending")
    assert [item.metadata.name for item in listed.items] == ["web"]
    core.delete_namespaced_pod("web", "default", grace_period_seconds=0)
    with pytest.raises(ApiException) as missing:
        core.read_namespaced_pod("web", "default")
    assert missing.value.status == 404


def test_typed_models_of_all_that_exists_from_the_start(client: Any) -> None:
    assert {item.metadata.name for item in k8s.CoreV1Api(client).list_namespace().items} >= {"default", "kube-system"}
    assert k8s.VersionApi(client).get_code().minor == "36"


def test_typed_models_reach_subresources(client: Any) -> None:
    core, apps = k8s.CoreV1Api(client), k8s.AppsV1Api(client)
    core.create_node(k8s.V1Node(metadata=k8s.V1ObjectMeta(name="n")))
    core.create_namespaced_pod("default", typed_pod())
    target = k8s.V1ObjectReference(kind="Node", name="n")
    binding = k8s.V1Binding(metadata=k8s.V1ObjectMeta(name="web"), target=target)
    core.create_namespaced_pod_binding("web", "default", binding, _preload_content=False)
    status = core.read_namespaced_pod_status("web", "default")
    assert status.spec.node_name == "n"
    apps.create_namespaced_deployment("default", deployment())
    scaled = apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 5}})
    assert scaled.spec.replicas == 5


def test_a_refusal_shows_its_status(client: Any) -> None:
    with pytest.raises(ApiException) as refused:
        k8s.CoreV1Api(client).create_namespaced_pod("nowhere", typed_pod())
    assert (refused.value.status, refused.value.reason) == (404, "Not Found")
    assert 'namespaces \\"nowhere\\" not found' in refused.value.body


def test_warnings_reach_the_official_client(cluster: InProcessCluster, client: Any) -> None:
    bench: Any = cluster
    Hook(bench, answer=AdmissionResponse(warnings=("no plane",)))
    mutating(bench, webhook())
    _, code, headers = k8s.CoreV1Api(client).create_namespaced_pod_with_http_info("default", typed_pod())
    assert code == 201
    assert headers["Warning"] == '299 - "no plane"'


def test_custom_objects_are_created_and_their_status_patched(cluster: InProcessCluster, client: Any) -> None:
    cluster.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    custom = k8s.CustomObjectsApi(client)
    where = ("example.com", "v1", "planes")
    created = custom.create_cluster_custom_object(*where, plane())
    assert created["spec"]["allocationType"]["type"] == "Elastic"
    after = custom.patch_cluster_custom_object_status(*where, "a", {"status": {"phase": "Ready"}})
    assert after["status"] == {"phase": "Ready"}
    assert custom.list_cluster_custom_object(*where)["items"][0]["metadata"]["name"] == "a"
    with pytest.raises(ApiException) as refused:
        custom.create_cluster_custom_object(*where, plane("b", zones=[]))
    assert refused.value.status == 422
    custom.delete_cluster_custom_object(*where, "a")
    assert custom.list_cluster_custom_object(*where)["items"] == []


def test_the_dynamic_client_discovers_what_is_served(cluster: InProcessCluster, client: Any, tmp_path: Any) -> None:
    cluster.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    found = dynamic.DynamicClient(client, cache_file=str(tmp_path / "discovery"))
    pods = found.resources.get(api_version="v1", kind="Pod")
    pods.create(body=pod(), namespace="default")
    assert pods.get(name="web", namespace="default").status.phase == "Pending"
    planes = found.resources.get(api_version="example.com/v1", kind="Plane")
    assert planes.create(body=plane()).spec.allocationType.type == "Elastic"
    patched = planes.patch(name="a", body={"spec": {"weight": 3}}, content_type="application/merge-patch+json")
    assert patched.spec.weight == 3
    assert [item.metadata.name for item in planes.get().items] == ["a"]
    deployments = found.resources.get(api_version="apps/v1", kind="Deployment")
    deployments.create(body=deployment(), namespace="default")
    assert deployments.get(name="web", namespace="default").spec.replicas == 2


def test_a_watch_shows_events_as_they_happen(cluster: InProcessCluster, client: Any) -> None:
    core = k8s.CoreV1Api(client)
    version = core.list_namespaced_pod("default").metadata.resource_version
    cluster.api.create(PODS, pod("first"))
    cluster.runtime.call_after(10, lambda: cluster.api.create(PODS, pod("second")) and None)
    seen = []
    stream = watch.Watch()
    for event in stream.stream(core.list_namespaced_pod, "default", resource_version=version, timeout_seconds=60):
        if event["type"] != "ADDED":
            continue
        seen.append((event["object"].metadata.name, cluster.runtime.elapsed))
        if len(seen) == 2:
            stream.stop()
    assert seen == [("first", 0.0), ("second", 10.0)]


def test_a_watch_from_the_distant_past_is_gone(cluster: InProcessCluster, client: Any) -> None:
    core = k8s.CoreV1Api(client)
    cluster.server.store.forget()
    with pytest.raises(ApiException) as gone:
        list(watch.Watch().stream(core.list_namespaced_pod, "default", resource_version="1", timeout_seconds=1))
    assert gone.value.status == 410


def test_a_client_may_hand_over_the_query_apart_from_the_address(cluster: InProcessCluster, client: Any) -> None:
    cluster.api.create(PODS, pod("first"))
    cluster.api.create(PODS, pod("second"))
    pool = client.rest_client.pool_manager
    fields = [("fieldSelector", "metadata.name=second"), ("limit", "5")]
    answer = pool.request("GET", "https://in-process/api/v1/namespaces/default/pods", fields=fields)
    assert [item["metadata"]["name"] for item in answer.json()["items"]] == ["second"]
