"""What ``podnet cluster`` does for clusters in containers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from podnet.containers import cluster, leftovers
from podnet.containers.session import Kind


def up(kind: Kind, *, name: str, port: int | None, images: tuple[str, ...]) -> dict[str, Any]:
    """Start one that stays; what is known of it. Raises EnvironmentProblem if it cannot be had."""
    made = cluster.start(kind, name=name, port=port or 0, stays=True, images=images)
    return {
        "name": name,
        "target": kind,
        "kubeconfig": str(made.kubeconfig),
        "server": made.server,
        "version": made.version,
        "container": made.node,
    }


def listed(kind: Kind) -> list[dict[str, Any]]:
    """Those that run, and what is left of killed ones."""
    return [_listed(kind, one) for one in leftovers.find_clusters(kind)]


def _listed(kind: Kind, found: leftovers.Found) -> dict[str, Any]:
    told: dict[str, Any] = {"name": found.name, "target": kind, "status": found.status}
    told["folder"] = str(found.folder or "")
    if found.problem:
        told["problem"] = found.problem
    if found.state is not None:
        state = asdict(found.state)
        told |= {key: state[key] for key in ("image", "owner", "server", "session", "started", "version")}
        told["container"] = found.state.node
        if found.state.ready and found.folder is not None:
            told["kubeconfig"] = str(cluster.kubeconfig_in(Path(found.folder)))
    return told


def down(kind: Kind, name: str) -> None:
    """End the one of this name. Raises EnvironmentProblem if there is none, or something of it does not go."""
    cluster.down(kind, name)


def prune(kind: Kind) -> list[str]:
    """End what killed processes have left; returns the names."""
    return leftovers.prune(kind)
