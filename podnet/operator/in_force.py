"""Whether what was installed is in force: the API server learns of types and webhooks a moment after it was told."""

from __future__ import annotations

import logging
import secrets
import time
from http import HTTPStatus

from podnet.api.client import Api
from podnet.api.errors import ApiError, Unreachable, is_not_found
from podnet.api.objects import Obj, name_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import (
    MUTATING_WEBHOOK_CONFIGURATIONS,
    PODS,
    SELF_SUBJECT_ACCESS_REVIEWS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)
from podnet.operator.webhooks import WebhookServer

log = logging.getLogger(__name__)

NAMESPACE = "default"
PATIENCE = 3.0
"""Seconds; an implementation may have webhooks that hear of no pod."""
BETWEEN = 0.05
SERVED_SECONDS = 5.0
"""How long a new CustomResourceDefinition may take to become usable."""
CONFIGURATIONS = (MUTATING_WEBHOOK_CONFIGURATIONS, VALIDATING_WEBHOOK_CONFIGURATIONS)


def await_served(api: Api, resource: Resource) -> None:
    """Wait until a resource type can be used. Raises ApiError if it still cannot after some seconds, or Unreachable."""
    end = time.monotonic() + SERVED_SECONDS
    while True:
        try:
            api.list(resource, limit=1)
        except ApiError as error:
            if not is_not_found(error):
                raise
            if time.monotonic() > end:
                text = f"nobody has defined {resource.group_resource} of {resource.api_version}"
                raise ApiError(error.code, text, reason=error.reason) from None
            time.sleep(BETWEEN)
        else:
            return


def await_force(api: Api, *, server: WebhookServer, url: str) -> None:
    """Rehearse the creation of a pod until a webhook hears of it. Whoever may not create pods cannot see that.

    Raises EnvironmentProblem if the API server cannot reach what is served below ``url``, which is ours.
    """
    if not _may_create_pods(api):
        return
    name = f"podnet-rehearsal-{secrets.token_hex(4)}"
    container = {"name": "none", "image": "none"}
    metadata = {"name": name, "namespace": NAMESPACE}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
    heard = server.asked_about(name)
    end = time.monotonic() + PATIENCE
    refusal = ""
    while not heard.is_set() and time.monotonic() < end:
        try:
            api.create(PODS, pod, dry_run=True)
            refusal = ""
        except (ApiError, Unreachable) as error:
            # Denied is heard as well; the namespace may still lack its ServiceAccount.
            log.debug("the rehearsal is refused: %s", error)
            refusal = str(error)
        heard.wait(BETWEEN)
    server.forget(name)
    if heard.is_set():
        return
    if url in refusal:
        reason = refusal[refusal.index(url) :].partition(": ")[2]
        raise EnvironmentProblem(
            f"the API server cannot reach the webhooks of this process at {url} ({reason}): give the name or address"
            " under which it finds this machine with --webhook-host, and let that port through"
        )
    log.warning("no webhook was asked about a new pod within %g s", PATIENCE)


Configured = frozenset[tuple[str, str]]
"""Resource and name of each webhook configuration."""


def configured(api: Api) -> Configured | None:
    """The webhook configurations that there are; None for who may not list them."""
    try:
        found = [(resource, one) for resource in CONFIGURATIONS for one in api.list(resource).items]
    except ApiError as error:
        if error.code == HTTPStatus.FORBIDDEN:
            return None
        raise
    return frozenset((resource.plural, name_of(one)) for resource, one in found)


def withdraw(api: Api, url: str, *, before: Configured) -> None:
    """Remove those that lead to ``url``, where nobody is found: as long as they are there no pod can be created.

    Those that were there before stay: somebody wants pods to wait rather than start without their plane.
    """
    try:
        for resource in CONFIGURATIONS:
            for one in api.list(resource).items:
                new = (resource.plural, name_of(one)) not in before
                if new and any(_leads_to(webhook, url) for webhook in one.get("webhooks") or ()):
                    api.delete(resource, name_of(one))
    except (ApiError, Unreachable) as error:
        log.warning("webhook configurations that lead to %s may be left: %s", url, error)


def _leads_to(webhook: Obj, url: str) -> bool:
    return str((webhook.get("clientConfig") or {}).get("url") or "").startswith(url)


def _may_create_pods(api: Api) -> bool:
    attributes = {"verb": "create", "resource": PODS.plural, "namespace": NAMESPACE}
    kind = SELF_SUBJECT_ACCESS_REVIEWS
    review: Obj = {"apiVersion": kind.api_version, "kind": kind.kind, "spec": {"resourceAttributes": attributes}}
    try:
        answer = api.create(kind, review)
    except (ApiError, Unreachable):
        return False
    return bool((answer.get("status") or {}).get("allowed"))
