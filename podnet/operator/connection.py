"""The way to a real API server: a kubeconfig or the ServiceAccount of a pod, through the official client."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from podnet.api.errors import ApiError, Unreachable
from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.kube.rest import RestApi

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

CONNECTIONS = 32
"""Kept open for reuse: a watch for each resource, the worker, the election, webhooks that ask."""
REQUEST_SECONDS = 20.0
"""How long an answer may take before the request counts as lost."""
HASTY_SECONDS = 4.0
"""The same for what is worthless when it comes late."""
OLDEST = (1, 28)
"""The oldest minor version of Kubernetes that the operator is written for."""
_KEEP_ALIVE = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
        if hasattr(socket, name)
    ),
)
"""A watch lies idle for minutes: only this tells that its server has vanished without a word."""


@dataclass(frozen=True)
class Connection:
    """A configured client of the official package; ``source`` says where its settings come from."""

    client: ApiClient
    source: str

    @cached_property
    def api(self) -> RestApi:
        """For everything but what follows."""
        return RestApi(self.client, request_seconds=REQUEST_SECONDS)

    @cached_property
    def rehearsal(self) -> RestApi:
        """The same for a replica that stands by: its writes are checked by the server and not carried out."""
        return RestApi(self.client, request_seconds=REQUEST_SECONDS, dry_run=True)

    @cached_property
    def hasty(self) -> RestApi:
        """The same for what is worthless when it comes late."""
        return self.within(HASTY_SECONDS)

    def within(self, seconds: float) -> RestApi:
        """The same with answers that come so soon or not at all."""
        return RestApi(self.client, request_seconds=seconds)

    def check(self) -> str:
        """The version of the server. Raises EnvironmentProblem if there is none, or one that is too old."""
        host = self.client.configuration.host
        try:
            version = self.hasty.raw("/version")
        except Unreachable as error:
            reason = str(error).partition("Max retries exceeded")[2] or str(error)
            raise EnvironmentProblem(
                f"the API server {host} of {self.source} cannot be reached{reason and ': '}{reason.strip(': ')}; "
                "check that it runs and that the address is right"
            ) from None
        except ApiError as error:
            raise EnvironmentProblem(f"the API server {host} of {self.source} refuses: {error}") from None
        found = str(version.get("gitVersion") or "")
        numbers = [str(version.get(part) or "").rstrip("+") for part in ("major", "minor")]
        if not all(number.isdigit() for number in numbers):
            raise EnvironmentProblem(f"{host} of {self.source} says no version of Kubernetes at /version: {version}")
        if tuple(map(int, numbers)) < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise EnvironmentProblem(
                f"the API server {host} is Kubernetes {found}; the operator needs {wanted} or later"
            )
        return found


def connect(kubeconfig: Path | None) -> Connection:
    """The connection that a kubeconfig describes; without one that of the pod's own ServiceAccount, or of the user.

    Raises UsageProblem for a kubeconfig that cannot be used, EnvironmentProblem if there is neither.
    """
    from kubernetes import client, config
    from kubernetes.config.config_exception import ConfigException

    settings = client.Configuration()
    if kubeconfig is None and is_in_cluster():
        source = "this pod's ServiceAccount"
        try:
            config.load_incluster_config(client_configuration=settings)
        except ConfigException as error:
            raise EnvironmentProblem(f"{source} cannot be used: {error}") from None
    else:
        source = str(kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config")
        try:
            config.load_kube_config(
                config_file=str(kubeconfig) if kubeconfig else None, client_configuration=settings, persist_config=False
            )
        except (ConfigException, OSError) as error:
            text = f"the kubeconfig cannot be used: {' '.join(str(error).split())}"
            raise UsageProblem(text, path=source) from None
        except Exception as error:  # the loader lets errors of YAML and of its own through
            text = f"the kubeconfig cannot be read: {type(error).__name__}: {' '.join(str(error).split())}"
            raise UsageProblem(text, path=source) from None
    settings.connection_pool_maxsize = CONNECTIONS
    settings.socket_options = list(_KEEP_ALIVE)
    return Connection(cast("Any", client.ApiClient(settings)), source)


def is_in_cluster() -> bool:
    """Whether this process runs in a pod."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST"))
