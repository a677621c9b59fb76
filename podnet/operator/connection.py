"""The way to a real API server: a kubeconfig or the ServiceAccount of a pod, through the official client."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podnet.api.errors import ApiError, Unreachable
from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.kube.rest import RestApi
from podnet.operator.folders import private_folder

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

CONNECTIONS = 32
"""Kept open for reuse: a watch for each resource, the worker, the election, webhooks that ask."""
REQUEST_SECONDS = 20.0
"""How long an answer may take before the request counts as lost."""
HASTY_SECONDS = 4.0
"""The same for what is worthless when it comes late."""
OLDEST = (1, 30)
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


def connect(kubeconfig: Path | None, *, context: str = "") -> Connection:
    """The connection that a kubeconfig describes; without one that of the pod's own ServiceAccount, or of the user.

    ``context``: which of the kubeconfig's, by default its current one.

    Raises UsageProblem for a kubeconfig that cannot be used, EnvironmentProblem if there is neither.
    """
    from kubernetes import client

    settings = client.Configuration()
    settings.connection_pool_maxsize = CONNECTIONS
    settings.socket_options = list(_KEEP_ALIVE)
    if kubeconfig is None and is_in_cluster():
        source = "this pod's ServiceAccount"
        _load_own_account(settings, source=source)
        return Connection(_in_memory(settings), source)
    source = str(kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config")
    with private_folder() as folder:
        _load_kubeconfig(settings, kubeconfig, context=context, source=source, folder=folder)
        return Connection(_in_memory(settings), source)


def _load_own_account(settings: Any, *, source: str) -> None:
    from kubernetes import config

    try:
        config.load_incluster_config(client_configuration=settings)
    except config.ConfigException as error:
        raise EnvironmentProblem(f"{source} cannot be used: {error}") from None


def _load_kubeconfig(settings: Any, kubeconfig: Path | None, *, context: str, source: str, folder: str) -> None:
    from kubernetes import config
    from kubernetes.config import kube_config

    file = str(kubeconfig) if kubeconfig else None
    try:
        config.load_kube_config(
            config_file=file,
            context=context or None,
            client_configuration=settings,
            persist_config=False,
            temp_file_path=folder,
        )
    except (config.ConfigException, OSError) as error:
        text = f"the kubeconfig cannot be used: {' '.join(str(error).split())}"
        raise UsageProblem(text, path=source) from None
    except Exception as error:  # the loader lets errors of YAML and of its own through
        text = f"the kubeconfig cannot be read: {type(error).__name__}: {' '.join(str(error).split())}"
        raise UsageProblem(text, path=source) from None
    finally:
        # It would hand the same files out again, which are about to go.
        written = kube_config._temp_files  # noqa: SLF001  # nothing public makes it forget
        for content in [content for content, path in written.items() if Path(path).is_relative_to(folder)]:
            del written[content]


def _in_memory(settings: Any) -> ApiClient:
    """A client that needs the files of its certificates no longer: a process that is killed leaves no key behind."""
    from kubernetes import client

    made = client.ApiClient(settings)
    arguments = made.rest_client.pool_manager.connection_pool_kw
    try:
        context = ssl.create_default_context(cafile=settings.ssl_ca_cert or None)
        if settings.cert_file:
            context.load_cert_chain(settings.cert_file, settings.key_file or None)
    except (ssl.SSLError, OSError) as error:
        raise UsageProblem(f"the certificates for the API server {settings.host} cannot be used: {error}") from None
    if not settings.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    for name in ("ca_certs", "cert_file", "key_file", "ca_cert_data"):
        arguments.pop(name, None)
    arguments["ssl_context"] = context
    return made


def is_in_cluster() -> bool:
    """Whether this process runs in a pod."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST"))
