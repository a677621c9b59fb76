"""What built-in controllers and the scheduler may use of the in-process cluster, so that they never see its parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Literal, Protocol

from podnet.api.client import Api
from podnet.api.host import Reconcile, Watches
from podnet.api.objects import Obj
from podnet.api.resources import Resource

EVERY_RESOURCE = Resource("*", "*", "*", "*")
"""As a key of ``watches``: the changes of every resource, custom ones included (``kind`` of the object says which)."""


class KubeHost(Protocol):
    """What ``podnet.kube.controllers.install`` gets: like ``podnet.api.host.Host``, with cheap shared reads.

    Built-in controllers are unguarded: an exception other than ``ApiError`` is a fault of podnet and propagates.
    """

    @property
    def api(self) -> Api:
        """The Kubernetes API; what it returns belongs to the caller."""

    @property
    def random(self) -> Random:
        """Seeded source of tie-breaks and of names: the only randomness that a controller may use."""

    def now(self) -> datetime:
        """The present moment of the logical clock, UTC."""

    def controller(self, name: str, reconcile: Reconcile, *, watches: Watches) -> None:
        """Call ``reconcile`` for the keys that watched changes name; see ``podnet.api.host.Host.controller``."""

    def resources(self) -> Sequence[Resource]:
        """Every resource that is served now, custom ones included, in a fixed order."""

    def peek(self, resource: Resource, namespace: str, name: str) -> Obj | None:
        """The stored object itself, not a copy: read it, never change it. None if there is none."""

    def peek_list(self, resource: Resource, namespace: str = "") -> Sequence[Obj]:
        """The stored objects themselves, in order of creation: of one namespace, or of all when it is empty."""

    def by_owner(self, resource: Resource | None, uid: str) -> Sequence[Obj]:
        """The stored objects with an owner reference to ``uid``: of one resource, or of all when it is None."""

    def record_event(
        self, obj: Obj, *, type: Literal["Normal", "Warning"], reason: str, message: str, component: str
    ) -> None:
        """Create an ``Event`` about ``obj``, or raise the ``count`` of the equal one that is there."""
