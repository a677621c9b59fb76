"""``podnet selftest``: whether the suite rejects what is wrong, for the right reason, and nothing that is legal."""

from __future__ import annotations

import sys
from typing import Any

import click


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides the order of events.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="Play everything with N seeds.")
@click.option("--jobs", type=click.IntRange(min=1), help="Scenarios at the same time.  [default: number of cores]")
@click.option("--every-play", is_flag=True, help="Also play where a miniature decides like another one throughout.")
@click.option("--update", is_flag=True, help="Write the kill matrix as it was found.")
@click.option("--list", "listing", is_flag=True, help="List the miniatures.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def selftest(**options: Any) -> int:
    """Try the suite on wrong and legal implementations.

    They are the miniatures: small implementations of which it is known what is wrong with them, or that they are legal.
    NAME is one of them, without NAME all are tried. What the suite says of them is compared with the kill matrix.

    Exit codes: 0 every wrong miniature is rejected exactly as the matrix says, every legal one and the reference pass,
    and every requirement has a killer; 1 otherwise; 2 usage; 4 environment; 130 interrupted.
    """
    from podnet.harness.interruption import Interruptions

    with Interruptions() as interruptions:
        with interruptions.welcome():
            from podnet.cli.selftest_run import list_miniatures, run

            if options["listing"]:
                return list_miniatures(options["names"], as_json=options["as_json"])
        return run(interruptions=interruptions, colour=sys.stdout.isatty(), **options)
