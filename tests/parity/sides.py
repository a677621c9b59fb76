"""The two that answer the same requests: kube-apiserver over HTTPS, and the in-process one without a socket."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any, Protocol

from canned_webhooks import Webhooks

from podnet.controlplane.plane import ControlPlane
from podnet.kube.cluster import InProcessCluster

_PATIENCE = 30.0
_LONGEST = 60.0


@dataclass(frozen=True)
class Answer:
    """A response: ``body`` is the decoded JSON, or the text if it is none; of a watch, the list of its events."""

    status: int
    warnings: tuple[str, ...]
    body: Any


class Side(Protocol):
    """Somebody who answers. ``webhooks`` are where its API server reaches them."""

    webhooks: Webhooks

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes, events: int | None = None
    ) -> Answer:
        """Answer one request; of a watch read ``events`` events, or until its end if that is None."""

    def moments(self) -> Iterator[None]:
        """Moments at which to look again whether something has happened; they end when it should have."""


class FakeSide:
    """The in-process API server, with its controllers or without any."""

    def __init__(self, webhooks: Webhooks, *, controllers: bool, seed: str = "parity") -> None:
        self.cluster = (InProcessCluster if controllers else WithoutControllers)(seed=seed, thorough=True)
        self.webhooks = webhooks
        self.cluster.server.admission.webhooks.update(webhooks.by_url)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes, events: int | None = None
    ) -> Answer:
        response = self.cluster.handle(method, url, headers, body)
        if isinstance(response.body, bytes):
            content = _decoded(response.body)
        else:
            content = [json.loads(line) for line in islice(response.body, events)]
        self.cluster.runtime.settle()
        return Answer(response.status, _warnings(response.headers.get("Warning", "")), content)

    def moments(self) -> Iterator[None]:
        runtime = self.cluster.runtime
        yield
        while (due := runtime.next_due()) is not None and runtime.elapsed < _LONGEST:
            runtime.advance(due)
            yield


class WithoutControllers(InProcessCluster):
    """A cluster of which only the API server works, as kube-apiserver without kube-controller-manager."""

    def _install_controllers(self, ties: Random) -> None:
        pass


class RealSide:
    """A control plane."""

    def __init__(self, plane: ControlPlane, webhooks: Webhooks) -> None:
        from kubernetes.config import new_client_from_config

        self.plane = plane
        self.webhooks = webhooks
        client = new_client_from_config(str(plane.kubeconfig))
        self._host = client.configuration.host.rstrip("/")
        self._pool = client.rest_client.pool_manager

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes, events: int | None = None
    ) -> Answer:
        response = self._pool.request(
            method, self._host + url, body=body or None, headers=headers, timeout=_PATIENCE, preload_content=False
        )
        try:
            warnings = _warnings(", ".join(response.headers.getlist("Warning")))
            if "watch=" in url and response.status == 200:
                lines = (line for line in _lines(response.stream(amt=None, decode_content=False)) if line.strip())
                return Answer(200, warnings, [json.loads(line) for line in islice(lines, events)])
            return Answer(response.status, warnings, _decoded(response.data))
        finally:
            if "watch=" in url:
                response.close()
            response.release_conn()

    def moments(self) -> Iterator[None]:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            yield
            time.sleep(0.05)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    yield rest


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def _warnings(header: str) -> tuple[str, ...]:
    """The texts of ``Warning`` headers: ``299 - "text"``, joined by commas."""
    texts: list[str] = []
    rest = header
    while rest.startswith("299 - "):
        decoder = json.JSONDecoder()
        text, end = decoder.raw_decode(rest, len("299 - "))
        texts.append(text)
        rest = rest[end:].lstrip(", ")
    return tuple(texts)
