"""Asks a real kube-apiserver what it says of the built-in kinds, and pins the answers as data of the in-process API.

    python -m tools.facts

It needs a control plane (`./dev control-plane`) and Go. What it writes lies in podnet/kube/data.
"""

from __future__ import annotations

import json
import lzma
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from kubernetes.client import ApiClient, ApiextensionsV1Api
from kubernetes.config import new_client_from_config

from podnet.api.resources import Resource
from podnet.controlplane.plane import control_plane
from podnet.kube.absent import ABSENT_KINDS
from podnet.kube.facts import CLUSTER_MODEL, FOLDER, MODEL, TABLE
from podnet.kube.kept_kinds import KEPT_KINDS
from podnet.kube.registry import BUILT_IN_KINDS
from podnet.kube.reviews import REVIEWS

HERE = Path(__file__).resolve().parent
_PATIENCE = 30.0
_REFERENCE = "#/components/schemas/"


def main() -> None:
    """Write all files."""
    with control_plane() as plane:
        client = new_client_from_config(str(plane.kubeconfig))
        stored = [*BUILT_IN_KINDS, *KEPT_KINDS, *ABSENT_KINDS]
        paths, schemas = _documents(client, [*stored, *REVIEWS])
        columns = {kind.group_resource: _columns(client, kind) for kind in stored}
        custom = _custom(client)
    wire = json.loads(subprocess.check_output(["go", "run", "./wire"], cwd=HERE / "kubernetes"))  # noqa: S607 - Go, whichever is installed
    FOLDER.mkdir(exist_ok=True)
    for name, content in _named(paths, schemas, columns, wire, custom):
        text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        file = FOLDER / f"{name}.json.xz"
        file.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
        print(f"{file}: {len(text)} bytes, {file.stat().st_size} compressed")


def _named(*contents: Any) -> Iterator[tuple[str, Any]]:
    return zip(("paths", "schemas", "columns", "wire", "custom"), contents, strict=True)


def _custom(client: ApiClient) -> Any:
    """The OpenAPI document of two custom kinds, one namespaced and one not, with all that a definition may ask for."""
    api = ApiextensionsV1Api(client)
    for kind, scope in ((MODEL, "Namespaced"), (CLUSTER_MODEL, "Cluster")):
        api.create_custom_resource_definition(cast("Any", _definition(kind, scope)))  # which takes plain objects too
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with suppress(ValueError):  # there is no document yet
            document = _get(client, f"/openapi/v3/apis/{MODEL.api_version}")
            if all(f"{kind.plural}/{{name}}/scale" in str(list(document["paths"])) for kind in (MODEL, CLUSTER_MODEL)):
                return document
        time.sleep(0.1)
    raise TimeoutError("kube-apiserver has published no document of the models")


def _definition(kind: Resource, scope: str) -> dict[str, Any]:
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    version = {
        "name": kind.version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        "subresources": {"status": {}, "scale": scale},
    }
    names = {"plural": kind.plural, "kind": kind.kind}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": kind.group_resource},
        "spec": {"group": kind.group, "scope": scope, "names": names, "versions": [version]},
    }


def _get(client: ApiClient, path: str, accept: str = "application/json") -> Any:
    response = client.rest_client.pool_manager.request(
        "GET", f"{client.configuration.host}{path}", headers={"Accept": accept}
    )
    return json.loads(response.data)


def _documents(client: ApiClient, kinds: list[Resource]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The paths of these kinds by API version, and every schema that they mention."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for version in sorted({kind.api_version for kind in kinds}):
        prefix = f"apis/{version}" if "/" in version else f"api/{version}"
        document = _get(client, f"/openapi/v3/{prefix}")
        served = {kind.plural for kind in kinds if kind.api_version == version}
        own = {path: item for path, item in document["paths"].items() if _plural(path, prefix) in served}
        paths[version] = own
        known = document["components"]["schemas"]
        for name in _reachable(own, known):
            schemas[name] = known[name]
    return paths, schemas


def _plural(path: str, prefix: str) -> str:
    parts = path.strip("/").removeprefix(prefix).strip("/").split("/")
    if parts[0] == "watch":
        return ""  # deprecated since 1.11, and not served here
    return parts[2] if parts[:2] == ["namespaces", "{namespace}"] and len(parts) > 2 else parts[0]


def _reachable(value: Any, schemas: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = list(_references(value))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item.removeprefix(_REFERENCE)
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _columns(client: ApiClient, kind: Resource) -> Any:
    return _get(client, f"{kind.path()}?limit=1", TABLE)["columnDefinitions"]


if __name__ == "__main__":
    main()
