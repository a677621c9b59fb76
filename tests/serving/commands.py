"""What conversations with kubectl are made of: commands, objects, and why two clusters may answer differently."""

from __future__ import annotations

import json
from dataclasses import dataclass

from podnet.api.objects import Obj

PATCH_DECODING = "a real server quotes the whole patched object in its refusal"
SCALER = "nothing here would scale anything, so the refusal says so"
POD_DIFF = "a real server shows the fields by their names in Go, and all that surrounds them"
NODES = "no controller here annotates nodes; the taint not-ready stays until a Ready condition comes"
RIGHTS = "a real server also lists what everybody may do; here everybody may do everything"
NO_ENDPOINTS = "no controller here looks for the pods of a Service"
UNCOUNTED = "nothing here counts what a ResourceQuota is about"
ABSENT = "nothing here would act on it, so it is refused, and none of them is found"
NO_PROTECTION = "nothing here protects volumes that are in use"
OLD_DOCUMENT = "OpenAPI v2, which kubectl asks only when it is told to, has no kinds in it here"
CERTIFICATE = "our kubeconfig holds a token, the real one's a certificate, of which the server tells the digest"


@dataclass(frozen=True)
class Says:
    """One command. ``given`` is its standard input; ``until`` is what it has to say before it counts (a regex).

    ``apart`` is why the two clusters may say different things; then they have to.
    """

    command: str
    given: str = ""
    until: str = ""
    apart: str = ""


def yaml(*objects: Obj) -> str:
    return "\n---\n".join(json.dumps(obj) for obj in objects)


def config_map(name: str, *, labels: dict[str, str] | None = None, **data: str) -> Obj:
    metadata: Obj = {"name": name, **({"labels": labels} if labels else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def deployment(image: str = "web:1", replicas: int = 2, **strategy: object) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": image, "ports": [{"containerPort": 80}]}]},
            },
            **strategy,
        },
    }


def pod(name: str, **spec: object) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"run": name}},
        "spec": {
            "containers": [{"name": "main", "image": "nothing", "env": [{"name": "A", "value": "1"}]}],
            "automountServiceAccountToken": False,
            **spec,
        },
    }


def pod_networking(name: str) -> Obj:
    return {
        "apiVersion": "network.alibabacloud.com/v1beta1",
        "kind": "PodNetworking",
        "metadata": {"name": name},
        "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}, "vSwitchOptions": ["vsw-1"]},
    }
