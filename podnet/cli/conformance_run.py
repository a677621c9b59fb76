"""From the options of ``podnet conformance`` to a run, its report and its exit code."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from podnet import __version__
from podnet.api.inventory import Inventory
from podnet.api.objects import timestamp
from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.cli.inputs import deadline_of_environment, read_inventory
from podnet.cli.inventory import inventory_text
from podnet.cli.orders import read_faults, read_order, written_faults
from podnet.cli.progress import Everybody, Progress
from podnet.cli.rerun import command_line
from podnet.cli.targets import SOMEBODYS, completed, read_target
from podnet.harness.collector import load_fixtures
from podnet.harness.implementation import Candidate, find_implementation
from podnet.harness.interruption import Interruptions
from podnet.harness.judgement import Judge
from podnet.harness.plan import Plan, make_plan
from podnet.harness.run import Listener, Order, Runner, RunResult
from podnet.harness.stage import SCENARIO_DEADLINE, Stage
from podnet.kube.injection import Injection
from podnet.report.assemble import assemble
from podnet.report.events import EventWriter, RunStarted
from podnet.report.files import EVENTS, JUNIT, LOGS, STATE, prepare_report_dir, write_at_once, write_report
from podnet.report.junit import render_junit
from podnet.report.model import Environment, Implementation, InventoryFile, Report, Run, Suite
from podnet.report.verdict import ERRORED, exit_code
from podnet.report.view import render_report
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.presuppositions import load_presuppositions
from podnet.suite.profile import Claim, Profile, claims, load_profile
from podnet.targets.base import Command, Judged, Target


@dataclass(frozen=True)
class Prepared:
    """Everything that is known before the first scenario; whatever is wrong with the input has been said by now."""

    catalogue: Catalogue
    profile: Profile
    claims: tuple[Claim, ...]
    candidate: Candidate
    inventory: Inventory
    inventory_file: InventoryFile
    inventory_text: str
    plan: Plan
    fixtures: tuple[ModuleType, ...]
    deadline: float
    target: Target
    order: Order
    faults: tuple[Injection, ...]
    argv: tuple[str, ...]
    command: tuple[str, ...]
    selection: tuple[str, ...]
    report: Path | None
    keep: Any


def prepare(*, argv: tuple[str, ...], **options: Any) -> Prepared:
    """Read and check everything. Raises UsageProblem for what cannot be used."""
    options = completed(options)
    catalogue = load_catalogue(locate.requirements_dir())
    profile = load_profile(options["profile"], catalogue=catalogue)
    inventory, inventory_file = read_inventory(options["inventory"])
    faults = read_faults(options["faults"])
    deadline = deadline_of_environment()
    candidate = find_implementation(options["implementation"], seconds=deadline or SCENARIO_DEADLINE)
    target = read_target(options, faults=faults, judged=candidate.judged)
    claimed = claims(profile, declared=candidate.declared, flags=_flags(options["features"], options["no_features"]))
    make = partial(
        make_plan,
        features=locate.features_dir(),
        steps=locate.steps_dir(),
        catalogue=catalogue,
        profile=profile,
        claims=claimed,
    )
    plan = _plan(make, options, catalogue=catalogue, profile=profile, claims=claimed)
    if target.name == SOMEBODYS:
        from podnet.cli.guest import foresee_plan

        foresee_plan(target, plan)
    return Prepared(
        catalogue=catalogue,
        profile=profile,
        claims=claimed,
        candidate=candidate,
        inventory=inventory,
        inventory_file=inventory_file,
        inventory_text=inventory_text(options["inventory"])[0],
        plan=plan,
        fixtures=load_fixtures(locate.suite_root() / "fixtures"),
        deadline=deadline or target.budgets.scenario,
        target=target,
        order=read_order(options, plan=plan),
        faults=faults,
        argv=argv,
        command=command_line(options),
        selection=tuple(options["selectors"]),
        report=options["report"],
        keep=options["keep"],
    )


def _plan(
    make: Callable[..., Plan],
    options: Mapping[str, Any],
    *,
    catalogue: Catalogue,
    profile: Profile,
    claims: Sequence[Claim],
) -> Plan:
    if not options["generated"]:
        return make(selectors=options["selectors"])
    from podnet.generated.planning import with_generated  # it imports hypothesis, which other runs need not wait for

    return with_generated(
        make,
        count=options["generated"],
        selectors=options["selectors"],
        catalogue=catalogue,
        profile=profile,
        claims=claims,
    )


def run(prepared: Prepared, *, interruptions: Interruptions) -> int:
    """Play, write the report, show it, and return the exit code."""
    if prepared.report is not None:
        prepare_report_dir(prepared.report)
    started = timestamp(datetime.now(UTC))
    progress = Progress(len(prepared.plan.to_run))
    try:
        with contextlib.ExitStack() as place:
            problem = _open(prepared, place, interruptions=interruptions)
            with _events(prepared, started=started) as events:
                listener = Everybody([progress, *([events] if events else [])])
                result = _play(prepared, listener=listener, interruptions=interruptions, problem=problem)
                place.close()  # what was left there stands in the report
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
    stays = prepared.target.name == SOMEBODYS and bool(prepared.target.left)
    if stays:
        from podnet.cli.guest import say_left

        say_left(prepared.target)
    if isinstance(problem, EnvironmentProblem):
        raise problem
    click.echo(render_report(report, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return ERRORED if stays and not report.run.interrupted else exit_code(report)


def _open(
    prepared: Prepared, place: contextlib.ExitStack, *, interruptions: Interruptions
) -> EnvironmentProblem | KeyboardInterrupt | None:
    """Make the target ready, to be closed with ``place``; what kept it from that."""
    opened = prepared.target.opened(prepared.order.jobs, inventory=prepared.inventory, implementation=_of(prepared))
    try:
        with interruptions.welcome():
            place.enter_context(opened)
    except (EnvironmentProblem, KeyboardInterrupt) as problem:
        return problem
    return None


def _of(prepared: Prepared) -> Judged:
    """What is judged, with what a command needs besides."""
    judged = prepared.candidate.judged
    if not isinstance(judged, Command):
        return judged
    logs = prepared.report / LOGS if prepared.report else None
    return replace(judged, inventory=prepared.inventory_text, logs=logs)


def _play(
    prepared: Prepared,
    *,
    listener: Listener,
    interruptions: Interruptions,
    problem: EnvironmentProblem | KeyboardInterrupt | None,
) -> RunResult:
    """Play all, or say of everything that a problem kept it from being played."""
    stage = Stage(
        target=prepared.target,
        inventory=prepared.inventory,
        implementation=prepared.candidate.judged,
        manifests=locate.manifests_dir(),
        judge=Judge(prepared.catalogue, command=prepared.command),
        keep=prepared.keep,
        states=(prepared.report / STATE).absolute() if prepared.report else None,
        budgets=prepared.target.budgets,
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
    if problem is None:
        return runner.run()
    interrupted = isinstance(problem, KeyboardInterrupt)
    reason = "the run was interrupted" if interrupted else f"not played: {problem}"
    return runner.forgo(reason, interrupted=interrupted)


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
        presuppositions=load_presuppositions(locate.presuppositions(), catalogue=prepared.catalogue),
    )


def _run(prepared: Prepared, *, started: str, complete: bool, interrupted: bool) -> Run:
    return Run(
        complete=complete and not prepared.selection,
        argv=prepared.argv,
        seed=prepared.order.seed,
        selection=prepared.selection,
        jobs=prepared.order.jobs,
        seeds=prepared.order.seeds,
        faults=written_faults(prepared.faults),
        started=started,
        interrupted=interrupted,
        left=tuple(prepared.target.left),
    )


def _implementation(candidate: Candidate) -> Implementation:
    return Implementation(candidate.name, candidate.version, candidate.kind, candidate.source)


def _environment(prepared: Prepared) -> Environment:
    target = prepared.target
    notes = tuple(target.notes)
    return Environment(target.name, target.kubernetes, platform.python_version(), prepared.inventory_file, notes)


def _flags(features: Sequence[str], no_features: Sequence[str]) -> dict[str, bool]:
    both = sorted(set(features) & set(no_features))
    if both:
        raise UsageProblem(f"--feature and --no-feature both name {', '.join(both)}")
    return {**dict.fromkeys(features, True), **dict.fromkeys(no_features, False)}
