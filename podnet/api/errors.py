"""The one error that the Kubernetes API answers with, raised alike in process and over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    409: "Conflict",
    410: "Expired",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


class ApiError(Exception):
    """An answer of the API server that is not a success: a ``Status`` of kind Failure.

    ``code`` is the HTTP status, ``reason`` the machine-readable word (``NotFound``, ``AlreadyExists``, ``Conflict``,
    ``Invalid`` ...; by default that of the code, None for none), ``details`` what the Status says about the object and
    its causes; empty ones are sent too, since some clients look into them without asking whether they are there
    (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/).
    """

    def __init__(
        self, code: int, message: str, *, reason: str | None = "", details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = "" if reason is None else reason or REASONS.get(code, "")
        self.details = details or {}
        self._detailed = details is not None

    @property
    def causes(self) -> Sequence[dict[str, str]]:
        """``details.causes``: one entry for each field at fault."""
        return tuple(self.details.get("causes") or ())

    def status(self) -> dict[str, Any]:
        """The ``Status`` object that travels as the response body."""
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            **({"reason": self.reason} if self.reason else {}),
            "code": self.code,
        }
        if self._detailed:
            body["details"] = self.details
        return body

    @classmethod
    def from_status(cls, body: dict[str, Any], *, code: int) -> ApiError:
        """The error that a ``Status`` body stands for."""
        return cls(
            int(body.get("code") or code),
            str(body.get("message") or f"HTTP {code}"),
            reason=str(body.get("reason") or ""),
            details=body.get("details"),
        )


def is_not_found(error: ApiError) -> bool:
    """Whether the object is not there."""
    return error.code == 404


def is_conflict(error: ApiError) -> bool:
    """Whether a write lost a race: read again and retry (not AlreadyExists, which is also a 409)."""
    return error.code == 409 and error.reason == "Conflict"


def already_exists(error: ApiError) -> bool:
    """Whether an object of this name is there already."""
    return error.code == 409 and error.reason == "AlreadyExists"


class Unreachable(Exception):  # noqa: N818  # the state of a connection, not an answer
    """No answer came from the API server: it cannot be reached, or the connection broke."""
