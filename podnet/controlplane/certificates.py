"""Makes the certificates of one control plane, which nobody else trusts and which end with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from podnet.controlplane.ports import LOOPBACK

SERVICE_ADDRESSES = "10.0.0.0/16"
"""Where Services get their addresses; the first is that of the API server."""

_SERVER = ("localhost", LOOPBACK, "10.0.0.1", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
USERS = {
    "admin": ("podnet-admin", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", ""),
    "kube-scheduler": ("system:kube-scheduler", ""),
}
"""Who has a kubeconfig: user and group, as the default roles of Kubernetes know them."""


@dataclass(frozen=True)
class Pem:
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True)
class Certificates:
    """``authority`` (PEM) signs all others; ``service_accounts`` is the key (PEM) that signs their tokens."""

    authority: bytes
    server: Pem
    users: dict[str, Pem]
    service_accounts: bytes


def make_certificates() -> Certificates:
    """New ones: one authority for servers and clients, one server certificate for all components, three users."""
    import trustme  # a tenth of a second, needed in the supervisor alone

    authority = trustme.CA(organization_name="podnet")

    def issue(*addresses: str, common_name: str, group: str = "") -> Pem:
        made = authority.issue_cert(*addresses, common_name=common_name, organization_name=group or None)
        return Pem(b"".join(blob.bytes() for blob in made.cert_chain_pems), made.private_key_pem.bytes())

    return Certificates(
        authority=authority.cert_pem.bytes(),
        server=issue(*_SERVER, common_name="kube-apiserver"),
        # Each has an address too, which nobody uses: certificates without one would be refused.
        users={name: issue(name, common_name=user, group=group) for name, (user, group) in USERS.items()},
        service_accounts=issue("service-accounts", common_name="service-accounts").key,
    )


def write_certificates(made: Certificates, folder: Path, *, server: str) -> None:
    """Write them for the components, and a kubeconfig for each user, which stands alone and may be moved."""
    files = {
        "ca.crt": made.authority,
        "server.crt": made.server.certificate,
        "server.key": made.server.key,
        "service-accounts.key": made.service_accounts,
    }
    files |= {f"{name}.kubeconfig": _kubeconfig(made, name, server=server) for name in made.users}
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _kubeconfig(made: Certificates, name: str, *, server: str) -> bytes:
    pem = made.users[name]
    credentials = {"client-certificate-data": _text(pem.certificate), "client-key-data": _text(pem.key)}
    return kubeconfig(USERS[name][0], credentials, authority=made.authority, server=server)


def kubeconfig(user: str, credentials: Mapping[str, str], *, authority: bytes, server: str) -> bytes:
    """A kubeconfig that stands alone: ``authority`` (PEM) vouches for ``server`` (URL)."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "podnet", "cluster": {"server": server, "certificate-authority-data": _text(authority)}}],
        "users": [{"name": user, "user": dict(credentials)}],
        "contexts": [{"name": "podnet", "context": {"cluster": "podnet", "user": user}}],
        "current-context": "podnet",
    }
    return json.dumps(config, indent=2).encode()  # JSON is YAML


def _text(pem: bytes) -> str:
    return base64.b64encode(pem).decode()
