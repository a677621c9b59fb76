"""The rules of a Job: when it has ended, and how; and what its policies make of a pod that has failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from podnet.api.objects import Obj, condition_of, name_of, namespace_of, parse_timestamp
from podnet.kube.controllers.pods import TERMINAL, phase_of

if TYPE_CHECKING:
    from podnet.kube.controllers.job_pods import Book


def finished_at(job: Obj) -> datetime | None:
    """When the Job became Complete or Failed; None if it has not."""
    for type_ in ("Complete", "Failed"):
        condition = condition_of(job, type_)
        if condition is not None and condition.get("status") == "True":
            return parse_timestamp(condition["lastTransitionTime"])
    return None


def verdict(job: Obj, status: Obj, book: Book, active: Sequence[Obj], now: datetime) -> tuple[str, str, str] | None:
    """Condition, reason and message with which the Job ends; None if it goes on."""
    for type_, target in (("Failed", "FailureTarget"), ("Complete", "SuccessCriteriaMet")):
        announced = condition_of({"status": status}, target)
        if announced is not None and announced.get("status") == "True":
            return type_, announced.get("reason", ""), announced.get("message", "")
    if book.refusal:
        return "Failed", "PodFailurePolicy", book.refusal
    limit = number(job, "backoffLimit", 6)
    in_place = (job["spec"]["template"].get("spec") or {}).get("restartPolicy") == "OnFailure"
    restarted = _restarts(active) if in_place else 0
    if book.count("Failed") > limit or (restarted and restarted >= limit):
        return "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    if deadline_in(job, status, now) == 0.0:
        return "Failed", "DeadlineExceeded", "Job was active longer than specified deadline"
    succeeded, completions = book.count("Succeeded"), job["spec"].get("completions")
    if completions is None:
        return ("Complete", "CompletionsReached", _REACHED) if succeeded and not active else None
    rules = (job["spec"].get("successPolicy") or {}).get("rules") or ()
    for position, rule in enumerate(rules):
        if _is_met(rule, book.completed()):
            return "Complete", "SuccessPolicy", f"Matched rules at index {position}"
    done = len(book.completed()) if is_indexed(job) else succeeded
    return ("Complete", "CompletionsReached", _REACHED) if done >= int(completions) else None


_REACHED = "Reached expected number of succeeded pods"


def deadline_in(job: Obj, status: Obj, now: datetime) -> float | None:
    """Seconds until ``activeDeadlineSeconds`` are over; None without a deadline."""
    seconds, since = job["spec"].get("activeDeadlineSeconds"), status.get("startTime")
    if seconds is None or not since or job["spec"].get("suspend"):
        return None
    return max((parse_timestamp(since) + timedelta(seconds=int(seconds)) - now).total_seconds(), 0.0)


def is_indexed(job: Obj) -> bool:
    """Whether each pod works on an index of its own."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def number(job: Obj, field: str, default: int) -> int:
    """A count in the spec of the Job."""
    value = job["spec"].get(field)
    return default if value is None else int(value)


def failure_rule(job: Obj, pod: Obj) -> tuple[str, str] | None:
    """The action (FailJob, Ignore, Count) of the first rule that a failed pod meets, and the words for it."""
    rules = (job["spec"].get("podFailurePolicy") or {}).get("rules") or ()
    for position, rule in enumerate(rules):
        action = rule.get("action", "")
        for why in _matches(rule, pod):
            return action, f"{why} matching {action} rule at index {position}"
    return None


def _matches(rule: Obj, pod: Obj) -> Iterator[str]:
    """What of the pod meets the rule."""
    place, status = f"{namespace_of(pod)}/{name_of(pod)}", pod.get("status") or {}
    if codes := rule.get("onExitCodes"):
        for container in (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())):
            code = ((container.get("state") or {}).get("terminated") or {}).get("exitCode") or 0
            about = codes.get("containerName") in {None, container.get("name")}
            if about and code and (code in codes.get("values", ())) == (codes.get("operator") == "In"):
                yield f"Container {container.get('name')} for pod {place} failed with exit code {code}"
        return
    for pattern in rule.get("onPodConditions") or ():
        found = condition_of(pod, pattern.get("type", ""))
        if found is not None and found.get("status") == pattern.get("status", "True"):
            yield f"Pod {place} has condition {pattern.get('type')}"


def _is_met(rule: Obj, completed: frozenset[int]) -> bool:
    """Whether enough indexes have succeeded for a rule of a success policy."""
    wanted = _indexes(rule["succeededIndexes"]) if rule.get("succeededIndexes") else None
    done = completed if wanted is None else completed & wanted
    least = rule.get("succeededCount")
    return len(done) >= (int(least) if least is not None else len(wanted or ())) and bool(done)


def _indexes(text: str) -> frozenset[int]:
    """Indexes as ``succeededIndexes`` writes them: ``0-2,5``."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return frozenset(found)


def _restarts(pods: Iterable[Obj]) -> int:
    """How often the containers of pods that have not finished were restarted."""
    return sum(
        int(status.get("restartCount") or 0)
        for pod in pods
        if phase_of(pod) not in TERMINAL
        for status in (pod.get("status") or {}).get("containerStatuses") or ()
    )
