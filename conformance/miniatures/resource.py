"""Wrong about the PodNetworking as an object: what is accepted, how it is kept, what its ids refer to."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Rewriting

from podnet.api.names import NAMESPACE_NAME
from podnet.api.selectors import Problem
from podnet.reference import Reference


class RefusesEqualSelectors(Reference):
    """API-1: A PodNetworking whose two selectors are equal, like those of the first sample, is refused as a mistake."""

    def reject(self, podnetworking):
        selector = podnetworking["spec"].get("selector") or {}
        equal = selector.get("podSelector") and selector.get("podSelector") == selector.get("namespaceSelector")
        problem = Problem("spec.selector", "FieldValueInvalid", "Invalid value: the two selectors are equal")
        return (*super().reject(podnetworking), *([problem] if equal else ()))


class RefusesTheKeyOfTheSamples(Reference):
    """API-1: A selector on the label foo, like that of both samples, is refused."""

    def reject(self, podnetworking):
        selector = (podnetworking["spec"].get("selector") or {}).get("podSelector") or {}
        problem = Problem("spec.selector.podSelector", "FieldValueInvalid", "Invalid value: foo is no real label")
        return (*super().reject(podnetworking), *([problem] if "foo" in (selector.get("matchLabels") or {}) else ()))


class ServesEveryVersion(Reference):
    """API-1: Any apiVersion is served."""

    def custom_resource_definitions(self):
        definitions = super().custom_resource_definitions()
        versions = definitions[0]["spec"]["versions"]
        versions.append({**versions[0], "name": "v9beta9", "storage": False})
        return definitions


class TheNamespaceOfItsName(Reference):
    """API-2: A PodNetworking takes all pods of the namespace that bears its name."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        return podnetworking.name == namespace_labels.get(NAMESPACE_NAME) or super().matches(
            podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels
        )


class SameGroupIsSamePlane(Reference):
    """API-3: Of PodNetworkings with the same first security group only the first by name counts."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        first = {}
        for one in sorted(podnetworkings, key=lambda one: one.name):
            first.setdefault(one.security_groups[:1], one)
        return super().candidates(tuple(first.values()), pod=pod, namespace_labels=namespace_labels)


class SameVSwitchIsSamePlane(Reference):
    """API-3: Pods whose PodNetworkings share a vSwitch have the security group of the first of these by name."""

    def effective_security_groups(self, podnetworking):
        sharing = [one for one in self.podnetworkings.values() if set(one.vswitches) & set(podnetworking.vswitches)]
        first = min(sharing, key=lambda one: one.name, default=podnetworking)
        return super().effective_security_groups(first)


class TwoPlanesAtMost(Reference):
    """API-3: Only the two oldest PodNetworkings are in effect."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        return super().candidates(tuple(podnetworkings)[:2], pod=pod, namespace_labels=namespace_labels)


class SortsSecurityGroups(_Rewriting):
    """API-4: The security groups are stored in the order of their names."""

    def rewrite(self, field, values):
        return sorted(values) if field == "securityGroupIDs" else values


class SortsVSwitches(_Rewriting):
    """API-4: The vSwitches are stored in the order of their names."""

    def rewrite(self, field, values):
        return sorted(values) if field == "vSwitchOptions" else values


class DropsDuplicates(_Rewriting):
    """API-4: Of ids that stand twice in a list one is stored."""

    def rewrite(self, field, values):
        return list(dict.fromkeys(values))


class StoresOnlyTheFirstSecurityGroup(_Rewriting):
    """API-4: Only the security group that takes effect is stored."""

    def rewrite(self, field, values):
        return values[:1] if field == "securityGroupIDs" else values


class StoresFiveVSwitches(_Rewriting):
    """API-4: Only the first five vSwitches are stored."""

    def rewrite(self, field, values):
        return values[:5]


class StoresKnownVSwitchesOnly(_Rewriting):
    """API-4: A vSwitch that is not known is not stored, as long as another one is."""

    def rewrite(self, field, values):
        known = [value for value in values if self.inventory.vswitch(value)]
        return (known or values) if field == "vSwitchOptions" else values


class UnknownVSwitchIsTheDefault(Reference):
    """PRE-2: For an unknown vSwitch pods get one of the default plane."""

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        known = tuple(one for one in plane.vswitches if self.inventory.vswitch(one))
        return replace(plane, vswitches=known or self.inventory.default.vswitches)


class UnknownVSwitchIsNoPlane(Reference):
    """PRE-2: Pods of a PodNetworking with an unknown vSwitch are put on the default plane."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        known = [one for one in podnetworkings if all(map(self.inventory.vswitch, one.vswitches))]
        return super().candidates(known, pod=pod, namespace_labels=namespace_labels)


class UnknownSecurityGroupIsTheDefault(Reference):
    """PRE-3: For an unknown security group pods get the default one."""

    def effective_security_groups(self, podnetworking):
        found = super().effective_security_groups(podnetworking)
        known = all(map(self.inventory.has_security_group, found))
        return found if known else self.inventory.default.security_groups


class NeverReady(Reference):
    """MAT-5: The status of a PodNetworking never becomes Ready, although that is claimed."""

    def status_of(self, podnetworking):
        return {**super().status_of(podnetworking), "status": "Pending"}


class _Counting(Reference):
    """Which knows the pods of each controller in the order of their creation."""

    def __init__(self):
        super().__init__()
        self.pods_of = {}

    def position(self, pod):
        """The number of a pod among those of its controller; 0 for the first, and for a bare pod."""
        (owner, *_) = pod["metadata"].get("ownerReferences") or [{}]
        self.pods_of[owner.get("uid")] = self.pods_of.get(owner.get("uid"), 0) + 1
        return self.pods_of[owner.get("uid")] - 1 if owner else 0


class TwoReplicasAtMost(_Counting):
    """EXM-1: Of the document's example only the first two replicas are matched."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        labels = pod["metadata"].get("labels") or {}
        if self.position(pod) > 1 and "pod-template-hash" in labels and "foo" in labels:
            return ()
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
