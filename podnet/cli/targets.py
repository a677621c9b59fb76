"""From ``--target`` to a place to run, and how much is played there at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from podnet.api.problems import UsageProblem
from podnet.cli.inputs import cores
from podnet.kube.injection import Injection
from podnet.suite.implementations import INSTALLED, REFERENCE
from podnet.targets.base import Command, Installed, Judged, Target
from podnet.targets.fake import FakeTarget

TARGETS = "fake, local[:NAME], k3d[:NAME], k3s[:NAME] or kubeconfig[:CONTEXT]"
SOMEBODYS = "kubeconfig"
"""The kind of target that is not the suite's own."""


def completed(options: dict[str, Any]) -> dict[str, Any]:
    """The options with what the target decides where nobody has. Raises UsageProblem for those that are not for it."""
    if options["target"].partition(":")[0] == SOMEBODYS:
        from podnet.cli import guest

        return {**options, "jobs": guest.one_job(options), "implementation": options["implementation"] or INSTALLED}
    for option in ("namespace_prefix", "pod_image"):
        if options[option]:
            flag = option.replace("_", "-")
            raise UsageProblem(f"--{flag} is for --target {SOMEBODYS}: other clusters are the suite's own")
    return {**options, "implementation": options["implementation"] or REFERENCE}


def read_target(options: Mapping[str, Any], *, faults: tuple[Injection, ...], judged: Judged) -> Target:
    """The place that the options name.

    Raises UsageProblem for faults that cannot be injected there, and for an implementation that cannot live there.
    """
    foreign = isinstance(judged, Command | Installed)
    if options["target"] == FakeTarget.name:
        if foreign:
            raise UsageProblem(
                f"--implementation {options['implementation']} cannot be judged with --target {FakeTarget.name}, whose"
                " cluster nobody reaches from outside of podnet: give --target local"
            )
        return FakeTarget(faults=faults)
    kind, colon, name = options["target"].partition(":")
    if kind not in {"local", "k3d", "k3s", SOMEBODYS} or (colon and not name):
        raise UsageProblem(f"unknown target {options['target']!r}: give {TARGETS}")
    if faults:
        raise UsageProblem(f"--fault is for --target {FakeTarget.name}: nobody can inject faults elsewhere")
    if kind == SOMEBODYS:
        from podnet.cli import guest

        return guest.kubeconfig_target(options, judged=judged)
    if isinstance(judged, Installed) and not name:
        raise UsageProblem(
            f"--implementation installed judges what a cluster has, and --target {kind} starts one that has nothing:"
            f" give --target {kind}:NAME, or --implementation exec:COMMAND"
        )
    from podnet.targets import containers, local

    usual = local.BUDGETS if kind == "local" else containers.BUDGETS
    usual = usual.unseen() if foreign else usual
    budgets = replace(usual.scaled(options["timeout_scale"]), patience=options["patience"] or usual.patience)
    if kind == "local":
        return local.LocalTarget(budgets=budgets, adopted=name)
    return containers.TARGETS[kind](budgets=budgets, adopted=name)


def jobs_of(options: Mapping[str, Any]) -> int:
    """How many scenarios are played at the same time; says so where that is more than a machine like this can bear."""
    kind, _, name = options["target"].partition(":")
    if kind not in {"k3d", "k3s"}:
        return options["jobs"] or cores()
    from podnet.targets.containers import usual_jobs

    usual = usual_jobs(cores())
    jobs: int = options["jobs"] or (1 if name else usual)
    if jobs > usual and not name:
        click.echo(
            f"warning: --jobs {jobs} starts {jobs} {kind} clusters at once, each with a GB of memory and work for two "
            f"cores; without it there would be {usual}",
            err=True,
        )
    return jobs
