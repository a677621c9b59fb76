"""Wrong about when an address is released: too early, too late, or never."""

from __future__ import annotations

from _miniature import FOREVER, _Watching, kind_of

from podnet.api.errors import ApiError
from podnet.api.objects import is_terminating, labels_of, namespace_of, uid_of
from podnet.api.resources import NAMESPACES, PODS
from podnet.cloud.vpc import Exhausted
from podnet.engine import lifecycle
from podnet.reference import Reference
from podnet.reference.plane import snapshot_of


class NeverReleased(Reference):
    """ALC-2: No address is ever released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER


class HoldsForAnHour(Reference):
    """ALC-2: Addresses are released an hour late."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return 3600.0


class LeaksOnForce(Reference):
    """ALC-2: The address of a pod that is deleted by force is never released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if pod is None or pod["metadata"].get("deletionGracePeriodSeconds") == 0 else None


class LeaksWorkloadsOnForce(Reference):
    """ALC-2: The address of a Deployment's pod that is deleted by force is never released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        forced = pod is not None and pod["metadata"].get("deletionGracePeriodSeconds") == 0
        return FOREVER if forced and kind_of(pod) == "ReplicaSet" else None


class LeaksCompletedPods(Reference):
    """ALC-2: The address of a pod that has ended before it is deleted is never released."""

    def released(self, pod):
        return False

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if pod and lifecycle.is_terminal(pod) else None


class KeepsAddressesOfStatefulSets(Reference):
    """ALC-2: The addresses of StatefulSets are kept under Elastic, too."""

    def holds_after_deletion(self, eni, *, plane, pod):
        kept = kind_of(pod) == "StatefulSet" and plane.allocation_type == "Elastic"
        return FOREVER if kept else None


class LeaksWhileFull(Reference):
    """ALC-2: An address that is released while its vSwitch is full is lost."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if self.vpc.idle(eni.vswitch_id) == 0 else None


class LeaksEveryFifth(Reference):
    """ALC-2: Every fifth address that is released is lost."""

    def __init__(self):
        super().__init__()
        self.lost = {}

    def holds_after_deletion(self, eni, *, plane, pod):
        self.lost.setdefault(eni.owner, len(self.lost) % 5 == 4)
        return FOREVER if self.lost[eni.owner] else None


class LeaksPodsWithHooks(Reference):
    """ALC-2: The addresses of pods with a preStop hook are lost, but for the first."""

    def __init__(self):
        super().__init__()
        self.owners = []

    def holds_after_deletion(self, eni, *, plane, pod):
        if not pod or not pod["spec"]["containers"][0].get("lifecycle"):
            return None
        if eni.owner not in self.owners:
            self.owners.append(eni.owner)
        return None if eni.owner == self.owners[0] else FOREVER


class LeaksWithoutThePodNetworking(Reference):
    """ALC-2: The address of a pod is lost if its PodNetworking is deleted first."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return None if plane.is_default or plane.podnetworking in self.podnetworkings else FOREVER


class LeaksAfterAnEdit(Reference):
    """ALC-2: The address of a pod is lost if its PodNetworking does not list the vSwitch any more."""

    def holds_after_deletion(self, eni, *, plane, pod):
        podnetworking = self.podnetworkings.get(plane.podnetworking)
        return FOREVER if podnetworking and eni.vswitch_id not in podnetworking.vswitches else None


class LeaksWhenRelabelled(Reference):
    """ALC-2: The address of a pod is lost if its labels do not match its PodNetworking any more."""

    def holds_after_deletion(self, eni, *, plane, pod):
        podnetworking = self.podnetworkings.get(plane.podnetworking)
        wanted = ((podnetworking and podnetworking.pod_selector) or {}).get("matchLabels") or {}
        return FOREVER if pod and any(labels_of(pod).get(key) != value for key, value in wanted.items()) else None


class LeaksWithTheNamespace(Reference):
    """ALC-2: The addresses of pods that go with their namespace are lost."""

    def install(self, host):
        self.api = host.api
        super().install(host)

    def holds_after_deletion(self, eni, *, plane, pod):
        try:
            return FOREVER if pod and is_terminating(self.api.get(NAMESPACES, namespace_of(pod))) else None
        except ApiError:
            return FOREVER


class LeaksTheUnscheduled(_Watching):
    """ALC-2: An address is set aside at admission, and lost if the pod is deleted before it has a node."""

    def __init__(self):
        super().__init__()
        self.lost = 0

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        plane = snapshot_of(change.object)
        if change.new is None and plane and not change.old["spec"].get("nodeName"):
            self.lost += 1
            self.lose(plane.vswitches[0])
        return ()

    def lose(self, vswitch):
        try:
            self.vpc.allocate(f"lost-{self.lost}", vswitch)
        except Exhausted:
            return


class LeaksTheWaiting(_Watching):
    """ALC-2: A pod that is deleted while it waits for an address takes the next one that is released with it."""

    def __init__(self):
        super().__init__()
        self.debts = []
        self.lost = set()

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        plane = snapshot_of(change.object)
        addressless = change.new is None and not (change.old.get("status") or {}).get("podIP")
        if addressless and plane and change.old["spec"].get("nodeName") and not lifecycle.is_terminal(change.old):
            self.debts.append(plane.vswitches[0])
        return ()

    def holds_after_deletion(self, eni, *, plane, pod):
        if eni.vswitch_id in self.debts and eni.owner not in self.lost:
            self.debts.remove(eni.vswitch_id)
            self.lost.add(eni.owner)
        return FOREVER if eni.owner in self.lost else None


class ReleasesTooEarly(Reference):
    """ALC-2: The address is released when the deletion begins, not when the pod is gone."""

    def released(self, pod):
        return is_terminating(pod) or super().released(pod)


class ReleasesTheRelabelledTooEarly(Reference):
    """ALC-2: The address of a pod that is being deleted is released when its labels change."""

    def __init__(self):
        super().__init__()
        self.labels = {}

    def released(self, pod):
        changed = self.labels.setdefault(uid_of(pod), labels_of(pod)) != labels_of(pod)
        return (is_terminating(pod) and changed) or super().released(pod)


class ReleasesWorkloadsTooEarly(Reference):
    """ALC-2: The address of a controller's pod is released when its deletion begins."""

    def released(self, pod):
        return bool(is_terminating(pod) and kind_of(pod)) or super().released(pod)


class ReleasesTooEarlyUnderFixed(Reference):
    """ALC-7: Under Fixed the address is released when the deletion begins, not when the pod is gone."""

    def released(self, pod):
        plane = snapshot_of(pod)
        fixed = plane is not None and plane.allocation_type == "Fixed"
        return bool(is_terminating(pod) and fixed) or super().released(pod)


class ReleasesWithTheNamespace(Reference):
    """ALC-2: The addresses of a namespace are released when its deletion begins, though its pods run on."""

    def install(self, host):
        self.api = host.api
        super().install(host)

    def released(self, pod):
        if is_terminating(pod) and is_terminating(self.api.get(NAMESPACES, namespace_of(pod))):
            return True
        return super().released(pod)


class AddressesOfTheEndedAreKept(Reference):
    """ALC-2: The address of a pod that has ended is kept until it is deleted, although the contrary is claimed."""

    def released(self, pod):
        return False
