"""Legal: any way to fail when no address is idle, and any time to release one."""

from __future__ import annotations

from _miniature import _Watching

from podnet.api.objects import name_of, namespace_of, parse_timestamp, uid_of
from podnet.api.resources import PODS
from podnet.reference import Reference
from podnet.reference.plane import snapshot_of


class FailsWhenFull(Reference):
    """Legal (A-20, CAP-2): A pod that finds no idle address becomes Failed."""

    features = Reference.features - {"CapacityRecovery", "TerminalPhaseRelease"}

    def exhausted(self, pod, *, refusal):
        return {"phase": "Failed", "reason": "ContainerInstanceScheduleFailed", "message": str(refusal)}


class ProviderFailed(Reference):
    """Legal (A-20, CAP-2): A pod that finds no idle address stays Pending with the reason ProviderFailed."""

    def exhausted(self, pod, *, refusal):
        return {**super().exhausted(pod, refusal=refusal), "reason": "ProviderFailed"}


class FailsAfterAMinute(_Watching):
    """Legal (A-20, CAP-2): A pod that has waited for an address for a minute becomes Failed."""

    features = Reference.features - {"CapacityRecovery", "TerminalPhaseRelease"}

    def exhausted(self, pod, *, refusal):
        status = super().exhausted(pod, refusal=refusal)
        created = parse_timestamp(pod["metadata"]["creationTimestamp"])
        late = (self.host.now() - created).total_seconds() > 60
        return {**status, "phase": "Failed", "reason": "ProviderFailed"} if late else status


class RemovesFailedPods(_Watching):
    """Legal (A-20, CAP-2): A pod that finds no idle address fails, and half a minute later it is removed."""

    features = Reference.features - {"CapacityRecovery", "TerminalPhaseRelease"}

    def exhausted(self, pod, *, refusal):
        return {**super().exhausted(pod, refusal=refusal), "phase": "Failed", "reason": "ProviderFailed"}

    def look(self, pod):
        if (pod.get("status") or {}).get("reason") != "ProviderFailed":
            return None
        left = 30 - self.seconds_since(pod["metadata"]["creationTimestamp"])
        if left > 0:
            return left
        self.host.api.delete(PODS, name_of(pod), namespace=namespace_of(pod), grace_period_seconds=0)
        return None


class RefusesWhenFull(_Watching):
    """Legal (A-20, CAP-2): A pod for which no address is left is refused when it is created."""

    features = Reference.features - {"CapacityRecovery", "TerminalPhaseRelease"}

    def deny(self, pod, *, matching):
        if len(matching) != 1:
            return ""
        vswitches = set(matching[0].vswitches)
        waiting = [one for one in self.pods() if snapshot_of(one) and self.vpc.of(uid_of(one)) is None]
        rivals = [one for one in waiting if vswitches & set(snapshot_of(one).vswitches)]
        idle = sum(map(self.vpc.idle, vswitches)) - len(rivals)
        known = all(map(self.inventory.vswitch, vswitches))
        return "no idle IP address" if known and idle <= 0 else ""


class SeldomTriesAgain(Reference):
    """Legal (A-20, CAP-2): A pod that waits for an address is looked at every ten minutes."""

    retry_seconds = 600.0


class WaitsForItsVSwitch(Reference):
    """Legal (A-12, CAP-3): A pod is given to one vSwitch before anybody looks at its room, and waits for that."""

    features = Reference.features - {"VSwitchFallback"}

    def plane_of(self, pod):
        self.current = pod
        return super().plane_of(pod)

    def eligible_vswitches(self, plane, *, zone):
        found = super().eligible_vswitches(plane, zone=zone)
        return found and (self.choose_vswitch(found, pod=self.current),)


class KeepsAddressesOfTerminalPods(Reference):
    """Legal (A-24, ALC-2): The address of a pod that has ended is released when the pod is deleted."""

    features = Reference.features - {"TerminalPhaseRelease"}

    def released(self, pod):
        return False


class ReleasesFourMinutesLate(Reference):
    """Legal (A-23, ALC-2): An address is released four minutes after its pod is gone."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return 240.0


class ReleasesFixedLater(Reference):
    """Legal (A-4, A-23): An address under Fixed is released two minutes after its pod is gone, others at once."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return 120.0 if plane.allocation_type == "Fixed" else None


class KeepsThenReleases(Reference):
    """Legal (A-23, A-24): The address of a pod that has ended is released a minute after the pod is deleted."""

    features = Reference.features - {"TerminalPhaseRelease"}

    def released(self, pod):
        return False

    def holds_after_deletion(self, eni, *, plane, pod):
        return 60.0


class JobsRunOn(Reference):
    """Legal (A-24, SEL-4): The pods of Jobs do not end by themselves."""

    features = Reference.features - {"TerminalPhaseRelease"}

    def complete_after(self, pod):
        return None
