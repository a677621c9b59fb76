"""What an operator counts, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from podnet.api.resources import Resource

MILLISECONDS = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5, 2.0, 10.0)


class Metrics:
    """The figures of one operator: in a registry of its own, so that several can live in one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._reconciles = Histogram(
            "podnet_reconcile_seconds",
            "How long a controller took to bring a key into order.",
            ["controller", "result"],
            buckets=MILLISECONDS,
            registry=registry,
        )
        self._reviews = Histogram(
            "podnet_webhook_seconds",
            "How long an admission review took from its body to its answer.",
            ["path", "result"],
            buckets=MILLISECONDS,
            registry=registry,
        )
        self._requests = Counter(
            "podnet_api_requests", "Requests to the API server.", ["verb", "resource", "code"], registry=registry
        )
        self._lists = Counter(
            "podnet_watch_expired",
            "Watches that expired, so that all was listed again.",
            ["resource"],
            registry=registry,
        )
        self._faults = Counter("podnet_faults", "Exceptions that the implementation let escape.", registry=registry)

    def reconciled(self, controller: str, *, seconds: float, result: str) -> None:
        """A reconciliation has ended."""
        self._reconciles.labels(controller, result).observe(seconds)

    def reviewed(self, path: str, *, seconds: float, result: str) -> None:
        """A review was answered."""
        self._reviews.labels(path, result).observe(seconds)

    def called(self, verb: str, resource: Resource, *, code: int) -> None:
        """A request to the API server has ended."""
        self._requests.labels(verb, resource.group_resource, str(code)).inc()

    def expired(self, resource: Resource) -> None:
        """A watch has expired."""
        self._lists.labels(resource.group_resource).inc()

    def fault(self) -> None:
        """The implementation let an exception escape."""
        self._faults.inc()

    def gauge(self, name: str, help: str, value: Callable[[], float]) -> None:
        """Add a figure that is read when somebody asks."""
        Gauge(name, help, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self._registry)
