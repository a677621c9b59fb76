"""The verb delete: grace periods, finalizers and propagation, until nothing holds an object any more.

Source: pkg/registry/rest/delete.go and pkg/registry/generic/registry/store.go of k8s.io/apiserver 1.36.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from podnet.api.objects import Obj, parse_timestamp, timestamp
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES, Resource
from podnet.kube import answers
from podnet.kube.admission import Attributes
from podnet.kube.backend import Backend, DeleteOptions
from podnet.kube.conditions import with_condition
from podnet.kube.metadata import FOREGROUND, ORPHAN
from podnet.kube.registry import Served
from podnet.kube.strategy_core import IMMORTAL_NAMESPACES

_ORPHANS = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set"
    " propagationPolicy=Orphan to suppress this warning"
)


def delete(backend: Backend, served: Served, name: str, *, namespace: str, options: DeleteOptions) -> tuple[Obj, bool]:
    """Delete an object or begin to; returns its last or present state, and whether it is gone. Raises ApiError."""
    resource = served.resource
    old = backend.store.get(served.storage, namespace, name)
    if old is None:
        raise answers.not_found(resource, name)
    _check_preconditions(resource, old["metadata"], options)
    if resource == NAMESPACES and name in IMMORTAL_NAMESPACES:
        raise answers.forbidden(resource, name, "this namespace may not be deleted")
    asked = "" if options.collection else name  # webhooks learn what the request says
    attributes = Attributes("DELETE", resource, namespace=namespace, name=asked, dry_run=options.dry_run)
    backend.admission.mutate(attributes, None, old=old)
    backend.admission.validate(attributes, None, old=old)
    # A webhook may have written: go on with what is there now.
    old = backend.store.get(served.storage, namespace, name)
    if old is None:
        raise answers.not_found(resource, name)
    if resource in {NAMESPACES, CUSTOM_RESOURCE_DEFINITIONS}:
        return _delete_place(backend, served, old, dry_run=options.dry_run)
    return _delete(backend, served, old, options)


def _check_preconditions(resource: Resource, metadata: Obj, options: DeleteOptions) -> None:
    for what, wanted, found, why in (
        ("UID", options.uid, metadata["uid"], "deleted and then recreated"),
        ("ResourceVersion", options.resource_version, metadata["resourceVersion"], "modified"),
    ):
        if wanted and wanted != found and resource == NAMESPACES:
            why = f"Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}"
            raise answers.conflict(resource, metadata["name"], why)
        if wanted and wanted != found:
            raise answers.precondition_failed(
                resource,
                metadata["name"],
                f"the {what} in the precondition ({wanted}) does not match the {what} in record ({found})."
                f" The object might have been {why}",
            )


def _delete(backend: Backend, served: Served, old: Obj, options: DeleteOptions) -> tuple[Obj, bool]:
    obj = {**old, "metadata": dict(old["metadata"])}
    metadata = obj["metadata"]
    graceful = False
    if served.strategy.graceful:
        if metadata.get("deletionTimestamp"):
            if metadata.get("deletionGracePeriodSeconds"):
                if not _shorten(backend, metadata, options.grace_period_seconds):
                    return old, False
                graceful = True
        else:
            _begin(backend, metadata, served.strategy.grace(obj, options.grace_period_seconds))
            graceful = True
    propagation = options.propagation
    if propagation is None and served.strategy.orphans_by_default and not metadata.get("deletionTimestamp"):
        propagation = "Orphan"
        options.warn(_ORPHANS)
    finalizers = _finalizers(metadata.get("finalizers") or (), propagation)
    metadata.pop("finalizers", None)
    if finalizers:
        metadata["finalizers"] = finalizers
        if not graceful:
            _mark(backend, metadata)
    elif not (graceful and metadata["deletionGracePeriodSeconds"]):
        if graceful and not options.dry_run:
            # Watchers of a real API server see the grace period run out before the object goes.
            backend.store.put(served.storage, obj)
        return _remove(backend, served, obj, dry_run=options.dry_run), True
    if obj == old or options.dry_run:
        return obj, False
    return backend.store.put(served.storage, obj), False


def _begin(backend: Backend, metadata: Obj, grace: int) -> None:
    metadata["deletionTimestamp"] = timestamp(backend.now() + timedelta(seconds=grace))
    metadata["deletionGracePeriodSeconds"] = grace
    _raise_generation(metadata)


def _shorten(backend: Backend, metadata: Obj, requested: int | None) -> bool:
    """Make a running grace period shorter; False if the request does not ask for that."""
    running = metadata["deletionGracePeriodSeconds"]
    if requested is None:
        return False
    requested = 1 if requested < 0 else requested
    if requested >= running:
        return False
    now = backend.now()
    end = parse_timestamp(metadata["deletionTimestamp"]) + timedelta(seconds=requested - running)
    if end < now:
        end, requested = now, min(requested, 1)
    metadata["deletionTimestamp"], metadata["deletionGracePeriodSeconds"] = timestamp(end), requested
    return True


def _mark(backend: Backend, metadata: Obj) -> None:
    """Note that deletion has begun, for a resource without grace."""
    now = backend.now()
    begun = metadata.get("deletionTimestamp")
    if not begun:
        _raise_generation(metadata)
    if not begun or parse_timestamp(begun) > now:
        metadata["deletionTimestamp"] = timestamp(now)
    metadata["deletionGracePeriodSeconds"] = 0


def _raise_generation(metadata: Obj) -> None:
    if metadata.get("generation"):
        metadata["generation"] += 1


def _finalizers(present: list[str] | tuple[str, ...], propagation: str | None) -> list[str]:
    """The finalizers that remain when the garbage collector gets its orders."""
    others = [item for item in present if item not in {ORPHAN, FOREGROUND}]
    if propagation is None:
        return list(present)
    order = {"Orphan": [ORPHAN], "Foreground": [FOREGROUND]}.get(propagation, [])
    return others + order


def _remove(backend: Backend, served: Served, obj: Obj, *, dry_run: bool) -> Obj:
    if dry_run:
        return obj
    metadata = obj["metadata"]
    last = backend.store.remove(served.storage, metadata.get("namespace", ""), metadata["name"])
    return {**obj, "metadata": {**metadata, "resourceVersion": last["metadata"]["resourceVersion"]}}


def _delete_place(backend: Backend, served: Served, old: Obj, *, dry_run: bool) -> tuple[Obj, bool]:
    """Begin to delete what others live in: a namespace, or a definition. Its controller goes on."""
    metadata = old["metadata"]
    if not metadata.get("deletionTimestamp"):
        obj = {
            **old,
            "metadata": {**metadata, "deletionTimestamp": timestamp(backend.now())},
            "status": _ending_status(served, old["status"], backend.now()),
        }
        return (obj if dry_run else backend.store.put(served.storage, obj)), False
    if old["spec"].get("finalizers") or metadata.get("finalizers"):
        return old, False
    return _remove(backend, served, old, dry_run=dry_run), True


def _ending_status(served: Served, status: Obj, now: datetime) -> Obj:
    if served.resource == NAMESPACES:
        return {**status, "phase": "Terminating"}
    message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
    reason = "InstanceDeletionPending"
    conditions = with_condition(status["conditions"], "Terminating", "True", now=now, reason=reason, message=message)
    return {**status, "conditions": conditions}
