"""Reads and writes AdmissionReview, version v1 of admission.k8s.io.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
"""

from __future__ import annotations

import base64
import json
from typing import Any

from podnet.api.host import AdmissionRequest, AdmissionResponse
from podnet.api.objects import Obj
from podnet.api.resources import KNOWN, Resource

API_VERSION, KIND = "admission.k8s.io/v1", "AdmissionReview"
OPERATIONS = ("CREATE", "UPDATE", "DELETE", "CONNECT")


class BadReview(ValueError):  # noqa: N818  # named by what it is
    """What came is no AdmissionReview; the text says why."""


def read_review(body: bytes) -> AdmissionRequest:
    """The request in an AdmissionReview. Raises BadReview."""
    try:
        review = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadReview(f"the body is not JSON: {error}") from None
    if not isinstance(review, dict) or (review.get("apiVersion"), review.get("kind")) != (API_VERSION, KIND):
        raise BadReview(f"the body is not a {KIND} of {API_VERSION}")
    request = review.get("request")
    if not isinstance(request, dict):
        raise BadReview("request is missing")
    operation = request.get("operation")
    if operation not in OPERATIONS:
        raise BadReview(f"request.operation is {operation!r}, not one of {', '.join(OPERATIONS)}")
    uid = _text(request, "uid")
    if not uid:
        raise BadReview("request.uid is missing")
    return AdmissionRequest(
        uid=uid,
        operation=operation,
        resource=_resource(request),
        subresource=_text(request, "subResource"),
        namespace=_text(request, "namespace"),
        name=_text(request, "name"),
        object=_object(request, "object"),
        old_object=_object(request, "oldObject"),
        dry_run=bool(request.get("dryRun")),
    )


def _text(request: Obj, field: str) -> str:
    value = request.get(field)
    if value is not None and not isinstance(value, str):
        raise BadReview(f"request.{field} is not a string")
    return value or ""


def _object(request: Obj, field: str) -> Obj | None:
    value: Any = request.get(field)
    if value is not None and not (isinstance(value, dict) and isinstance(value.get("metadata"), dict)):
        raise BadReview(f"request.{field} is not an object with metadata")
    return value


def _resource(request: Obj) -> Resource:
    resource, kind = request.get("resource"), request.get("kind")
    if not isinstance(resource, dict) or not isinstance(kind, dict):
        raise BadReview("request.resource or request.kind is missing")
    plural, name = str(resource.get("resource") or ""), str(kind.get("kind") or "")
    group, version = str(resource.get("group") or ""), str(resource.get("version") or "")
    found = Resource(group, version, plural, name, namespaced=bool(request.get("namespace")))
    known = KNOWN.get((found.api_version, name))
    return known if known is not None and known.plural == plural else found


def write_review(uid: str, answer: AdmissionResponse) -> bytes:
    """The AdmissionReview that answers the request with this uid."""
    response: Obj = {"uid": uid, "allowed": answer.allowed}
    if not answer.allowed:
        response["status"] = {"code": answer.code, "message": answer.message}
    if answer.patch:
        patch = json.dumps(answer.patch, separators=(",", ":")).encode()
        response |= {"patchType": "JSONPatch", "patch": base64.b64encode(patch).decode()}
    if answer.warnings:
        response["warnings"] = list(answer.warnings)
    review = {"apiVersion": API_VERSION, "kind": KIND, "response": response}
    return json.dumps(review, separators=(",", ":")).encode()
