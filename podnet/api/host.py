"""The seam between an implementation and the place where it runs.

An implementation never starts threads, sleeps or opens sockets: it names the objects that it wants to
hear of and gives a function that brings one key into order. The host calls it. In process the host is
deterministic (one logical clock, a seeded order of work); on a real cluster it is an operator framework.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from podnet.api.client import Api
from podnet.api.objects import Obj
from podnet.api.resources import Resource

if TYPE_CHECKING:
    from podnet.api.inventory import Inventory

Key = Hashable
Reconcile = Callable[[Key], float | None]
"""Brings one key into order; returns the seconds after which it wants to be called again, or None."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an informer says: ``old`` is None for an object that is new, ``new`` is None for one that is gone.

    Both are shared with everybody who listens: read them, never change them.
    """

    old: Obj | None
    new: Obj | None

    @property
    def object(self) -> Obj:
        """The newest state that is known."""
        return self.new if self.new is not None else self.old  # type: ignore[return-value]  # one of the two is there


Watches = Mapping[Resource, Callable[[Change], Iterable[Key]]]
"""For each resource that a controller hears of, the keys that a change of it puts into the queue."""


@dataclass(frozen=True)
class AdmissionRequest:
    """The ``request`` of an AdmissionReview (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/)."""

    uid: str
    operation: Literal["CREATE", "UPDATE", "DELETE", "CONNECT"]
    resource: Resource
    subresource: str
    namespace: str
    name: str
    object: Obj | None
    old_object: Obj | None
    dry_run: bool = False


@dataclass(frozen=True)
class AdmissionResponse:
    """The ``response`` of an AdmissionReview: ``patch`` holds JSON Patch operations (RFC 6902)."""

    allowed: bool = True
    message: str = ""
    code: int = 403
    patch: tuple[Obj, ...] = ()
    warnings: tuple[str, ...] = ()


Webhook = Callable[[AdmissionRequest], AdmissionResponse]


class Host(Protocol):
    """What an implementation gets to live on."""

    @property
    def api(self) -> Api:
        """The Kubernetes API."""

    @property
    def inventory(self) -> Inventory:
        """The cloud: zones, vSwitches, security groups, the default plane."""

    def now(self) -> datetime:
        """The present moment, UTC. Logical in process: it advances only when nothing else is left to do."""

    @property
    def heartbeat_seconds(self) -> float | None:
        """How often a node has to show that it lives, lest the cluster take it for dead; None where nobody looks."""

    def serve(self, path: str, webhook: Webhook) -> Obj:
        """Answer admission reviews at ``path``; returns the ``clientConfig`` to put into a webhook configuration."""

    def controller(self, name: str, reconcile: Reconcile, *, watches: Watches) -> None:
        """Call ``reconcile`` for every key that a watched change names, one key at a time, and again on failure.

        Objects that exist already count as new ones, and have been told when this returns; nothing is reconciled before
        ``install`` is done. A key that is queued twice before its turn comes is reconciled once. An ``ApiError`` from
        ``reconcile`` puts the key back with growing delay.
        """


class Implementation(Protocol):
    """What is being judged when it is written in Python: ``--implementation FILE.py:NAME`` returns one."""

    name: str
    version: str

    def install(self, host: Host) -> None:
        """Create CustomResourceDefinitions, webhook configurations and virtual nodes; register controllers."""
