"""The documents by which clients learn what the API serves."""

from __future__ import annotations

from collections.abc import Sequence

from podnet.api.objects import Obj
from podnet.kube.answers import no_such_page
from podnet.kube.registry import Registry, Served

VERSION: Obj = {
    "major": "1",
    "minor": "36",
    "gitVersion": "v1.36.0-podnet",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "",
    "compiler": "",
    "platform": "",
}
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_SUBRESOURCES = {
    "status": ("", "", "", ("get", "patch", "update")),
    "finalize": ("", "", "", ("update",)),
    "scale": ("autoscaling", "v1", "Scale", ("get", "patch", "update")),
    "binding": ("", "v1", "Binding", ("create",)),
    "eviction": ("policy", "v1", "Eviction", ("create",)),
}


def api_versions() -> Obj:
    """``GET /api``."""
    clients = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "in-process"}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": clients}


def api_groups(registry: Registry) -> Obj:
    """``GET /apis``."""
    groups: dict[str, list[str]] = {}
    for served in registry:
        versions = groups.setdefault(served.resource.group, [])
        if served.resource.version not in versions:
            versions.append(served.resource.version)
    listed = [_group(group, versions) for group, versions in groups.items() if group]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}


def api_group(registry: Registry, name: str) -> Obj:
    """``GET /apis/GROUP``. Raises ApiError 404 for a group that is not served."""
    for group in api_groups(registry)["groups"]:
        if group["name"] == name:
            return {"kind": "APIGroup", "apiVersion": "v1", **group}
    raise no_such_page()


def _group(name: str, versions: Sequence[str]) -> Obj:
    entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": entries, "preferredVersion": entries[0]}


def api_resources(registry: Registry, group: str, version: str) -> Obj:
    """``GET /apis/GROUP/VERSION``. Raises ApiError 404 for a version that is not served."""
    found = [served for served in registry if (served.resource.group, served.resource.version) == (group, version)]
    if not found:
        raise no_such_page()
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{group}/{version}" if group else version,
        "resources": [row for served in found for row in _rows(served)],
    }


def _rows(served: Served) -> Sequence[Obj]:
    resource, strategy = served.resource, served.strategy
    verbs = [verb for verb in _VERBS if verb != "deletecollection" or strategy.delete_collection]
    row: Obj = {
        "name": resource.plural,
        "singularName": served.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": verbs,
    }
    if served.short_names:
        row["shortNames"] = list(served.short_names)
    if served.categories:
        row["categories"] = list(served.categories)
    rows = [row]
    for name in strategy.subresources:
        if name not in _SUBRESOURCES:
            continue
        group, version, kind, sub_verbs = _SUBRESOURCES[name]
        sub: Obj = {
            "name": f"{resource.plural}/{name}",
            "singularName": "",
            "namespaced": resource.namespaced,
            "kind": kind or resource.kind,
            "verbs": list(sub_verbs),
        }
        if version:
            sub.update(group=group, version=version)
        rows.append(sub)
    return rows
