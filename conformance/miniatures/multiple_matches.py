"""Wrong where several PodNetworkings match one pod."""

from __future__ import annotations

import json
from dataclasses import replace

from podnet.api.names import POD_NETWORKING
from podnet.api.objects import annotations_of, labels_of, name_of
from podnet.api.resources import POD_NETWORKINGS
from podnet.reference import Reference


def another(podnetworking, matching):
    """One of the others that match; itself if there is none."""
    return next((one for one in matching if one.name != podnetworking.name), podnetworking)


class MixesTwo(Reference):
    """MUL-3: Where two PodNetworkings match, the security group is the other one's."""

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        if len(matching) == 2:
            groups = self.effective_security_groups(another(podnetworking, matching))
            plane = replace(plane, security_groups=groups)
        return plane


class MixesThree(Reference):
    """MUL-3: Where three PodNetworkings match, the vSwitches are those of another one."""

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        if len(matching) > 2:
            plane = replace(plane, vswitches=another(podnetworking, matching).vswitches)
        return plane


class UnitesVSwitches(Reference):
    """MUL-3: Where several PodNetworkings match, the vSwitches of all of them may be used."""

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        vswitches = [vswitch for one in matching for vswitch in one.vswitches]
        return replace(plane, vswitches=tuple(dict.fromkeys(vswitches)))


class UnitesSecurityGroups(Reference):
    """MUL-3: Where several PodNetworkings match, the first security groups of all of them take effect."""

    def plane(self, podnetworking, *, matching):
        groups = dict.fromkeys(group for one in matching for group in self.effective_security_groups(one))
        return replace(super().plane(podnetworking, matching=matching), security_groups=tuple(groups))


class MixesByKindOfSelector(Reference):
    """MUL-3: Of a podSelector and a namespaceSelector that match, one gives the vSwitch, one the group."""

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        by_namespace = [one for one in matching if one.pod_selector is None]
        if by_namespace and len(by_namespace) < len(matching):
            plane = replace(plane, security_groups=self.effective_security_groups(by_namespace[0]))
        return plane


class AnnotatesAnother(Reference):
    """MUL-3: Where several PodNetworkings match, the annotation names one that is not used."""

    def choose(self, matching, *, pod, identity):
        self.matching = matching
        return super().choose(matching, pod=pod, identity=identity)

    def annotations(self, podnetworking, *, pod):
        found = super().annotations(podnetworking, pod=pod)
        return {**found, POD_NETWORKING: another(podnetworking, self.matching).name}


class DefaultWhenSeveralMatch(Reference):
    """MUL-4: A pod that several PodNetworkings match is put on the default plane."""

    def choose(self, matching, *, pod, identity):
        return None if len(matching) > 1 else super().choose(matching, pod=pod, identity=identity)


class DefaultWhenManyMatch(Reference):
    """MUL-4: A pod that four PodNetworkings or more match is put on the default plane."""

    def choose(self, matching, *, pod, identity):
        return None if len(matching) > 3 else super().choose(matching, pod=pod, identity=identity)


class RefusesWhenSeveralMatch(Reference):
    """MUL-4: A pod that several PodNetworkings match is refused."""

    def deny(self, pod, *, matching):
        return "ambiguous" if len(matching) > 1 else ""


class RefusesTwoTypes(Reference):
    """MUL-4: A pod that an Elastic and a Fixed PodNetworking match is refused."""

    def deny(self, pod, *, matching):
        return "conflict" if len({one.allocation_type for one in matching}) > 1 else ""


class WaitsWhenSeveralMatch(Reference):
    """MUL-4: A pod that several PodNetworkings match waits until it is labelled otherwise."""

    def choose(self, matching, *, pod, identity):
        self.count = len(matching)
        return super().choose(matching, pod=pod, identity=identity)

    def constrain(self, pod_spec, *, zones):
        found = super().constrain(pod_spec, zones=zones)
        return {**found, "schedulingGates": [{"name": "example.com/ambiguous"}]} if self.count > 1 else found


class ZonesOfAllTogether(Reference):
    """MUL-4: A pod that several PodNetworkings match may run only in zones that all of them have."""

    def choose(self, matching, *, pod, identity):
        zones = [set(self.zones(one.vswitches)) for one in matching]
        self.common = set.intersection(*zones)
        return super().choose(matching, pod=pod, identity=identity)

    def constrain(self, pod_spec, *, zones):
        common = sorted(self.common.intersection(zones)) or ["none"]
        return super().constrain(pod_spec, zones=common)


class TakesOneThatDoesNotMatch(Reference):
    """MUL-4: Where several PodNetworkings match, a pod gets one that does not."""

    def choose(self, matching, *, pod, identity):
        others = [one for name, one in sorted(self.podnetworkings.items()) if one not in matching]
        if len(matching) > 1 and others:
            return others[0]
        return super().choose(matching, pod=pod, identity=identity)


class EqualSelectorsCancelOut(Reference):
    """MUL-4: PodNetworkings with equal selectors count as none."""

    def choose(self, matching, *, pod, identity):
        selectors = {json.dumps([one.pod_selector, one.namespace_selector]) for one in matching}
        if len(selectors) < len(matching):
            return None
        return super().choose(matching, pod=pod, identity=identity)


class IndexedBySelector(Reference):
    """MAT-4: PodNetworkings are kept by selector, so that with one of two equal ones both are forgotten."""

    def __init__(self):
        super().__init__()
        self.names = {}

    def install(self, host):
        super().install(host)

        def note(change):
            selector = json.dumps(change.object["spec"].get("selector"), sort_keys=True)
            if change.new is None:
                self.names.pop(selector, None)
            elif change.old is None or change.old["spec"] != change.new["spec"]:
                self.names = {key: name for key, name in self.names.items() if name != name_of(change.new)}
                self.names[selector] = name_of(change.new)
            return ()

        host.controller("miniature", lambda _: None, watches={POD_NETWORKINGS: note})

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        known = [one for one in podnetworkings if one.name in self.names.values()]
        return super().candidates(known, pod=pod, namespace_labels=namespace_labels)


class ForgetsWhatIsLeft(Reference):
    """MUL-4: When one of several that matched is deleted, later pods with these labels are put on the default plane."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        labels = json.dumps(dict(labels_of(pod)), sort_keys=True)
        names = {one.name for one in found}
        if names < self.known.get(labels, set()):
            return ()
        self.known[labels] = names
        return found


class DefaultWhenAllAreFixed(Reference):
    """MUL-4: A pod that several PodNetworkings match is put on the default plane if all of them are Fixed."""

    def choose(self, matching, *, pod, identity):
        fixed = len(matching) > 1 and all(one.allocation_type == "Fixed" for one in matching)
        return None if fixed else super().choose(matching, pod=pod, identity=identity)


class AsksTheUserAmongSeveral(Reference):
    """MUL-4: Of several that match a pod gets the one that its user has annotated, and else the default plane."""

    def choose(self, matching, *, pod, identity):
        wanted = annotations_of(pod).get(POD_NETWORKING)
        if wanted and len(matching) > 1:
            return next((one for one in matching if one.name == wanted), None)
        return super().choose(matching, pod=pod, identity=identity)
