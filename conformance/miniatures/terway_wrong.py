"""Wrong about the dialect of Terway: each would be right there but for one thing."""

from __future__ import annotations

from dataclasses import replace

from terway_like import MEMBER_ENI, TerwayLike, owner_kind

from podnet.api.host import AdmissionResponse
from podnet.api.names import POD_NETWORKING
from podnet.api.objects import annotations_of, name_of
from podnet.engine import admit


class FiveOfTheSecurityGroups(TerwayLike):
    """T-SG-ALL: No more than five security groups take effect."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[:5]


class OnlyTheFirstSecurityGroup(TerwayLike):
    """T-SG-ALL: The first security group takes effect alone, as in ACK Serverless clusters."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[:1]


class TwentySecurityGroups(TerwayLike):
    """T-SG-MAX: Twenty security groups may be listed."""

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if one.reason != "FieldValueTooMany")


class NineSecurityGroups(TerwayLike):
    """T-SG-MAX: Nine security groups are as many as may be listed."""

    def reject(self, podnetworking):
        found = admit.refusals(podnetworking, limit=9)
        return super().reject(podnetworking) or tuple(one for one in found if one.reason == "FieldValueTooMany")


class UsesWhatIsNotReady(TerwayLike):
    """T-READY: The status of a PodNetworking does not matter."""

    def see_podnetworking(self, change):
        super().see_podnetworking(change)
        self.ready.add(name_of(change.object))
        return ()


class StaysReady(TerwayLike):
    """T-STATUS: A PodNetworking that was Ready once stays Ready."""

    def status_of(self, podnetworking):
        status = super().status_of(podnetworking)
        return {**status, "status": "Ready"} if podnetworking.name in self.ready else status


class TellsNoZones(TerwayLike):
    """T-STATUS: The status lists the first vSwitch only."""

    def status_of(self, podnetworking):
        status = super().status_of(podnetworking)
        return {**status, "vSwitches": status["vSwitches"][:1]}


class FixedForJobs(TerwayLike):
    """T-FIX-NAME: Fixed applies to the pods of Jobs, too."""

    def fits(self, podnetworking, pod):
        return super().fits(podnetworking, pod) or owner_kind(pod) == "Job"


class ForgetsTheDeadline(TerwayLike):
    """T-FIX-TTL: An address is never released, whatever releaseAfter says."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return super().holds_after_deletion(eni, plane=replace(plane, release_strategy="Never"), pod=pod)


class HoldsForAnHourAtMost(TerwayLike):
    """T-FIX-NEVER: An address is kept for an hour at most."""

    def holds_after_deletion(self, eni, *, plane, pod):
        held = super().holds_after_deletion(eni, plane=plane, pod=pod)
        return 3600.0 if held and plane.release_strategy == "Never" else held


class ForgetsTheZone(TerwayLike):
    """T-FIX-ZONE: A pod whose address was kept may run in any zone of the list."""

    def kept_zone(self, pod):
        return ""


class TakesAnyDuration(TerwayLike):
    """T-FIX-PARAMS: releaseAfter is not looked at."""

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if not one.field.endswith("releaseAfter"))


class FillsNoVSwitches(TerwayLike):
    """T-DEFAULTFILL: Only the security groups are filled in."""

    def fill(self, request):
        filled = super().fill(request)
        return AdmissionResponse(patch=tuple(one for one in filled.patch if one["path"] == "/spec/securityGroupIDs"))


class AlwaysInOrder(TerwayLike):
    """T-POLICY: The first vSwitch is taken whatever the policy is."""

    def choose_vswitch(self, candidates, *, pod):
        return candidates[0]


class NeverInOrder(TerwayLike):
    """T-POLICY: The vSwitch with the most idle addresses is taken, whatever the policy is."""

    def choose_vswitch(self, candidates, *, pod):
        return max(candidates, key=self.vpc.idle)


class StaysBound(TerwayLike):
    """T-PODENI: The phase of a PodENI is Bind, also where its pod is gone."""

    def keep_phase(self, key):
        return None


class RecordsNoAddress(TerwayLike):
    """T-PODENI: A PodENI does not say which address the pod has."""

    def publish_pod_eni(self, pod, *, eni, plane):
        record = super().publish_pod_eni(pod, eni=eni, plane=plane)
        if record:
            del record["spec"]["allocations"][0]["ipv4"]
        return record


class AsksForNothing(TerwayLike):
    """T-RES: No container asks for an ENI."""

    def admitted(self, pod, *, plane):
        spec = super().admitted(pod, plane=plane)
        for container in spec["containers"]:
            for part in container.get("resources", {}).values():
                part.pop(MEMBER_ENI, None)
        return spec


class TakesTheFirstOfTwoAnnotations(TerwayLike):
    """T-EXCL: pod-networks wins over pod-networking."""

    def deny(self, pod, *, matching):
        return "" if POD_NETWORKING in annotations_of(pod) else super().deny(pod, matching=matching)


class IgnoresNobody(TerwayLike):
    """T-SKIP: The label ignore-by-terway means nothing."""

    def opted_out(self, pod, *, namespace_labels):
        return super().opted_out({**pod, "metadata": {}}, namespace_labels=namespace_labels)


class IgnoresNoNamespace(TerwayLike):
    """T-SKIP: The label pod-eni of a namespace means nothing."""

    def opted_out(self, pod, *, namespace_labels):
        return super().opted_out(pod, namespace_labels={})


class HoldsDaemonsToZones(TerwayLike):
    """T-DS: The pods of a DaemonSet are held to the zones of the vSwitches."""

    def is_daemon(self, pod):
        return False
