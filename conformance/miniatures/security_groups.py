"""Wrong about which security group takes effect."""

from __future__ import annotations

from dataclasses import replace

from _miniature import kind_of

from podnet.api.objects import name_of
from podnet.api.selectors import Problem
from podnet.reference import Reference


class LastSecurityGroup(Reference):
    """SG-2: The last security group takes effect."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[-1:]


class AllSecurityGroups(Reference):
    """SG-2: All security groups take effect."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups


class FirstTwoSecurityGroups(Reference):
    """SG-2: The first two security groups take effect."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[:2]


class DefaultSecurityGroupBesideTheFirst(Reference):
    """SG-2: The default security group takes effect beside the first of the list."""

    def effective_security_groups(self, podnetworking):
        return (*podnetworking.security_groups[:1], *self.inventory.default.security_groups)


class DefaultSecurityGroupInstead(Reference):
    """SG-2: Matched pods have the default security group."""

    def effective_security_groups(self, podnetworking):
        return self.inventory.default.security_groups


class PassesOverTheDefaultSecurityGroup(Reference):
    """SG-2: The default security group is passed over where it stands first."""

    def effective_security_groups(self, podnetworking):
        groups = podnetworking.security_groups
        return tuple(group for group in groups if group not in self.inventory.default.security_groups)[:1] or groups


class LastSecurityGroupUnderFixed(Reference):
    """SG-2: Under Fixed the last security group takes effect."""

    def effective_security_groups(self, podnetworking):
        fixed = podnetworking.allocation_type == "Fixed"
        return podnetworking.security_groups[-1:] if fixed else podnetworking.security_groups[:1]


class AllSecurityGroupsOfNamespaces(Reference):
    """SG-2: A PodNetworking with a namespaceSelector gives all its security groups."""

    def effective_security_groups(self, podnetworking):
        by_namespace = podnetworking.namespace_selector is not None
        return podnetworking.security_groups if by_namespace else podnetworking.security_groups[:1]


class AllSecurityGroupsForWorkloads(Reference):
    """SG-2: Pods that a controller made get all security groups."""

    def plane_of(self, pod):
        plane = super().plane_of(pod)
        podnetworking = self.podnetworkings.get(plane.podnetworking)
        if podnetworking is None or not kind_of(pod):
            return plane
        return replace(plane, security_groups=podnetworking.security_groups)


class SecurityGroupsInTurn(Reference):
    """SG-2: The pods of a PodNetworking get its security groups in turn."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def effective_security_groups(self, podnetworking):
        self.count += 1
        return (podnetworking.security_groups[self.count % len(podnetworking.security_groups)],)


class SecurityGroupOfTheVSwitch(Reference):
    """SG-2: The second vSwitch of the list goes with the second security group."""

    def publish_annotations(self, pod, *, eni, plane):
        return super().publish_annotations(pod, eni=self.paired(eni, plane), plane=plane)

    def publish_pod_eni(self, pod, *, eni, plane):
        return super().publish_pod_eni(pod, eni=self.paired(eni, plane), plane=plane)

    def paired(self, eni, plane):
        podnetworking = self.podnetworkings.get(plane.podnetworking)
        if podnetworking is None or podnetworking.vswitches[1:2] != (eni.vswitch_id,):
            return eni
        return replace(eni, security_groups=podnetworking.security_groups[1:2] or eni.security_groups)


class SourcesDisagree(Reference):
    """SG-2: The PodENI names another security group than the annotation."""

    def publish_pod_eni(self, pod, *, eni, plane):
        if not plane.is_default:
            eni = replace(eni, security_groups=self.inventory.default.security_groups)
        return super().publish_pod_eni(pod, eni=eni, plane=plane)


class LeastSecurityGroup(Reference):
    """SG-4: The first security group by name takes effect."""

    def effective_security_groups(self, podnetworking):
        return tuple(sorted(podnetworking.security_groups))[:1]


class GreatestSecurityGroup(Reference):
    """SG-4: The last security group by name takes effect."""

    def effective_security_groups(self, podnetworking):
        return tuple(sorted(podnetworking.security_groups))[-1:]


class OrderOfTheInventory(Reference):
    """SG-4: The security group that the cloud lists first takes effect."""

    def effective_security_groups(self, podnetworking):
        return tuple(one for one in self.inventory.security_groups if one in podnetworking.security_groups)[:1]


class AddressKeepsItsFirstGroup(Reference):
    """SG-2: An address that is used again has the security group of the pod that used it first."""

    def __init__(self):
        super().__init__()
        self.first = {}

    def as_at_first(self, eni):
        return replace(eni, security_groups=self.first.setdefault(eni.ipv4, eni.security_groups))

    def publish_annotations(self, pod, *, eni, plane):
        return super().publish_annotations(pod, eni=self.as_at_first(eni), plane=plane)

    def publish_pod_eni(self, pod, *, eni, plane):
        return super().publish_pod_eni(pod, eni=self.as_at_first(eni), plane=plane)


class ReorderingIsNoEdit(Reference):
    """MAT-4: An edit that only changes the order of the security groups is not noticed."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def effective_security_groups(self, podnetworking):
        before = self.known.get(podnetworking.uid, ())
        if set(before) != set(podnetworking.security_groups):
            before = self.known[podnetworking.uid] = podnetworking.security_groups
        return before[:1]


class FiveAreTooMany(Reference):
    """SG-1: A PodNetworking with five security groups is refused."""

    def reject(self, podnetworking):
        groups = podnetworking["spec"].get("securityGroupIDs") or ()
        problem = Problem("spec.securityGroupIDs", "FieldValueTooMany", "Too many: must be fewer than 5")
        return (*super().reject(podnetworking), *([problem] if len(groups) == 5 else ()))


class FiveHaveNoEffect(Reference):
    """SG-1: A PodNetworking with five security groups applies to nobody."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        some = [one for one in podnetworkings if len(one.security_groups) < 5]
        return super().candidates(some, pod=pod, namespace_labels=namespace_labels)


class SixAreFine(Reference):
    """SG-3: A sixth security group is taken like any other."""

    def reject(self, podnetworking):
        return tuple(problem for problem in super().reject(podnetworking) if problem.reason != "FieldValueTooMany")


class LimitKeptAtCreationOnly(Reference):
    """SG-3: The limit is kept when a PodNetworking is created, not when it is edited."""

    def reject(self, podnetworking):
        found = super().reject(podnetworking)
        is_edit = name_of(podnetworking) in self.podnetworkings
        return tuple(one for one in found if not (is_edit and one.reason == "FieldValueTooMany"))


class SortsWhatItMakesUnique(Reference):
    """SG-4: In a list with duplicates the first security group by name takes effect."""

    def effective_security_groups(self, podnetworking):
        groups = podnetworking.security_groups
        return (min(groups),) if len(set(groups)) < len(groups) else groups[:1]


class LastOfDuplicates(Reference):
    """SG-4: In a list with duplicates the last security group by name takes effect."""

    def effective_security_groups(self, podnetworking):
        groups = podnetworking.security_groups
        return (max(groups),) if len(set(groups)) < len(groups) else groups[:1]
