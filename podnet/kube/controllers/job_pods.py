"""The pods of a Job as it must remember them: what has finished counts even after the pod itself is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from podnet.api.objects import Obj, annotations_of, is_terminating, uid_of
from podnet.kube.controllers.job_rules import failure_rule
from podnet.kube.controllers.pods import phase_of

INDEX = "batch.kubernetes.io/job-completion-index"

FIRST_DELAY = 10.0
LONGEST_DELAY = 600.0

Phase = Literal["Succeeded", "Failed", "Ignored"]


@dataclass(frozen=True)
class Outcome:
    """How a pod ended, when that was noticed, and which completion index it had (None without indexes)."""

    phase: Phase
    at: datetime
    index: int | None


@dataclass
class Book:
    """The outcomes of the pods of one Job, in the order in which they were noticed.

    A pod that somebody else deletes counts as failed, unless it has succeeded; one that the controller itself
    deletes does not count.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    dismissed: set[str] = field(default_factory=set)
    refusal: str = ""
    """What the policy for failed pods said when it ended the Job."""

    def note(self, pod: Obj, job: Obj, *, now: datetime, gone: bool = False) -> None:
        """Take down what became of a pod of the Job; the first outcome of a pod stays."""
        uid = uid_of(pod)
        if uid in self.outcomes or uid in self.dismissed:
            return
        if phase_of(pod) == "Succeeded":
            self.outcomes[uid] = Outcome("Succeeded", now, index_of(pod))
        elif phase_of(pod) == "Failed" or gone or is_terminating(pod):
            rule = failure_rule(job, pod) if phase_of(pod) == "Failed" else None
            self.outcomes[uid] = Outcome("Ignored" if rule and rule[0] == "Ignore" else "Failed", now, index_of(pod))
            if rule and rule[0] == "FailJob" and not self.refusal:
                self.refusal = rule[1]

    def count(self, phase: Phase) -> int:
        """How many pods ended like this."""
        return sum(outcome.phase == phase for outcome in self.outcomes.values())

    def completed(self) -> frozenset[int]:
        """The indexes of which a pod has succeeded."""
        done = (outcome.index for outcome in self.outcomes.values() if outcome.phase == "Succeeded")
        return frozenset(index for index in done if index is not None)

    def retry_in(self, now: datetime) -> float:
        """Seconds before the next pod may start: longer with each failure since the last success."""
        failures: list[Outcome] = []
        for outcome in self.outcomes.values():
            failures = [*failures, outcome] if outcome.phase == "Failed" else []
        if not failures:
            return 0.0
        delay = min(FIRST_DELAY * 2.0 ** min(len(failures) - 1, 20), LONGEST_DELAY)
        return max(delay - (now - failures[-1].at).total_seconds(), 0.0)


def index_of(pod: Obj) -> int | None:
    """The completion index that the pod carries, if it carries one."""
    text = annotations_of(pod).get(INDEX, "")
    return int(text) if text.isdecimal() else None


def missing_indexes(completions: int, taken: Iterable[int]) -> Sequence[int]:
    """The indexes that neither have succeeded nor are being worked on, lowest first."""
    return sorted(set(range(completions)) - set(taken))


def as_ranges(indexes: Iterable[int]) -> str:
    """Indexes as ``status.completedIndexes`` writes them: ``0-2,5``."""
    ranges: list[list[int]] = []
    for index in sorted(indexes):
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1][1] = index
        else:
            ranges.append([index, index])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
