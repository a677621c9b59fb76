"""``podnet report``: what a run found, and whether its files hold together."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

DIRECTORY = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))


@click.group()
def report() -> None:
    """Read the report of a run, or check it."""


@report.command()
@DIRECTORY
def show(directory: Path) -> None:
    """Show the report in DIR: every verdict, and why a scenario did not pass."""
    from podnet.report.files import read_report  # validation is slow to import
    from podnet.report.view import render_report  # not before there is something to show

    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    click.echo(render_report(read_report(directory), colour=colour))


@report.command()
@DIRECTORY
def check(directory: Path) -> int:
    """Check that the files in DIR are whole and agree with each other. Exits with 1 if they do not."""
    from podnet.report.check import check_report  # as above

    problems = check_report(directory)
    for problem in problems:
        click.echo(problem)
    if problems:
        return 1
    click.echo(f"{directory}: the report holds together")
    return 0
