"""Implementations that give a pod the wrong plane: each breaks the requirement that its docstring names."""

from __future__ import annotations

from dataclasses import replace

from podnet.api.names import POD_ENI, POD_NETWORKING, TOPOLOGY_ZONE
from podnet.api.objects import annotations_of, clone, controller_of
from podnet.reference import Reference
from podnet.reference.running import Update


class LastSecurityGroup(Reference):
    """SG-2: the last security group takes effect."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[-1:]


class AllSecurityGroups(Reference):
    """SG-2: all security groups take effect."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups


class LeastSecurityGroup(Reference):
    """SG-4: the first security group by name takes effect."""

    def effective_security_groups(self, podnetworking):
        return tuple(sorted(podnetworking.security_groups))[:1]


class FirstVSwitchOnly(Reference):
    """VSW-2: only the first listed vSwitch is ever used."""

    def eligible_vswitches(self, plane, *, zone):
        return super().eligible_vswitches(replace(plane, vswitches=plane.vswitches[:1]), zone=zone)


class AddressOfTheDefaultPlane(Reference):
    """VSW-4: the vSwitch is reported rightly, the address is one of the default plane's."""

    def address_source(self, vswitch_id, *, pod):
        return self.inventory.default.vswitches[0]


class ZoneMerelyPreferred(Reference):
    """ZON-1: the zones of the vSwitches are only preferred."""

    def constrain(self, pod_spec, *, zones):
        spec = clone(pod_spec)
        affinity = spec.setdefault("affinity", {}).setdefault("nodeAffinity", {})
        term = {"matchExpressions": [{"key": TOPOLOGY_ZONE, "operator": "In", "values": list(zones)}]}
        preferred = affinity.setdefault("preferredDuringSchedulingIgnoredDuringExecution", [])
        preferred.append({"weight": 50, "preference": term})
        return spec

    def eligible_vswitches(self, plane, *, zone):
        return super().eligible_vswitches(plane, zone=zone) or plane.vswitches


class ZoneAsAnAlternative(Reference):
    """ZON-3: the zone is one more alternative beside the terms that the pod has itself."""

    def constrain(self, pod_spec, *, zones):
        spec = clone(pod_spec)
        affinity = spec.setdefault("affinity", {}).setdefault("nodeAffinity", {})
        term = {"matchExpressions": [{"key": TOPOLOGY_ZONE, "operator": "In", "values": list(zones)}]}
        required = affinity.setdefault("requiredDuringSchedulingIgnoredDuringExecution", {"nodeSelectorTerms": []})
        required["nodeSelectorTerms"].append(term)
        return spec

    def eligible_vswitches(self, plane, *, zone):
        return super().eligible_vswitches(plane, zone=zone) or plane.vswitches


class LabellingMovesPods(Reference):
    """MAT-2: a running pod that comes to match is annotated."""

    def after_update(self, pod, *, eni, decide):
        found = decide(pod)
        if found and POD_NETWORKING not in annotations_of(pod):
            return Update(annotations={POD_ENI: "true", POD_NETWORKING: found.name})
        return None


class NoNodeInNewZones(Reference):
    """NOD-1: no virtual node is created in a zone that has none."""

    def needs_node(self, zone):
        return False


class CapitalTrue(Reference):
    """ANN-1: the annotation pod-eni has the value True."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_ENI: "True"}


class NoPodEniOnDeployments(Reference):
    """ANN-1: the annotation pod-eni is missing on pods that a controller made."""

    def annotations(self, podnetworking, *, pod):
        found = super().annotations(podnetworking, pod=pod)
        if controller_of(pod):
            del found[POD_ENI]
        return found


class ConstantAnnotation(Reference):
    """ANN-2: the annotation has the value of the document's sample, whatever the PodNetworking is called."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_NETWORKING: "podnetworking"}


class ShortAnnotation(Reference):
    """ANN-2: a long name is cut to the length of a label."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_NETWORKING: podnetworking.name[:63]}


class EmptyAnnotation(Reference):
    """DEF-3: pods that match nothing bear the annotation with an empty value."""

    def default_annotations(self, pod):
        return {POD_NETWORKING: ""}


class AnotherDefaultSecurityGroup(Reference):
    """DEF-1: pods that match nothing have a security group that is not the default one."""

    def default_security_groups(self, pod):
        others = set(self.inventory.security_groups) - set(self.inventory.default.security_groups)
        return (min(others),)


class NoDefaultOnceThereIsAPlane(Reference):
    """DEF-2: pods that match nothing wait as soon as there is a PodNetworking."""

    def default_vswitches(self, *, zone):
        return () if self.podnetworkings else super().default_vswitches(zone=zone)


class AnyType(Reference):
    """ALC-1: every allocation type is accepted."""

    def custom_resource_definitions(self):
        definitions = super().custom_resource_definitions()
        for definition in definitions:
            _without_enums(definition["spec"])
        return definitions


def _without_enums(value):
    if isinstance(value, dict):
        value.pop("enum", None)
        for part in value.values():
            _without_enums(part)
    if isinstance(value, list):
        for part in value:
            _without_enums(part)
