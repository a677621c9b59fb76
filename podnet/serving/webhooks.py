"""Calls webhooks where they really are: behind HTTPS, in whatever process."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any

from podnet.api.host import AdmissionRequest, AdmissionResponse
from podnet.api.objects import Obj
from podnet.kube.admission import NonsenseError, WebhookDown
from podnet.kube.webhook_rules import Hook
from podnet.serving import bridge

MOST_CALLS = 32
"""Webhooks that are asked at the same time; more requests than that wait for one another."""
_LARGEST_ANSWER = 3 * 2**20


class WebhookCalls:
    """Asks over HTTPS, each call in a thread of its own while the loop goes on."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MOST_CALLS, thread_name_prefix="webhook")

    def call(self, hook: Hook, request: AdmissionRequest) -> AdmissionResponse:
        """The answer of the webhook. Raises WebhookDown or NonsenseError if it gives none that can be used."""
        if not hook.config.get("url"):
            service = hook.config.get("service") or {}
            name = f"{service.get('namespace')}/{service.get('name')}"
            raise WebhookDown(f"nothing acts on Services here, so {name} leads nowhere: give the webhook a url")
        loop = asyncio.get_running_loop()
        return bridge.wait(loop.run_in_executor(self._threads, partial(_ask, hook, review(request))))


def review(request: AdmissionRequest) -> bytes:
    """The AdmissionReview (admission.k8s.io/v1) that asks this."""
    resource = request.resource
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    named = {"group": resource.group, "version": resource.version, "resource": resource.plural}
    asked: Obj = {
        "uid": request.uid,
        "kind": kind,
        "resource": named,
        "requestKind": kind,
        "requestResource": named,
        "operation": request.operation,
        "userInfo": {"username": "podnet-admin", "groups": ["system:masters", "system:authenticated"]},
        "object": request.object,
        "oldObject": request.old_object,
        "dryRun": request.dry_run,
        "options": None,
    }
    optional = {"subResource": request.subresource, "name": request.name, "namespace": request.namespace}
    asked |= {key: value for key, value in optional.items() if value}
    if request.subresource:
        asked["requestSubResource"] = request.subresource
    return json.dumps(
        {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": asked}, separators=(",", ":")
    ).encode()


@lru_cache(maxsize=64)
def _pool(bundle: str) -> Any:
    """Connections to whoever this authority vouches for."""
    from urllib3 import PoolManager

    context = ssl.create_default_context(cadata=base64.b64decode(bundle).decode() if bundle else None)
    return PoolManager(ssl_context=context, retries=False, maxsize=MOST_CALLS)


def _ask(hook: Hook, body: bytes) -> AdmissionResponse:
    from urllib3.exceptions import HTTPError
    from urllib3.exceptions import TimeoutError as OutOfTime

    url = f"{hook.url}{'&' if '?' in hook.url else '?'}timeout={hook.timeout}s"
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        pool = _pool(str(hook.config.get("caBundle") or ""))
        answer = pool.request("POST", url, body=body, headers=headers, timeout=hook.timeout, preload_content=False)
        try:
            content = answer.read(_LARGEST_ANSWER)
        finally:
            answer.release_conn()
    except OutOfTime:
        raise WebhookDown("context deadline exceeded") from None
    except (HTTPError, OSError, ValueError) as error:
        raise WebhookDown(str(error)) from None
    return _read(content, answer.status)


def _read(content: bytes, status: int) -> AdmissionResponse:
    if status != 200:
        raise WebhookDown(f"the server answered {status}: {content[:200].decode(errors='replace')}")
    try:
        response = json.loads(content)["response"]
        refusal = response.get("status") or {}
        patch = json.loads(base64.b64decode(response["patch"])) if response.get("patch") else ()
        return AdmissionResponse(
            allowed=response["allowed"],
            message=str(refusal.get("message") or refusal.get("reason") or ""),
            code=int(refusal.get("code") or 400),
            patch=tuple(patch),
            warnings=tuple(response.get("warnings") or ()),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NonsenseError(f"expected an AdmissionReview with a response: {error!r}") from None
