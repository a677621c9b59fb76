"""What our webhook server answers, also to what no API server would send."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator

import pytest

from podnet.api.host import AdmissionRequest, AdmissionResponse
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import PODS
from podnet.operator.certificates import Certificate, make_certificate
from podnet.operator.webhooks import WebhookServer

CERTIFICATE = make_certificate(["127.0.0.1"])
PATCH = ({"op": "add", "path": "/metadata/annotations", "value": {"é": "1"}},)


def answer(request: AdmissionRequest) -> AdmissionResponse:
    match request.name:
        case "denied":
            return AdmissionResponse(allowed=False, message="not today", code=422)
        case "broken":
            raise LookupError("oh")
        case "leaves":
            raise SystemExit(3)
    return AdmissionResponse(patch=PATCH, warnings=("careful",))


class Bench:
    def __init__(self) -> None:
        self.results: list[tuple[str, str]] = []
        self.server = WebhookServer("127.0.0.1", 0, context=CERTIFICATE.server_context(), answered=self.answered)
        self.requests: list[AdmissionRequest] = []
        self.server.routes["/pods"] = self.webhook
        self.server.start()

    def answered(self, path: str, *, seconds: float, result: str) -> None:
        self.results.append((path, result))

    def webhook(self, request: AdmissionRequest) -> AdmissionResponse:
        self.requests.append(request)
        return answer(request)

    def connect(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cadata=CERTIFICATE.authority.decode())
        return http.client.HTTPSConnection("127.0.0.1", self.server.port, context=context, timeout=20)

    def post(self, body: object, path: str = "/pods") -> tuple[int, bytes]:
        connection = self.connect()
        connection.request("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode())
        response = connection.getresponse()
        found = response.status, response.read()
        connection.close()
        return found


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.server.stop()


def review(**request: object) -> dict:
    given = {
        "uid": "u-1",
        "operation": "CREATE",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "namespace": "default",
        "object": {"metadata": {"generateName": "web-"}, "spec": {}},
        "oldObject": None,
        "dryRun": True,
    }
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": given | request}


def test_a_review_is_answered_in_the_form_of_kubernetes(bench: Bench):
    status, body = bench.post(review())
    response = json.loads(body)["response"]
    assert (status, response["uid"], response["allowed"], response["warnings"]) == (200, "u-1", True, ["careful"])
    assert response["patchType"] == "JSONPatch"
    assert json.loads(base64.b64decode(response["patch"])) == list(PATCH)
    (request,) = bench.requests
    assert (request.resource, request.namespace, request.name, request.dry_run) == (PODS, "default", "", True)


def test_a_denial_says_why(bench: Bench):
    _, body = bench.post(review(name="denied"))
    response = json.loads(body)["response"]
    assert (response["allowed"], response["status"]) == (False, {"code": 422, "message": "not today"})
    assert "patch" not in response


@pytest.mark.parametrize("name", ["broken", "leaves"])
def test_what_escapes_from_a_webhook_is_its_own_fault_and_the_server_goes_on(bench: Bench, name: str):
    assert bench.post(review(name=name))[0] == 500
    assert bench.post(review())[0] == 200
    assert [result for _, result in bench.results] == ["fault", "allowed"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ([], "not a AdmissionReview of admission.k8s.io/v1"),
        ({**review(), "apiVersion": "admission.k8s.io/v1beta1"}, "not a AdmissionReview of admission.k8s.io/v1"),
        ({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}, "request is missing"),
        (review(uid=""), "request.uid is missing"),
        (review(uid=1), "request.uid is not a string"),
        (review(operation="PATCH"), "request.operation is 'PATCH'"),
        (review(resource=None), "request.resource or request.kind is missing"),
        (review(object=[]), "request.object is not an object"),
        (review(object={"metadata": None}), "request.object is not an object"),
    ],
)
def test_what_is_no_review_is_answered_with_400(bench: Bench, body: object, why: str):
    status, text = bench.post(body)
    assert status == 400
    assert why in text.decode()
    assert bench.requests == []


def test_other_paths_and_methods_are_not_served(bench: Bench):
    assert bench.post(review(), path="/elsewhere")[0] == 404
    connection = bench.connect()
    connection.request("GET", "/pods")
    assert connection.getresponse().status == 501
    connection.close()


@pytest.mark.parametrize(("length", "status"), [("", 411), ("-1", 411), ("x", 411), ("99999999999", 413)])
def test_a_body_needs_a_length_and_has_a_limit(bench: Bench, length: str, status: int):
    connection = bench.connect()
    connection.putrequest("POST", "/pods")
    if length:
        connection.putheader("Content-Length", length)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_one_connection_serves_many_reviews(bench: Bench):
    connection = bench.connect()
    ports = set()
    for number in range(5):
        connection.request("POST", "/pods?timeout=10s", json.dumps(review(uid=f"u-{number}")))
        response = connection.getresponse()
        assert json.loads(response.read())["response"]["uid"] == f"u-{number}"
        ports.add(connection.sock.getsockname()[1])
    assert len(ports) == 1
    connection.close()


def test_whoever_connects_and_says_nothing_keeps_nobody_waiting(bench: Bench):
    silent = [socket.create_connection(("127.0.0.1", bench.server.port)) for _ in range(20)]
    begun = time.monotonic()
    assert bench.post(review())[0] == 200
    assert time.monotonic() - begun < 5
    for connection in silent:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")  # not even TLS
        connection.close()
    assert bench.post(review())[0] == 200


def test_at_its_end_connections_end_too(bench: Bench):
    connection = bench.connect()
    connection.request("POST", "/pods", json.dumps(review()))
    connection.getresponse().read()
    bench.server.stop()
    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", bench.server.port))


def test_a_port_that_is_taken_is_said_to_be(bench: Bench):
    with pytest.raises(EnvironmentProblem, match=f"webhook server cannot listen on port {bench.server.port}"):
        WebhookServer("127.0.0.1", bench.server.port, context=CERTIFICATE.server_context(), answered=bench.answered)


def test_a_certificate_that_is_none_is_said_to_be():
    with pytest.raises(EnvironmentProblem, match="certificate of the webhooks cannot be used"):
        Certificate(b"", b"nothing", b"nothing").server_context()
