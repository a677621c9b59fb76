"""Gives pods the token of their ServiceAccount as a volume, as the admission plugin ServiceAccount does.

Source: plugin/pkg/admission/serviceaccount of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from podnet.api.objects import Obj
from podnet.api.resources import SERVICE_ACCOUNTS
from podnet.kube.metadata import generate_name
from podnet.kube.strategy import Context

_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_PREFIX = "kube-api-access-"
_SECONDS = 3607
_SOURCES: Sequence[Obj] = (
    {"serviceAccountToken": {"expirationSeconds": _SECONDS, "path": "token"}},
    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
    {
        "downwardAPI": {
            "items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]
        }
    },
)


def project_token(obj: Obj, context: Context) -> None:
    """Add the volume to a new pod in place, and mount it, unless the pod or its account does not want it."""
    spec = obj["spec"]
    wanted = spec.get("automountServiceAccountToken")
    if wanted is None:
        account = context.peek(SERVICE_ACCOUNTS, obj["metadata"].get("namespace", ""), spec["serviceAccountName"])
        wanted = (account or {}).get("automountServiceAccountToken", True)
    lacking = [
        container
        for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
        if all(mount.get("mountPath") != _PATH for mount in container.get("volumeMounts") or ())
    ]
    if not wanted or not lacking:
        return
    # A real name is random. This one is that of all pods of the account, so that what they share is kept once.
    account_name = f"{obj['metadata'].get('namespace', '')}/{spec['serviceAccountName']}"
    there = [volume["name"] for volume in spec.get("volumes") or () if str(volume.get("name")).startswith(_PREFIX)]
    name = there[0] if there else generate_name(_PREFIX, Random(account_name))
    for container in lacking:
        mount = {"name": name, "readOnly": True, "mountPath": _PATH}
        container["volumeMounts"] = [*(container.get("volumeMounts") or ()), mount]
    if not there:
        volume = {"name": name, "projected": {"sources": list(_SOURCES), "defaultMode": 0o644}}
        spec["volumes"] = [*(spec.get("volumes") or ()), volume]
