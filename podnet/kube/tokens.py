"""Tells users apart by their bearer tokens: that of the administrator, and those that ServiceAccounts ask for."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.kube.users import ADMIN, ANONYMOUS, AUTHENTICATED, User

_HEADER = {"alg": "HS256", "typ": "JWT"}
_BEARER = "bearer "


class Tokens:
    """The tokens of one cluster. ``admin`` is that of the administrator, ``issuer`` who signs all others."""

    issuer = "https://kubernetes.default.svc.cluster.local"

    def __init__(self) -> None:
        self.admin = secrets.token_urlsafe(32)
        self._key = secrets.token_bytes(32)

    def user_of(self, header: str) -> User:
        """Who sends this ``Authorization`` header. Raises ApiError 401 for a token that is not, or no longer, ours."""
        if not header:
            return ANONYMOUS
        token = header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""
        user = self.find(token)
        if user is None:
            raise ApiError(401, "Unauthorized")
        return user

    def find(self, token: str) -> User | None:
        """Whose token this is; None for one that is not, or no longer, ours."""
        if token and hmac.compare_digest(token.encode(), self.admin.encode()):
            return ADMIN
        claims = self._claims(token)
        if claims is None or claims["exp"] < time.time():
            return None
        namespace = claims["kubernetes.io"]["namespace"]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", AUTHENTICATED)
        return User(claims["sub"], groups)

    def issue(self, claims: Obj) -> str:
        """A signed token (JWT) that says this."""
        content = f"{_encoded(_HEADER)}.{_encoded(claims)}"
        return f"{content}.{self._signature(content)}"

    def _claims(self, token: str) -> Obj | None:
        content, dot, signature = token.rpartition(".")
        if not dot or not hmac.compare_digest(signature.encode(), self._signature(content).encode()):
            return None
        body = content.partition(".")[2]
        claims: Obj = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return claims

    def _signature(self, content: str) -> str:
        return _text(hmac.digest(self._key, content.encode(), "sha256"))


def _encoded(value: Obj) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
