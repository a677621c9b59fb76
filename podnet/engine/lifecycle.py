"""Decides when a pod ends, because its address is free only after that and on a virtual node nothing else tells."""

from __future__ import annotations

from datetime import datetime, timedelta

from podnet.api.objects import Obj, controller_of, parse_timestamp

TERMINAL = frozenset({"Succeeded", "Failed"})
JOB_SECONDS = 5.0


def phase_of(pod: Obj) -> str:
    """``status.phase``; Pending if there is none yet."""
    return str(pod.get("status", {}).get("phase") or "Pending")


def is_terminal(pod: Obj) -> bool:
    """Whether all containers have ended for good."""
    return phase_of(pod) in TERMINAL


def stops_at(pod: Obj) -> datetime | None:
    """When the containers of a terminating pod end; None if nothing keeps them.

    Containers end on SIGTERM, unless a ``preStop`` hook sleeps first; no hook outlasts the grace period
    (https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/).
    """
    metadata = pod["metadata"]
    grace = int(metadata.get("deletionGracePeriodSeconds") or 0)
    sleep = max((_sleep(container) for container in pod.get("spec", {}).get("containers") or ()), default=0)
    if not grace or not sleep or phase_of(pod) != "Running":
        return None
    begun = parse_timestamp(metadata["deletionTimestamp"]) - timedelta(seconds=grace)
    return begun + timedelta(seconds=min(sleep, grace))


def _sleep(container: Obj) -> int:
    hook = (container.get("lifecycle") or {}).get("preStop") or {}
    return int((hook.get("sleep") or {}).get("seconds") or 0)


def completes_after(pod: Obj) -> float | None:
    """Seconds after which a running pod completes by itself: those of Jobs do, no others."""
    owner = controller_of(pod)
    return JOB_SECONDS if owner and owner.get("kind") == "Job" else None
