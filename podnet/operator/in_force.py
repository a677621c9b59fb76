"""Waits until the API server asks our webhooks: it learns of a webhook configuration a moment after it was written."""

from __future__ import annotations

import logging
import secrets
import time

from podnet.api.client import Api
from podnet.api.errors import ApiError, Unreachable
from podnet.api.objects import Obj
from podnet.api.resources import PODS, SELF_SUBJECT_ACCESS_REVIEWS
from podnet.operator.webhooks import WebhookServer

log = logging.getLogger(__name__)

NAMESPACE = "default"
PATIENCE = 3.0
"""Seconds; an implementation may have webhooks that hear of no pod."""
BETWEEN = 0.05


def await_force(api: Api, *, server: WebhookServer) -> None:
    """Rehearse the creation of a pod until a webhook hears of it. Whoever may not create pods cannot see that."""
    if not _may_create_pods(api):
        return
    name = f"podnet-rehearsal-{secrets.token_hex(4)}"
    container = {"name": "none", "image": "none"}
    metadata = {"name": name, "namespace": NAMESPACE}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
    heard = server.asked_about(name)
    end = time.monotonic() + PATIENCE
    while not heard.is_set() and time.monotonic() < end:
        try:
            api.create(PODS, pod, dry_run=True)
        except (ApiError, Unreachable) as error:
            # Denied is heard as well; the namespace may still lack its ServiceAccount.
            log.debug("the rehearsal is refused: %s", error)
        heard.wait(BETWEEN)
    server.forget(name)
    if not heard.is_set():
        log.warning("no webhook was asked about a new pod within %g s", PATIENCE)


def _may_create_pods(api: Api) -> bool:
    attributes = {"verb": "create", "resource": PODS.plural, "namespace": NAMESPACE}
    kind = SELF_SUBJECT_ACCESS_REVIEWS
    review: Obj = {"apiVersion": kind.api_version, "kind": kind.kind, "spec": {"resourceAttributes": attributes}}
    try:
        answer = api.create(kind, review)
    except (ApiError, Unreachable):
        return False
    return bool((answer.get("status") or {}).get("allowed"))
