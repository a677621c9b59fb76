"""What a run would play, and what it would create where that is somebody else's business."""

from __future__ import annotations

import click

from podnet.cli.targets import SOMEBODYS
from podnet.harness.plan import Plan
from podnet.targets.base import Target


def dry_run(plan: Plan, target: Target) -> int:
    """List it; nothing is played, and no cluster is asked for anything."""
    for planned in plan.to_run:
        spec = planned.spec
        click.echo(f"{spec.path}:{spec.place}  {' '.join(spec.requirements)}  {spec.name}")
    click.echo(f"{len(plan.to_run)} of {len(plan.scenarios)} scenarios would be played")
    if target.name == SOMEBODYS:
        from podnet.cli.guest import would_create

        for line in would_create(target):
            click.echo(line)
    return 0
