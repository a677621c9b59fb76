"""Objects and small helpers that the tests of the in-process API server share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from podnet.api.errors import ApiError
from podnet.api.host import AdmissionRequest, AdmissionResponse, Key
from podnet.api.objects import Obj, clone
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, MUTATING_WEBHOOK_CONFIGURATIONS, Resource
from podnet.kube.direct import DirectApi
from podnet.kube.server import ApiServer
from podnet.kube.store import Store

PLANES = Resource("example.com", "v1", "planes", "Plane", namespaced=False)
UID = "00000000-0000-4000-8000-000000000000"


class Bench:
    """An API server alone, with a clock that a test moves by hand."""

    def __init__(self, *, history: int = 10_000) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.faults: list[tuple[str, Key, Exception]] = []
        self.server = ApiServer(
            now=lambda: self.moment,
            random=Random(1),
            record_fault=lambda source, key, error: self.faults.append((source, key, error)),
            store=Store(history=history),
        )
        self.api = DirectApi(self.server, now=lambda: 0.0)
        self.events: list[tuple[Resource, Any]] = []
        self.server.store.subscribe(lambda resource, change: self.events.append((resource, change)))

    def pass_time(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    @property
    def revision(self) -> int:
        return self.server.store.revision


def pod(name: str = "web", *, namespace: str = "default", **changes: Any) -> Obj:
    obj: Obj = {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "image": "nginx:1"}]},
    }
    obj["spec"].update(changes)
    return obj


def config_map(name: str = "settings", *, namespace: str = "default", data: Obj | None = None) -> Obj:
    metadata = {"name": name, "namespace": namespace}
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata, "data": data or {}}


def namespace(name: str, **labels: str) -> Obj:
    return {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name, "labels": labels}}


def node(name: str, **labels: str) -> Obj:
    size = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "100Gi", "pods": "110"}
    metadata = {"name": name, "labels": labels}
    return {"kind": "Node", "apiVersion": "v1", "metadata": metadata, "status": {"capacity": size}}


def deployment(name: str = "web", *, replicas: int | None = 2, **labels: str) -> Obj:
    chosen = labels or {"app": name}
    spec: Obj = {
        "selector": {"matchLabels": dict(chosen)},
        "template": {"metadata": {"labels": dict(chosen)}, "spec": pod()["spec"]},
    }
    if replicas is not None:
        spec["replicas"] = replicas
    metadata = {"name": name, "namespace": "default"}
    return {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": metadata, "spec": spec}


PLANE_SCHEMA: Obj = {
    "type": "object",
    "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
        "spec": {
            "type": "object",
            "required": ["allocationType", "zones"],
            "properties": {
                "allocationType": {
                    "type": "object",
                    "default": {"type": "Elastic"},
                    "properties": {
                        "type": {"type": "string", "enum": ["Elastic", "Fixed"]},
                        "releaseAfter": {"type": "string", "default": "10m"},
                    },
                },
                "zones": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 3,
                    "items": {"type": "string", "pattern": "^vsw-", "minLength": 5},
                },
                "selector": {
                    "type": "object",
                    "nullable": True,
                    "properties": {"labels": {"type": "object", "additionalProperties": {"type": "string"}}},
                },
                "port": {"x-kubernetes-int-or-string": True},
                "extra": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "weight": {"type": "integer", "minimum": 1, "maximum": 10},
            },
        },
        "status": {
            "type": "object",
            "properties": {
                "phase": {"type": "string", "enum": ["Ready", "Fail"]},
                "updatedAt": {"type": "string", "format": "date-time"},
            },
        },
    },
}


def crd(*, status: bool = True, scope: str = "Cluster") -> Obj:
    version: Obj = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": clone(PLANE_SCHEMA)},
    }
    if status:
        version["subresources"] = {"status": {}}
    return {
        "kind": "CustomResourceDefinition",
        "apiVersion": "apiextensions.k8s.io/v1",
        "metadata": {"name": "planes.example.com"},
        "spec": {
            "group": "example.com",
            "scope": scope,
            "names": {"plural": "planes", "kind": "Plane", "shortNames": ["pl"]},
            "versions": [version],
        },
    }


def define_planes(bench: Bench, **options: Any) -> None:
    bench.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd(**options))


def plane(name: str = "a", **spec: Any) -> Obj:
    return {
        "kind": "Plane",
        "apiVersion": "example.com/v1",
        "metadata": {"name": name},
        "spec": {"zones": ["vsw-1"], **spec},
    }


def webhook(name: str = "pods.example.com", url: str = "https://in-process/pods", **changes: Any) -> Obj:
    return {
        "name": name,
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "clientConfig": {"url": url},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
        **changes,
    }


def hook_configuration(*webhooks: Obj, name: str = "hooks", kind: str = "MutatingWebhookConfiguration") -> Obj:
    return {
        "kind": kind,
        "apiVersion": "admissionregistration.k8s.io/v1",
        "metadata": {"name": name},
        "webhooks": list(webhooks),
    }


class Hook:
    """A webhook that notes what it is asked and answers what the test wants."""

    def __init__(self, bench: Bench, *, url: str = "https://in-process/pods", answer: Any = None) -> None:
        self.requests: list[AdmissionRequest] = []
        self.answer = answer if answer is not None else AdmissionResponse()
        bench.server.admission.webhooks[url] = self

    def __call__(self, request: AdmissionRequest) -> Any:
        self.requests.append(request)
        return self.answer(request) if callable(self.answer) else self.answer


def mutating(bench: Bench, *webhooks: Obj, name: str = "hooks") -> None:
    bench.api.create(MUTATING_WEBHOOK_CONFIGURATIONS, hook_configuration(*webhooks, name=name))


@contextmanager
def refused(code: int, reason: str = "", text: str = "") -> Iterator[list[ApiError]]:
    """Expects an ApiError with this code, reason and part of its message; the list holds it afterwards."""
    seen: list[ApiError] = []
    with pytest.raises(ApiError) as caught:
        yield seen
    seen.append(caught.value)
    assert caught.value.code == code, caught.value.message
    if reason:
        assert caught.value.reason == reason
    assert text in caught.value.message, caught.value.message
