"""The certificate by which the API server knows our webhooks, and the Secret by which several replicas share one."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from podnet.api.client import Api
from podnet.api.errors import ApiError, is_conflict, is_not_found
from podnet.api.objects import Obj
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import SECRETS
from podnet.operator.folders import private_folder

LIFETIME = timedelta(days=3650)
AUTHORITY, CHAIN, KEY = "ca.crt", "tls.crt", "tls.key"
"""The keys of the Secret: what Kubernetes calls them in a Secret of type kubernetes.io/tls."""
ATTEMPTS = 5


@dataclass(frozen=True)
class Certificate:
    """PEM: the authority that others have to trust, and the certificate with its key, which nobody else may see."""

    authority: bytes
    chain: bytes
    key: bytes

    @property
    def bundle(self) -> str:
        """``caBundle`` as a webhook configuration wants it."""
        return base64.b64encode(self.authority).decode()

    def server_context(self) -> ssl.SSLContext:
        """What a server needs that shows this certificate. Raises EnvironmentProblem if it is none."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # The ssl module reads files only; this one is gone before anybody could look for it, and only we may read it.
        with private_folder() as folder:
            file = Path(folder, "tls.pem")
            file.write_bytes(self.key + b"\n" + self.chain)
            try:
                context.load_cert_chain(file)
            except ssl.SSLError as error:
                raise EnvironmentProblem(f"the certificate of the webhooks cannot be used: {error}") from None
        return context


def make_certificate(hosts: Sequence[str]) -> Certificate:
    """A new certificate for these names and addresses, signed by an authority that signs nothing else."""
    import trustme  # a tenth of a second

    authority = trustme.CA(organization_name="podnet")
    until = datetime.now(UTC) + LIFETIME
    made = authority.issue_cert(*hosts, common_name=hosts[0], organization_name="podnet", not_after=until)
    chain = b"".join(blob.bytes() for blob in made.cert_chain_pems)
    return Certificate(authority.cert_pem.bytes(), chain, made.private_key_pem.bytes())


def shared_certificate(api: Api, hosts: Sequence[str], *, namespace: str, name: str) -> Certificate:
    """The certificate in a Secret, which whoever comes first fills. Raises EnvironmentProblem if there is no Secret."""
    for _ in range(ATTEMPTS):
        try:
            secret = api.get(SECRETS, name, namespace=namespace)
            found = _read(secret)
            if found is not None:
                return found
            made = make_certificate(hosts)
            data = {AUTHORITY: made.authority, CHAIN: made.chain, KEY: made.key}
            encoded = {key: base64.b64encode(value).decode() for key, value in data.items()}
            api.update(SECRETS, {**secret, "data": {**(secret.get("data") or {}), **encoded}})
        except ApiError as error:
            if is_not_found(error):
                how = "apply what `podnet operator --print-manifests` prints"
                raise EnvironmentProblem(f"there is no Secret {namespace}/{name} for the certificate: {how}") from None
            if not is_conflict(error):
                raise
        else:
            return made
    raise EnvironmentProblem(f"the Secret {namespace}/{name} changes all the time: nobody else may write to it")


def _read(secret: Obj) -> Certificate | None:
    data = secret.get("data") or {}
    if not all(data.get(key) for key in (AUTHORITY, CHAIN, KEY)):
        return None
    return Certificate(*(base64.b64decode(data[key]) for key in (AUTHORITY, CHAIN, KEY)))
