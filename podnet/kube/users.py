"""Who asks: what a request says of its user, as far as the API shows it again."""

from __future__ import annotations

from dataclasses import dataclass

from podnet.api.objects import Obj

AUTHENTICATED = "system:authenticated"


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
