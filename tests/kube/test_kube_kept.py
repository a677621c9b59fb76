import json
from collections.abc import Mapping
from typing import Any

import pytest

from podnet.kube.cluster import InProcessCluster
from podnet.kube.responses import Response
from podnet.kube.users import User, impersonated

RBAC, NETWORK = "/apis/rbac.authorization.k8s.io/v1", "/apis/networking.k8s.io/v1"
CORE = "/api/v1/namespaces/default"


@pytest.fixture
def cluster() -> InProcessCluster:
    return InProcessCluster(seed="kept", thorough=True)


def send(cluster: InProcessCluster, method: str, path: str, body: Any = None, **headers: str) -> Response:
    content = b"" if body is None else json.dumps(body).encode()
    return cluster.handle(method, path, {"content-type": "application/json", **headers}, content)


def body_of(response: Response) -> Any:
    assert isinstance(response.body, bytes)
    return json.loads(response.body)


def create(cluster: InProcessCluster, path: str, name: str, **content: Any) -> Response:
    return send(cluster, "POST", path, {"metadata": {"name": name}, **content})


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (f"{RBAC}/clusterroles", {"rules": []}),
        (f"{CORE}/services", {"spec": {"ports": [{"port": 80}]}}),
        (f"{NETWORK}/namespaces/default/networkpolicies", {"spec": {"podSelector": {}}}),
        (f"{CORE}/resourcequotas", {"spec": {"hard": {"pods": "1"}}}),
    ],
)
def test_who_creates_what_nothing_acts_on_is_told_so(cluster: InProcessCluster, path: str, content: Any) -> None:
    response = create(cluster, path, "one", **content)
    assert response.status == 201
    assert "podnet's in-process cluster" in response.headers["Warning"]
    assert "Warning" not in send(cluster, "GET", f"{path}/one").headers


def test_what_cannot_be_kept_is_refused_and_says_what_to_do(cluster: InProcessCluster) -> None:
    response = create(cluster, "/apis/batch/v1/namespaces/default/cronjobs", "one")
    assert response.status == 405
    assert "use --target local" in body_of(response)["message"]


@pytest.mark.parametrize(
    ("path", "content", "wrong"),
    [
        (f"{RBAC}/clusterroles", {"rules": [{"verbs": ["get"]}]}, "rules[0].apiGroups"),
        (f"{RBAC}/clusterrolebindings", {"roleRef": {"kind": "Role", "name": "x"}}, "roleRef.kind"),
        (f"{CORE}/services", {"spec": {}}, "spec.ports"),
        (f"{NETWORK}/namespaces/default/ingresses", {"spec": {}}, "spec"),
        (f"{CORE}/persistentvolumeclaims", {"spec": {}}, "spec.accessModes"),
        ("/apis/scheduling.k8s.io/v1/priorityclasses", {"value": 2_000_000_000}, "value"),
    ],
)
def test_what_makes_no_sense_is_not_kept(cluster: InProcessCluster, path: str, content: Any, wrong: str) -> None:
    response = create(cluster, path, "one", **content)
    assert response.status == 422
    assert wrong in [cause["field"] for cause in body_of(response)["details"]["causes"]]


def test_a_field_of_another_type_is_refused(cluster: InProcessCluster) -> None:
    response = create(cluster, f"{RBAC}/clusterroles", "one", rules="all of them")
    assert response.status == 400
    assert "ClusterRole.rules" in body_of(response)["message"]


def test_pods_take_over_the_priority_of_their_class(cluster: InProcessCluster) -> None:
    create(cluster, "/apis/scheduling.k8s.io/v1/priorityclasses", "high", value=7, preemptionPolicy="Never")
    spec = {"containers": [{"name": "main", "image": "x"}], "priorityClassName": "high"}
    pod = body_of(create(cluster, f"{CORE}/pods", "one", spec=spec))
    assert (pod["spec"]["priority"], pod["spec"]["preemptionPolicy"]) == (7, "Never")
    spec["priorityClassName"] = "none"
    assert create(cluster, f"{CORE}/pods", "two", spec=spec).status == 403


def test_an_event_of_a_client_in_go_can_be_listed_as_a_table(cluster: InProcessCluster) -> None:
    about = {"kind": "Pod", "name": "web", "namespace": "default"}
    create(cluster, f"{CORE}/events", "one", involvedObject=about, eventTime="2020-01-01T00:00:00.000001Z")
    table = send(cluster, "GET", f"{CORE}/events", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    assert body_of(table)["rows"][0]["cells"][3] == "pod/web"


def test_a_document_is_kept_for_as_long_as_its_hash_stays(cluster: InProcessCluster) -> None:
    url = body_of(send(cluster, "GET", "/openapi/v3"))["paths"]["apis/apps/v1"]["serverRelativeURL"]
    found = send(cluster, "GET", url)
    assert (found.status, found.headers["Cache-Control"]) == (200, "public, immutable")
    again = send(cluster, "GET", url, **{"if-none-match": found.headers["Etag"]})
    assert (again.status, again.body) == (304, b"")
    stale = send(cluster, "GET", f"{url.partition('=')[0]}=STALE")
    assert (stale.status, stale.headers["Location"]) == (301, url)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, User("me")),
        ({"Impersonate-User": "her"}, User("her")),
        ({"impersonate-user": "her", "impersonate-group": "us"}, User("her", ("us", "system:authenticated"))),
        (
            {"impersonate-user": "system:serviceaccount:a:b"},
            User(
                "system:serviceaccount:a:b",
                ("system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"),
            ),
        ),
    ],
)
def test_whoever_wants_to_be_another_is(headers: Mapping[str, str], expected: User) -> None:
    assert impersonated(User("me"), [(key.encode(), value.encode()) for key, value in headers.items()]) == expected
