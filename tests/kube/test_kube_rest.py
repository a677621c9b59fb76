import json
from typing import Any

import pytest
from kube_samples import UID, config_map, crd, deployment, namespace, pod, refused
from urllib3.exceptions import MaxRetryError, ProtocolError

from podnet.api.client import Api
from podnet.api.errors import ApiError, Unreachable
from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS, NAMESPACES, PODS
from podnet.kube.cluster import InProcessCluster
from podnet.kube.http import Response
from podnet.kube.rest import RestApi
from podnet.kube.transport import official_client


@pytest.fixture
def cluster() -> InProcessCluster:
    return InProcessCluster(seed=1)


@pytest.fixture(params=["direct", "rest"])
def api(request: pytest.FixtureRequest, cluster: InProcessCluster) -> Api:
    if request.param == "direct":
        return cluster.api
    return RestApi(official_client(cluster.handle), least_watch_seconds=0)


def test_both_ways_to_the_server_offer_the_same_verbs(api: Api, cluster: InProcessCluster) -> None:
    created = api.create(PODS, pod(), namespace="default")
    assert api.get(PODS, "web", namespace="default") == created
    created["metadata"]["labels"]["more"] = "yes"
    updated = api.update(PODS, created)
    with refused(409, "Conflict"):
        api.update(PODS, created)
    patched = api.patch(
        PODS,
        "web",
        {"spec": {"containers": [{"name": "main", "image": "nginx:2"}]}},
        namespace="default",
        type="strategic",
    )
    assert patched["spec"]["containers"][0]["image"] == "nginx:2"
    operations = [{"op": "remove", "path": "/metadata/labels/more"}]
    assert api.patch(PODS, "web", operations, namespace="default", type="json")["metadata"]["labels"] == {"app": "web"}
    status = api.patch(PODS, "web", {"status": {"phase": "Running"}}, namespace="default", subresource="status")
    assert status["status"]["phase"] == "Running"
    version = updated["metadata"]["resourceVersion"]
    events = list(api.watch(PODS, namespace="default", resource_version=version, field_selector="metadata.name=web"))
    assert [event.type for event in events] == ["MODIFIED"] * 3
    with refused(409, "Conflict"):
        api.delete(PODS, "web", namespace="default", uid=UID)
    api.delete(PODS, "web", namespace="default", grace_period_seconds=0, uid=created["metadata"]["uid"])
    with refused(404, "NotFound", 'pods "web" not found') as seen:
        api.get(PODS, "web", namespace="default")
    assert seen[0].details == {"name": "web", "kind": "pods"}
    assert cluster.runtime.elapsed == 0


def test_lists_come_in_pages_and_by_selector(api: Api) -> None:
    for name in ("a", "b", "c"):
        api.create(CONFIG_MAPS, config_map(name))
    page = api.list(CONFIG_MAPS, namespace="default", limit=2)
    rest = api.list(CONFIG_MAPS, namespace="default", limit=2, continue_token=page.continue_token)
    assert [item["metadata"]["name"] for item in (*page.items, *rest.items)] == ["a", "b", "c"]
    assert rest.continue_token == ""
    assert page.items[0]["kind"] == "ConfigMap"
    found = api.list(CONFIG_MAPS, field_selector="metadata.name!=a")
    assert len(found.items) == 2
    with refused(400, "BadRequest"):
        api.list(CONFIG_MAPS, label_selector="in in in")


def test_subresources_dry_run_and_propagation(api: Api) -> None:
    api.create(NAMESPACES, namespace("team"))
    dry = api.create(CONFIG_MAPS, config_map(namespace="team"), dry_run=True)
    assert dry["metadata"]["uid"]
    assert api.list(CONFIG_MAPS, namespace="team").items == []
    api.create(PODS, pod())
    bind = {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "n"}}
    assert api.create(PODS, bind, namespace="default", subresource="binding")["status"] == "Success"
    api.create(DEPLOYMENTS, deployment("d"))
    scale = api.get(DEPLOYMENTS, "d", namespace="default", subresource="scale")
    scale["spec"]["replicas"] = 1
    assert api.update(DEPLOYMENTS, scale, subresource="scale")["spec"] == {"replicas": 1}
    api.delete(DEPLOYMENTS, "d", namespace="default", propagation="Foreground")
    left = api.get(DEPLOYMENTS, "d", namespace="default")
    assert left["metadata"]["finalizers"] == ["foregroundDeletion"]


def test_refusals_are_the_same_on_both_ways(api: Api) -> None:
    with refused(422, "Invalid", 'Pod "web" is invalid: spec.containers: Required value') as seen:
        api.create(PODS, pod(containers=[]))
    assert seen[0].causes[0]["field"] == "spec.containers"
    with refused(400, "BadRequest", "invalid object type"):
        api.patch(PODS, "web", {}, namespace="default", type="apply")
    with refused(404, text="the server could not find the requested resource"):
        api.get(PODS, "web", namespace="default", subresource="scale") if api.create(PODS, pod()) else None


def test_a_definition_can_be_used_at_once(api: Api) -> None:
    api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    assert api.get(CUSTOM_RESOURCE_DEFINITIONS, "planes.example.com")["status"]["conditions"]


class Pool:
    """Answers with what a test says, or breaks."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.requests: list[tuple[str, str, Any]] = []

    def handle(self, method: str, path: str, headers: Any, body: bytes) -> Response:
        self.requests.append((method, path, headers))
        if isinstance(self.answer, Exception):
            raise self.answer
        return Response(*self.answer)

    def api(self) -> RestApi:
        return RestApi(official_client(self.handle))


@pytest.mark.parametrize(
    "error",
    [
        MaxRetryError(None, "/", ConnectionRefusedError("refused")),  # type: ignore[arg-type]  # as urllib3 raises it
        ProtocolError("Connection broken"),
        ConnectionResetError("reset"),
    ],
)
def test_trouble_on_the_way_is_not_an_answer(error: Exception) -> None:
    api = Pool(error).api()
    with pytest.raises(Unreachable):
        api.get(PODS, "web", namespace="default")
    with pytest.raises(Unreachable):
        list(api.watch(PODS))


def test_a_refusal_without_a_status_still_tells_its_code() -> None:
    for body in (b"upstream timed out", b"[]"):
        with pytest.raises(ApiError) as caught:
            Pool((504, {}, body)).api().get(PODS, "web", namespace="default")
        assert (caught.value.code, caught.value.reason) == (504, "Timeout")
    assert "[]" in str(caught.value)


def test_credentials_of_the_official_configuration_are_used() -> None:
    pool = Pool((200, {"Content-Type": "application/json"}, b'{"items": [{}], "metadata": {"resourceVersion": "7"}}'))
    client = official_client(pool.handle)
    client.configuration.api_key["authorization"] = "Bearer secret"
    listed = RestApi(client).list(PODS)
    assert (listed.items, listed.resource_version) == ([{"kind": "Pod", "apiVersion": "v1"}], "7")
    assert pool.requests[0][2]["authorization"] == "Bearer secret"


def test_a_real_watch_asks_for_a_time_that_a_server_can_keep() -> None:
    event: Obj = {"type": "ADDED", "object": {"metadata": {"name": "a"}}}
    line = json.dumps(event).encode()
    pool = Pool((200, {}, iter([line[:10], line[10:] + b"\n\n" + line])))
    events = list(pool.api().watch(PODS, label_selector="a=b"))
    assert [found.object["metadata"]["name"] for found in events] == ["a", "a"]
    assert pool.requests[0][1] == "/api/v1/pods?watch=true&labelSelector=a%3Db&timeoutSeconds=1"


def test_nothing_of_the_official_models_is_needed(cluster: InProcessCluster) -> None:
    import sys

    api = RestApi(official_client(cluster.handle))
    loaded = {name for name in sys.modules if name.startswith("kubernetes.client.models.v1_pod")}
    api.create(PODS, pod())
    api.list(PODS)
    assert {name for name in sys.modules if name.startswith("kubernetes.client.models.v1_pod")} == loaded
