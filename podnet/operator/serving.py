"""What our two HTTP servers have in common: a thread for each connection, limits in time, and a clean end."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from podnet import __version__
from podnet.api.problems import EnvironmentProblem

IDLE_SECONDS = 120.0
"""How long a connection may lie idle. Longer than the API server keeps one, which must not meet a closed one."""
READ_SECONDS = 10.0
"""How long a request may take to come in once it has begun."""
ANYWHERE = ""


def address_for(host: str) -> str:
    """Where to listen so that ``host`` leads here: on loopback alone where that is enough."""
    return host if host in {"127.0.0.1", "localhost", "::1"} else ANYWHERE


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection. Each answer leaves in one piece."""

    protocol_version = "HTTP/1.1"
    server_version = f"podnet/{__version__}"
    sys_version = ""
    timeout = IDLE_SECONDS
    wbufsize = -1
    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        """Read the head of a request that has begun."""
        self.connection.settimeout(READ_SECONDS)
        return super().parse_request()

    def handle_one_request(self) -> None:
        """Wait for a request and answer it."""
        self.connection.settimeout(IDLE_SECONDS)
        with suppress(ConnectionError):
            super().handle_one_request()
            return
        self.close_connection = True

    def answer(self, status: HTTPStatus, body: bytes, *, media_type: str) -> None:
        """Send a whole response."""
        self.send_response_only(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status: HTTPStatus, why: str) -> None:
        """Say what is wrong with a request, and end the connection: what follows in it cannot be told apart."""
        self.close_connection = True
        self.send_response_only(status)
        body = f"{why}\n".encode()
        for name, value in (
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """As ``refuse``, for what the base class finds."""
        status = HTTPStatus(code)
        self.request_version = self.protocol_version  # it may be the very thing that could not be read
        self.refuse(status, message or explain or status.phrase)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are counted, not logged."""


class Server(ThreadingHTTPServer):
    """Listens from its construction on. Raises EnvironmentProblem if the port cannot be had."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, handler: type[Handler], *, what: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name=what, daemon=True)
        try:
            super().__init__((address_for(host), port), handler)
        except (OSError, OverflowError) as error:
            text = f"the {what} cannot listen on port {port}: {error}; choose another port"
            raise EnvironmentProblem(text) from None

    @property
    def port(self) -> int:
        """The port, also where any would do."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more; connections end, also in the middle of a request."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer the requests of one connection."""
        self._connections.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks, or does not speak our language, is its peer's own business."""
