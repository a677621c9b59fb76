"""Runs the pods of a Job until enough of them have succeeded, or too many have failed.

Left out of what upstream does: the finalizer ``batch.kubernetes.io/job-tracking`` (the controller remembers
outcomes itself, as nothing here escapes its notice), limits per index, ``managedBy`` and selectors set by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal, cast

from podnet.api.absence import unless_gone
from podnet.api.errors import ApiError
from podnet.api.host import Change, Key
from podnet.api.objects import (
    Obj,
    condition_of,
    controller_of,
    is_terminating,
    key_of,
    name_of,
    namespace_of,
    timestamp,
    uid_of,
)
from podnet.api.resources import JOBS, PODS
from podnet.kube.conditions import ConditionStatus, with_condition
from podnet.kube.controllers.job_pods import INDEX, Book, Outcome, as_ranges, index_of, missing_indexes
from podnet.kube.controllers.job_rules import deadline_in, finished_at, is_indexed, number, verdict
from podnet.kube.controllers.ownership import controlled, controller_key
from podnet.kube.controllers.pods import (
    TERMINAL,
    PodControl,
    is_active,
    is_ready,
    phase_of,
    pod_from,
    soonest,
    write_status,
)
from podnet.kube.host import KubeHost

COMPONENT = "job-controller"


class JobController:
    """Reconciles one Job at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._pods = PodControl(host, COMPONENT)
        self._books: dict[str, Book] = {}

    def install(self) -> None:
        """Register with the host."""
        watches = {JOBS: self._job_changed, PODS: self._pod_changed}
        self._host.controller("job", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> float | None:
        """Start, stop and count pods, then say in the status what there is."""
        job = self._host.peek(JOBS, *cast("tuple[str, str]", key))
        if job is None:
            return None
        pods = controlled(self._host, PODS, uid_of(job))
        book, now = self._books.setdefault(uid_of(job), Book()), self._host.now()
        for pod in pods:
            book.note(pod, job, now=now)
        if finished_at(job) is not None:
            return self._expire(job)
        if is_terminating(job):
            return None
        return self._work(job, pods, book)

    def _work(self, job: Obj, pods: Sequence[Obj], book: Book) -> float | None:
        now = self._host.now()
        active: Sequence[Obj] = [pod for pod in pods if is_active(pod)]
        status = {**(job.get("status") or {}), "conditions": list((job.get("status") or {}).get("conditions") or ())}
        suspended = bool(job["spec"].get("suspend"))
        self._note_suspension(job, status, suspended=suspended)
        ending = verdict(job, status, book, active, now)
        failure: ApiError | None = None
        delay: float | None = None
        try:
            if ending is not None or suspended:
                active = self._dismiss(job, active, book, counts=ending is not None)
            else:
                active, delay = self._scale(job, active, book)
        except ApiError as error:
            failure = error
        terminating = [pod for pod in self._mine(job) if is_terminating(pod) and phase_of(pod) not in TERMINAL]
        for field, value in self._counts(job, active, terminating, book).items():
            if value or field in {"ready", "terminating"}:
                status[field] = value
            else:
                status.pop(field, None)
        if ending is not None:
            self._conclude(job, status, ending, over=not active and not terminating)
        if not status["conditions"]:
            del status["conditions"]
        current = self._host.peek(JOBS, *key_of(job))
        if current is not None and uid_of(current) == uid_of(job):
            write_status(self._host, JOBS, current, status)
        if failure is not None:
            raise failure
        return soonest([delay, deadline_in(job, status, now)])

    def _mine(self, job: Obj) -> Sequence[Obj]:
        return controlled(self._host, PODS, uid_of(job))

    def _scale(self, job: Obj, active: Sequence[Obj], book: Book) -> tuple[Sequence[Obj], float | None]:
        """Bring the number of active pods to what is wanted now; returns them, and when more may start."""
        parallelism, completions = number(job, "parallelism", 1), job["spec"].get("completions")
        succeeded = book.count("Succeeded")
        if completions is not None:
            wanted = min(parallelism, max(int(completions) - succeeded, 0))
        else:
            wanted = len(active) if succeeded else parallelism
        if len(active) > wanted:
            ranked = sorted(active, key=lambda pod: (phase_of(pod) == "Running", is_ready(pod)))
            self._dismiss(job, ranked[: len(active) - wanted], book)
            return ranked[len(active) - wanted :], None
        missing = wanted - len(active)
        delay = book.retry_in(self._host.now()) if missing else 0.0
        if not missing or delay > 0:
            return active, delay or None
        started = list(active)
        if is_indexed(job):
            taken = {index for pod in active if (index := index_of(pod)) is not None} | book.completed()
            indexes: Sequence[int | None] = missing_indexes(int(completions or 0), taken)[:missing]
        else:
            indexes = [None] * missing
        for index in indexes:
            created = self._pods.create(job, _new_pod(job, index))
            if created is None:
                break
            started.append(created)
        return started, None

    def _dismiss(self, job: Obj, pods: Iterable[Obj], book: Book, *, counts: bool = False) -> Sequence[Obj]:
        """Delete pods that have not finished; they count as failed only where the Job itself has ended."""
        for pod in pods:
            if counts:
                book.outcomes[uid_of(pod)] = Outcome("Failed", self._host.now(), index_of(pod))
            else:
                book.dismissed.add(uid_of(pod))
            self._pods.delete(job, pod)
        return ()

    def _counts(self, job: Obj, active: Sequence[Obj], terminating: Sequence[Obj], book: Book) -> Obj:
        old = job.get("status") or {}
        counts: Obj = {
            "active": len(active),
            "ready": sum(map(is_ready, active)),
            "terminating": len(terminating),
            "succeeded": max(book.count("Succeeded"), int(old.get("succeeded") or 0)),
            "failed": max(book.count("Failed"), int(old.get("failed") or 0)),
        }
        if is_indexed(job):
            counts["completedIndexes"] = as_ranges(book.completed())
        return counts

    def _note_suspension(self, job: Obj, status: Obj, *, suspended: bool) -> None:
        known = (condition_of({"status": status}, "Suspended") or {}).get("status") == "True"
        if suspended:
            status.pop("startTime", None)
            if not known:
                self._set(status, "Suspended", "True", "JobSuspended", "Job suspended")
                self._record(job, "Suspended", "Job suspended")
            return
        if known:
            self._set(status, "Suspended", "False", "JobResumed", "Job resumed")
            self._record(job, "Resumed", "Job resumed")
        status.setdefault("startTime", timestamp(self._host.now()))

    def _conclude(self, job: Obj, status: Obj, ending: tuple[str, str, str], *, over: bool) -> None:
        """Announce how the Job ends, and once the last pod is gone that it has ended."""
        type_, reason, message = ending
        complete = type_ == "Complete"
        self._set(status, "SuccessCriteriaMet" if complete else "FailureTarget", "True", reason, message)
        if not over:
            return
        self._set(status, type_, "True", reason, message)
        if complete:
            status["completionTime"] = timestamp(self._host.now())
        self._record(job, "Completed" if complete else reason, "Job completed" if complete else message)

    def _expire(self, job: Obj) -> float | None:
        """Delete a finished Job when ``ttlSecondsAfterFinished`` have passed."""
        seconds, ended = job["spec"].get("ttlSecondsAfterFinished"), finished_at(job)
        if seconds is None or ended is None or is_terminating(job):
            return None
        left = (ended + timedelta(seconds=int(seconds)) - self._host.now()).total_seconds()
        if left > 0:
            return left
        with unless_gone():
            self._host.api.delete(
                JOBS, name_of(job), namespace=namespace_of(job), propagation="Foreground", uid=uid_of(job)
            )
        return None

    def _set(self, status: Obj, type_: str, state: ConditionStatus, reason: str, message: str) -> None:
        now = self._host.now()
        old = condition_of({"status": status}, type_) or {}
        probed = {"lastProbeTime": old.get("lastProbeTime") or timestamp(now)}
        status["conditions"] = with_condition(
            status["conditions"], type_, state, now=now, reason=reason, message=message, extra=probed
        )

    def _record(self, job: Obj, reason: str, message: str) -> None:
        warns = reason in {"BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy"}
        type_: Literal["Normal", "Warning"] = "Warning" if warns else "Normal"
        self._host.record_event(job, type=type_, reason=reason, message=message, component=COMPONENT)

    def _job_changed(self, change: Change) -> Iterable[Key]:
        if change.new is None:
            self._books.pop(uid_of(change.object), None)
        return (key_of(change.object),)

    def _pod_changed(self, change: Change) -> Iterable[Key]:
        """Note outcomes as they happen: a pod may be gone before its Job has its turn."""
        key = controller_key(change.object, JOBS)
        if key is None:
            return ()
        uid = str((controller_of(change.object) or {}).get("uid"))
        job = self._host.peek(JOBS, *key)
        if job is None or uid_of(job) != uid:
            return ()
        if finished_at(job) is None:
            book = self._books.setdefault(uid, Book())
            book.note(change.object, job, now=self._host.now(), gone=change.new is None)
        return (key,)


def _new_pod(job: Obj, index: int | None) -> Obj:
    own = {
        "batch.kubernetes.io/controller-uid": uid_of(job),
        "batch.kubernetes.io/job-name": name_of(job),
        "controller-uid": uid_of(job),
        "job-name": name_of(job),
    }
    template = job["spec"]["template"]
    if index is None:
        return pod_from(template, job, JOBS, labels=own)
    marks = {INDEX: str(index)}
    pod = pod_from(template, job, JOBS, labels={**own, **marks}, annotations=marks)
    pod["metadata"]["generateName"] = f"{name_of(job)}-{index}-"
    pod["spec"].setdefault("hostname", f"{name_of(job)}-{index}")
    return pod
