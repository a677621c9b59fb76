"""From the options of ``podnet conformance`` to the place where scenarios are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from podnet.api.problems import UsageProblem
from podnet.kube.injection import Injection
from podnet.suite.implementations import INSTALLED, REFERENCE
from podnet.targets.base import Command, Installed, Judged, Target
from podnet.targets.fake import FakeTarget

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
    place, _, plane = options["target"].partition(":")
    if place not in {"local", SOMEBODYS} or options["target"].endswith(":"):
        raise UsageProblem(
            f"unknown target {options['target']!r}: give fake, local, local:NAME, kubeconfig or kubeconfig:CONTEXT"
        )
    if faults:
        raise UsageProblem(f"--fault is for --target {FakeTarget.name}: nobody can inject faults elsewhere")
    if place == SOMEBODYS:
        from podnet.cli import guest

        return guest.kubeconfig_target(options, judged=judged)
    if isinstance(judged, Installed) and not plane:
        raise UsageProblem(
            "--implementation installed judges what a cluster has, and --target local starts one that has nothing:"
            " give --target local:NAME, or --implementation exec:COMMAND"
        )
    from podnet.targets.local import BUDGETS, LocalTarget

    base = BUDGETS.unseen() if foreign else BUDGETS
    budgets = replace(base.scaled(options["timeout_scale"]), patience=options["patience"] or base.patience)
    return LocalTarget(budgets=budgets, adopted=plane)
