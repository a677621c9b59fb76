"""``podnet conformance``: judge an implementation of PodNetworking by the document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option(
    "--target",
    default="fake",
    show_default=True,
    metavar="fake|local|k3d|k3s[:NAME]|kubeconfig[:CONTEXT]",
    help="Where to run: in process, on a real control plane, on a cluster of k3d or testcontainers, on one of these"
    " that podnet cluster up has started as NAME, or on somebody's cluster, whose kubeconfig is that of kubectl.",
)
@click.option("--inventory", type=click.Path(path_type=Path), help="The cloud: zones, vSwitches, security groups.")
@click.option(
    "--namespace-prefix",
    metavar="TEXT",
    help="What the namespaces of the suite begin with on somebody's cluster.  [default: podnet-RUN-]",
)
@click.option(
    "--pod-image",
    metavar="IMAGE",
    help="The image of the suite's pods there; it must work like the default.  [default: registry.k8s.io/pause:3.10]",
)
@click.option(
    "--implementation",
    metavar="reference|mini:NAME|FILE.py:NAME|exec:COMMAND|installed",
    help="What to judge: a class or a function without arguments that returns an implementation, a command that"
    " installs itself on a cluster, or what a cluster has (docs/contract.md)."
    "  [default: reference; installed with --target kubeconfig]",
)
@click.option(
    "--observer",
    metavar="FILE.py:NAME|exec:COMMAND",
    help="Who says what a pod really got, where no PodENI and no annotation does (docs/contract.md).",
)
@click.option("--profile", default="ack-serverless", show_default=True, help="Which requirements the verdict is about.")
@click.option("--feature", "features", multiple=True, metavar="F", help="Claim an optional feature. Repeatable.")
@click.option("--no-feature", "no_features", multiple=True, metavar="F", help="Do not claim a feature. Repeatable.")
@click.option(
    "--select",
    "selectors",
    multiple=True,
    metavar="SELECTOR",
    help="Play only these: a requirement (SEL-2), an area (SEL), a feature path with an optional :LINE. Repeatable.",
)
@click.option(
    "--timeout-scale",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    metavar="X",
    help="Wait X times as long for everything, on a cluster with a real clock.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="The longest time that a step may let pass on a real clock.  [default: 30; 60 on somebody's cluster]",
)
@click.option(
    "--generated",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Play N generated cases as well, which the seed decides.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides the order of events.")
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    metavar="N",
    help="Play each scenario with N seeds, and those with the tag @every-order in every order.  [default: 1 seed]",
)
@click.option("--schedule", metavar="N.N...", help="Play one scenario in this order, which a failure has shown.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[=RATE]",
    help="Inject a fault into the cluster: conflict, server-error, lost-answer, watch-expired, restart. Repeatable.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Scenarios at the same time.  [default: one for each core; with k3d and k3s for each two, and 4 at most]",
)
@click.option("--max-fail", type=click.IntRange(min=1), help="End the run after so many failed scenarios.")
@click.option("--report", type=click.Path(path_type=Path), metavar="DIR", help="Write the report into this directory.")
@click.option("--dry-run", is_flag=True, help="List what would be played.")
@click.option(
    "--keep",
    type=click.Choice(["never", "failed", "always"]),
    default="failed",
    show_default=True,
    help="Of which scenarios the report keeps the state of the cluster.",
)
def conformance(**options: Any) -> int:
    """Judge an implementation of PodNetworking by the document.

    Exit codes: 0 conformant, 1 non-conformant, 2 usage, 3 incomplete, 4 environment or harness, 130 interrupted.
    With --select the code speaks of the selection.

    The environment variable PODNET_DEADLINE sets how many seconds one scenario, or the import of an implementation,
    may take before it counts as hanging (30).
    """
    from podnet.harness.interruption import Interruptions

    with Interruptions() as interruptions:
        with interruptions.welcome():
            # What follows imports pytest and the Kubernetes client: --help must not wait for them.
            from podnet.cli.conformance_play import run
            from podnet.cli.conformance_run import prepare

            prepared = prepare(argv=tuple(sys.argv[1:]), **options)
            if options["dry_run"]:
                from podnet.cli.dry_run import dry_run

                return dry_run(prepared.plan, prepared.target)
        return run(prepared, interruptions=interruptions)
