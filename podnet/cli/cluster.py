"""``podnet cluster``: control planes that stay until somebody ends them, and what is left of those that were killed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from podnet.api.problems import UsageProblem

if TYPE_CHECKING:
    from podnet.controlplane.plane import ControlPlane
    from podnet.serving.fake import ServedFake

TARGET = click.option(
    "--target", type=click.Choice(["local", "fake"]), default="local", show_default=True, help="The kind of cluster."
)
ONLY_TARGET = click.option("--target", type=click.Choice(["local", "fake"]), help="Only clusters of this kind.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def cluster() -> None:
    """Start, list and end clusters."""


@cluster.command()
@TARGET
@click.option("--name", metavar="NAME", help="What it is called.  [default: the word for its kind]")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Where the API server listens.  [default: a free port]"
)
@click.option("--with-reference", is_flag=True, help="For `fake`: let the reference implementation live on it.")
@JSON
def up(*, target: str, name: str | None, port: int | None, with_reference: bool, as_json: bool) -> None:
    """Start a cluster that stays when this command has ended, and print the path of its kubeconfig.

    For `local` that is a control plane without containers or nodes, on loopback, with everything in a temporary folder.
    For `fake` it is the in-process Kubernetes API, on the clock of the wall, served over HTTPS on loopback.
    """
    from podnet.harness.interruption import Interruptions

    if with_reference and target != "fake":
        raise UsageProblem("--with-reference is for --target fake: run `podnet operator` on a real control plane")
    with Interruptions() as interruptions, interruptions.welcome():
        plane = _start(target, name or target, port=port or 0, with_reference=with_reference)
    if as_json:
        told = {"name": plane.name, "target": target, "kubeconfig": str(plane.kubeconfig), "server": plane.server}
        click.echo(json.dumps(told | {"version": plane.version}, indent=2, sort_keys=True))
    else:
        click.echo(plane.kubeconfig)


def _start(target: str, name: str, *, port: int, with_reference: bool) -> ControlPlane | ServedFake:
    if target == "fake":
        from podnet.cli.inventory import inventory_text
        from podnet.serving.fake import start as start_fake

        inventory = inventory_text(None)[0] if with_reference else ""
        return start_fake(name=name, port=port, detached=True, inventory=inventory)
    from podnet.controlplane.plane import start

    return start(name=name, port=port, detached=True)


@cluster.command("list")
@ONLY_TARGET
@JSON
def list_command(*, target: str | None, as_json: bool) -> None:
    """List the clusters that run, and those whose process was killed; `prune` ends what is left of the latter."""
    from podnet.controlplane.leftovers import find_planes

    found = [
        {
            "name": one.name,
            "target": one.target,
            "status": one.status,
            "folder": str(one.folder),
            **({} if one.state is None else _details(asdict(one.state))),
        }
        for one in find_planes(target or "")
    ]
    if as_json:
        click.echo(json.dumps(found, indent=2, sort_keys=True))
        return
    for one in found:
        words = (
            one["name"],
            one["target"],
            one["status"],
            one.get("version", ""),
            one.get("server", ""),
            one["folder"],
        )
        click.echo("  ".join(word for word in words if word))
        if one.get("problem"):
            click.echo(f"  {one['problem']}")


def _details(state: dict[str, Any]) -> dict[str, Any]:
    return {key: state[key] for key in ("owner", "problem", "processes", "server", "started", "version")}


@cluster.command()
@TARGET
@click.argument("name", required=False)
def down(*, target: str, name: str | None) -> None:
    """End the cluster of this name (the word for its kind if none is given), and remove all that it has written."""
    from podnet.controlplane.leftovers import down as end

    end(name or target)


@cluster.command()
@ONLY_TARGET
def prune(*, target: str | None) -> None:
    """End what is left of killed runs and clusters, and print their names; what is alive stays as it is."""
    from podnet.controlplane.leftovers import prune as end

    for name in end(target or ""):
        click.echo(name)
