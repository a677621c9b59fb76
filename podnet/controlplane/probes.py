"""Asks the servers of a control plane whether they are ready, without any client but the standard library's."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

from podnet.controlplane.certificates import Certificates
from podnet.controlplane.ports import LOOPBACK

_SECONDS = 2.0


class Probes:
    """Questions to one control plane; each is answered with no while the server cannot be reached.

    ``ports`` are those of the API server, the controller manager and the scheduler.
    """

    def __init__(self, folder: Path, made: Certificates, *, ports: Sequence[int]) -> None:
        self._ports = ports
        self._context = ssl.create_default_context(cadata=made.authority.decode())
        both = folder / "probe.pem"  # the standard library takes a client certificate from a file alone
        both.write_bytes(made.users["admin"].certificate + made.users["admin"].key)
        self._context.load_cert_chain(both)
        both.unlink()

    @staticmethod
    def listens(path: str) -> bool:
        """Whether somebody listens on a socket, relative to where this process is."""
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(path)
            except OSError:
                return False
        return True

    def api_server_knows_roles(self) -> bool:
        """Whether the API server lets the other servers do their work, so that they can begin."""
        return self._get(0, "/readyz/poststarthook/rbac/bootstrap-roles")[0] == 200

    def api_server_is_ready(self) -> bool:
        """Whether the API server says so, and the namespace default is there."""
        return self._get(0, "/readyz")[0] == 200 and self._get(0, "/api/v1/namespaces/default")[0] == 200

    def controllers_work(self) -> bool:
        """Whether a namespace gets what controllers put into each: pods could not be created without."""
        namespace = "/api/v1/namespaces/default"
        found = (self._get(0, f"{namespace}/{what}")[0] for what in _OF_CONTROLLERS)
        return self._get(1, "/healthz")[0] == 200 and all(status == 200 for status in found)

    def scheduler_is_ready(self) -> bool:
        """Whether the scheduler knows the cluster."""
        return self._get(2, "/readyz")[0] == 200

    def _get(self, number: int, path: str) -> tuple[int, object]:
        connection = http.client.HTTPSConnection(LOOPBACK, self._ports[number], timeout=_SECONDS, context=self._context)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()


_OF_CONTROLLERS = ("serviceaccounts/default", "configmaps/kube-root-ca.crt")
