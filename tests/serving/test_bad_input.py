"""What no client should send: it is answered as a real API server answers it, or refused clearly; nothing breaks."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from bytewise import JSON, MAPS, MIB, Server
from planes import eventually

from podnet.serving.fake import served_fake


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served_fake() as fake:
        yield Server(fake)


@pytest.mark.parametrize(
    ("body", "media", "code"),
    [
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b'"text"', JSON, 400),
        (b"", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"apiVersion: v1\nkind: ConfigMap", JSON, 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/cbor", 415),
        (b"k8s\0\xff\xff", "application/vnd.kubernetes.protobuf", 400),
        (b"nothing", "application/vnd.kubernetes.protobuf", 400),
        (b"a: b: c", "application/yaml", 400),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"[" * 200_000, "application/yaml", 400),
        (b"- " * 200_000, "application/yaml", 400),
        (b"a: &a [*a]", "application/yaml", 400),
        (b"a: &a " + b"x" * MIB + b"\nb: [" + b"*a," * 1000 + b"]", "application/yaml", 400),
        (json.dumps({"metadata": {"name": "x"}, "data": {"a": "x" * 2 * MIB}}).encode(), JSON, 422),
        (b'{"metadata":{"name":5}}', JSON, 400),
        (b'{"metadata":[]}', JSON, 400),
        (b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"},"data":7}', JSON, 400),
        (b'{"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"}}', JSON, 400),
    ],
)
def test_a_body_that_is_no_object_is_refused(server: Server, body: bytes, media: str, code: int):
    status, answer = server.call("POST", MAPS, body, media)
    assert (status, answer["kind"], answer["code"]) == (code, "Status", code)


def test_yaml_is_taken_where_it_is_announced(server: Server):
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-yaml}\ndata: {day: '2026-01-01'}\n"
    assert server.call("POST", MAPS, body, "application/yaml")[0] == 201
    assert server.call("GET", f"{MAPS}/from-yaml")[1]["data"] == {"day": "2026-01-01"}


def test_a_body_beyond_three_mebibytes_is_refused_and_not_kept(server: Server):
    before = server.process.memory_info().rss
    for _ in range(3):
        status, answer = server.call("POST", MAPS, b" " * (10 * MIB))
        assert (status, answer["reason"]) == (413, "RequestEntityTooLarge")
    assert server.process.memory_info().rss - before < 10 * MIB


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{MAPS}/..%2f..%2fetc", 404),
        (f"{MAPS}/%2e%2e", 400),
        (f"{MAPS}/%00", 404),
        (f"{MAPS}/{'x' * 5000}", 404),
        (f"{MAPS}/%ff%fe", 404),
        (f"{MAPS}?limit=abc", 400),
        (f"{MAPS}?labelSelector=%21%21%21", 400),
        (f"{MAPS}?continue=nonsense", 400),
        (f"{MAPS}?watch=true&resourceVersion=x", 500),
        (f"{MAPS}?watch=true&sendInitialEvents=true", 422),
        ("/api/v1/namespaces/a%2Fb/configmaps", 404),
        ("/apis/none/v1/things", 404),
        ("/../../etc/passwd", 404),
        ("/api/v1/nonsense?a=b&a=c&%zz", 404),
    ],
)
def test_hostile_paths_lead_nowhere(server: Server, path: str, code: int):
    assert server.call("GET", path)[0] == code


def test_parameters_that_nobody_knows_mean_nothing(server: Server):
    assert server.call("GET", f"{MAPS}?nonsense=1&limit=1&=&&x")[0] == 200


def test_who_is_not_known_is_refused(server: Server):
    assert server.call("GET", MAPS, Authorization="")[0] == 403
    assert server.call("GET", MAPS, Authorization="Bearer wrong")[0] == 401
    assert server.call("GET", MAPS, Authorization="Bearer a.b.c")[0] == 401
    assert server.call("GET", "/version", Authorization="")[0] == 200


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x00\xff\r\n\r\n",
        b"GET /" + b"x" * 1_200_000,
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_is_no_http_ends_the_connection_and_nothing_else(server: Server, data: bytes):
    with server.open() as raw:
        with suppress(OSError):  # it may be closed before all of it has been sent
            raw.sendall(data)
        with suppress(OSError):
            assert raw.recv(100).partition(b"\r")[0] in {
                b"HTTP/1.1 400 Bad Request",
                b"HTTP/1.1 431 Request Header Fields Too Large",
                b"",
            }
            while raw.recv(4096):
                pass
    assert server.works()


def test_a_thousand_connections_that_say_nothing_keep_nobody_else_waiting(server: Server):
    idle = [socket.create_connection(server.address, timeout=10) for _ in range(700)]
    half = [server.open() for _ in range(100)]
    for one in half:
        one.sendall(b"POST /api/v1/namespaces HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{")
    try:
        assert server.works()
        assert server.process.memory_info().rss < 300 * MIB
    finally:
        for one in (*idle, *half):
            one.close()
    eventually(lambda: server.process.num_fds() < 100, within=20)


def test_a_watch_that_is_not_read_costs_no_more_than_its_history(server: Server):
    with server.open() as slow:
        request = f"GET {MAPS}?watch=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token}\r\n\r\n"
        slow.sendall(request.encode())
        server.create("noise", text="x" * MIB)
        before = server.process.memory_info().rss
        for turn in range(60):
            patch = json.dumps({"metadata": {"labels": {"turn": str(turn)}}}).encode()
            assert server.call("PATCH", f"{MAPS}/noise", patch, "application/merge-patch+json")[0] == 200
        assert server.process.memory_info().rss - before < 40 * MIB, "60 events of a mebibyte were not kept for it"
        assert server.works()


@pytest.mark.parametrize("media", ["json-patch+json", "merge-patch+json", "strategic-merge-patch+json"])
@pytest.mark.parametrize("levels", [190, 300, 3000, 9000])
def test_a_patch_of_many_levels_is_taken_or_refused(server: Server, media: str, levels: int):
    inner = levels - 3
    deep = '{"a":' * inner + "1" + "}" * inner
    body = f'[{{"op":"add","path":"/strange","value":{deep}}}]' if media.startswith("json") else f'{{"strange":{deep}}}'
    path = f"{MAPS}/kube-root-ca.crt?dryRun=All"
    assert server.call("PATCH", path, body.encode(), f"application/{media}")[0] == (200 if levels < 200 else 400)


def test_patches_cannot_be_made_to_grow_without_end(server: Server):
    path, media = f"{MAPS}/kube-root-ca.crt", "application/json-patch+json"
    copies = [{"op": "copy", "from": "/x", "path": "/x/-"}] * 60
    body = json.dumps([{"op": "add", "path": "/x", "value": ["x"]}, *copies]).encode()
    assert server.call("PATCH", path, body, media)[0] == 422
    tests = json.dumps([{"op": "test", "path": "/kind", "value": "ConfigMap"}] * 10_001).encode()
    assert server.call("PATCH", path, tests, media)[0] == 413


def test_half_of_a_character_does_not_make_an_object_unreadable(server: Server):
    body = rb'{"metadata":{"name":"half","annotations":{"a":"\ud800"}},"data":{"a":"\udc00"}}'
    assert server.call("POST", MAPS, body)[0] == 201
    assert server.call("GET", f"{MAPS}/half")[1]["data"] == {"a": "\ufffd"}
    assert server.call("GET", MAPS)[0] == 200


@pytest.fixture
def fresh() -> Iterator[Server]:
    with served_fake() as fake:
        yield Server(fake)


def test_memory_comes_back_after_a_flood(fresh: Server):
    server = fresh

    def used() -> float:
        return server.process.memory_info().rss / MIB

    assert server.works()
    before = used()
    many = [server.open() for _ in range(600)]
    during = used()
    for one in many:
        one.close()
    assert during - before > 10, "each costs something"
    eventually(lambda: used() < before + 10, within=20)
    connection = server.connection()
    for turn in range(1500):
        body = json.dumps({"kind": "ConfigMap", "metadata": {"name": f"none-{turn}"}})
        headers = {"Content-Type": JSON, "Authorization": f"Bearer {server.token}", "User-Agent": f"agent-{turn}"}
        connection.request("POST", f"{MAPS}?dryRun=All&a={turn}", body=body, headers=headers)
        assert connection.getresponse().read()
    connection.close()
    assert used() < before + 10
