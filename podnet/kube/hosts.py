"""The two kinds of host of an in-process cluster: one for its own controllers, one for an implementation under test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Literal

from podnet.api.client import Api
from podnet.api.host import Reconcile, Watches, Webhook
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.informers import Informers
from podnet.kube.recorder import record_event
from podnet.kube.runtime import Runtime
from podnet.kube.server import ApiServer

if TYPE_CHECKING:
    from podnet.api.inventory import Inventory
    from podnet.kube.recording import Recorder
    from podnet.kube.tenancy import Boundary

ADDRESS = "https://in-process"


class ControllerHost:
    """Implements ``podnet.kube.host.KubeHost`` for built-in controllers."""

    def __init__(
        self,
        server: ApiServer,
        runtime: Runtime,
        informers: Informers,
        *,
        api: Api,
        random: Random,
        recorder: Recorder | None = None,
    ) -> None:
        self._server = server
        self._runtime = runtime
        self._informers = informers
        self._api = api
        self._random = random
        self._recorder = recorder

    @property
    def api(self) -> Api:
        """The Kubernetes API."""
        return self._api

    @property
    def random(self) -> Random:
        """Seeded source of tie-breaks and names."""
        return self._random

    def now(self) -> datetime:
        """The present moment of the logical clock."""
        return self._runtime.now()

    def controller(self, name: str, reconcile: Reconcile, *, watches: Watches) -> None:
        """Register an unguarded controller."""
        if self._recorder is not None:
            watches = self._recorder.listening(name, watches)
        self._informers.add(name, reconcile, watches=watches, guarded=False)

    def resources(self) -> Sequence[Resource]:
        """Every resource that is served now, each under the version in which it is stored."""
        return tuple(dict.fromkeys(served.storage for served in self._server.registry))

    def peek(self, resource: Resource, namespace: str, name: str) -> Obj | None:
        """The stored object itself."""
        return self._server.store.get(resource, namespace, name)

    def peek_list(self, resource: Resource, namespace: str = "") -> Sequence[Obj]:
        """The stored objects themselves."""
        return self._server.store.values(resource, namespace)

    def by_owner(self, resource: Resource | None, uid: str) -> Sequence[Obj]:
        """The stored objects that an object owns."""
        return self._server.store.by_owner(resource, uid)

    def record_event(
        self, obj: Obj, *, type: Literal["Normal", "Warning"], reason: str, message: str, component: str
    ) -> None:
        """Create or repeat an Event."""
        record_event(self._server, obj, type=type, reason=reason, message=message, component=component)


class ImplementationHost:
    """Implements ``podnet.api.host.Host``: what an implementation under test lives on, its faults recorded.

    ``boundary`` stands between the cluster and each function by which the implementation is called.
    """

    def __init__(
        self,
        server: ApiServer,
        runtime: Runtime,
        informers: Informers,
        *,
        api: Api,
        inventory: Inventory,
        boundary: Boundary | None = None,
    ) -> None:
        self._server = server
        self._runtime = runtime
        self._informers = informers
        self._api = api
        self._inventory = inventory
        self._boundary = boundary
        self._queues: list[str] = []
        self._urls: list[str] = []

    @property
    def api(self) -> Api:
        """The Kubernetes API."""
        return self._api

    @property
    def inventory(self) -> Inventory:
        """The cloud."""
        return self._inventory

    def now(self) -> datetime:
        """The present moment of the logical clock."""
        return self._runtime.now()

    @property
    def heartbeat_seconds(self) -> float | None:
        """None: the node lifecycle controller of this cluster looks at conditions, not at Leases."""
        return None

    def serve(self, path: str, webhook: Webhook) -> Obj:
        """Answer admission reviews at ``path``. Raises ValueError if the path is taken."""
        url = f"{ADDRESS}/{path.lstrip('/')}"
        if url in self._server.admission.webhooks:
            raise ValueError(f"something is served at {path!r} already")
        self._server.admission.webhooks[url] = webhook if self._boundary is None else self._boundary.webhook(webhook)
        self._urls.append(url)
        return {"url": url, "caBundle": ""}

    def controller(self, name: str, reconcile: Reconcile, *, watches: Watches) -> None:
        """Register a guarded controller."""
        if self._boundary is not None:
            reconcile, watches = self._boundary.reconcile(reconcile), self._boundary.watches(watches)
        self._informers.add(name, reconcile, watches=watches, guarded=True)
        self._queues.append(name)

    def close(self) -> None:
        """End its controllers and webhooks as a crash would: what they stored stays, what they knew is gone."""
        for queue in self._queues:
            self._informers.remove(queue)
        for url in self._urls:
            self._server.admission.webhooks.pop(url, None)
        self._queues, self._urls = [], []
