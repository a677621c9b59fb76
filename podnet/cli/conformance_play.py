"""The playing half of ``podnet conformance``: a run, its report and its exit code."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import click

from podnet import __version__
from podnet.api.objects import timestamp
from podnet.api.problems import EnvironmentProblem
from podnet.cli.conformance_run import Prepared
from podnet.cli.orders import written_faults
from podnet.cli.progress import Everybody, Progress
from podnet.cli.targets import SOMEBODYS
from podnet.harness.implementation import Candidate
from podnet.harness.interruption import Interruptions
from podnet.harness.judgement import Judge
from podnet.harness.run import Listener, Runner, RunResult
from podnet.harness.stage import Stage
from podnet.report.assemble import assemble
from podnet.report.events import EventWriter, RunStarted
from podnet.report.files import EVENTS, JUNIT, LOGS, STATE, prepare_report_dir, write_at_once, write_report
from podnet.report.junit import render_junit
from podnet.report.model import Environment, Implementation, Report, Run, Suite
from podnet.report.verdict import ERRORED, exit_code
from podnet.report.view import render_report
from podnet.suite import locate
from podnet.suite.presuppositions import load_presuppositions
from podnet.targets.base import Command, Judged


def run(prepared: Prepared, *, interruptions: Interruptions) -> int:
    """Play, write the report, show it, and return the exit code.

    Raises EnvironmentProblem if the place cannot be made ready, which the report then says too, or cannot be left.
    """
    if prepared.report is not None:
        prepare_report_dir(prepared.report)
    started = timestamp(datetime.now(UTC))
    progress = Progress(len(prepared.plan.to_run))
    try:
        with contextlib.ExitStack() as place:
            unready = _open(prepared, place, interruptions=interruptions)
            with _events(prepared, started=started) as events:
                listener = Everybody([progress, *([events] if events else [])])
                runner = _runner(prepared, listener=listener, interruptions=interruptions)
                result = runner.run() if unready is None else _forgone(runner, unready)
                unclean = _close(place)  # what was left there stands in the report
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
    if isinstance(unready, EnvironmentProblem):
        raise unready
    click.echo(render_report(report, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    if unclean is not None:
        raise unclean
    return ERRORED if stays and not report.run.interrupted else exit_code(report)


def _open(
    prepared: Prepared, place: contextlib.ExitStack, *, interruptions: Interruptions
) -> EnvironmentProblem | KeyboardInterrupt | None:
    """Make the target ready, to be closed with ``place``; what kept it from that."""
    jobs = max(min(prepared.order.jobs, len(prepared.plan.to_run)), 1)  # a cluster more would only cost time
    opened = prepared.target.opened(jobs, inventory=prepared.inventory, implementation=_of(prepared))
    try:
        with interruptions.welcome():
            place.enter_context(opened)
    except (EnvironmentProblem, KeyboardInterrupt) as problem:
        return problem
    return None


def _close(place: contextlib.ExitStack) -> EnvironmentProblem | None:
    """Leave the place; what kept it from being left as it was found."""
    try:
        place.close()
    except EnvironmentProblem as problem:
        return problem
    return None


def _forgone(runner: Runner, unready: EnvironmentProblem | KeyboardInterrupt) -> RunResult:
    if isinstance(unready, KeyboardInterrupt):
        return runner.forgo("the run was interrupted", interrupted=True)
    return runner.forgo(f"not played: {unready}", problem=str(unready))


def _of(prepared: Prepared) -> Judged:
    """What is judged, with what a command needs besides."""
    judged = prepared.candidate.judged
    if not isinstance(judged, Command):
        return judged
    logs = prepared.report / LOGS if prepared.report else None
    return replace(judged, inventory=prepared.inventory_text, logs=logs)


def _runner(prepared: Prepared, *, listener: Listener, interruptions: Interruptions) -> Runner:
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
        witness=prepared.witness,
    )
    return Runner(
        prepared.plan,
        order=prepared.order,
        stage=stage,
        root=locate.suite_root(),
        fixtures=prepared.fixtures,
        listener=listener,
        interruptions=interruptions,
    )


@contextlib.contextmanager
def _events(prepared: Prepared, *, started: str) -> Iterator[EventWriter | None]:
    if prepared.report is None:
        yield None
        return
    first = RunStarted(
        suite=Suite(__version__, prepared.catalogue.digest),
        run=_run(prepared, started=started, result=RunResult((), complete=False, interrupted=False)),
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
        run=_run(prepared, started=started, result=result),
        implementation=_implementation(prepared.candidate),
        environment=_environment(prepared),
        presuppositions=load_presuppositions(locate.presuppositions(), catalogue=prepared.catalogue),
    )


def _run(prepared: Prepared, *, started: str, result: RunResult) -> Run:
    return Run(
        complete=result.complete and not prepared.selection,
        argv=prepared.argv,
        seed=prepared.order.seed,
        selection=prepared.selection,
        jobs=prepared.order.jobs,
        seeds=prepared.order.seeds,
        faults=written_faults(prepared.faults),
        started=started,
        interrupted=result.interrupted,
        problem=result.problem,
        left=tuple(prepared.target.left),
    )


def _implementation(candidate: Candidate) -> Implementation:
    return Implementation(candidate.name, candidate.version, candidate.kind, candidate.source)


def _environment(prepared: Prepared) -> Environment:
    target = prepared.target
    notes = tuple(target.notes)
    return Environment(target.name, target.kubernetes, platform.python_version(), prepared.inventory_file, notes)
