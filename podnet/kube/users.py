"""Who asks: what a request says of its user, as far as the API shows it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from podnet.api.objects import Obj

AUTHENTICATED = "system:authenticated"
_ACCOUNT = "system:serviceaccount:"
_AS = b"impersonate-"


@dataclass(frozen=True)
class User:
    """A name and the groups that it belongs to."""

    name: str
    groups: tuple[str, ...] = (AUTHENTICATED,)

    def info(self) -> Obj:
        """``userInfo`` as reviews show it."""
        return {"username": self.name, "groups": list(self.groups)}


ADMIN = User("podnet-admin", ("system:masters", AUTHENTICATED))
"""Whoever asks in process, and the user of the kubeconfig."""
ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))


def impersonated(user: User, headers: Iterable[tuple[bytes, bytes]]) -> User:
    """Whom a request wants to be taken for (``kubectl --as``), which everybody may; else the user who sends it.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
    """
    given = [(key.lower(), value.decode("latin-1")) for key, value in headers if key.lower().startswith(_AS)]
    name = next((value for key, value in given if key == _AS + b"user"), "")
    if not name:
        return user
    groups = [value for key, value in given if key == _AS + b"group"]
    if name.startswith(_ACCOUNT) and not groups:
        groups = ["system:serviceaccounts", f"system:serviceaccounts:{name.split(':')[2]}"]
    return User(name, tuple(dict.fromkeys((*groups, AUTHENTICATED))))
