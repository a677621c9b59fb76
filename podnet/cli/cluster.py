"""``podnet cluster``: clusters that stay until somebody ends them, and what is left of those that were killed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeGuard

import click

from podnet.api.problems import UsageProblem

if TYPE_CHECKING:
    from podnet.containers.session import Kind

LOCAL, FAKE, CONTAINERS = "local", "fake", ("k3d", "k3s")
KINDS = (LOCAL, FAKE, *CONTAINERS)
TARGET = click.option(
    "--target",
    type=click.Choice(KINDS),
    default=LOCAL,
    show_default=True,
    help="The kind of cluster: processes, the in-process API, or containers that k3d or testcontainers start.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def cluster() -> None:
    """Start, list and end clusters."""


@cluster.command()
@TARGET
@click.option("--name", metavar="NAME", help="What it is called.  [default: as its kind]")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Where the API server listens.  [default: a free port]"
)
@click.option(
    "--import-image",
    "images",
    multiple=True,
    metavar="IMAGE",
    help="Bring an image of the Docker engine onto the nodes of a cluster in containers. Repeatable.",
)
@click.option("--with-reference", is_flag=True, help="For `fake`: let the reference implementation live on it.")
@click.option(
    "--history",
    type=click.IntRange(min=1),
    metavar="N",
    help="For `fake`: remember N changes of each resource; a watch from before them gets 410.  [default: 10000]",
)
@JSON
def up(
    *,
    target: str,
    name: str | None,
    port: int | None,
    images: tuple[str, ...],
    with_reference: bool,
    history: int | None,
    as_json: bool,
) -> None:
    """Start a cluster that stays when this command has ended, and print the path of its kubeconfig.

    For `local` that is a control plane without containers or nodes, on loopback, with everything in a temporary folder;
    for `fake` the in-process Kubernetes API, on the clock of the wall, served over HTTPS on loopback; for `k3d` and
    `k3s` one server of k3s in a container, whose image PODNET_K3S_IMAGE names.
    """
    from podnet.harness.interruption import Interruptions

    if with_reference and target != FAKE:
        raise UsageProblem(f"--with-reference is for --target {FAKE}: run `podnet operator` on other clusters")
    if history and target != FAKE:
        raise UsageProblem(f"--history is for --target {FAKE}: other clusters decide themselves what they remember")
    if images and target not in CONTAINERS:
        raise UsageProblem("--import-image is for clusters in containers: others have no nodes")
    name = name or target
    with Interruptions() as interruptions, interruptions.welcome():
        if _in_containers(target):
            from podnet.cli import containers

            told = containers.up(target, name=name, port=port, images=images)
        else:
            told = _up(target, name, port=port or 0, with_reference=with_reference, history=history)
    click.echo(json.dumps(told, indent=2, sort_keys=True) if as_json else told["kubeconfig"])


def _in_containers(target: str | None) -> TypeGuard[Kind]:
    return target in CONTAINERS


def _up(target: str, name: str, *, port: int, with_reference: bool, history: int | None) -> dict[str, Any]:
    if target == FAKE:
        from podnet.cli.inventory import inventory_text
        from podnet.kube.store import HISTORY
        from podnet.serving.fake import start as start_fake

        inventory = inventory_text(None)[0] if with_reference else ""
        made: Any = start_fake(name=name, port=port, detached=True, inventory=inventory, history=history or HISTORY)
    else:
        from podnet.controlplane.plane import start

        made = start(name=name, port=port, detached=True)
    told = {"name": name, "target": target, "kubeconfig": str(made.kubeconfig), "server": made.server}
    return told | {"version": made.version}


@cluster.command("list")
@click.option("--target", type=click.Choice(KINDS), help="The kind of cluster.  [default: local and fake]")
@JSON
def list_command(*, target: str | None, as_json: bool) -> None:
    """List the clusters that run, and those whose process was killed; `prune` ends what is left of the latter."""
    if _in_containers(target):
        from podnet.cli import containers

        found = containers.listed(target)
    else:
        found = _listed(target or "")
    if as_json:
        click.echo(json.dumps(found, indent=2, sort_keys=True))
        return
    for one in found:
        words = (one["name"], one["status"], one.get("version", ""), one.get("server", ""), one["folder"])
        click.echo("  ".join(word for word in words if word))
        if one.get("problem"):
            click.echo(f"  {one['problem']}")


def _listed(target: str) -> list[dict[str, Any]]:
    from podnet.controlplane.leftovers import find_planes

    return [
        {
            "name": one.name,
            "target": one.target,
            "status": one.status,
            "folder": str(one.folder),
            **({} if one.state is None else _details(asdict(one.state))),
        }
        for one in find_planes(target)
    ]


def _details(state: dict[str, Any]) -> dict[str, Any]:
    return {key: state[key] for key in ("owner", "problem", "processes", "server", "started", "version")}


@cluster.command()
@TARGET
@click.argument("name", required=False)
def down(*, target: str, name: str | None) -> None:
    """End the cluster of this name (that of its kind if none is given), and remove all that belongs to it."""
    from podnet.harness.interruption import Interruptions

    with Interruptions():  # half of an end is none: a signal is remembered until it is over
        if _in_containers(target):
            from podnet.cli import containers

            containers.down(target, name or target)
        else:
            from podnet.controlplane.leftovers import down as end

            end(name or target)


@cluster.command()
@click.option(
    "--target",
    default="",
    metavar="local|fake|k3d|k3s|kubeconfig[:CONTEXT]",
    help="The kind of cluster, or somebody's cluster, of which only what runs of the suite have left is removed."
    "  [default: local and fake]",
)
def prune(*, target: str) -> None:
    """End what is left of killed runs and clusters, and print their names; what is alive stays as it is.

    On somebody's cluster everything is removed that carries the label podnet/run, but for a run that goes on.
    """
    from podnet.harness.interruption import Interruptions

    with Interruptions():
        for name in _pruned(target):
            click.echo(name)


def _pruned(target: str) -> Iterable[str]:
    if target.partition(":")[0] == "kubeconfig":
        from podnet.cli.guest import prune as remove

        return remove(target)
    if target in {"", LOCAL, FAKE}:
        from podnet.controlplane.leftovers import prune as end

        return end(target)
    if _in_containers(target):
        from podnet.cli import containers

        return containers.prune(target)
    raise UsageProblem(f"unknown target {target!r}: give local, fake, k3d, k3s, kubeconfig or kubeconfig:CONTEXT")
