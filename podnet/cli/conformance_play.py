"""The playing half of ``podnet conformance``: a run, its report and its exit code."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import click

from podnet import __version__
from podnet.api.objects import timestamp
from podnet.api.problems import EnvironmentProblem
from podnet.cli.conformance_run import Prepared
from podnet.cli.orders import written_faults
from podnet.cli.progress import Everybody, Progress
from podnet.harness.implementation import Candidate
from podnet.harness.interruption import Interruptions
from podnet.harness.judgement import Judge
from podnet.harness.run import Listener, Runner, RunResult
from podnet.harness.stage import Stage
from podnet.report.assemble import assemble
from podnet.report.events import EventWriter, RunStarted
from podnet.report.files import EVENTS, JUNIT, STATE, prepare_report_dir, write_at_once, write_report
from podnet.report.junit import render_junit
from podnet.report.model import Environment, Implementation, Report, Run, Suite
from podnet.report.verdict import exit_code
from podnet.report.view import render_report
from podnet.suite import locate
from podnet.suite.presuppositions import load_presuppositions

Play = Callable[[Runner], RunResult]


def run(prepared: Prepared, *, interruptions: Interruptions) -> int:
    """Play, write the report, show it, and return the exit code.

    Raises EnvironmentProblem if the place cannot be made ready, which the report then says too, or not be left.
    """
    if prepared.report is not None:
        prepare_report_dir(prepared.report)
    started = timestamp(datetime.now(UTC))
    progress = Progress(len(prepared.plan.to_run))
    played = partial(_played, prepared, started=started, progress=progress, interruptions=interruptions)
    ready = False
    try:
        with _opened(prepared, interruptions):
            ready = True
            report = played(lambda runner: runner.run())
            # Before the place is left: what was found counts, also where that fails.
            click.echo(render_report(report, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    except EnvironmentProblem as problem:
        if not ready:
            text = str(problem)
            played(lambda runner: runner.not_played(text))
        raise
    return exit_code(report)


def _played(
    prepared: Prepared, play: Play, *, started: str, progress: Progress, interruptions: Interruptions
) -> Report:
    try:
        with _events(prepared, started=started) as events:
            listener = Everybody([progress, *([events] if events else [])])
            result = play(_runner(prepared, listener=listener, interruptions=interruptions))
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
    return report


@contextlib.contextmanager
def _opened(prepared: Prepared, interruptions: Interruptions) -> Iterator[None]:
    """The place of the run. Whoever interrupts while it is made ready gets a report in which nothing was played."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(KeyboardInterrupt), interruptions.welcome():
            opened = prepared.target.opened(
                prepared.order.jobs, inventory=prepared.inventory, implementation=prepared.candidate.judged
            )
            stack.enter_context(opened)
        yield


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
    )


def _implementation(candidate: Candidate) -> Implementation:
    return Implementation(candidate.name, candidate.version, candidate.kind, candidate.source)


def _environment(prepared: Prepared) -> Environment:
    target = prepared.target
    return Environment(target.name, target.kubernetes, platform.python_version(), prepared.inventory_file)
