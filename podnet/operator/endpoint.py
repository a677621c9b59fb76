"""Where the API server finds our webhooks: at this process itself, or at a Service in front of several."""

from __future__ import annotations

from podnet.api.client import Api
from podnet.api.objects import Obj
from podnet.operator.certificates import make_certificate, shared_certificate
from podnet.operator.webhooks import Answered, WebhookServer


class Endpoint:
    """A webhook server with its certificate, and the way to it.

    ``host``: the name or address of this process. With ``service``, the name of a Service in ``namespace``, that is
    asked instead, and the certificate is in the Secret of the same name. Raises EnvironmentProblem if the port or the
    certificate cannot be had.
    """

    def __init__(self, api: Api, *, host: str, port: int, service: str, namespace: str, answered: Answered) -> None:
        self._host, self._service, self._namespace = host, service, namespace
        if service:
            names = [f"{service}.{namespace}.svc"]
            certificate = shared_certificate(api, names, namespace=namespace, name=service)
        else:
            certificate = make_certificate([host])
        self._bundle = certificate.bundle
        context = certificate.server_context()
        self.server = WebhookServer("" if service else host, port, context=context, answered=answered)

    @property
    def is_direct(self) -> bool:
        """Whether the API server asks this process and no other."""
        return not self._service

    @property
    def url(self) -> str:
        """Where this process itself is asked, without a path."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"https://{host}:{self.server.port}"

    def client_config(self, path: str) -> Obj:
        """``clientConfig`` for a webhook that is served at ``path``."""
        if self._service:
            service = {"namespace": self._namespace, "name": self._service, "port": 443, "path": path}
            return {"service": service, "caBundle": self._bundle}
        return {"url": f"{self.url}{path}", "caBundle": self._bundle}
