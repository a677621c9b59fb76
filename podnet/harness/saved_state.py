"""The state of a cluster as text, saved before a scenario's cluster is cleaned up, so that a failure can be studied."""

from __future__ import annotations

from pathlib import Path

import yaml

from podnet.api.client import Api
from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import (
    DEPLOYMENTS,
    EVENTS,
    JOBS,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    NODES,
    POD_ENIS,
    POD_NETWORKINGS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
)
from podnet.suite.scenarios import slug

SAVED = (
    POD_NETWORKINGS,
    PODS,
    POD_ENIS,
    NODES,
    NAMESPACES,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
    JOBS,
    EVENTS,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
)

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The fast one where PyYAML was built with it: an implementation that fails everywhere has every state saved."""


def save_state(api: Api, *, folder: Path, scenario: str, seed: int) -> str:
    """Write the objects of the cluster as YAML documents; returns the file's path relative to the report."""
    documents: list[Obj] = []
    for resource in SAVED:
        try:
            found = api.list(resource).items
        except ApiError as error:
            if error.code != 404:
                raise
            continue
        documents += [
            {"apiVersion": resource.api_version, "kind": resource.kind, **_without_noise(item)} for item in found
        ]
    folder.mkdir(exist_ok=True)
    path = folder / f"{slug(scenario)}--seed-{seed}.yaml"
    text: str = yaml.dump_all(documents, Dumper=DUMPER, sort_keys=False, allow_unicode=True)
    path.write_text(text, encoding="utf-8", errors="replace")
    return f"{folder.name}/{path.name}"


def _without_noise(item: Obj) -> Obj:
    metadata = {key: value for key, value in item.get("metadata", {}).items() if key != "managedFields"}
    return {**item, "metadata": metadata}
