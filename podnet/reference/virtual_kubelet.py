"""Runs the pods of the virtual nodes, as far as anybody can see: addresses, records, status, and their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from podnet.api.errors import ApiError, is_conflict, is_not_found
from podnet.api.host import Change, Host, Key
from podnet.api.names import CONTAINER_INSTANCE_CREATED
from podnet.api.objects import (
    Obj,
    annotations_of,
    condition_of,
    is_terminating,
    key_of,
    name_of,
    namespace_of,
    parse_timestamp,
    uid_of,
)
from podnet.api.podnetworking import PodNetworking
from podnet.api.resources import POD_ENIS, POD_NETWORKINGS, PODS
from podnet.cloud.vpc import Eni, Vpc
from podnet.engine import lifecycle
from podnet.reference import pod_status
from podnet.reference.addressing import Addressing
from podnet.reference.ledger import Ledger, PodKey
from podnet.reference.plane import Plane
from podnet.reference.refusal import Refusal
from podnet.reference.running import Running
from podnet.reference.warnings import warn


class VirtualKubelet:
    """One controller for the pods of all virtual nodes. ``nodes`` maps the names of these to their zones."""

    def __init__(
        self,
        running: Running,
        *,
        host: Host,
        vpc: Vpc,
        nodes: dict[str, str],
        decide: Callable[[Obj], PodNetworking | None],
        revisit: Callable[[Change], bool],
    ) -> None:
        self._running = running
        self._host = host
        self._api = host.api
        self._nodes = nodes
        self._decide = decide
        self._revisit = revisit
        self._addressing = Addressing(running, vpc=vpc, nodes=nodes)
        self._ledger = Ledger(host.api, vpc)
        self._waiting: dict[PodKey, None] = {}
        self._last: dict[PodKey, Obj] = {}
        self._gone: dict[str, datetime] = {}

    def start(self) -> None:
        """Follow every change, and take over what is there: what vanishes meanwhile is told as well."""
        watches = {PODS: self._pod_keys, POD_ENIS: self._record_keys, POD_NETWORKINGS: self._plane_keys}
        self._host.controller("virtual-kubelet", self.reconcile, watches=watches)
        self._ledger.recover(is_live=[pod for pod in self._last.values() if self._uses_address(pod)])

    def _uses_address(self, pod: Obj) -> bool:
        return lifecycle.phase_of(pod) == "Running" and not self._running.released(pod)

    def _serves(self, pod: Obj) -> bool:
        return pod.get("spec", {}).get("nodeName") in self._nodes

    def _pod_keys(self, change: Change) -> Iterable[PodKey]:
        pod = change.object
        if not self._serves(pod):
            return ()
        key = key_of(pod)
        self._last[key] = pod
        return (key,)

    def _record_keys(self, change: Change) -> Iterable[PodKey]:
        key = self._ledger.see(change)
        return (key,) if change.new is not None else (key, *self._waiting)

    def _plane_keys(self, change: Change) -> Iterable[PodKey]:
        return self._ledger.keys if self._revisit(change) else ()

    def reconcile(self, key: Key) -> float | None:
        """Bring the pod of one namespace and name into order; see ``podnet.api.host.Reconcile``."""
        return self._reconcile(cast("PodKey", key))

    def _reconcile(self, key: PodKey) -> float | None:
        pod = self._get(key)
        pause = self._retire_others(key, pod)
        if pod is None or not self._serves(pod):
            self._waiting.pop(key, None)
            if pod is None and pause is None:
                self._last.pop(key, None)
            return pause
        try:
            return self._advance(pod)
        except ApiError as error:
            if is_not_found(error) and self._get(key) is None:
                return None
            raise

    def _get(self, key: PodKey) -> Obj | None:
        namespace, name = key
        try:
            return self._api.get(PODS, name, namespace=namespace)
        except ApiError as error:
            if is_not_found(error):
                return None
            raise

    def _retire_others(self, key: PodKey, pod: Obj | None) -> float | None:
        """Free what pods of this name held that are gone; seconds until a held address is due, if one is."""
        uid = uid_of(pod) if pod else ""
        for holder in self._ledger.holders(key):
            if holder == uid or (pod is not None and self._hand_over(key, holder, to=pod)):
                continue
            pause = self._hold(key, holder) if pod is None else 0.0
            if pause:
                return pause if pause != float("inf") else None
            self._ledger.retire(key, holder)
            self._gone.pop(holder, None)
        return None

    def _hand_over(self, key: PodKey, uid: str, *, to: Obj) -> bool:
        eni = self._ledger.eni(uid)
        if eni is None or not self._running.inherits(to, eni=eni):
            return False
        self._ledger.hand_over(key, uid, to=uid_of(to))
        self._gone.pop(uid, None)
        return True

    def _hold(self, key: PodKey, uid: str) -> float:
        eni = self._ledger.eni(uid)
        last = self._last.get(key)
        if eni is None:
            return 0.0
        plane = self._running.plane_of(last) if last else Plane("", (eni.vswitch_id,), eni.security_groups)
        seconds = self._running.holds_after_deletion(eni, plane=plane, pod=last)
        if seconds is None:
            return 0.0
        since = self._gone.setdefault(uid, self._host.now())
        if seconds == float("inf"):
            return seconds
        return max((since + timedelta(seconds=seconds) - self._host.now()).total_seconds(), 0.0)

    def _advance(self, pod: Obj) -> float | None:
        if self._running.released(pod):
            self._ledger.retire(key_of(pod), uid_of(pod))
        if is_terminating(pod):
            self._waiting.pop(key_of(pod), None)
            return self._end(pod)
        if lifecycle.is_terminal(pod):
            return None
        if lifecycle.phase_of(pod) == "Running":
            return self._keep(pod)
        return self._begin(pod)

    def _begin(self, pod: Obj) -> float | None:
        delay = self._left(pod, self._running.delay(pod))
        if delay > 0:
            return delay
        plane = self._running.plane_of(pod)
        eni = self._ledger.eni(uid_of(pod)) or self._addressing.eni_for(pod, plane=plane)
        if isinstance(eni, Refusal):
            return self._wait(pod, eni)
        self._ledger.book(pod)
        self._waiting.pop(key_of(pod), None)
        reported = self._reported(pod, eni)
        # The record first: from here on a restart knows the address.
        if not self._ledger.is_recorded(pod):
            self._record(pod, eni=reported, plane=plane)
        self._annotate(pod, self._running.publish_annotations(pod, eni=reported, plane=plane))
        self._patch_status(pod, pod_status.running(pod, addresses=reported.addresses, now=self._host.now()))
        return None

    def _reported(self, pod: Obj, eni: Eni) -> Eni:
        """The ENI with the addresses that the pod is said to have."""
        addresses = self._running.addresses(eni, pod=pod)
        if addresses == eni.addresses:
            return eni
        return replace(eni, ipv4=addresses[0], ipv6=addresses[1] if len(addresses) > 1 else "")

    def _left(self, pod: Obj, delay: float) -> float:
        if not delay:
            return 0.0
        bound = condition_of(pod, "PodScheduled") or {}
        since = bound.get("lastTransitionTime") or pod["metadata"]["creationTimestamp"]
        return (parse_timestamp(since) + timedelta(seconds=delay) - self._host.now()).total_seconds()

    def _wait(self, pod: Obj, refusal: Refusal) -> float | None:
        status = self._running.exhausted(pod, refusal=refusal)
        known = condition_of(pod, CONTAINER_INSTANCE_CREATED) or {}
        if any(pod["status"].get(field) != value for field, value in status.items()):
            self._patch_status(pod, status)
        if known.get("message") != refusal.message:
            warn(self._host, pod, reason=refusal.reason, message=refusal.message)
        if not refusal.retry or lifecycle.is_terminal({"status": status}):
            return None
        self._waiting[key_of(pod)] = None
        return self._running.retry_seconds

    def _record(self, pod: Obj, *, eni: Eni, plane: Plane) -> None:
        manifest = self._running.publish_pod_eni(pod, eni=eni, plane=plane)
        if manifest:
            self._ledger.record(manifest)

    def _keep(self, pod: Obj) -> float | None:
        if (condition_of(pod, "Ready") or {}).get("status") == "False":
            self._patch_status(pod, pod_status.ready_again(pod, now=self._host.now()))
        eni = self._ledger.eni(uid_of(pod))
        if eni:
            if not self._ledger.is_recorded(pod):
                self._record(pod, eni=self._reported(pod, eni), plane=self._running.plane_of(pod))
            update = self._running.after_update(pod, eni=eni, decide=self._decide)
            if update:
                self._annotate(pod, update.annotations)
                if update.pod_eni:
                    self._ledger.change(pod, update.pod_eni)
        seconds = self._running.complete_after(pod)
        if seconds is None:
            return None
        since = parse_timestamp(pod["status"].get("startTime") or pod["metadata"]["creationTimestamp"])
        left = (since + timedelta(seconds=seconds) - self._host.now()).total_seconds()
        if left > 0:
            return left
        self._patch_status(pod, pod_status.ended(pod, phase="Succeeded", now=self._host.now()))
        return None

    def _end(self, pod: Obj) -> float | None:
        """What a kubelet does with a terminating pod: wait for the hooks, report the end, let the object go."""
        stops = lifecycle.stops_at(pod)
        left = (stops - self._host.now()).total_seconds() if stops else 0.0
        if left > 0:
            return left
        held = bool(pod["metadata"].get("finalizers"))
        if held and not lifecycle.is_terminal(pod):
            phase = "Succeeded" if lifecycle.phase_of(pod) == "Running" else "Failed"
            self._patch_status(pod, pod_status.ended(pod, phase=phase, now=self._host.now()))
        if not held or pod["metadata"].get("deletionGracePeriodSeconds"):
            self._delete(pod)
        return None

    def _delete(self, pod: Obj) -> None:
        try:
            self._api.delete(PODS, name_of(pod), namespace=namespace_of(pod), grace_period_seconds=0, uid=uid_of(pod))
        except ApiError as error:
            if not is_not_found(error) and not is_conflict(error):
                raise

    def _annotate(self, pod: Obj, annotations: dict[str, str]) -> None:
        known = annotations_of(pod)
        if any(known.get(name) != value for name, value in annotations.items()):
            patch = {"metadata": {"uid": uid_of(pod), "annotations": annotations}}
            self._api.patch(PODS, name_of(pod), patch, namespace=namespace_of(pod))

    def _patch_status(self, pod: Obj, status: Obj) -> None:
        patch = {"metadata": {"uid": uid_of(pod)}, "status": status}
        self._api.patch(PODS, name_of(pod), patch, namespace=namespace_of(pod), subresource="status")
