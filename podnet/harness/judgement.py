"""From the way in which a scenario ended to its result: whose fault it was, and everything that explains it."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import PurePath

from podnet.api.errors import ApiError, Unreachable
from podnet.api.problems import EnvironmentProblem
from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable, NotObservable, Stuck
from podnet.harness.plan import Planned
from podnet.harness.vocabulary import BoundStep
from podnet.report.model import Failure, Finding, ScenarioResult, State
from podnet.report.verdict import failing_state, worst
from podnet.suite.catalogue import Catalogue, Level
from podnet.targets.base import Ended, Restless, Trouble, Unable


def result_of(planned: Planned, *, state: State, reason: str = "", failure: Failure | None = None) -> ScenarioResult:
    """The result of a scenario that did not run, or the frame for one that did."""
    spec = planned.spec
    return ScenarioResult(
        id=spec.id,
        name=spec.name,
        path=spec.path,
        line=spec.place,
        requirements=spec.requirements,
        features=planned.features,
        state=state,
        reason=reason,
        failure=failure,
    )


def with_details(result: ScenarioResult, text: str) -> ScenarioResult:
    """The result with more to read about its failure; one without a failure stays as it is."""
    if result.failure is None or not text:
        return result
    return replace(result, failure=replace(result.failure, details=f"{result.failure.details}\n{text}".strip()))


class Judge:
    """Judges attempts by the catalogue. ``command`` is the command line that a rerun starts from."""

    def __init__(self, catalogue: Catalogue, *, command: Sequence[str]) -> None:
        self.catalogue = catalogue
        self.command = tuple(command)

    def judge(
        self,
        planned: Planned,
        *,
        problem: BaseException | None,
        step: BoundStep | None,
        seed: int,
        findings: Sequence[Finding] = (),
        troubles: Sequence[Trouble] = (),
    ) -> ScenarioResult:
        """The result of one attempt. Findings count only where the scenario's own steps passed."""
        fatal = [trouble for trouble in troubles if trouble.fatal]
        if fatal and not isinstance(problem, EnvironmentProblem | AuthoringError):
            return self._ended(fatal[0], planned, problem=problem, step=step, seed=seed)
        if step is not None and isinstance(problem, NotApplicable | NotObservable | Unable):  # only a step may say so
            state: State = "not-observable" if isinstance(problem, NotObservable) else "not-applicable"
            return result_of(planned, state=state, reason=str(problem))
        if problem is None and troubles:
            where = "; ".join(f"{trouble.error} at {trouble.where}" for trouble in dict.fromkeys(troubles))
            failure = Failure(message=f"the implementation raised {where}")
            return result_of(planned, state="errored", failure=self._complete(failure, planned, step=None, seed=seed))
        if problem is None:
            return replace(result_of(planned, state="passed"), findings=tuple(findings))
        state, failure = self._blame(problem, planned)
        if isinstance(problem, Ended) and step is None:  # there was nobody to be judged
            state = "errored"
        if troubles:
            raised = "; ".join(f"{trouble.error} at {trouble.where}" for trouble in dict.fromkeys(troubles))
            failure = replace(failure, details=f"the implementation raised {raised}\n{failure.details}".rstrip())
        return result_of(planned, state=state, failure=self._complete(failure, planned, step=step, seed=seed))

    def _ended(
        self, trouble: Trouble, planned: Planned, *, problem: BaseException | None, step: BoundStep | None, seed: int
    ) -> ScenarioResult:
        """Its process has ended: whatever else was seen follows from that."""
        seen = "" if problem is None or isinstance(problem, Ended) else f"seen meanwhile: {problem}"
        log = f"the last lines of its log {trouble.where}:\n{trouble.said}" if trouble.said else ""
        failure = Failure(
            message=f"the implementation {trouble.error} in the middle of the scenario",
            details="\n".join(filter(None, (seen, log))),
        )
        state = failing_state(self._levels(planned))
        return result_of(planned, state=state, failure=self._complete(failure, planned, step=step, seed=seed))

    def _blame(self, problem: BaseException, planned: Planned) -> tuple[State, Failure]:
        failed = failing_state(self._levels(planned))
        if isinstance(problem, Mismatch):
            message = problem.note or "the implementation does something else"
            return failed, Failure(message=message, expected=problem.expected, actual=problem.actual)
        if isinstance(problem, ApiError):
            answer = f"{problem.code} {problem.reason}: {problem.message}"
            return failed, Failure(
                message="the API server refused what the step needs",
                expected=("the request succeeds",),
                actual=(answer,),
            )
        if isinstance(problem, AssertionError):
            return failed, Failure(message=str(problem) or "an assertion of the step failed", details=_place(problem))
        if isinstance(problem, AuthoringError):
            return "errored", Failure(message=f"the scenario is wrong: {problem}")
        if isinstance(problem, EnvironmentProblem):
            return "errored", Failure(message=str(problem))
        if isinstance(problem, Ended):
            return failed, Failure(message=f"the implementation cannot be judged here: {problem}")
        if isinstance(problem, Unreachable):
            return "errored", Failure(message=f"the API server cannot be reached: {problem}")
        if isinstance(problem, Stuck | Restless):
            return "errored", Failure(message=str(problem), details=_place(problem))
        text = f"{type(problem).__name__}: {problem}"
        return "errored", Failure(message=text, details="".join(traceback.format_exception(problem)).rstrip())

    def _levels(self, planned: Planned) -> Collection[Level]:
        found = (self.catalogue.get(id_) for id_ in planned.spec.requirements)
        return [requirement.level for requirement in found if requirement is not None]

    def _complete(self, failure: Failure, planned: Planned, *, step: BoundStep | None, seed: int) -> Failure:
        quotes = [
            requirement.quote
            for id_ in planned.spec.requirements
            if (requirement := self.catalogue.get(id_)) is not None and requirement.quote
        ]
        return replace(
            failure,
            keyword=step.spec.keyword if step else "",
            step=step.spec.text if step else "",
            line=step.spec.line if step else planned.spec.place,
            because=tuple(dict.fromkeys(quotes)),
            rerun=self.rerun(planned, seed=seed),
        )

    def rerun(self, planned: Planned, *, seed: int) -> str:
        """The command that plays this scenario again in the same order of events."""
        selector = f"{planned.spec.path}:{planned.spec.place}"
        return shlex.join([*self.command, *planned.options, "--select", selector, "--seed", str(seed)])


def _place(problem: BaseException) -> str:
    """The innermost lines of Python that the exception came through, one for each frame."""
    frames = traceback.extract_tb(problem.__traceback__)[-4:]
    return "\n".join(f"{PurePath(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)


def combine(attempts: Sequence[tuple[int, ScenarioResult]]) -> ScenarioResult:
    """The result of several attempts: the worst one's, with the findings of all."""
    state = worst(result.state for _, result in attempts)
    chosen = next(result for _, result in attempts if result.state == state)
    findings = dict.fromkeys(finding for _, result in attempts for finding in result.findings)
    return replace(chosen, findings=tuple(findings), took=round(sum(result.took for _, result in attempts), 4))
