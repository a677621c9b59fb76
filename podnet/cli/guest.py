"""What the command line knows of somebody else's cluster: the options, what would be created there, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from podnet.api.errors import ApiError, Unreachable
from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.harness.foreseeing import foresee
from podnet.harness.plan import Plan
from podnet.suite import locate
from podnet.suite.implementations import INSTALLED
from podnet.targets.access import Access
from podnet.targets.base import Installed, Judged, Target
from podnet.targets.foreseen import Foreseen
from podnet.targets.impatience import Impatience
from podnet.targets.kubeconfig import BUDGETS, Guest, KubeconfigTarget
from podnet.targets.removal import Removal
from podnet.targets.run_lease import NAME, NAMESPACE, give_up, living_run

CLUSTER_SCOPED = ("Namespace", "PodNetworking")


def read_access(text: str) -> Access:
    """What ``kubeconfig`` or ``kubeconfig:CONTEXT`` names. Raises UsageProblem for a context without a name."""
    _, colon, context = text.partition(":")
    if colon and not context:
        raise UsageProblem(f"--target {text} names no context: leave the colon away to take the current one")
    return Access(context)


def kubeconfig_target(options: Mapping[str, Any], *, judged: Judged) -> KubeconfigTarget:
    """The place that the options name. Raises UsageProblem for what cannot be done on somebody else's cluster."""
    access = read_access(options["target"])
    if not isinstance(judged, Installed):
        raise UsageProblem(
            f"--implementation {options['implementation']} cannot be judged with --target {access.target}: it would"
            f" bring webhooks and nodes to somebody else's cluster; install it there, and give {INSTALLED}"
        )
    if options["inventory"] is None:
        raise UsageProblem(
            f"--target {access.target} needs --inventory FILE: podnet cannot know the vSwitches and security groups of"
            " that cloud (`podnet conformance --help` tells what else it takes)"
        )
    guest = Guest.of(prefix=options["namespace_prefix"] or "", image=options["pod_image"] or "")
    budgets = BUDGETS.scaled(options["timeout_scale"])
    return KubeconfigTarget(
        access, guest=guest, budgets=replace(budgets, patience=options["patience"] or budgets.patience)
    )


def one_job(options: Mapping[str, Any]) -> int:
    """How many scenarios are played at the same time there; says so where more were asked for."""
    if (options["jobs"] or 1) > 1:
        click.echo(
            f"warning: --jobs {options['jobs']} is 1 with --target kubeconfig: PodNetworkings belong to no namespace,"
            " so those of one scenario would match the pods of another",
            err=True,
        )
    return 1


def foresee_plan(target: Target, plan: Plan) -> None:
    """Tell the target what the scenarios are going to create."""
    assert isinstance(target, KubeconfigTarget), "of its name"
    target.foreseen = foresee(plan, manifests=locate.manifests_dir())


def would_create(target: Target) -> Iterator[str]:
    """What a run would create on the cluster, in lines."""
    assert isinstance(target, KubeconfigTarget), "of its name"
    foreseen: Foreseen = target.foreseen
    prefix, run = target.guest.prefix, target.guest.run
    count = foreseen.counts
    yield f"on the cluster of {target.access.target} they would create, and remove again:"
    yield f"  outside of namespaces, labelled podnet/run={run} (the run's id is new for each run):"
    spaces = sorted(foreseen.namespaces)
    yield f"    {count.get('Namespace', 0) + 1} Namespaces, called {prefix}probe, or one of these with 4 new letters:"
    yield from (f"      {prefix}....-{name}" for name in spaces)
    families = [f"{name}-..." for name in sorted(foreseen.families)]
    planes = count.get("PodNetworking", 0) + 1
    yield f"    at least {planes} PodNetworkings, called podnet-probe-{run}, or one of these:"
    yield from (f"      {name}" for name in [*sorted(foreseen.podnetworkings), *families])
    yield f"  in the namespace {NAMESPACE}, labelled so too:"
    yield f"    1 Lease, called {NAME}"
    yield f"  in namespaces of the run, with the image {target.guest.image}:"
    yield f"    at least {count.get('Pod', 0) + 2} Pods"
    yield from (f"    {count[kind]} {kind}s" for kind in sorted(count) if kind not in (*CLUSTER_SCOPED, "Pod"))
    if foreseen.unknown:
        yield "  and what generated cases create, which is not known beforehand"


def say_left(target: Target) -> None:
    """Say what could not be removed, and how to remove it."""
    assert isinstance(target, KubeconfigTarget), "of its name"
    for what in target.left:
        click.echo(f"error: not removed: {what}", err=True)
    click.echo(f"error: `{target.remedy}` removes it, once nothing holds it back any more", err=True)


def prune(text: str) -> Sequence[str]:
    """Remove what runs have left that go on no more; returns the ids of these runs.

    Raises EnvironmentProblem if the cluster cannot be reached, or something does not go.
    """
    access = read_access(text)
    connection = access.connect()
    access.check(connection)
    api = connection.api
    try:
        holder = living_run(api)
        if holder is not None:
            click.echo(
                f"the run {holder.run} of {holder.identity} is going on since {holder.since}: it is left alone",
                err=True,
            )
        impatience = Impatience()
        removal = Removal(spare=holder.run if holder else "", enough=impatience.heard)
        runs = removal.runs(api)
        with impatience.listening(alone=True):
            left = removal.carry_out(api)
        if holder is None:
            runs = sorted({*runs, *give_up(api)})
    except (ApiError, Unreachable) as error:
        raise access.lost(connection, error) from None
    if left:
        told = "\n".join(f"  {what}" for what in left)
        raise EnvironmentProblem(f"this does not go, see what holds it (kubectl get -o yaml tells finalizers):\n{told}")
    return runs
