"""Keeps as many pods of a template as a ReplicaSet wants.

As upstream, pods that have failed stay and are replaced, the first one at once. Unlike upstream the replacements
of further ones come with growing delay: in logical time nothing else would ever slow them down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from podnet.api.errors import ApiError
from podnet.api.host import Key
from podnet.api.objects import (
    Obj,
    annotations_of,
    condition_of,
    is_terminating,
    labels_of,
    parse_timestamp,
)
from podnet.api.resources import PODS, REPLICA_SETS
from podnet.kube.conditions import with_condition, without_condition
from podnet.kube.controllers.backoff import replacement_delay
from podnet.kube.controllers.ownership import claim, dependents, itself
from podnet.kube.controllers.pods import (
    TERMINAL,
    PodControl,
    available_in,
    is_active,
    is_ready,
    phase_of,
    pod_from,
    soonest,
    write_status,
)
from podnet.kube.host import KubeHost

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1}


class ReplicaSetController:
    """Reconciles one ReplicaSet at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._pods = PodControl(host, "replicaset-controller")

    def install(self) -> None:
        """Register with the host."""
        watches = {
            REPLICA_SETS: itself,
            PODS: dependents(self._host, REPLICA_SETS),
        }
        self._host.controller("replicaset", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> float | None:
        """Create or delete pods, then say in the status what there is."""
        replica_set = self._host.peek(REPLICA_SETS, *cast("tuple[str, str]", key))
        if replica_set is None:
            return None
        pods = claim(self._host, replica_set, kind=REPLICA_SETS, of=PODS)
        active = [pod for pod in pods if is_active(pod)]
        failure: ApiError | None = None
        delay = None
        if not is_terminating(replica_set):
            try:
                delay = self._manage(replica_set, active, [pod for pod in pods if phase_of(pod) == "Failed"])
            except ApiError as error:
                failure = error
        write_status(self._host, REPLICA_SETS, replica_set, self._status(replica_set, pods, failure))
        if failure is not None:
            raise failure
        min_ready = int(replica_set["spec"].get("minReadySeconds") or 0)
        waits = [available_in(pod, min_ready, self._host.now()) for pod in active] if min_ready else []
        return soonest([delay, *waits])

    def _manage(self, replica_set: Obj, active: Sequence[Obj], failed: Sequence[Obj]) -> float | None:
        missing = replicas_of(replica_set) - len(active)
        if missing > 0:
            delay = self._hold_back(failed)
            if delay > 0:
                return delay
            template = replica_set["spec"].get("template") or {}
            for _ in range(missing):
                if self._pods.create(replica_set, pod_from(template, replica_set, REPLICA_SETS)) is None:
                    break
        elif missing < 0:
            for pod in self._first_to_go(active)[:-missing]:
                self._pods.delete(replica_set, pod)
        return None

    def _hold_back(self, failed: Sequence[Obj]) -> float:
        delay = replacement_delay(len(failed))
        if not delay:
            return 0.0
        latest = max(parse_timestamp(pod["metadata"]["creationTimestamp"]) for pod in failed)
        return (latest + timedelta(seconds=delay) - self._host.now()).total_seconds()

    def _first_to_go(self, pods: Sequence[Obj]) -> Sequence[Obj]:
        """The pods in the order in which they are given up: first what is of least use."""
        crowd = Counter(pod["spec"].get("nodeName") or "" for pod in pods)
        shuffled = list(pods)
        self._host.random.shuffle(shuffled)

        def rank(pod: Obj) -> tuple[object, ...]:
            ready, node = is_ready(pod), pod["spec"].get("nodeName") or ""
            since = (condition_of(pod, "Ready") or {}).get("lastTransitionTime") or ""
            return (
                bool(node),
                _PHASES.get(phase_of(pod), 2),
                ready,
                _deletion_cost(pod),
                -crowd[node],
                _newest_first(since) if ready else (),
                -_restarts(pod),
                _newest_first(pod["metadata"].get("creationTimestamp") or ""),
            )

        return sorted(shuffled, key=rank)

    def _status(self, replica_set: Obj, pods: Sequence[Obj], failure: ApiError | None) -> Obj:
        active = [pod for pod in pods if is_active(pod)]
        ending = sum(is_terminating(pod) and phase_of(pod) not in TERMINAL for pod in pods)
        spec, now = replica_set["spec"], self._host.now()
        template = labels_of(spec.get("template") or {})
        min_ready = int(spec.get("minReadySeconds") or 0)
        old = replica_set.get("status") or {}
        counts = {
            "fullyLabeledReplicas": sum(template.items() <= labels_of(pod).items() for pod in active),
            "readyReplicas": sum(map(is_ready, active)),
            "availableReplicas": sum(available_in(pod, min_ready, now) == 0.0 for pod in active),
        }
        status: Obj = {"replicas": len(active), **{key: value for key, value in counts.items() if value}}
        status["terminatingReplicas"] = ending
        if (generation := replica_set["metadata"].get("generation")) is not None:
            status["observedGeneration"] = generation
        conditions = old.get("conditions") or []
        if failure is not None and condition_of(replica_set, "ReplicaFailure") is None:
            reason = "FailedCreate" if len(active) < replicas_of(replica_set) else "FailedDelete"
            conditions = with_condition(
                conditions, "ReplicaFailure", "True", now=now, reason=reason, message=failure.message
            )
        elif failure is None:
            conditions = without_condition(conditions, "ReplicaFailure")
        return {**status, "conditions": conditions} if conditions else status


def replicas_of(workload: Obj) -> int:
    """``spec.replicas``, 1 where it is not set."""
    replicas = workload["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def _deletion_cost(pod: Obj) -> int:
    try:
        return int(annotations_of(pod).get(DELETION_COST, 0))
    except ValueError:
        return 0


def _restarts(pod: Obj) -> int:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return max((int(status.get("restartCount") or 0) for status in statuses), default=0)


def _newest_first(moment: str) -> tuple[int, ...]:
    """A key that sorts later timestamps before earlier ones."""
    return tuple(-ord(character) for character in moment)
