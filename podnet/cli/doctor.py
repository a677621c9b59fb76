"""``podnet doctor``: what this machine has for each target, and what to do about the rest."""

from __future__ import annotations

import json
from dataclasses import asdict

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> int:
    """Say what is there, what is missing, and how to get it.

    Exit codes: 0 the target local can be used; 4 it cannot.
    """
    from podnet.containers import diagnosis as containers
    from podnet.controlplane import diagnosis as controlplane

    findings = [*controlplane.examine(), *containers.examine()]
    usable = all(one.good for one in findings if one.needed)
    targets = {"fake": True, "local": usable, **containers.usable(findings)}
    if as_json:
        told = {**targets, "findings": [asdict(one) for one in findings]}
        click.echo(json.dumps(told, indent=2, sort_keys=True))
    else:
        width = max(len(one.subject) for one in findings)
        for one in findings:
            mark = "ok" if one.good else "MISSING" if one.needed else "absent"
            click.echo(f"{mark:<8}{one.subject:<{width}}  {one.finding}" + (f": {one.remedy}" if one.remedy else ""))
        said = (f"target {name} {'can be used' if good else 'cannot be used yet'}" for name, good in targets.items())
        click.echo("; ".join(said))
    return 0 if usable else 4
