"""What an implementation lives on when the cluster is real."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from podnet.api.client import Api
from podnet.api.host import AdmissionRequest, AdmissionResponse, Change, Key, Reconcile, Watches, Webhook
from podnet.api.inventory import Inventory
from podnet.api.objects import Obj, key_of, name_of
from podnet.operator.informers import Informer, Informers, Listener
from podnet.operator.metrics import Metrics
from podnet.operator.monitor import Monitor
from podnet.operator.webhooks import WebhookServer
from podnet.operator.worker import FaultHeard, Worker

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
"""As often as a kubelet renews its Lease: a quarter of the time after which a node counts as dead."""
ClientConfig = Callable[[str], Obj]
"""From a path to the ``clientConfig`` that leads there."""


class OperatorHost:
    """Implements ``podnet.api.host.Host`` for one life of an implementation.

    ``fault`` hears of what the implementation lets escape; it goes on living, as it does in process.
    """

    def __init__(
        self,
        api: Api,
        *,
        inventory: Inventory,
        informers: Informers,
        server: WebhookServer,
        client_config: ClientConfig,
        monitor: Monitor,
        metrics: Metrics,
        fault: FaultHeard,
        at_once: int,
    ) -> None:
        self._api = api
        self._inventory = inventory
        self._informers = informers
        self._server = server
        self._client_config = client_config
        self._monitor = monitor
        self._fault = fault
        self._worker = Worker(monitor, at_once=at_once, fault=fault, reconciled=metrics.reconciled)
        self._listening: list[tuple[Informer, Listener]] = []
        self._routes: dict[str, Webhook] = {}

    @property
    def api(self) -> Api:
        """The Kubernetes API."""
        return self._api

    @property
    def inventory(self) -> Inventory:
        """The cloud."""
        return self._inventory

    @property
    def heartbeat_seconds(self) -> float | None:
        """Every node of a real cluster is watched over."""
        return HEARTBEAT_SECONDS

    def now(self) -> datetime:
        """The present moment by the clock of this machine."""
        return datetime.now(UTC)

    def serve(self, path: str, webhook: Webhook) -> Obj:
        """Answer admission reviews at ``path``. Raises ValueError if the path is taken."""
        path = f"/{path.lstrip('/')}"
        if path in self._routes:
            raise ValueError(f"something is served at {path!r} already")

        def answer(request: AdmissionRequest) -> AdmissionResponse:
            try:
                with self._monitor:
                    return webhook(request)
            except Exception as error:
                self._fault(path, (request.namespace, request.name), error)
                raise

        self._routes[path] = self._server.routes[path] = answer
        return self._client_config(path)

    def controller(self, name: str, reconcile: Reconcile, *, watches: Watches) -> None:
        """Register a controller. Raises ValueError if the name is taken, ApiError if something cannot be listed."""
        self._worker.add(name, reconcile)
        for resource, keys in watches.items():
            informer = self._informers.of(resource)
            listener = self._listener(name, keys)
            self._listening.append((informer, listener))
            informer.listen(listener)

    def _listener(self, name: str, keys: Callable[[Change], Iterable[Key]]) -> Listener:
        def heard(change: Change) -> None:
            try:
                found = tuple(keys(change))
            except Exception as error:  # the watching half of an implementation: as fallible as its reconciling half
                log.exception("%s failed to hear of %s", name, name_of(change.object))
                self._fault(name, key_of(change.object), error)
                return
            if found:
                self._worker.put(name, found)

        return heard

    def start(self) -> None:
        """Begin to reconcile."""
        self._worker.start()

    def rest(self, *, seconds: float) -> bool:
        """Reconcile no more; whether the last reconciliation has ended within so many seconds."""
        return self._worker.stop(seconds=seconds)

    def close(self) -> None:
        """Call the implementation no more."""
        self._worker.stop(seconds=0)
        for informer, listener in self._listening:
            informer.forget(listener)
        for path, webhook in self._routes.items():
            if self._server.routes.get(path) is webhook:
                del self._server.routes[path]

    @property
    def works(self) -> bool:
        """Whether keys are being reconciled."""
        return self._worker.lives

    @property
    def idle(self) -> bool:
        """Whether there is nothing to reconcile at this moment."""
        return self._worker.idle

    @property
    def waiting(self) -> int:
        """How many keys are ready to be reconciled."""
        return self._worker.waiting

    @property
    def paths(self) -> tuple[str, ...]:
        """Where webhooks are served."""
        return tuple(self._routes)
