"""``podnet cluster``: control planes that stay until somebody ends them, and what is left of those that were killed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from podnet.api.problems import UsageProblem

TARGET = click.option(
    "--target", type=click.Choice(["local"]), default="local", show_default=True, help="The kind of cluster."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def cluster() -> None:
    """Start, list and end clusters."""


@cluster.command()
@TARGET
@click.option("--name", default="local", show_default=True, metavar="NAME", help="What it is called.")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Where the API server listens.  [default: a free port]"
)
@JSON
def up(*, target: str, name: str, port: int | None, as_json: bool) -> None:
    """Start a cluster that stays when this command has ended, and print the path of its kubeconfig.

    For `local` that is a control plane without containers or nodes, on loopback, with everything in a temporary folder.
    """
    from podnet.controlplane.plane import start
    from podnet.harness.interruption import Interruptions

    with Interruptions() as interruptions, interruptions.welcome():
        plane = start(name=name, port=port or 0, detached=True)
    if as_json:
        told = {"name": name, "target": target, "kubeconfig": str(plane.kubeconfig), "server": plane.server}
        click.echo(json.dumps(told | {"version": plane.version}, indent=2, sort_keys=True))
    else:
        click.echo(plane.kubeconfig)


@cluster.command("list")
@TARGET
@JSON
def list_command(*, target: str, as_json: bool) -> None:
    """List the clusters that run, and those whose process was killed; `prune` ends what is left of the latter."""
    from podnet.controlplane.leftovers import find_planes

    found = [
        {
            "name": one.name,
            "target": target,
            "status": one.status,
            "folder": str(one.folder),
            **({} if one.state is None else _details(asdict(one.state))),
        }
        for one in find_planes()
    ]
    if as_json:
        click.echo(json.dumps(found, indent=2, sort_keys=True))
        return
    for one in found:
        words = (one["name"], one["status"], one.get("version", ""), one.get("server", ""), one["folder"])
        click.echo("  ".join(word for word in words if word))
        if one.get("problem"):
            click.echo(f"  {one['problem']}")


def _details(state: dict[str, Any]) -> dict[str, Any]:
    return {key: state[key] for key in ("owner", "problem", "processes", "server", "started", "version")}


@cluster.command()
@TARGET
@click.argument("name", default="local")
def down(*, target: str, name: str) -> None:  # noqa: ARG001  # there is one target yet, and the option is the same
    """End the cluster of this name (`local` if none is given), and remove all that it has written."""
    from podnet.controlplane.leftovers import down as end

    end(name)


@cluster.command()
@click.option(
    "--target",
    default="local",
    show_default=True,
    metavar="local|kubeconfig[:CONTEXT]",
    help="The kind of cluster, or somebody's cluster, of which only what runs of the suite have left is removed.",
)
def prune(*, target: str) -> None:
    """End what is left of killed runs and clusters, and print their names; what is alive stays as it is.

    On somebody's cluster everything is removed that carries the label podnet/run, but for a run that goes on.
    """
    if target.partition(":")[0] == "kubeconfig":
        from podnet.cli.guest import prune as remove

        names = remove(target)
    elif target == "local":
        from podnet.controlplane.leftovers import prune as end

        names = end()
    else:
        raise UsageProblem(f"unknown target {target!r}: give local, kubeconfig or kubeconfig:CONTEXT")
    for name in names:
        click.echo(name)
