"""The eviction of a pod: a polite way to delete it, which the budgets of its like may refuse.

Source: pkg/registry/core/pod/storage/eviction.go of Kubernetes 1.36.
"""

from __future__ import annotations

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, clone, condition_of, timestamp
from podnet.api.resources import POD_DISRUPTION_BUDGETS
from podnet.kube import answers
from podnet.kube.admission import Attributes
from podnet.kube.backend import PLAIN, Backend, DeleteOptions, WriteOptions
from podnet.kube.budgets import CONDITION, SYNC_FAILED, selects, with_verdict
from podnet.kube.conditions import with_condition
from podnet.kube.deleting import delete
from podnet.kube.field_types import check
from podnet.kube.registry import Served
from podnet.kube.shapes import EVICTION
from podnet.kube.subresources import SUCCESS, stored
from podnet.kube.updating import update

_REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_MOST_DISRUPTED = 2000
_RETRY_SECONDS = 10


def evict(backend: Backend, served: Served, name: str, eviction: Obj, *, namespace: str, options: WriteOptions) -> Obj:
    """Delete a pod as ``POST pods/eviction`` does. Raises ApiError 429 where a budget refuses it."""
    check(eviction, EVICTION, kind="Eviction", version="v1")
    if (eviction.get("metadata") or {}).get("name", name) != name:
        raise answers.bad_request("name in URL does not match name in Eviction object")
    wanted = eviction.get("deleteOptions") or {}
    dry_run = options.dry_run or bool(wanted.get("dryRun"))
    attributes = Attributes(
        "CREATE",
        served.resource,
        subresource="eviction",
        namespace=namespace,
        name=name,
        dry_run=dry_run,
        warn=options.warn,
    )
    eviction = backend.admission.mutate(attributes, eviction, old=None)
    backend.admission.validate(attributes, eviction, old=None)
    pod = stored(backend, served, namespace, name)
    if not _needs_no_budget(pod):
        budgets = [one for one in backend.store.values(POD_DISRUPTION_BUDGETS, namespace) if selects(one, pod)]
        if len(budgets) > 1:
            raise ApiError(500, _SEVERAL, reason=None)
        if budgets and not _is_free(pod, budgets[0]):
            _spend(backend, budgets[0], pod, dry_run=dry_run)
    preconditions = wanted.get("preconditions") or {}
    _check_uid(served, pod, preconditions.get("uid") or "")
    if not dry_run and not pod["metadata"].get("deletionTimestamp"):
        _mark(backend, served, pod)
    delete(
        backend,
        served,
        name,
        namespace=namespace,
        options=DeleteOptions(
            grace_period_seconds=wanted.get("gracePeriodSeconds"),
            propagation=wanted.get("propagationPolicy"),
            uid=preconditions.get("uid") or "",
            dry_run=dry_run,
        ),
    )
    return dict(SUCCESS)


def _needs_no_budget(pod: Obj) -> bool:
    """Whether the pod does no work that its end could disrupt."""
    return pod["status"].get("phase") in {"Succeeded", "Failed", "Pending"} or bool(
        pod["metadata"].get("deletionTimestamp")
    )


def _is_free(pod: Obj, budget: Obj) -> bool:
    """Whether a pod that is not ready may go without counting."""
    if (condition_of(pod, "Ready") or {}).get("status") == "True":
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    current, desired = int(status.get("currentHealthy") or 0), int(status.get("desiredHealthy") or 0)
    return current >= desired > 0


def _spend(backend: Backend, budget: Obj, pod: Obj, *, dry_run: bool) -> None:
    """Take one disruption from the budget, and note for whom. Raises ApiError if there is none."""
    metadata, status = budget["metadata"], budget.get("status") or {}
    name = metadata["name"]
    if status.get("observedGeneration", 0) < metadata.get("generation", 0):
        why = f"The disruption budget {name} is still being processed by the server."
        raise _too_many(why, after=_RETRY_SECONDS)
    if len(status.get("disruptedPods") or {}) > _MOST_DISRUPTED:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise answers.forbidden(POD_DISRUPTION_BUDGETS, name, why)
    allowed = status.get("disruptionsAllowed", 0)
    if not allowed:
        raise _too_many(_why_not(budget, status))
    if dry_run:
        return
    moment = timestamp(backend.now())
    disrupted = {**(status.get("disruptedPods") or {}), pod["metadata"]["name"]: moment}
    spent = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": disrupted}
    wanted = {**clone(budget), "status": spent if allowed > 1 else with_verdict(spent, backend.now())}
    served = backend.registry.find(POD_DISRUPTION_BUDGETS.group, "v1", POD_DISRUPTION_BUDGETS.plural)
    update(
        backend,
        served,
        name,
        lambda _: wanted,
        namespace=metadata["namespace"],
        subresource="status",
        options=PLAIN,
    )


def _why_not(budget: Obj, status: Obj) -> str:
    name, condition = budget["metadata"]["name"], condition_of(budget, CONDITION) or {}
    message = condition.get("message") if condition.get("status") == "False" else ""
    if message and condition.get("reason") == SYNC_FAILED:
        return f"The disruption budget {name} does not allow evicting pods currently because it failed sync: {message}"
    current, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    if current <= desired:
        return f"The disruption budget {name} needs {desired} healthy pods and has {current} currently"
    if message:
        reason = condition.get("reason")
        return f"The disruption budget {name} does not allow evicting pods currently ({reason}): {message}"
    return f"The disruption budget {name} does not allow evicting pods currently"


def _too_many(why: str, *, after: int = 0) -> ApiError:
    details: Obj = {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    if after:
        details["retryAfterSeconds"] = after
    return ApiError(429, _REFUSED, details=details)


def _check_uid(served: Served, pod: Obj, uid: str) -> None:
    found = pod["metadata"]["uid"]
    if uid and uid != found:
        why = (
            f"the UID in the precondition ({uid}) does not match the UID in record ({found})."
            " The object might have been deleted and then recreated"
        )
        raise answers.precondition_failed(served.resource, pod["metadata"]["name"], why)


def _mark(backend: Backend, served: Served, pod: Obj) -> None:
    conditions = with_condition(
        pod["status"].get("conditions"),
        "DisruptionTarget",
        "True",
        now=backend.now(),
        reason="EvictionByEvictionAPI",
        message="Eviction API: evicting",
        extra={"lastProbeTime": None},
    )
    status = {**pod["status"], "conditions": conditions}
    backend.store.put(served.storage, {**pod, "metadata": dict(pod["metadata"]), "status": status})
