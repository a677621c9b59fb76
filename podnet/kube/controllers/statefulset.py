"""Keeps the numbered pods of a StatefulSet: in order, under stable names, one revision after the other.

Left out of what upstream does: volume claims, the labels of adopted pods, and ``maxUnavailable`` above 1. Unlike
upstream a pod that fails again and again is replaced with growing delay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from podnet.api.errors import ApiError
from podnet.api.host import Key
from podnet.api.objects import Obj, is_terminating, labels_of, name_of, namespace_of, uid_of
from podnet.api.resources import PODS, STATEFUL_SETS
from podnet.kube.controllers.backoff import Backoff
from podnet.kube.controllers.ownership import claim, dependents, itself
from podnet.kube.controllers.pods import (
    TERMINAL,
    PodControl,
    Verb,
    available_in,
    is_available,
    is_ready,
    phase_of,
    pod_from,
    soonest,
    write_status,
)
from podnet.kube.controllers.replicaset import replicas_of
from podnet.kube.controllers.revisions import REVISION_LABEL, current_revision, forget_old, history_of, template_of
from podnet.kube.host import KubeHost

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"
_NUMBERED = re.compile(r"(.*)-([0-9]+)")


def ordinal(stateful_set: Obj, pod: Obj) -> int | None:
    """The number in the name of a pod of this set; None if the name is not one that the set would give."""
    match = _NUMBERED.fullmatch(name_of(pod))
    return int(match[2]) if match and match[1] == name_of(stateful_set) else None


@dataclass(frozen=True)
class _Control(PodControl):
    """Pods of a StatefulSet have events with words of their own."""

    def done(self, verb: Verb, owner: Obj, pod: Obj) -> str:
        return f"{verb.capitalize()} Pod {name_of(pod)} in StatefulSet {name_of(owner)} successful"

    def failed(self, verb: Verb, owner: Obj, pod: Obj, error: ApiError) -> str:
        return f"{verb.capitalize()} Pod {name_of(pod)} in StatefulSet {name_of(owner)} failed error: {error.message}"


@dataclass(frozen=True)
class _View:
    """A StatefulSet with its pods by ordinal, and the revisions of its template."""

    stateful_set: Obj
    pods: Mapping[int, Obj]
    current: Obj
    update: Obj

    @property
    def wanted(self) -> range:
        start = int((self.stateful_set["spec"].get("ordinals") or {}).get("start") or 0)
        return range(start, start + replicas_of(self.stateful_set))

    @property
    def condemned(self) -> Sequence[int]:
        """The ordinals that must go, highest first."""
        return sorted((number for number in self.pods if number not in self.wanted), reverse=True)

    @property
    def ordered(self) -> bool:
        return bool(self.stateful_set["spec"].get("podManagementPolicy", "OrderedReady") == "OrderedReady")

    @property
    def rolling(self) -> bool:
        return bool((self.stateful_set["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate") != "OnDelete")

    @property
    def updated_from(self) -> int:
        """The lowest ordinal that gets the new revision."""
        if not self.rolling:
            return self.wanted.start
        parameters = (self.stateful_set["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
        return self.wanted.start + int(parameters.get("partition") or 0)

    @property
    def min_ready(self) -> int:
        return int(self.stateful_set["spec"].get("minReadySeconds") or 0)


class StatefulSetController:
    """Reconciles one StatefulSet at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._pods = _Control(host, "statefulset-controller")
        self._backoff = Backoff()

    def install(self) -> None:
        """Register with the host."""
        watches = {
            STATEFUL_SETS: itself,
            PODS: dependents(self._host, STATEFUL_SETS),
        }
        self._host.controller("statefulset", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> float | None:
        """Take the next steps that order and readiness allow, then say in the status what there is."""
        stateful_set = self._host.peek(STATEFUL_SETS, *cast("tuple[str, str]", key))
        if stateful_set is None:
            return None
        belongs = partial(_belongs, stateful_set)
        pods = claim(self._host, stateful_set, kind=STATEFUL_SETS, of=PODS, fits=belongs)
        view = self._view(stateful_set, pods)
        if view is None:
            return None
        failure: ApiError | None = None
        delay = None
        if not is_terminating(stateful_set):
            try:
                delay = self._step(view)
            except ApiError as error:
                failure = error
        status = self._status(view)
        write_status(self._host, STATEFUL_SETS, stateful_set, status)
        if failure is not None:
            raise failure
        if not is_terminating(stateful_set):
            live = {status["currentRevision"], status["updateRevision"]}
            live |= {labels_of(pod).get(REVISION_LABEL, "") for pod in pods}
            forget_old(self._host, stateful_set, history_of(self._host, stateful_set), live=live)
        waits = [available_in(pod, view.min_ready, self._host.now()) for pod in pods] if view.min_ready else []
        return soonest([delay, *waits])

    def _view(self, stateful_set: Obj, pods: Sequence[Obj]) -> _View | None:
        history = history_of(self._host, stateful_set)
        if is_terminating(stateful_set):
            if not history:
                return None
            update = history[-1]
        else:
            update = current_revision(self._host, stateful_set, STATEFUL_SETS, history)
        name = (stateful_set.get("status") or {}).get("currentRevision")
        current = next((item for item in history if name_of(item) == name), update)
        numbered = {number: pod for pod in pods if (number := ordinal(stateful_set, pod)) is not None}
        return _View(stateful_set, numbered, current, update)

    def _step(self, view: _View) -> float | None:
        delays: list[float | None] = []
        complete = True
        for number in view.wanted:
            goes_on, delay = self._keep(view, number)
            delays.append(delay)
            complete = complete and goes_on
            if not goes_on and view.ordered:
                break
        if complete and self._shrink(view) and view.rolling:
            self._update(view)
        return soonest(delays)

    def _keep(self, view: _View, number: int) -> tuple[bool, float | None]:
        """Bring one pod into being; whether the next one may follow, and when to look again."""
        pod = view.pods.get(number)
        if pod is None:
            self._pods.create(view.stateful_set, self._new_pod(view, number))
            return not view.ordered, None
        if phase_of(pod) in TERMINAL:
            if is_terminating(pod):
                return False, None
            delay = self._backoff.attempt((uid_of(view.stateful_set), name_of(pod)), self._host.now())
            if not delay:
                self._pods.delete(view.stateful_set, pod)
            return False, delay or None
        return not view.ordered or self._is_healthy(view, pod), None

    def _shrink(self, view: _View) -> bool:
        """Remove pods from the top; whether nothing is left to remove."""
        condemned = view.condemned
        broken = [number for number in condemned if not self._is_healthy(view, view.pods[number])]
        for number in condemned:
            pod = view.pods[number]
            if is_terminating(pod):
                if view.ordered:
                    return False
                continue
            # A pod that is not ready holds up those below it, unless it is itself the lowest that is not.
            if view.ordered and number in broken and number != broken[-1]:
                return False
            self._pods.delete(view.stateful_set, pod)
            if view.ordered:
                return False
        return True

    def _update(self, view: _View) -> None:
        """Replace the highest pod of an older revision, as soon as all above it are healthy."""
        for number in reversed([number for number in view.wanted if number >= view.updated_from]):
            pod = view.pods.get(number)
            if pod is None:
                return
            if labels_of(pod).get(REVISION_LABEL) != name_of(view.update) and not is_terminating(pod):
                self._pods.delete(view.stateful_set, pod)
                return
            if not self._is_healthy(view, pod):
                return

    def _is_healthy(self, view: _View, pod: Obj) -> bool:
        available = phase_of(pod) == "Running" and is_available(pod, view.min_ready, self._host.now())
        return available and not is_terminating(pod)

    def _new_pod(self, view: _View, number: int) -> Obj:
        stateful_set = view.stateful_set
        revision = view.update if number >= view.updated_from else view.current
        name = f"{name_of(stateful_set)}-{number}"
        labels = {POD_NAME_LABEL: name, POD_INDEX_LABEL: str(number), REVISION_LABEL: name_of(revision)}
        pod = pod_from(template_of(revision), stateful_set, STATEFUL_SETS, name=name, labels=labels)
        pod["spec"]["hostname"] = name
        if service := stateful_set["spec"].get("serviceName"):
            pod["spec"]["subdomain"] = service
        return pod

    def _status(self, view: _View) -> Obj:
        old, now = view.stateful_set.get("status") or {}, self._host.now()
        pods = list(view.pods.values())
        running = [pod for pod in pods if phase_of(pod) == "Running"]
        staying = [labels_of(pod).get(REVISION_LABEL) for pod in pods if not is_terminating(pod)]
        counts = {
            "readyReplicas": sum(map(is_ready, running)),
            "currentReplicas": staying.count(name_of(view.current)),
            "updatedReplicas": staying.count(name_of(view.update)),
        }
        current = name_of(view.current)
        if view.rolling and counts["updatedReplicas"] == counts["readyReplicas"] == len(pods) == len(view.wanted):
            current, counts["currentReplicas"] = name_of(view.update), counts["updatedReplicas"]
        status: Obj = {
            "replicas": len(pods),
            "availableReplicas": sum(is_available(pod, view.min_ready, now) for pod in running),
            **{field: count for field, count in counts.items() if count},
            "currentRevision": current,
            "updateRevision": name_of(view.update),
            "collisionCount": old.get("collisionCount", 0),
        }
        if (generation := view.stateful_set["metadata"].get("generation")) is not None:
            status["observedGeneration"] = generation
        return status


def _belongs(stateful_set: Obj, pod: Obj) -> bool:
    return ordinal(stateful_set, pod) is not None and namespace_of(pod) == namespace_of(stateful_set)
