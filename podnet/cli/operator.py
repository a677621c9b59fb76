"""``podnet operator``: run an implementation on a real cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

PORT = click.IntRange(0, 65535)


@click.command()
@click.option(
    "--kubeconfig",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="How to reach the cluster.  [default: the ServiceAccount of the pod, else $KUBECONFIG, else ~/.kube/config]",
)
@click.option(
    "--implementation",
    default="reference",
    show_default=True,
    metavar="reference|mini:NAME|FILE.py:NAME",
    help="What to run: NAME is a class or a function without arguments that returns an implementation.",
)
@click.option(
    "--inventory",
    type=click.Path(path_type=Path),
    envvar="PODNET_INVENTORY",
    show_envvar=True,
    help="The cloud: zones, vSwitches, security groups.",
)
@click.option(
    "--webhook-host",
    default="127.0.0.1",
    show_default=True,
    envvar="PODNET_WEBHOOK_HOST",
    show_envvar=True,
    metavar="HOST",
    help="Under which name or address the API server reaches this process.",
)
@click.option(
    "--webhook-service",
    default="",
    metavar="NAME",
    help="Through which Service it does instead; replicas share a certificate by the Secret of this name.",
)
@click.option("--webhook-port", type=PORT, default=0, show_default=True, metavar="N", help="0 takes any that is free.")
@click.option(
    "--metrics-port", type=PORT, metavar="N", help="Serve /metrics, /healthz and /readyz there.  [default: not at all]"
)
@click.option(
    "--namespace", default="podnet-system", show_default=True, help="Where the Lease, the Service and the Secret are."
)
@click.option("--no-leader-election", is_flag=True, help="Work at once: there is certainly no other replica.")
@click.option(
    "--lease-seconds",
    type=click.IntRange(min=2),
    default=15,
    show_default=True,
    metavar="N",
    help="After how long without a sign of life another replica takes over.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Reconcile N keys at the same time: their code takes turns, their waiting for the API server overlaps.",
)
@click.option(
    "--start-seconds",
    type=click.FloatRange(min=1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long it may take until the implementation is installed.",
)
@click.option("--print-manifests", is_flag=True, help="Print what a cluster needs to run it, as YAML, and end.")
@click.option(
    "--image", default="", metavar="IMAGE", help="The container image in these manifests.  [default: podnet:VERSION]"
)
@click.option("-v", "--verbose", is_flag=True, help="Say more of what happens.")
def operator(**options: Any) -> int:
    """Run an implementation of PodNetworking on a real cluster.

    Prints the line "ready" once webhooks are in force and everything is watched, and ends by SIGTERM or Ctrl-C. The log
    goes to standard error.

    Exit codes: 0 ended as asked, 2 usage, 4 environment.
    """
    from podnet.harness.interruption import Interruptions

    with Interruptions() as interruptions:
        try:
            with interruptions.welcome():
                from podnet.cli import operator_run  # it imports the Kubernetes client: --help must not wait for that

                if options["print_manifests"]:
                    return operator_run.print_manifests(options)
                return operator_run.run(options)
        except KeyboardInterrupt:
            return 0
