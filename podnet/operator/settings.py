"""How an operator is reached and how it works: what its command line decides."""

from __future__ import annotations

from dataclasses import dataclass, field

from podnet.operator.leadership import Pace

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    """How an operator is reached. Ports: 0 takes any that is free, ``metrics_port`` None serves no metrics.

    ``webhook_host`` is the name or address under which the API server finds this process. With ``webhook_service``, the
    name of a Service in ``namespace``, it asks that instead, and the replicas behind it share a certificate by the
    Secret of the same name. ``elect``: whether several replicas elect the one that works. ``at_once``: how many keys
    are reconciled at the same time; their code takes turns, only what they wait for overlaps. ``start_seconds``: how
    long it may take until the implementation is installed for the first time.
    """

    namespace: str = "podnet-system"
    webhook_host: str = LOOPBACK
    webhook_port: int = 0
    webhook_service: str = ""
    metrics_port: int | None = None
    elect: bool = True
    start_seconds: float = 60.0
    at_once: int = 1
    pace: Pace = field(default_factory=Pace)
