"""Admission webhooks that answer as a conversation says, for both sides, and remember what they were asked."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import trustme

from podnet.api.host import AdmissionRequest, AdmissionResponse, Webhook
from podnet.operator.webhooks import WebhookServer

LOOPBACK = "127.0.0.1"


@dataclass
class Webhooks:
    """``urls`` and what answers there; ``reviews`` grows with each request that came in."""

    urls: Mapping[str, str] = field(default_factory=dict)
    ca: str = ""
    by_url: Mapping[str, Webhook] = field(default_factory=dict)
    reviews: list[Any] = field(default_factory=list)

    @property
    def variables(self) -> Mapping[str, str]:
        return {"ca": self.ca, **{f"webhook {name}": url for name, url in self.urls.items()}} if self.ca else {}

    def taken(self) -> list[Any]:
        """The requests since the last call."""
        taken, self.reviews[:] = list(self.reviews), []
        return taken


@contextmanager
def served(behaviours: Mapping[str, Any]) -> Iterator[Webhooks]:
    """Webhooks over HTTPS on loopback; the in-process side calls the same functions without it.

    A behaviour is the fields of an AdmissionResponse; ``down`` is one where nobody listens.
    """
    if not behaviours:
        yield Webhooks()
        return
    import base64

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(LOOPBACK).configure_cert(context)
    server = WebhookServer(LOOPBACK, 0, context=context, answered=lambda path, *, seconds, result: None)
    server.start()
    try:
        webhooks = Webhooks(ca=base64.b64encode(authority.cert_pem.bytes()).decode())
        webhooks.urls = {
            name: f"https://{LOOPBACK}:{1 if behaviour == 'down' else server.port}/{name}"
            for name, behaviour in behaviours.items()
        }
        answering = {
            name: _webhook(name, behaviour, webhooks) for name, behaviour in behaviours.items() if behaviour != "down"
        }
        webhooks.by_url = {webhooks.urls[name]: webhook for name, webhook in answering.items()}
        server.routes.update({f"/{name}": webhook for name, webhook in answering.items()})
        yield webhooks
    finally:
        server.stop()


def _webhook(name: str, behaviour: Mapping[str, Any], webhooks: Webhooks) -> Webhook:
    response = AdmissionResponse(**{key: _frozen(value) for key, value in behaviour.items()})

    def review(request: AdmissionRequest) -> AdmissionResponse:
        webhooks.reviews.append(
            {
                "webhook": name,
                "operation": request.operation,
                "resource": request.resource.plural,
                "subresource": request.subresource,
                "namespace": request.namespace,
                "name": request.name,
                "object": request.object,
                "oldObject": request.old_object,
                "dryRun": request.dry_run,
            }
        )
        return response

    return review


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
