"""Wrong only once the implementation has been restarted, or when two things happen at the same moment."""

from __future__ import annotations

from _miniature import FOREVER

from podnet.api.absence import existing
from podnet.api.names import CONTAINER_INSTANCE_CREATED, POD_ENI, POD_NETWORKING
from podnet.api.objects import annotations_of, condition_of, is_terminating, labels_of, name_of, namespace_of, uid_of
from podnet.api.resources import NAMESPACES, POD_NETWORKINGS, PODS
from podnet.reference import Reference
from podnet.reference.plane import snapshot_of


class AddressesForgottenAtRestart(Reference):
    """IPA-2: After a restart the addresses that pods of PodNetworkings have count as idle."""

    def install(self, host):
        super().install(host)
        for owner, eni in list(self.vpc.enis.items()):
            if self.forgets(eni.vswitch_id in self.inventory.default.vswitches):
                self.vpc.release(owner)

    def forgets(self, default):
        return not default


class DefaultPlaneForgottenAtRestart(AddressesForgottenAtRestart):
    """CAP-5: After a restart the addresses that pods of the default plane have count as idle."""

    def forgets(self, default):
        return default


class TerminatingForgottenAtRestart(Reference):
    """ALC-2: After a restart the addresses of pods that are being deleted count as idle."""

    def install(self, host):
        super().install(host)
        for pod in filter(is_terminating, host.api.list(PODS).items):
            self.vpc.release(uid_of(pod))


class WaitingForgottenAtRestart(Reference):
    """CAP-4: A pod that waited for an address before a restart is not looked at any more."""

    def __init__(self):
        super().__init__()
        self.before = frozenset()

    def install(self, host):
        super().install(host)
        pending = [pod for pod in host.api.list(PODS).items if pod["status"].get("phase") == "Pending"]
        self.before = frozenset(uid_of(pod) for pod in pending if condition_of(pod, CONTAINER_INSTANCE_CREATED))

    def delay(self, pod):
        return FOREVER if uid_of(pod) in self.before else super().delay(pod)


class _KnowingWhoWasThere(Reference):
    """Which knows whose addresses it has found at its start: ``before`` holds their UIDs."""

    def __init__(self):
        super().__init__()
        self.before = frozenset()

    def install(self, host):
        super().install(host)
        self.before = frozenset(self.vpc.enis)


class AddressesKeptAtRestart(_KnowingWhoWasThere):
    """ALC-2: The address of a pod that was there before a restart is never released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if eni.owner in self.before else None


class DeletionsMissedAtRestart(Reference):
    """ALC-2: The address of a pod that went during a restart is never released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if pod is None else None


class PlanesForgottenAtRestart(Reference):
    """MAT-1: After a restart pods are compared only with PodNetworkings that are younger."""

    def install(self, host):
        super().install(host)
        self.before = {uid_of(one) for one in existing(host.api, POD_NETWORKINGS)}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        younger = [one for one in podnetworkings if one.uid not in self.before]
        return super().candidates(younger, pod=pod, namespace_labels=namespace_labels)


class MatchesAgainAtRestart(Reference):
    """MAT-2: At a restart all running pods are matched afresh, and annotated."""

    def install(self, host):
        super().install(host)
        for pod in host.api.list(PODS).items:
            labels = labels_of(host.api.get(NAMESPACES, namespace_of(pod)))
            found = super().candidates(self.podnetworkings.values(), pod=pod, namespace_labels=labels)
            name = found[0].name if found else None
            if annotations_of(pod).get(POD_NETWORKING) != name and (pod.get("status") or {}).get("podIP"):
                patch = {"metadata": {"annotations": {POD_NETWORKING: name}}}
                host.api.patch(PODS, name_of(pod), patch, namespace=namespace_of(pod))


class WorkloadsReplacedAtRestart(Reference):
    """MAT-2: At a restart the pods of PodNetworkings are evicted, so that they are matched afresh."""

    def install(self, host):
        super().install(host)
        for pod in host.api.list(PODS).items:
            if snapshot_of(pod):
                host.api.delete(PODS, name_of(pod), namespace=namespace_of(pod))


class AnnotationsOfTheDeletedGoAtRestart(Reference):
    """MAT-2: At a restart the running pods of PodNetworkings that are deleted lose their annotations."""

    def install(self, host):
        super().install(host)
        for pod in host.api.list(PODS).items:
            name = annotations_of(pod).get(POD_NETWORKING)
            if name and name not in self.podnetworkings:
                patch = {"metadata": {"annotations": {POD_NETWORKING: None, POD_ENI: None}}}
                host.api.patch(PODS, name_of(pod), patch, namespace=namespace_of(pod))


class HandsOverWhatItFindsAtRestart(_KnowingWhoWasThere):
    """MAT-3: What pods have that were there before a restart goes to the next pod of their name."""

    def inherits(self, pod, *, eni):
        return eni.owner in self.before
