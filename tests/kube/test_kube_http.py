import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from kube_samples import Bench, Hook, config_map, crd, mutating, pod, webhook

from podnet.api.host import AdmissionResponse
from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, PODS
from podnet.kube.direct import never_waits
from podnet.kube.http import HttpApi
from podnet.kube.responses import Response
from podnet.kube.routes import Route, route

PODS_PATH = "/api/v1/namespaces/default/pods"
MAPS_PATH = "/api/v1/namespaces/default/configmaps"


class Client:
    def __init__(self, bench: Bench) -> None:
        self.http = HttpApi(bench.server, now=lambda: 0.0, wait=never_waits)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Obj]:
        response = self.raw(method, path, body, **headers)
        assert isinstance(response.body, bytes)
        return response.status, json.loads(response.body)

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named: Mapping[str, str] = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.http.handle(method, path, named, content)

    def lines(self, path: str) -> list[Obj]:
        body = self.raw("GET", path).body
        assert isinstance(body, Iterator)
        return [json.loads(line) for line in body]


@pytest.fixture
def client(bench: Bench) -> Client:
    return Client(bench)


def test_each_verb_answers_with_its_own_code(client: Client) -> None:
    assert client("POST", MAPS_PATH, config_map())[0] == 201
    assert client("GET", f"{MAPS_PATH}/settings")[0] == 200
    assert client("PUT", f"{MAPS_PATH}/settings", config_map(data={"a": "1"}))[0] == 200
    patch = client("PATCH", f"{MAPS_PATH}/settings", {"data": {"b": "2"}}, content_type="application/merge-patch+json")
    assert patch[0] == 200
    assert patch[1]["data"] == {"a": "1", "b": "2"}
    assert client("POST", MAPS_PATH, config_map())[0] == 409
    code, status = client("DELETE", f"{MAPS_PATH}/settings")
    assert code == 200
    assert (status["kind"], status["status"], status["details"]["name"]) == ("Status", "Success", "settings")
    code, status = client("GET", f"{MAPS_PATH}/settings")
    assert code == 404
    assert status == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": 'configmaps "settings" not found',
        "reason": "NotFound",
        "details": {"name": "settings", "kind": "configmaps"},
        "code": 404,
    }


def test_deleting_a_pod_returns_it(client: Client) -> None:
    client("POST", PODS_PATH, pod())
    code, body = client("DELETE", f"{PODS_PATH}/web")
    assert (code, body["kind"]) == (200, "Pod")


def test_a_list_has_kind_version_and_the_way_to_go_on(client: Client) -> None:
    for name in ("a", "b", "c"):
        client("POST", MAPS_PATH, config_map(name))
    code, body = client("GET", "/api/v1/configmaps?limit=2")
    assert code == 200
    assert (body["kind"], body["apiVersion"], len(body["items"])) == ("ConfigMapList", "v1", 2)
    assert body["metadata"]["remainingItemCount"] == 1
    rest = client("GET", f"/api/v1/configmaps?limit=2&continue={body['metadata']['continue']}")[1]
    assert [item["metadata"]["name"] for item in rest["items"]] == ["c"]
    assert "continue" not in rest["metadata"]
    found = client("GET", f"{MAPS_PATH}?fieldSelector=metadata.name%3Db")[1]
    assert len(found["items"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v2", 404),
        ("GET", "/api/v1/unicorns", 404),
        ("GET", "/apis/example.com/v1/planes", 404),
        ("GET", "/api/v1/pods/web", 404),
        ("GET", "/api/v1/namespaces/default/nodes/n", 404),
        ("GET", f"{PODS_PATH}/web/a/b", 404),
        ("POST", "/api/v1/pods", 405),
        ("PUT", PODS_PATH, 405),
        ("POST", f"{PODS_PATH}/web", 405),
        ("DELETE", "/api/v1/namespaces", 405),
        ("DELETE", f"{PODS_PATH}/web/status", 405),
        ("POST", "/version", 405),
    ],
)
def test_paths_that_do_not_exist_differ_from_verbs_that_do_not(
    client: Client, method: str, path: str, code: int
) -> None:
    assert client(method, path, {})[0] == code


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/namespaces/a/pods/b/status", Route("", "v1", "pods", "a", "b", "status")),
        ("/api/v1/namespaces/a", Route("", "v1", "namespaces", "", "a")),
        ("/api/v1/namespaces/a/finalize", Route("", "v1", "namespaces", "", "a", "finalize")),
        ("/api/v1/namespaces/a/pods", Route("", "v1", "pods", "a")),
        ("/apis/apps/v1/deployments", Route("apps", "v1", "deployments")),
        ("/apis/apps/v1", Route("apps", "v1")),
        ("/apis/apps/v1/namespaces/a%2Fb/deployments", Route("apps", "v1", "b", "a", "deployments")),
        ("/apis/apps", None),
        ("/healthz", None),
    ],
)
def test_paths_are_read_as_the_api_defines_them(path: str, expected: Route | None) -> None:
    assert route(path) == expected


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"", b"\xff"])
def test_a_body_that_is_no_object_is_a_bad_request(client: Client, body: bytes) -> None:
    code, status = client("POST", PODS_PATH, body)
    assert (code, status["reason"]) == (400, "BadRequest")


@pytest.mark.parametrize("media", ["application/cbor", "application/xml", "text/plain"])
def test_other_media_types_are_refused(client: Client, media: str) -> None:
    code, status = client("POST", PODS_PATH, pod(), content_type=media)
    assert (code, status["reason"]) == (415, "UnsupportedMediaType")
    assert "accepted media types include: application/json" in status["message"]


def test_a_patch_needs_one_of_its_own_media_types(client: Client) -> None:
    client("POST", PODS_PATH, pod())
    for media in ("application/json", "application/yaml"):
        code, status = client("PATCH", f"{PODS_PATH}/web", {}, content_type=media)
        assert (code, status["reason"]) == (415, "UnsupportedMediaType")
        assert status["message"] == "415: Unsupported Media Type"
    ok = client("PATCH", f"{PODS_PATH}/web", [], content_type="application/json-patch+json; charset=utf-8")
    assert ok[0] == 200


def test_queries_with_impossible_values_are_refused(client: Client) -> None:
    assert client("GET", "/api/v1/pods?limit=many")[0] == 400
    assert client("POST", f"{PODS_PATH}?dryRun=Some", pod())[0] == 422
    assert client("POST", f"{PODS_PATH}?fieldValidation=Maybe", pod())[0] == 422
    code, status = client("DELETE", f"{PODS_PATH}/web?propagationPolicy=Sideways")
    assert code == 422
    assert (
        'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways"'
        in (status["message"])
    )


def test_dry_run_stores_nothing(client: Client, bench: Bench) -> None:
    before = bench.revision
    assert client("POST", f"{PODS_PATH}?dryRun=All", pod())[0] == 201
    assert bench.revision == before


def test_delete_options_come_in_the_body_or_in_the_query(client: Client, bench: Bench) -> None:
    bench.api.create(PODS, pod(nodeName="n"))
    assert client("DELETE", f"{PODS_PATH}/web?gracePeriodSeconds=60")[1]["metadata"]["deletionGracePeriodSeconds"] == 60
    wrong = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "other"}}
    assert client("DELETE", f"{PODS_PATH}/web", wrong)[0] == 409
    assert client("DELETE", f"{PODS_PATH}/web", {"gracePeriodSeconds": 0, "dryRun": ["All"]})[0] == 200
    assert client("GET", f"{PODS_PATH}/web")[0] == 200
    assert client("DELETE", f"{PODS_PATH}/web", {"gracePeriodSeconds": 0})[0] == 200
    assert client("GET", f"{PODS_PATH}/web")[0] == 404


def test_a_collection_is_deleted_by_selector(client: Client) -> None:
    for name in ("a", "b"):
        client("POST", PODS_PATH, pod(name))
    code, body = client("DELETE", f"{PODS_PATH}?labelSelector=app%3Da")
    assert (code, body["kind"], len(body["items"])) == (200, "PodList", 1)
    assert len(client("GET", PODS_PATH)[1]["items"]) == 1


def test_subresources_have_paths_of_their_own(client: Client) -> None:
    client("POST", PODS_PATH, pod())
    bind = {"kind": "Binding", "apiVersion": "v1", "metadata": {"name": "web"}, "target": {"name": "n"}}
    code, status = client("POST", f"{PODS_PATH}/web/binding", bind)
    assert (code, status["status"]) == (201, "Success")
    put = {**pod(), "status": {"phase": "Running"}}
    assert client("PUT", f"{PODS_PATH}/web/status", put)[1]["status"]["phase"] == "Running"
    assert client("GET", f"{PODS_PATH}/web/status")[1]["spec"]["nodeName"] == "n"


def test_warnings_travel_in_a_header(client: Client, bench: Bench) -> None:
    Hook(bench, answer=AdmissionResponse(warnings=('no "plane" matches', "careful")))
    mutating(bench, webhook())
    response = client.raw("POST", PODS_PATH, pod())
    assert response.headers["Warning"] == '299 - "no \\"plane\\" matches", 299 - "careful"'


def test_a_watch_is_a_stream_of_lines(client: Client, bench: Bench) -> None:
    version = bench.revision
    bench.api.create(CONFIG_MAPS, config_map(data={"text": "two\nlines"}))
    bench.api.delete(CONFIG_MAPS, "settings", namespace="default")
    lines = client.lines(f"{MAPS_PATH}?watch=true&resourceVersion={version}&allowWatchBookmarks=true")
    assert [line["type"] for line in lines] == ["ADDED", "DELETED", "BOOKMARK"]
    assert lines[0]["object"]["data"] == {"text": "two\nlines"}


def test_a_streaming_list_must_be_asked_for_in_full(client: Client) -> None:
    query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    lines = client.lines(f"/api/v1/namespaces?{query}")
    assert [line["type"] for line in lines][-2:] == ["BOOKMARK", "BOOKMARK"]
    assert lines[-2]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    code, status = client("GET", "/api/v1/namespaces?watch=1&sendInitialEvents=true")
    assert code == 422
    assert "resourceVersionMatch" in status["message"]


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_health_is_plain_text(client: Client, path: str) -> None:
    response = client.raw("GET", path)
    assert (response.status, response.body) == (200, b"ok")


def test_discovery_names_every_resource_with_its_verbs(client: Client) -> None:
    assert client("GET", "/version")[1]["gitVersion"].startswith("v1.36.")
    assert client("GET", "/api")[1]["versions"] == ["v1"]
    core = client("GET", "/api/v1")[1]
    assert (core["kind"], core["groupVersion"]) == ("APIResourceList", "v1")
    rows = {row["name"]: row for row in core["resources"]}
    assert rows["pods"]["shortNames"] == ["po"]
    assert "deletecollection" in rows["pods"]["verbs"]
    assert "deletecollection" not in rows["namespaces"]["verbs"]
    assert rows["pods/binding"]["kind"] == "Binding"
    assert "shortNames" not in rows["pods/status"]
    apps = client("GET", "/apis/apps/v1")[1]
    assert {"deployments", "deployments/scale"} <= {row["name"] for row in apps["resources"]}
    groups = client("GET", "/apis")[1]["groups"]
    assert "apiextensions.k8s.io" in {group["name"] for group in groups}


def test_discovery_follows_definitions(client: Client) -> None:
    assert client("GET", "/apis/example.com")[0] == 404
    client("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd())
    assert client("GET", "/apis/example.com")[1]["preferredVersion"]["groupVersion"] == "example.com/v1"
    [row, status] = client("GET", "/apis/example.com/v1")[1]["resources"]
    assert (row["name"], row["namespaced"], row["shortNames"]) == ("planes", False, ["pl"])
    assert status["name"] == "planes/status"
    assert client("GET", "/apis/example.com/v1/planes")[1]["kind"] == "PlaneList"
