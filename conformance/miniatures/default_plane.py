"""Wrong about pods that no PodNetworking matches."""

from __future__ import annotations

from _miniature import _Watching, fits, kind_of

from podnet.api.names import POD_NETWORKING
from podnet.api.objects import annotations_of, name_of, namespace_of
from podnet.api.podnetworking import from_object
from podnet.api.resources import POD_NETWORKINGS, PODS
from podnet.api.selectors import from_label_selector
from podnet.reference import Reference
from podnet.reference.plane import snapshot_of


class AnotherDefaultSecurityGroup(Reference):
    """DEF-1: Pods that match nothing have a security group that is not the default one."""

    def default_security_groups(self, pod):
        others = set(self.inventory.security_groups) - set(self.inventory.default.security_groups)
        return (min(others),)


class SecurityGroupOfTheLatestPlane(Reference):
    """DEF-1: Pods that match nothing have the security group of the latest PodNetworking."""

    def default_security_groups(self, pod):
        latest = list(self.podnetworkings.values())[-1:]
        return latest[0].security_groups[:1] if latest else super().default_security_groups(pod)


class AnotherDefaultVSwitch(Reference):
    """DEF-1: Pods that match nothing use a vSwitch that is not a default one."""

    def default_vswitches(self, *, zone):
        others = [one.id for one in self.inventory.vswitches if one.id not in self.inventory.default.vswitches]
        return (tuple(one for one in others if self.inventory.zone_of(one) == zone),)


class VSwitchOfAnyPlane(Reference):
    """DEF-1: Pods that match nothing use a vSwitch that some PodNetworking lists, once there is one in their zone."""

    def default_vswitches(self, *, zone):
        listed = {vswitch for one in self.podnetworkings.values() for vswitch in one.vswitches}
        found = sorted(one for one in listed if self.inventory.zone_of(one) == zone)
        return (tuple(found), *super().default_vswitches(zone=zone)) if found else super().default_vswitches(zone=zone)


class TheDeletedStillApply(Reference):
    """DEF-1: A PodNetworking that was deleted still applies to new pods."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def install(self, host):
        super().install(host)

        def note(change):
            if change.new is not None:
                self.known[name_of(change.new)] = from_object(change.new)
            return ()

        host.controller("miniature", lambda _: None, watches={POD_NETWORKINGS: note})

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        return super().candidates(tuple(self.known.values()), pod=pod, namespace_labels=namespace_labels)


class NoDefaultOnceThereIsAPlane(Reference):
    """DEF-2: Pods that match nothing wait as soon as there is a PodNetworking."""

    def default_vswitches(self, *, zone):
        return () if self.podnetworkings else super().default_vswitches(zone=zone)


class NakedPodsAreRefused(Reference):
    """DEF-2: A pod without labels that matches nothing is refused as soon as there is a PodNetworking."""

    def deny(self, pod, *, matching):
        naked = not matching and not pod["metadata"].get("labels")
        return "no labels" if naked and self.podnetworkings else ""


class NearMissesAreRefused(Reference):
    """DEF-2: A pod is refused that satisfies the podSelector but not the namespaceSelector beside it."""

    def deny(self, pod, *, matching):
        labels = pod["metadata"].get("labels") or {}
        both = [one for one in self.podnetworkings.values() if one.pod_selector and one.namespace_selector]
        near = any(from_label_selector(one.pod_selector).matches(labels) for one in both)
        return "wrong namespace" if near and not matching else ""


class UnmatchedWorkloadsWait(Reference):
    """DEF-2: The pods of a Deployment that matches nothing wait as long as there is a PodNetworking."""

    def delay(self, pod):
        waits = self.podnetworkings and kind_of(pod) == "ReplicaSet" and snapshot_of(pod) is None
        return 1e9 if waits else 0.0


class EmptyAnnotation(Reference):
    """DEF-3: Pods that match nothing bear the annotation with an empty value."""

    def default_annotations(self, pod):
        return {POD_NETWORKING: ""}


class AnnotationNone(Reference):
    """DEF-3: Pods of controllers that match nothing bear the annotation with the value none."""

    def default_annotations(self, pod):
        return {POD_NETWORKING: "none"} if kind_of(pod) else {}


class EmptyAnnotationLater(_Watching):
    """DEF-3: Five minutes after its start a pod that matches nothing gets the annotation with an empty value."""

    def look(self, pod):
        if snapshot_of(pod) or (pod.get("status") or {}).get("phase") != "Running":
            return None
        left = self.left(pod, of=300)
        if left > 0:
            return left
        if POD_NETWORKING not in annotations_of(pod):
            self.annotate(pod, {POD_NETWORKING: ""})
        return None


class UnmatchedWorkloadsRestart(_Watching):
    """DEF-4: When a PodNetworking is created, the pods of controllers that match nothing are replaced."""

    def watches(self):
        return {POD_NETWORKINGS: lambda change: [name_of(change.new)] if change.old is None else []}

    def work(self, key):
        for pod in self.pods():
            if kind_of(pod) and snapshot_of(pod) is None:
                self.host.api.delete(PODS, name_of(pod), namespace=namespace_of(pod))


class UnmatchedPodsMove(_Watching):
    """DEF-4: When a PodNetworking is created, running pods that match nothing get another address."""

    def watches(self):
        return {POD_NETWORKINGS: lambda change: [name_of(change.new)] if change.old is None else []}

    def work(self, key):
        for pod in self.pods():
            eni = self.vpc.of(pod["metadata"]["uid"])
            if eni is None or snapshot_of(pod) or pod["status"].get("podIP") != eni.ipv4:
                continue
            number = int(eni.ipv4.rpartition(".")[2])
            ip = list(self.inventory.vswitch(eni.vswitch_id).usable())[-number]
            self.patch(pod, {"status": {"podIP": ip, "podIPs": [{"ip": ip}]}}, subresource="status")


class TakesMalformedSelectors(Reference):
    """DEF-4: A PodNetworking with a malformed selector is accepted, and matches every pod."""

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if "elector" not in str(one))

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        return podnetworking.pods.nothing or super().matches(
            podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels
        )


class MalformedSelectorsStopEverybody(Reference):
    """DEF-4: A PodNetworking with a malformed selector is accepted, and no pod is admitted any more."""

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if "elector" not in str(one))

    def deny(self, pod, *, matching):
        return "malformed" if any(one.pods.nothing for one in self.podnetworkings.values()) else ""


class MissesOfExpressionsAreRefused(Reference):
    """DEF-2: A pod is refused that satisfies the namespaceSelector but not the expressions of the podSelector."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        self.namespace_labels = namespace_labels
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)

    def deny(self, pod, *, matching):
        with_expressions = [
            one for one in self.podnetworkings.values() if (one.pod_selector or {}).get("matchExpressions")
        ]
        near = [one for one in with_expressions if one.namespace_selector]
        missed = any(fits(one.namespace_selector, self.namespace_labels) for one in near)
        return "wrong labels" if missed and not matching else ""
