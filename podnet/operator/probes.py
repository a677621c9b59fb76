"""What a kubelet and a monitoring system ask of an operator: /healthz, /readyz and /metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from podnet.operator.serving import Handler, Server

TEXT = "text/plain; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"
Question = Callable[[], str]
"""What is wrong, in words; empty if nothing is."""


class ProbeServer(Server):
    """Answers the questions by their path with 200 or 503, and /metrics with ``metrics``."""

    def __init__(
        self, host: str, port: int, *, questions: Mapping[str, Question], metrics: Callable[[], bytes]
    ) -> None:
        super().__init__(host, port, _ProbeHandler, what="metrics server")
        self.questions = questions
        self.metrics = metrics


class _ProbeHandler(Handler):
    server: ProbeServer

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Answer one question."""
        path = self.path.partition("?")[0]
        question = self.server.questions.get(path)
        if path == "/metrics":
            self.answer(HTTPStatus.OK, self.server.metrics(), media_type=METRICS)
        elif question is None:
            self.answer(HTTPStatus.NOT_FOUND, b"not found\n", media_type=TEXT)
        else:
            problem = question()
            status = HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK
            self.answer(status, f"{problem or 'ok'}\n".encode(), media_type=TEXT)
