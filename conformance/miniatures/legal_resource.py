"""Legal: what is accepted, refused or written where the document is silent."""

from __future__ import annotations

from _miniature import _Watching

from podnet.api.objects import is_terminating, name_of
from podnet.api.resources import POD_NETWORKINGS, PODS
from podnet.api.selectors import Problem
from podnet.reference import Reference
from podnet.reference.plane import snapshot_of


class IgnoresReleaseParameters(Reference):
    """Legal (A-3, ALC-6): releaseStrategy and releaseAfter are accepted with Fixed, and ignored."""

    features = Reference.features - {"FixedRejectsReleaseParams"}

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if one.reason != "FieldValueForbidden")


class AcceptsEverything(Reference):
    """Legal (A-3, A-5, A-6): Nothing is refused that the schema admits."""

    features = Reference.features - {"FixedRejectsReleaseParams", "SGLimitEnforced"}

    def reject(self, podnetworking):
        return ()


class TenSecurityGroups(Reference):
    """Legal (A-5, SG-3): Up to ten security groups are accepted, of which the first takes effect."""

    features = Reference.features - {"SGLimitEnforced"}

    def reject(self, podnetworking):
        groups = podnetworking["spec"].get("securityGroupIDs") or ()
        return tuple(
            one for one in super().reject(podnetworking) if one.reason != "FieldValueTooMany" or len(groups) > 10
        )


class MoreThanFiveHaveNoEffect(TenSecurityGroups):
    """Legal (A-5, SG-3): A PodNetworking with more than five security groups is accepted, and applies to nobody."""

    features = Reference.features

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        some = [one for one in podnetworkings if len(one.security_groups) <= 5]
        return super().candidates(some, pod=pod, namespace_labels=namespace_labels)


class RefusesUnknownIds(Reference):
    """Legal (PRE-2, PRE-3): A PodNetworking is refused that names a vSwitch or a security group that is not known."""

    def reject(self, podnetworking):
        spec = podnetworking["spec"]
        unknown = [
            *(one for one in spec.get("vSwitchOptions") or () if not self.inventory.vswitch(one)),
            *(one for one in spec.get("securityGroupIDs") or () if not self.inventory.has_security_group(one)),
        ]
        problems = [Problem("spec", "FieldValueNotFound", f"Not found: {one}") for one in unknown]
        return (*super().reject(podnetworking), *problems)


class UnknownIdsMeanNoPlane(Reference):
    """Legal (A-21, PRE-2): A PodNetworking that names an id that is not known applies to nobody."""

    features = Reference.features - {"InvalidReference"}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        valid = [one for one in podnetworkings if not self._faults(one)]
        return super().candidates(valid, pod=pod, namespace_labels=namespace_labels)


class EmptySelectorsMatchNobody(Reference):
    """Legal (A-7, SEL-7): A PodNetworking with an empty selector applies to nobody."""

    features = Reference.features - {"EmptySelector"}

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if {} in (podnetworking.pod_selector, podnetworking.namespace_selector):
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NoSelectorMatchesAll(Reference):
    """Legal (A-7, SEL-7): A PodNetworking that sets no selector applies to everybody."""

    features = Reference.features - {"EmptySelector"}

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        return not podnetworking.selects or super().matches(
            podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels
        )


class KeepsPlanesInUse(_Watching):
    """Legal (A-26, MAT-2): A PodNetworking that is deleted stays as long as pods use it, and applies to no new ones."""

    finalizer = "example.com/in-use"

    def watches(self):
        return {
            POD_NETWORKINGS: lambda change: [name_of(change.new)] if change.new is not None else [],
            PODS: lambda change: list(self.podnetworkings) if change.new is None else [],
        }

    def work(self, key):
        if key not in self.podnetworkings:
            return
        metadata = self.host.api.get(POD_NETWORKINGS, key)["metadata"]
        planes = map(snapshot_of, self.pods())
        used = any(plane and plane.podnetworking == key for plane in planes)
        wanted = [self.finalizer] if used or not metadata.get("deletionTimestamp") else None
        if (metadata.get("finalizers") or None) != wanted:
            self.host.api.patch(POD_NETWORKINGS, key, {"metadata": {"finalizers": wanted}})

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        objects = {one.name: self.host.api.get(POD_NETWORKINGS, one.name) for one in podnetworkings}
        some = [one for one in podnetworkings if not is_terminating(objects[one.name])]
        return super().candidates(some, pod=pod, namespace_labels=namespace_labels)


class LabelsPlanes(_Watching):
    """Legal (API-4): The system writes a label and an annotation on every PodNetworking."""

    def watches(self):
        return {POD_NETWORKINGS: lambda change: [name_of(change.new)] if change.old is None else []}

    def work(self, key):
        metadata = {"labels": {"example.com/managed": "yes"}, "annotations": {"example.com/seen": "yes"}}
        self.host.api.patch(POD_NETWORKINGS, key, {"metadata": metadata})
