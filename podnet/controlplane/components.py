"""Says how the four servers of a control plane are started, so that all of it is real but containers and networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from podnet.controlplane.certificates import SERVICE_ADDRESSES
from podnet.controlplane.ports import LOOPBACK

ETCD_SOCKET = "etcd.sock"
_SERVING = {
    "bind-address": LOOPBACK,
    "permit-port-sharing": "true",  # the port is held for it, see ports.py
    "tls-cert-file": "server.crt",
    "tls-private-key-file": "server.key",
}
_ISSUER = "https://kubernetes.default.svc"
# Client-side limits are for clusters that others use too; here they would only make everybody wait.
_RATE, _BURST = 500, 1000


@dataclass(frozen=True)
class Ports:
    """The numbers of three ports on loopback."""

    kube_apiserver: int
    kube_controller_manager: int
    kube_scheduler: int


def scheduler_configuration() -> Mapping[str, object]:
    """The file that kube-scheduler.yaml holds."""
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "leaderElection": {"leaderElect": False},
        "clientConnection": {"kubeconfig": "kube-scheduler.kubeconfig", "qps": _RATE, "burst": _BURST},
    }


def flags(ports: Ports) -> Mapping[str, Mapping[str, str]]:
    """The flags of each server, all of whose files are relative to the folder that it is started in.

    etcd listens on sockets of that folder alone, whose path may be longer than a socket's address may be.
    """
    return {
        "etcd": {
            "name": "podnet",
            "data-dir": "etcd",
            "listen-client-urls": f"unix://{ETCD_SOCKET}",
            "listen-peer-urls": "unix://etcd-peer.sock",
            # Asked for by etcd, and used by nobody: there are no other members.
            "advertise-client-urls": "http://localhost:2379",
            "unsafe-no-fsync": "true",
            "log-level": "warn",
        },
        "kube-apiserver": {
            **_SERVING,
            "secure-port": str(ports.kube_apiserver),
            # Without these it looks for an address of this machine, which may have none but loopback.
            "advertise-address": LOOPBACK,
            "endpoint-reconciler-type": "none",
            "etcd-servers": f"unix://{ETCD_SOCKET}",
            "client-ca-file": "ca.crt",
            "authorization-mode": "RBAC",
            "allow-privileged": "true",
            "service-cluster-ip-range": SERVICE_ADDRESSES,
            "service-account-issuer": _ISSUER,
            "service-account-key-file": "service-accounts.key",
            "service-account-signing-key-file": "service-accounts.key",
            "cert-dir": ".",
        },
        "kube-controller-manager": {
            **_SERVING,
            "secure-port": str(ports.kube_controller_manager),
            "kubeconfig": "kube-controller-manager.kubeconfig",
            "leader-elect": "false",
            "use-service-account-credentials": "true",  # each controller is who it is in a cluster, also for webhooks
            "service-account-private-key-file": "service-accounts.key",
            "root-ca-file": "ca.crt",
            "kube-api-qps": str(_RATE),
            "kube-api-burst": str(_BURST),
        },
        "kube-scheduler": {
            **_SERVING,
            "secure-port": str(ports.kube_scheduler),
            "config": "kube-scheduler.yaml",
        },
    }
