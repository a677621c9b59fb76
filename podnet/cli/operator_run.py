"""From the options of ``podnet operator`` to a process that runs until it is told to end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import click

from podnet import __version__
from podnet.api.host import Implementation
from podnet.api.label_syntax import subdomain_problems
from podnet.api.problems import UsageProblem
from podnet.cli.inventory import inventory_of, inventory_text
from podnet.reference import Reference, registration
from podnet.suite.implementations import MINIATURE, REFERENCE, FromFile, find_file, find_mini, make

SWITCH_SECONDS = 0.001
"""How long one thread may compute while another one waits: a webhook must not wait for a reconciliation."""


def implementation_of(text: str) -> Callable[[], Implementation]:
    """What ``--implementation`` names; made once to see that it fits. Raises UsageProblem if it does not."""
    if text == REFERENCE:
        return Reference
    source: FromFile = find_mini(text)[1] if text.startswith(MINIATURE) else find_file(text)
    make(source)
    return partial(make, source)


def run(options: Mapping[str, Any]) -> int:
    """Run until interrupted. Raises UsageProblem or EnvironmentProblem for what keeps it from beginning."""
    _check_names(options)
    inventory = inventory_of(options["inventory"])
    implementation = implementation_of(options["implementation"])
    from podnet.operator.connection import connect
    from podnet.operator.leadership import Pace
    from podnet.operator.operator import Operator
    from podnet.operator.settings import Settings

    connection = connect(options["kubeconfig"])
    _log(verbose=options["verbose"])
    connection.check()
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = Settings(
        namespace=options["namespace"],
        webhook_host=options["webhook_host"],
        webhook_port=options["webhook_port"],
        webhook_service=options["webhook_service"],
        metrics_port=options["metrics_port"],
        elect=not options["no_leader_election"],
        at_once=options["at_once"],
        start_seconds=options["start_seconds"],
        pace=Pace(lease=options["lease_seconds"]),
    )
    operator = Operator(connection, inventory=inventory, implementation=implementation, settings=settings)
    operator.run(announce=lambda: click.echo("ready"))
    return 0


def print_manifests(options: Mapping[str, Any]) -> int:
    """Print what a cluster needs, as a stream of YAML documents."""
    _check_names(options)
    if options["implementation"] != REFERENCE and not options["implementation"].startswith(MINIATURE):
        raise UsageProblem("a file of yours is in no image: print the manifests of the reference and change them")
    implementation_of(options["implementation"])
    inventory_of(options["inventory"])  # for its mistakes to be found here
    import yaml

    from podnet.operator.manifests import Installation, manifests

    installation = Installation(
        definitions=registration.custom_resource_definitions(),
        configuration=registration.CONFIGURATION,
        inventory=inventory_text(options["inventory"])[0],
        image=options["image"] or f"podnet:{__version__}",
        namespace=options["namespace"],
        implementation=options["implementation"],
    )
    click.echo(yaml.safe_dump_all(manifests(installation), sort_keys=False), nl=False)
    return 0


def _check_names(options: Mapping[str, Any]) -> None:
    for option in ("namespace", "webhook_service"):
        name = options[option]
        if name and (subdomain_problems(name) or "." in name):
            flag = option.replace("_", "-")
            raise UsageProblem(f"--{flag} is {name!r}: it must be lower case letters, digits and hyphens")
    host = options["webhook_host"]
    if not host or any(letter in host for letter in "/@[] \t"):
        raise UsageProblem(f"--webhook-host is {host!r}: give a name or an address, without scheme and port")


def _log(*, verbose: bool) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # It tells of each attempt, we of what came of them. Older clients set this when they are made.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
