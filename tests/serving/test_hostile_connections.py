"""Connections that stall, that do not read, or that are too many: each ends alone, and in its time."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from planes import eventually

from podnet.controlplane.certificates import make_certificates
from podnet.serving import app, listening
from podnet.serving.app import App
from podnet.serving.core import LiveCore
from podnet.serving.listening import Listening, listener

MAPS = "/api/v1/namespaces/default/configmaps"
PATIENCE = 20.0
MOST = 40


class Served:
    """A server in a thread of this process, whose patience a test decides."""

    def __init__(self, folder: Path, *, most: int = MOST) -> None:
        made = make_certificates()
        self._files = folder / "chain", folder / "key"
        self._files[0].write_bytes(made.server.certificate)
        self._files[1].write_bytes(made.server.key)
        self._authority = made.authority.decode()
        self._context = ssl.create_default_context(cadata=self._authority)
        self.socket = Listening(most=most)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(100)
        self.token = ""
        self._end: Callable[[], None] | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        eventually(lambda: self._end is not None)

    async def _serve(self) -> None:
        core = LiveCore(seed="test", authority=self._authority)
        tokens = core.cluster.server.backend.tokens
        self.token = tokens.admin
        server = listener(App(core, tokens), *self._files, ended=core.end_watches)
        loop = asyncio.get_running_loop()
        self._end = lambda: loop.call_soon_threadsafe(server.end)
        work = asyncio.create_task(core.run())
        await server.serve(sockets=[self.socket])
        work.cancel()

    def stop(self) -> None:
        assert self._end is not None
        self._end()
        self._thread.join(PATIENCE)
        self.socket.close()
        assert not self._thread.is_alive()

    def open(self) -> ssl.SSLSocket:
        plain = socket.create_connection(self.socket.getsockname(), timeout=PATIENCE)
        return self._context.wrap_socket(plain, server_hostname="127.0.0.1")

    def head(self, method: str, path: str, *headers: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {self.token}", *headers]
        return "\r\n".join([*lines, "", ""]).encode()

    def ask(self, one: ssl.SSLSocket) -> None:
        """A whole request, and its whole answer."""
        one.sendall(self.head(*GET))
        got = b""
        while not got.rstrip().endswith(b"}") and (part := one.recv(65536)):
            got += part
        assert got.startswith(b"HTTP/1.1 200 OK")

    def put(self, name: str, text: str) -> None:
        body = json.dumps({"metadata": {"name": name}, "data": {"a": text}}).encode()
        with self.open() as one:
            length = f"Content-Length: {len(body)}"
            head = self.head(
                "PATCH", f"{MAPS}/{name}?fieldManager=t", "Content-Type: application/merge-patch+json", length
            )
            one.sendall(head + body)
            assert b" 200 OK" in one.recv(100)


def rest(one: ssl.SSLSocket) -> bytes:
    """What comes until the server ends the connection. Raises TimeoutError if it does not."""
    got = b""
    with suppress(ConnectionError, ssl.SSLError):
        while part := one.recv(65536):
            got += part
    return got


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, seconds in ((listening, "HEAD", 1), (listening, "UNREAD", 3), (app, "BODY", 1)):
            patch.setattr(module, f"{name}_SECONDS", seconds)
        patch.setattr(app, "QUIET", 0.3)
        server = Served(tmp_path_factory.mktemp("served"))
        yield server
        server.stop()


GET = ("GET", "/version")
POST = ("POST", MAPS, "Content-Type: application/json", "Content-Length: 26")


@pytest.mark.parametrize("before", [False, True], ids=["in the first request", "in a later one"])
@pytest.mark.parametrize("part", [b"", b"GET /vers", b"GET /version HTTP/1.1\r\nHost: x\r\nAuth"])
def test_a_head_that_does_not_come_ends_the_connection(served: Served, part: bytes, before: bool):
    if before and not part:
        return  # a kept connection may lie idle
    with served.open() as one:
        if before:
            served.ask(one)
        one.sendall(part)
        assert rest(one) == b""


def test_a_head_that_comes_byte_by_byte_ends_it_too(served: Served):
    with served.open() as one:
        began = time.monotonic()
        with suppress(OSError):
            for byte in served.head(*GET) + b"X: " + b"x" * 10_000:
                one.sendall(bytes([byte]))
                time.sleep(0.01)
        assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("before", [False, True], ids=["of the first request", "of a later one"])
@pytest.mark.parametrize("how", ["Content-Length: 26", "Transfer-Encoding: chunked"])
def test_a_body_that_does_not_come_is_answered_and_ends_it(served: Served, how: str, before: bool):
    with served.open() as one:
        if before:
            served.ask(one)
        one.sendall(served.head(*POST[:3], how) + b"5\r\n{")
        head, _, body = rest(one).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 504 ")
    assert json.loads(body)["reason"] == "Timeout"


def test_the_body_of_a_request_that_was_refused_already_ends_it(served: Served):
    with served.open() as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
        assert b"403 Forbidden" in one.recv(100)
        one.sendall(b"{")
        rest(one)


def test_a_watch_that_is_not_read_ends_and_others_go_on(served: Served):
    with served.open() as reads, served.open() as sleeps:
        for one in (reads, sleeps):
            one.sendall(served.head("GET", f"{MAPS}?watch=true"))
        seen = b""
        for turn in range(25):
            served.put("kube-root-ca.crt", f"{turn} {'x' * 900_000}")
            while f'"a":"{turn} x'.encode() not in seen:
                part = reads.recv(2**20)
                assert part, "whoever reads is not given up"
                seen = seen[-100:] + part
        eventually(lambda: served.socket.connections <= 1, within=PATIENCE)
        assert b'"a":"24 x' not in rest(sleeps)


def test_a_watch_in_which_nothing_happens_tells_how_far_it_is(served: Served):
    with served.open() as asks, served.open() as does_not:
        asks.sendall(served.head("GET", f"{MAPS}?watch=true&timeoutSeconds=2&allowWatchBookmarks=true&labelSelector=a"))
        does_not.sendall(served.head("GET", f"{MAPS}?watch=true&timeoutSeconds=2&labelSelector=a"))
        began = time.monotonic()
        told = rest_of_watch(asks)
        assert time.monotonic() - began < 4
        assert told.count(b'"BOOKMARK"') >= 5
        assert b"BOOKMARK" not in rest_of_watch(does_not)


def rest_of_watch(one: ssl.SSLSocket) -> bytes:
    got = b""
    while not got.endswith(b"0\r\n\r\n") and (part := one.recv(65536)):
        got += part
    return got


def test_one_connection_too_many_is_refused_and_the_others_go_on(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listening, "HEAD_SECONDS", 60)  # those that are kept say nothing for a while
    eventually(lambda: served.socket.connections == 0, within=PATIENCE)
    kept = [served.open() for _ in range(MOST)]
    with pytest.raises((ConnectionError, ssl.SSLError)):
        served.open()
    for one in kept:
        served.ask(one)
        one.close()
    eventually(lambda: served.socket.connections == 0, within=PATIENCE)
    with served.open() as again:
        served.ask(again)


def test_requests_that_come_at_once_are_answered_in_turn(served: Served):
    body = b'{"metadata":{"name":"one"}}'
    write = served.head("POST", f"{MAPS}?dryRun=All", "Content-Type: application/json", f"Content-Length: {len(body)}")
    with served.open() as one:
        one.sendall(served.head(*GET) + write + body + served.head("GET", "/healthz", "Connection: close"))
        answers = rest(one)
    assert [answers.count(code) for code in (b"200 OK", b"201 Created")] == [2, 1]
    assert answers.endswith(b"ok")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"GET /version HTTP/1.1\r\n\r\n", 400),
        (b"GET /version HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /version HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 1_200_000, 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ],
)
def test_what_is_no_request_is_refused_with_a_reason(served: Served, sent: bytes, code: int):
    with served.open() as one:
        with suppress(OSError):
            one.sendall(sent)
        answer = rest(one)
    assert answer.startswith(b"HTTP/1.1 %d " % code)
    assert b"\r\n\r\n" in answer


@pytest.mark.parametrize("chunk", [b"zz\r\n", b"-1\r\n", b"f" * 30 + b"\r\n", b"2\r\n{}0\r\n"])
def test_a_broken_chunk_ends_its_request_and_nothing_else(served: Served, chunk: bytes):
    with served.open() as one:
        one.sendall(served.head(*POST[:3], "Transfer-Encoding: chunked") + chunk)
        assert rest(one).startswith(b"HTTP/1.1 400 ")


def test_who_expects_to_be_told_to_continue_is_told(served: Served):
    body = b'{"metadata":{"name":"told"}}'
    with served.open() as one:
        one.sendall(served.head(*POST[:3], f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert one.recv(100).startswith(b"HTTP/1.1 100 ")
        one.sendall(body)
        assert b"201 Created" in one.recv(100)
