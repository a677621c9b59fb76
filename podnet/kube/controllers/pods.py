"""What every workload controller does with pods: judge them, make them from a template, create and delete them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from podnet.api.errors import ApiError, is_not_found
from podnet.api.objects import (
    Obj,
    annotations_of,
    clone,
    condition_of,
    is_terminating,
    labels_of,
    name_of,
    namespace_of,
    parse_timestamp,
)
from podnet.api.resources import PODS, Resource
from podnet.kube.controllers.ownership import owner_reference
from podnet.kube.host import KubeHost

Verb = Literal["create", "delete"]

TERMINAL = frozenset({"Succeeded", "Failed"})


def phase_of(pod: Obj) -> str:
    """``status.phase``; a pod without one is Pending."""
    return str((pod.get("status") or {}).get("phase") or "Pending")


def is_active(pod: Obj) -> bool:
    """Whether the pod counts as a replica: it has not finished and is not being deleted."""
    return phase_of(pod) not in TERMINAL and not is_terminating(pod)


def is_ready(pod: Obj) -> bool:
    """Whether the condition Ready is True."""
    return (condition_of(pod, "Ready") or {}).get("status") == "True"


def available_in(pod: Obj, min_ready_seconds: int, now: datetime) -> float | None:
    """Seconds until the pod has been ready for long enough, 0 if it has been; None while it is not ready."""
    condition = condition_of(pod, "Ready") or {}
    if condition.get("status") != "True":
        return None
    since = condition.get("lastTransitionTime")
    if min_ready_seconds <= 0 or not since:
        return 0.0
    return max((parse_timestamp(since) + timedelta(seconds=min_ready_seconds) - now).total_seconds(), 0.0)


def is_available(pod: Obj, min_ready_seconds: int, now: datetime) -> bool:
    """Whether the pod has been ready for at least so many seconds."""
    return available_in(pod, min_ready_seconds, now) == 0.0


def soonest(delays: Iterable[float | None]) -> float | None:
    """The shortest delay that is still to come; None if there is none."""
    return min((delay for delay in delays if delay), default=None)


def pod_from(
    template: Obj,
    owner: Obj,
    resource: Resource,
    *,
    name: str = "",
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Obj:
    """A new pod as the template describes it; without a name it gets one that begins with the owner's."""
    metadata = template.get("metadata") or {}
    wanted: Obj = {"name": name} if name else {"generateName": f"{name_of(owner)}-"}
    wanted |= {
        "namespace": namespace_of(owner),
        "labels": {**labels_of(template), **(labels or {})},
        "annotations": {**annotations_of(template), **(annotations or {})},
        "ownerReferences": [owner_reference(owner, resource)],
    }
    if metadata.get("finalizers"):
        wanted["finalizers"] = list(metadata["finalizers"])
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {key: value for key, value in wanted.items() if value},
        "spec": clone(template.get("spec") or {}),
    }


@dataclass(frozen=True)
class PodControl:
    """Creates and deletes pods in the name of one controller, with the events that it records."""

    host: KubeHost
    component: str

    def create(self, owner: Obj, pod: Obj) -> Obj | None:
        """Create a pod. None if its namespace is going away; any other refusal is recorded and raised."""
        try:
            created = self.host.api.create(PODS, pod, namespace=namespace_of(owner))
        except ApiError as error:
            if is_namespace_terminating(error):
                return None
            self._record(owner, "Warning", "FailedCreate", self.failed("create", owner, pod, error))
            raise
        self._record(owner, "Normal", "SuccessfulCreate", self.done("create", owner, created))
        return created

    def delete(self, owner: Obj, pod: Obj) -> None:
        """Delete a pod gracefully; one that is gone already is no failure."""
        try:
            self.host.api.delete(PODS, name_of(pod), namespace=namespace_of(pod), uid=pod["metadata"].get("uid", ""))
        except ApiError as error:
            if is_not_found(error) or error.code == 409:  # gone, or another pod has its name by now
                return
            self._record(owner, "Warning", "FailedDelete", self.failed("delete", owner, pod, error))
            raise
        self._record(owner, "Normal", "SuccessfulDelete", self.done("delete", owner, pod))

    def done(self, verb: Verb, owner: Obj, pod: Obj) -> str:  # noqa: ARG002  # others name the owner as well
        """What the event of a success says."""
        return f"{'Created' if verb == 'create' else 'Deleted'} pod: {name_of(pod)}"

    def failed(self, verb: Verb, owner: Obj, pod: Obj, error: ApiError) -> str:  # noqa: ARG002  # same
        """What the event of a failure says."""
        return f"Error {'creating' if verb == 'create' else 'deleting'}: {error.message}"

    def _record(self, owner: Obj, type_: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        self.host.record_event(owner, type=type_, reason=reason, message=message, component=self.component)


def is_namespace_terminating(error: ApiError) -> bool:
    """Whether something could not be created because its namespace is being deleted."""
    return error.code == 403 and any(cause.get("reason") == "NamespaceTerminating" for cause in error.causes)


def write_status(host: KubeHost, resource: Resource, obj: Obj, status: Obj) -> None:
    """Replace ``status`` through its own path, if it differs from what ``obj`` says."""
    if obj.get("status") != status:
        host.api.update(resource, {**obj, "status": status}, subresource="status")
