"""A small HTTPS server for admission webhooks, because kopf's knows neither a time-out nor a namespaceSelector."""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

from podnet.api.host import AdmissionRequest, Webhook
from podnet.operator.review import BadReview, read_review, write_review
from podnet.operator.serving import READ_SECONDS, Handler, Server

log = logging.getLogger(__name__)

LARGEST = 16 * 1024 * 1024
"""Bytes of a body: an object and what it was before, each a few times as large as etcd takes."""
JSON = "application/json"


class Answered(Protocol):
    """Hears how each review was answered."""

    def __call__(self, path: str, *, seconds: float, result: str) -> None:
        """``result``: allowed, denied, bad-request or fault."""


class WebhookServer(Server):
    """Answers admission reviews at the paths of ``routes``."""

    def __init__(self, host: str, port: int, *, context: ssl.SSLContext, answered: Answered) -> None:
        super().__init__(host, port, _ReviewHandler, what="webhook server")
        self._context = context
        self.answered = answered
        self.routes: dict[str, Webhook] = {}
        self._awaited: dict[str, threading.Event] = {}

    def get_request(self) -> tuple[Any, Any]:
        """Accept a connection; who it is with is settled in its own thread."""
        connection, address = super().get_request()
        connection.settimeout(READ_SECONDS)
        wrapped = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return wrapped, address

    def asked_about(self, name: str) -> threading.Event:
        """Set once a review of an object of this name has come in."""
        return self._awaited.setdefault(name, threading.Event())

    def forget(self, name: str) -> None:
        """Nobody waits for an object of this name any more."""
        self._awaited.pop(name, None)

    def note(self, request: AdmissionRequest) -> None:
        """Tell whoever waits for this object."""
        event = self._awaited.pop(request.name, None) if self._awaited else None
        if event is not None:
            event.set()


class _ReviewHandler(Handler):
    server: WebhookServer

    def setup(self) -> None:
        self.request.do_handshake()
        super().setup()

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        """Answer one review."""
        path = self.path.partition("?")[0]
        webhook = self.server.routes.get(path)
        body = self._body()
        if body is None:
            return
        if webhook is None:
            self.refuse(HTTPStatus.NOT_FOUND, f"nothing is served at {path}")
            return
        begun = time.perf_counter()
        result = self._review(path, body, webhook)
        self.server.answered(path, seconds=time.perf_counter() - begun, result=result)

    def _body(self) -> bytes | None:
        text = self.headers.get("Content-Length", "")
        if not text.isascii() or not text.isdigit():
            self.refuse(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing, or is no number")
            return None
        length = int(text)
        if length > LARGEST:
            self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {LARGEST} bytes")
            return None
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        return body

    def _review(self, path: str, body: bytes, webhook: Callable[[AdmissionRequest], Any]) -> str:
        try:
            request = read_review(body)
        except BadReview as error:
            self.refuse(HTTPStatus.BAD_REQUEST, str(error))
            return "bad-request"
        self.server.note(request)
        try:
            answer = webhook(request)
            response = write_review(request.uid, answer)
        except (Exception, SystemExit) as error:  # whatever escapes: the API server goes on by its failurePolicy
            log.exception("%s failed for %s/%s", path, request.namespace, request.name)
            self.refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}")
            return "fault"
        self.answer(HTTPStatus.OK, response, media_type=JSON)
        return "allowed" if answer.allowed else "denied"
