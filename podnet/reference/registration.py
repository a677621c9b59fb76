"""What the cluster must know before anything works: two resource types and two webhooks."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from podnet.api.client import Api
from podnet.api.errors import ApiError, already_exists
from podnet.api.names import NAMESPACE_NAME
from podnet.api.objects import Obj, clone, name_of
from podnet.api.resources import (
    ALIBABA,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    POD_ENIS,
    POD_NETWORKINGS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)

CONFIGURATION = "podnet-reference"
TIMEOUT_SECONDS = 10
"""How long the creation of a pod may wait for an answer, which takes milliseconds: the default of Kubernetes."""
SYSTEM_NAMESPACE = "kube-system"
"""What a cluster needs to live, and to recover when the implementation does not answer, waits for no webhook."""


@cache
def _definition(plural: str) -> Obj:
    text = files(__package__).joinpath("crds", f"{plural}.yaml").read_text(encoding="utf-8")
    definition: Obj = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe loader
    return definition


def custom_resource_definitions() -> tuple[Obj, ...]:
    """The CustomResourceDefinitions of PodNetworking and PodENI; the caller may change them."""
    return tuple(clone(_definition(resource.plural)) for resource in (POD_NETWORKINGS, POD_ENIS))


def mutating_webhook_configuration(client_config: Obj) -> Obj:
    """Every pod of a user is admitted by the reference, or not at all: no silent default plane.

    Outside of it are the pods of the system, and those beside which the implementation itself lives if it is reached
    through a Service: they must start without it. A second invocation would match the pod anew and could bind it to the
    zones of two planes.
    """
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}
    own = (client_config.get("service") or {}).get("namespace")
    outside = [SYSTEM_NAMESPACE, *([own] if own and own != SYSTEM_NAMESPACE else [])]
    webhook = _webhook(f"pods.{ALIBABA}", rule, client_config) | {
        "namespaceSelector": {"matchExpressions": [{"key": NAMESPACE_NAME, "operator": "NotIn", "values": outside}]},
        "reinvocationPolicy": "Never",
    }
    return _configuration(MUTATING_WEBHOOK_CONFIGURATIONS, webhook)


def validating_webhook_configuration(client_config: Obj) -> Obj:
    """Every PodNetworking that is created or edited is looked at."""
    rule = {
        "apiGroups": [POD_NETWORKINGS.group],
        "apiVersions": [POD_NETWORKINGS.version],
        "resources": [POD_NETWORKINGS.plural],
        "operations": ["CREATE", "UPDATE"],
    }
    return _configuration(VALIDATING_WEBHOOK_CONFIGURATIONS, _webhook(f"podnetworkings.{ALIBABA}", rule, client_config))


def _webhook(name: str, rule: Obj, client_config: Obj) -> Obj:
    return {
        "name": name,
        "clientConfig": client_config,
        "rules": [{**rule, "scope": "*"}],
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "timeoutSeconds": TIMEOUT_SECONDS,
    }


def _configuration(resource: Resource, webhook: Obj) -> Obj:
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {"name": CONFIGURATION},
        "webhooks": [webhook],
    }


def apply(api: Api, resource: Resource, manifest: Obj) -> None:
    """Create an object, or make the one that is there say the same."""
    try:
        api.create(resource, manifest)
    except ApiError as error:
        if not already_exists(error):
            raise
        api.patch(resource, name_of(manifest), manifest)
