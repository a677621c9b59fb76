"""From the options of ``podnet conformance`` to a run, its report and its exit code."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from podnet import __version__
from podnet.api.inventory import Inventory
from podnet.api.objects import timestamp
from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.cli.progress import Everybody, Progress
from podnet.cloud.inventory_file import parse_inventory
from podnet.harness.collector import load_fixtures
from podnet.harness.implementation import Candidate, find_implementation
from podnet.harness.interruption import Interruptions
from podnet.harness.judgement import Judge
from podnet.harness.plan import Plan, make_plan
from podnet.harness.run import Listener, Order, Runner, RunResult
from podnet.harness.stage import SCENARIO_DEADLINE, Stage
from podnet.report.assemble import assemble
from podnet.report.events import EventWriter, RunStarted
from podnet.report.files import EVENTS, JUNIT, STATE, prepare_report_dir, write_at_once, write_report
from podnet.report.junit import render_junit
from podnet.report.model import Environment, Implementation, InventoryFile, Report, Run, Suite
from podnet.report.verdict import exit_code
from podnet.report.view import render_report
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.profile import Claim, Profile, claims, load_profile
from podnet.targets.fake import FakeTarget

STANDARD_INVENTORY = "standard.yaml"
DEADLINE = "PODNET_DEADLINE"
"""The environment variable that sets after how many seconds somebody else's code counts as hanging."""


@dataclass(frozen=True)
class Prepared:
    """Everything that is known before the first scenario; whatever is wrong with the input has been said by now."""

    catalogue: Catalogue
    profile: Profile
    claims: tuple[Claim, ...]
    candidate: Candidate
    inventory: Inventory
    inventory_file: InventoryFile
    plan: Plan
    fixtures: tuple[ModuleType, ...]
    deadline: float
    order: Order
    argv: tuple[str, ...]
    command: tuple[str, ...]
    selection: tuple[str, ...]
    report: Path | None
    keep: Any


def prepare(*, argv: tuple[str, ...], **options: Any) -> Prepared:
    """Read and check everything. Raises UsageProblem for what cannot be used."""
    catalogue = load_catalogue(locate.requirements_dir())
    profile = load_profile(options["profile"], catalogue=catalogue)
    inventory, inventory_file = _inventory(options["inventory"])
    deadline = _deadline()
    candidate = find_implementation(options["implementation"], seconds=deadline)
    claimed = claims(profile, declared=candidate.declared, flags=_flags(options["features"], options["no_features"]))
    plan = make_plan(
        features=locate.features_dir(),
        steps=locate.steps_dir(),
        catalogue=catalogue,
        profile=profile,
        claims=claimed,
        selectors=options["selectors"],
    )
    return Prepared(
        catalogue=catalogue,
        profile=profile,
        claims=claimed,
        candidate=candidate,
        inventory=inventory,
        inventory_file=inventory_file,
        plan=plan,
        fixtures=load_fixtures(locate.suite_root() / "fixtures"),
        deadline=deadline,
        order=Order(options["seed"], options["repeat"], options["jobs"] or cores(), options["max_fail"] or 0),
        argv=argv,
        command=_command(options),
        selection=tuple(options["selectors"]),
        report=options["report"],
        keep=options["keep"],
    )


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def dry_run(prepared: Prepared) -> int:
    """List what would be played."""
    for planned in prepared.plan.to_run:
        spec = planned.spec
        click.echo(f"{spec.path}:{spec.place}  {' '.join(spec.requirements)}  {spec.name}")
    click.echo(f"{len(prepared.plan.to_run)} of {len(prepared.plan.scenarios)} scenarios would be played")
    return 0


def run(prepared: Prepared, *, interruptions: Interruptions) -> int:
    """Play, write the report, show it, and return the exit code."""
    if prepared.report is not None:
        prepare_report_dir(prepared.report)
    started = timestamp(datetime.now(UTC))
    progress = Progress(len(prepared.plan.to_run))
    try:
        with _events(prepared, started=started) as events:
            listener = Everybody([progress, *([events] if events else [])])
            result = _play(prepared, listener=listener, interruptions=interruptions)
            progress.close()
            report = _report(prepared, result, started=started)
            if prepared.report is not None and events is not None:
                write_report(report, prepared.report)
                write_at_once(prepared.report / JUNIT, render_junit(report))
                events.run_finished(report)
    except OSError as error:
        raise EnvironmentProblem(f"the run cannot be finished: {error}") from error
    finally:
        progress.close()
    click.echo(render_report(report, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return exit_code(report)


def _play(prepared: Prepared, *, listener: Listener, interruptions: Interruptions) -> RunResult:
    stage = Stage(
        target=FakeTarget(),
        inventory=prepared.inventory,
        implementation=prepared.candidate.factory,
        manifests=locate.manifests_dir(),
        judge=Judge(prepared.catalogue, command=prepared.command),
        keep=prepared.keep,
        states=prepared.report / STATE if prepared.report else None,
        deadline=prepared.deadline,
    )
    runner = Runner(
        prepared.plan,
        order=prepared.order,
        stage=stage,
        root=locate.suite_root(),
        fixtures=prepared.fixtures,
        listener=listener,
        interruptions=interruptions,
    )
    return runner.run()


@contextlib.contextmanager
def _events(prepared: Prepared, *, started: str) -> Iterator[EventWriter | None]:
    if prepared.report is None:
        yield None
        return
    first = RunStarted(
        suite=Suite(__version__, prepared.catalogue.digest),
        run=_run(prepared, started=started, complete=False, interrupted=False),
        implementation=_implementation(prepared.candidate),
        environment=_environment(prepared),
        profile=prepared.profile.name,
        scenarios=tuple(planned.spec.id for planned in prepared.plan.scenarios),
    )
    with EventWriter(prepared.report / EVENTS, first) as writer:
        yield writer


def _report(prepared: Prepared, result: RunResult, *, started: str) -> Report:
    return assemble(
        catalogue=prepared.catalogue,
        profile=prepared.profile,
        claims=prepared.claims,
        scenarios=result.scenarios,
        version=__version__,
        run=_run(prepared, started=started, complete=result.complete, interrupted=result.interrupted),
        implementation=_implementation(prepared.candidate),
        environment=_environment(prepared),
    )


def _run(prepared: Prepared, *, started: str, complete: bool, interrupted: bool) -> Run:
    return Run(
        complete=complete and not prepared.selection,
        argv=prepared.argv,
        seed=prepared.order.seed,
        selection=prepared.selection,
        jobs=prepared.order.jobs,
        repeat=prepared.order.repeat,
        started=started,
        interrupted=interrupted,
    )


def _implementation(candidate: Candidate) -> Implementation:
    return Implementation(candidate.name, candidate.version, candidate.kind, candidate.source)


def _environment(prepared: Prepared) -> Environment:
    return Environment(FakeTarget.name, FakeTarget.kubernetes, platform.python_version(), prepared.inventory_file)


def _inventory(path: Path | None) -> tuple[Inventory, InventoryFile]:
    """The inventory and its digest. Raises UsageProblem if it cannot be read or used."""
    file = path or locate.inventories_dir() / STANDARD_INVENTORY
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageProblem("the inventory is not UTF-8", path=file) from None
    except OSError as error:
        raise UsageProblem(f"the inventory cannot be read: {error.strerror}", path=file) from None
    digest = hashlib.sha256(text.encode()).hexdigest()
    return parse_inventory(text, path=str(file)), InventoryFile(f"sha256:{digest}", str(path or STANDARD_INVENTORY))


def _deadline() -> float:
    """Seconds. Raises UsageProblem for a value that is no limit."""
    text = os.environ.get(DEADLINE, "")
    try:
        seconds = float(text or SCENARIO_DEADLINE)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise UsageProblem(f"{DEADLINE} is {text!r}, not a number of seconds")
    return seconds


def _flags(features: Sequence[str], no_features: Sequence[str]) -> dict[str, bool]:
    both = sorted(set(features) & set(no_features))
    if both:
        raise UsageProblem(f"--feature and --no-feature both name {', '.join(both)}")
    return {**dict.fromkeys(features, True), **dict.fromkeys(no_features, False)}


def _command(options: dict[str, Any]) -> tuple[str, ...]:
    """The part of the command line that a rerun of one scenario repeats."""
    words = ["podnet", "conformance"]
    if options["implementation"] != "reference":
        words += ["--implementation", options["implementation"]]
    if options["inventory"]:
        words += ["--inventory", str(options["inventory"])]
    if options["profile"] != "ack-serverless":
        words += ["--profile", options["profile"]]
    for option, names in (("--feature", options["features"]), ("--no-feature", options["no_features"])):
        words += [word for name in names for word in (option, name)]
    return tuple(words)
