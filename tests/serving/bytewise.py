"""Requests byte by byte, as no library would send them."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from urllib.parse import urlsplit

import psutil

from podnet.controlplane.folder import read_state
from podnet.serving.fake import ServedFake

MAPS = "/api/v1/namespaces/default/configmaps"
JSON = "application/json"
MIB = 2**20


class Server:
    """Requests byte by byte, as no library would send them."""

    def __init__(self, fake: ServedFake) -> None:
        self.fake = fake
        self.token = json.loads(fake.kubeconfig.read_text())["users"][0]["user"]["token"]
        self.context = ssl.create_default_context(cafile=str(fake.ca))
        where = urlsplit(fake.server)
        self.address = (str(where.hostname), int(where.port or 0))
        state = read_state(fake.folder)
        assert state is not None
        self.process = psutil.Process(state.session)

    def connection(self, timeout: float = 30.0) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(*self.address, context=self.context, timeout=timeout)

    def call(self, method: str, path: str, body: bytes = b"", media: str = JSON, **headers: str) -> tuple[int, dict]:
        connection = self.connection()
        sent = {"Content-Type": media, "Authorization": f"Bearer {self.token}", **headers}
        connection.request(method, path, body=body, headers=sent)
        response = connection.getresponse()
        content = json.loads(response.read())
        connection.close()
        return response.status, content

    def create(self, name: str, **data: str) -> None:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
        assert self.call("POST", MAPS, json.dumps(body).encode())[0] == 201

    def open(self) -> ssl.SSLSocket:
        plain = socket.create_connection(self.address, timeout=10)
        return self.context.wrap_socket(plain, server_hostname=self.address[0])

    def works(self) -> bool:
        return self.call("GET", MAPS)[0] == 200
