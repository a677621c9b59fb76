"""Somebody's cluster: a control plane with an implementation on it, full of things that are none of the suite's."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from planes import eventually, need_programs
from processes import ROOT, Done, conformance, podnet, start

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, name_of, namespace_of, uid_of
from podnet.api.resources import (
    LEASES,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    NODES,
    POD_ENIS,
    POD_NETWORKINGS,
    PODS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)
from podnet.controlplane.plane import ControlPlane, control_plane
from podnet.kube.rest import RestApi
from podnet.operator.connection import connect
from podnet.targets.renaming import RUN

INVENTORY = ROOT / "fixtures" / "inventories" / "standard.yaml"
RBAC = "rbac.authorization.k8s.io"
CLUSTER_ROLES = Resource(RBAC, "v1", "clusterroles", "ClusterRole", namespaced=False)
CLUSTER_ROLE_BINDINGS = Resource(RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced=False)
SERVICE_ACCOUNTS = Resource("", "v1", "serviceaccounts", "ServiceAccount")
QUICK = ("--timeout-scale", "0.1", "--inventory", INVENTORY)
KINDS = (
    NAMESPACES,
    POD_NETWORKINGS,
    PODS,
    POD_ENIS,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    NODES,
)


class Somebodys:
    """A cluster, for its administrator; ``podnet`` is called with a kubeconfig of two contexts."""

    def __init__(self, plane: ControlPlane, folder: Path) -> None:
        self.plane = plane
        self.api: RestApi = connect(plane.kubeconfig).api
        self.kubeconfig = folder / "config"
        config = json.loads(plane.kubeconfig.read_text(encoding="utf-8"))
        mine = {"name": "mine", "context": config["contexts"][0]["context"]}
        self.config: dict[str, Any] = {**config, "contexts": [*config["contexts"], mine]}
        self.kubeconfig.write_text(yaml.safe_dump(self.config), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        return {"KUBECONFIG": str(self.kubeconfig)}

    def judge(self, *args: object, report: Path, **env: str) -> tuple[Done, dict[str, Any]]:
        words = ("--target", "kubeconfig", *QUICK, *args)
        return conformance(*words, report=report, env={**self.environment, **env})

    def refuse(self, *args: object, target: str = "kubeconfig", **env: str) -> Done:
        """A run that does not begin."""
        words = ("conformance", "--target", target, *QUICK, "--select", "SEL-1", *args)
        return podnet(*words, env={**self.environment, **env})

    def prune(self) -> Done:
        return podnet("cluster", "prune", "--target", "kubeconfig:mine", env=self.environment)

    def ours(self) -> list[str]:
        """What carries the label of a run, and what lies in namespaces that do."""
        spaces = {name_of(one) for one in self.api.list(NAMESPACES, label_selector=RUN).items}
        planes = [f"PodNetworking {name_of(one)}" for one in self.api.list(POD_NETWORKINGS, label_selector=RUN).items]
        leases = [f"Lease {name_of(one)}" for one in self.api.list(LEASES, label_selector=RUN).items]
        pods = [f"Pod {name_of(one)}" for one in self.api.list(PODS).items if namespace_of(one) in spaces]
        return [*(f"Namespace {name}" for name in spaces), *planes, *leases, *pods]

    def theirs(self) -> dict[str, str]:
        """Everything that is not the suite's, with its resourceVersion; nodes only by their UID, which live on."""
        found = {}
        for kind in KINDS:
            for one in self.api.list(kind).items:
                version = uid_of(one) if kind == NODES else str(one["metadata"]["resourceVersion"])
                found[f"{kind.kind} {namespace_of(one)}/{name_of(one)}"] = version
        return found

    def user(self, name: str, *, rules: list[Obj]) -> str:
        """The path of a kubeconfig for a ServiceAccount with these rights, and nothing else."""
        subject = {"kind": "ServiceAccount", "name": name, "namespace": "shop"}
        self._create(SERVICE_ACCOUNTS, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}})
        role = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}
        self._create(CLUSTER_ROLES, role)
        reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": name}
        binding = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name}}
        self._create(CLUSTER_ROLE_BINDINGS, {**binding, "roleRef": reference, "subjects": [subject]})
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "metadata": {"name": name}}
        made = self.api.create(
            SERVICE_ACCOUNTS, {**request, "spec": {"expirationSeconds": 600}}, namespace="shop", subresource="token"
        )
        return self.with_user(name, {"token": made["status"]["token"]})

    def with_user(self, name: str, user: Mapping[str, object]) -> str:
        """The path of a kubeconfig with another credential."""
        path = self.kubeconfig.with_name(f"config-{name}")
        current = self.config["users"][0]["name"]
        path.write_text(yaml.safe_dump({**self.config, "users": [{"name": current, "user": dict(user)}]}))
        return str(path)

    def with_old_certificate(self) -> str:
        """The path of a kubeconfig whose client certificate is of another authority, and expired long ago."""
        import trustme

        past = datetime(2001, 1, 1, tzinfo=UTC)
        made = trustme.CA().issue_cert("admin", common_name="podnet-admin", not_after=past)
        pem = made.cert_chain_pems[0].bytes(), made.private_key_pem.bytes()
        certificate, key = (base64.b64encode(blob).decode() for blob in pem)
        return self.with_user("expired", {"client-certificate-data": certificate, "client-key-data": key})

    def _create(self, resource: Resource, obj: Obj) -> None:
        self.api.create(resource, obj, namespace="shop" if resource.namespaced else "")


def podnetworking(name: str, selector: Obj, **labels: str) -> Obj:
    return {
        "apiVersion": POD_NETWORKINGS.api_version,
        "kind": POD_NETWORKINGS.kind,
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "allocationType": {"type": "Elastic"},
            "selector": selector,
            "securityGroupIDs": ["sg-1"],
            "vSwitchOptions": ["vsw-a1"],
        },
    }


def furnish(api: RestApi) -> None:
    """Put in what somebody's cluster has: an application with a network of its own, a webhook for its namespace."""
    api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    api.create(POD_NETWORKINGS, podnetworking("shop", {"podSelector": {"matchLabels": {"app": "shop"}}}))
    named = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}
    api.create(POD_NETWORKINGS, podnetworking("shop-namespace", {**named, "podSelector": {}}))
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    hook = {
        "name": "hook.shop.example.com",
        "clientConfig": {"url": "https://127.0.0.1:1/hook"},
        "rules": [rule],
        "namespaceSelector": named["namespaceSelector"],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    kind = VALIDATING_WEBHOOK_CONFIGURATIONS
    metadata = {"name": "shop"}
    api.create(kind, {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, "webhooks": [hook]})
    spec = {"containers": [{"name": "main", "image": "shop"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "shop", "labels": {"app": "shop"}}, "spec": spec}
    eventually(lambda: _created(api, pod))
    eventually(lambda: api.get(PODS, "shop", namespace="shop")["status"].get("phase") == "Running")
    eventually(lambda: all(one.get("status") for one in api.list(POD_NETWORKINGS).items))  # nobody writes any more


def _created(api: RestApi, pod: Obj) -> bool:
    try:
        api.create(PODS, pod, namespace="shop")
    except ApiError:  # the namespace has no ServiceAccount yet
        return False
    return True


@contextmanager
def somebodys_cluster(folder: Path) -> Iterator[Somebodys]:
    """Such a cluster, with the reference installed on it."""
    need_programs()
    with control_plane() as plane:
        words = ("operator", "--kubeconfig", plane.kubeconfig, "--no-leader-election")
        with start(*words, stderr=subprocess.DEVNULL) as operator:
            try:
                assert operator.stdout is not None
                assert operator.stdout.readline() == "ready\n"
                cluster = Somebodys(plane, folder)
                furnish(cluster.api)
                yield cluster
            finally:
                operator.kill()
