"""What every namespace has from the start: the ServiceAccount ``default``, and the certificate of the API server.

Only clusters that are served have these. Source: pkg/controller/serviceaccount and
pkg/controller/certificates/rootcacertpublisher of Kubernetes 1.36.
"""

from __future__ import annotations

from typing import cast

from podnet.api.host import Change, Key
from podnet.api.objects import Obj, is_terminating, name_of, namespace_of
from podnet.api.resources import CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS, Resource
from podnet.kube.host import KubeHost

ROOT = "kube-root-ca.crt"
_WHY = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class NamespaceContent:
    """Puts back what a namespace must have; ``authority`` is the certificate (PEM)."""

    def __init__(self, host: KubeHost, *, authority: str) -> None:
        self._host = host
        self._authority = authority

    def install(self) -> None:
        """Register with the host."""
        self._host.controller(
            "namespace-content",
            self.reconcile,
            watches={
                NAMESPACES: lambda change: (name_of(change.object),),
                SERVICE_ACCOUNTS: self._gone,
                CONFIG_MAPS: self._gone,
            },
        )

    def reconcile(self, key: Key) -> None:
        """Create what is missing in one namespace."""
        name = cast("str", key)
        namespace = self._host.peek(NAMESPACES, "", name)
        if namespace is None or is_terminating(namespace):
            return
        self._ensure(SERVICE_ACCOUNTS, name, {"metadata": {"name": "default", "namespace": name}})
        metadata = {"name": ROOT, "namespace": name, "annotations": {"kubernetes.io/description": _WHY}}
        self._ensure(CONFIG_MAPS, name, {"metadata": metadata, "data": {"ca.crt": self._authority}})

    def _ensure(self, resource: Resource, namespace: str, obj: Obj) -> None:
        if self._host.peek(resource, namespace, obj["metadata"]["name"]) is None:
            full = {"kind": resource.kind, "apiVersion": resource.api_version, **obj}
            self._host.api.create(resource, full, namespace=namespace)

    def _gone(self, change: Change) -> tuple[str, ...]:
        return (namespace_of(change.object),) if change.new is None else ()
