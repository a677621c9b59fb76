"""The documents by which clients learn what the API serves."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.answers import no_such_page
from podnet.kube.registry import Registry, Served
from podnet.kube.reviews import REVIEWS

VERSION: Obj = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.0-podnet",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "",
    "compiler": "",
    "platform": "",
}
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_CUSTOM_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
_ORDER = (
    "",
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "resource.k8s.io",
    "flowcontrol.apiserver.k8s.io",
)
_SUBRESOURCES = {
    "status": ("", "", "", ("get", "patch", "update")),
    "ephemeralcontainers": ("", "", "", ("get", "patch", "update")),
    "finalize": ("", "", "", ("update",)),
    "scale": ("autoscaling", "v1", "Scale", ("get", "patch", "update")),
    "binding": ("", "v1", "Binding", ("create",)),
    "token": ("authentication.k8s.io", "v1", "TokenRequest", ("create",)),
    "eviction": ("policy", "v1", "Eviction", ("create",)),
}


def api_versions() -> Obj:
    """``GET /api``."""
    clients = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "in-process"}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": clients}


def api_groups(registry: Registry) -> Obj:
    """``GET /apis``."""
    listed = [_group(group, versions) for group, versions in _groups(registry).items() if group]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}


def api_group(registry: Registry, name: str) -> Obj:
    """``GET /apis/GROUP``. Raises ApiError 404 for a group that is not served."""
    for group in api_groups(registry)["groups"]:
        if group["name"] == name:
            return {"kind": "APIGroup", "apiVersion": "v1", **group}
    raise no_such_page()


def api_resources(registry: Registry, group: str, version: str) -> Obj:
    """``GET /apis/GROUP/VERSION``. Raises ApiError 404 for a version that is not served."""
    found = _entries(registry, group, version)
    if not found:
        raise no_such_page()
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{group}/{version}" if group else version,
        "resources": [row for entry in found for row in _rows(entry)],
    }


def aggregated(registry: Registry, *, core: bool) -> Obj:
    """``GET /api`` or ``GET /apis`` of clients that want all groups at once (apidiscovery.k8s.io/v2)."""
    items = [
        {
            "metadata": {"name": group} if group else {},
            "versions": [
                {
                    "version": version,
                    "resources": [_summary(entry) for entry in _entries(registry, group, version)],
                    "freshness": "Current",
                }
                for version in versions
            ],
        }
        for group, versions in _groups(registry).items()
        if bool(group) is not core
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def paths(registry: Registry) -> list[str]:
    """``GET /``: the paths of all documents."""
    groups = [(group, versions) for group, versions in _groups(registry).items() if group]
    listed = [f"/apis/{group}{rest}" for group, versions in groups for rest in ("", *(f"/{each}" for each in versions))]
    return [
        "/api",
        "/api/v1",
        "/apis",
        *sorted(listed),
        *sorted(("/healthz", "/livez", "/openapi/v3", "/readyz", "/version")),
    ]


@dataclass(frozen=True)
class _Entry:
    """A row of discovery: a resource, and what is below it."""

    resource: Resource
    singular: str
    verbs: Sequence[str]
    short_names: Sequence[str] = ()
    categories: Sequence[str] = ()
    subresources: Sequence[str] = ()
    stored: bool = True


def _groups(registry: Registry) -> dict[str, list[str]]:
    """The versions of each group, in the order of a real server: its own groups, then the others by name."""
    found: dict[str, list[str]] = {}
    for resource in (*(served.resource for served in registry), *REVIEWS):
        versions = found.setdefault(resource.group, [])
        if resource.version not in versions:
            versions.append(resource.version)
    ranked = sorted(found, key=lambda group: (_ORDER.index(group) if group in _ORDER else len(_ORDER), group))
    return {group: found[group] for group in ranked}


def _group(name: str, versions: Sequence[str]) -> Obj:
    entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": entries, "preferredVersion": entries[0]}


def _entries(registry: Registry, group: str, version: str) -> Sequence[_Entry]:
    listed = [_entry(served) for served in registry] + [
        _Entry(kind, kind.kind.lower(), ("create",), stored=False) for kind in REVIEWS
    ]
    found = [entry for entry in listed if (entry.resource.group, entry.resource.version) == (group, version)]
    return sorted(found, key=lambda entry: entry.resource.plural)


def _entry(served: Served) -> _Entry:
    strategy = served.strategy
    verbs = _CUSTOM_VERBS if served.custom else _VERBS
    return _Entry(
        served.resource,
        served.singular,
        [verb for verb in verbs if verb != "deletecollection" or strategy.delete_collection],
        served.short_names,
        served.categories,
        [name for name in _in_order(served) if name in _SUBRESOURCES],
    )


def _in_order(served: Served) -> Sequence[str]:
    """The paths below a resource, in the order in which a real server lists them."""
    subresources = served.strategy.subresources
    return subresources if served.custom else sorted(subresources)


def _rows(entry: _Entry) -> Sequence[Obj]:
    resource = entry.resource
    row: Obj = {
        "name": resource.plural,
        "singularName": entry.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(entry.verbs),
    }
    if entry.short_names:
        row["shortNames"] = list(entry.short_names)
    if entry.categories:
        row["categories"] = list(entry.categories)
    if entry.stored:
        row["storageVersionHash"] = _storage_version_hash(resource)
    rows = [row]
    for name in entry.subresources:
        group, version, kind, verbs = _SUBRESOURCES[name]
        sub: Obj = {
            "name": f"{resource.plural}/{name}",
            "singularName": "",
            "namespaced": resource.namespaced,
            "kind": kind or resource.kind,
            "verbs": list(verbs),
        }
        if group:
            sub.update(group=group, version=version)
        rows.append(sub)
    return rows


def _summary(entry: _Entry) -> Obj:
    resource = entry.resource
    found: Obj = {
        "resource": resource.plural,
        "responseKind": {"group": "", "version": "", "kind": resource.kind},
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": entry.singular,
        "verbs": list(entry.verbs),
    }
    if entry.short_names:
        found["shortNames"] = list(entry.short_names)
    if entry.categories:
        found["categories"] = list(entry.categories)
    if entry.subresources:
        found["subresources"] = [
            {
                "subresource": name,
                "responseKind": {
                    "group": _SUBRESOURCES[name][0],
                    "version": _SUBRESOURCES[name][1] if _SUBRESOURCES[name][0] else "",
                    "kind": _SUBRESOURCES[name][2] or resource.kind,
                },
                "verbs": list(_SUBRESOURCES[name][3]),
            }
            for name in entry.subresources
        ]
    return found


def _storage_version_hash(resource: Resource) -> str:
    """As k8s.io/apiserver makes it (pkg/endpoints/discovery/storageversionhash.go)."""
    digest = sha256(f"{resource.group}/{resource.version}/{resource.kind}".encode()).digest()
    return base64.b64encode(digest[:8]).decode()
