"""Wrong about where pods may run."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Admitting, fits, kind_of

from podnet.api.names import HOSTNAME
from podnet.api.objects import labels_of
from podnet.engine.place import REQUIRED
from podnet.reference import Reference

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def node_affinity(pod_spec):
    return (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}


def with_node_affinity(pod_spec, changes):
    """The spec with changed fields of its node affinity; a field that is None goes."""
    fields = {key: value for key, value in {**node_affinity(pod_spec), **changes}.items() if value is not None}
    return {**pod_spec, "affinity": {**(pod_spec.get("affinity") or {}), "nodeAffinity": fields}}


def terms_of(pod_spec):
    return (node_affinity(pod_spec).get(REQUIRED) or {}).get("nodeSelectorTerms") or []


class _Unbound(Reference):
    """Whose pods get a listed vSwitch wherever they run."""

    def in_zones(self, zones):
        return {"key": self.zone_label, "operator": "In", "values": list(zones)}

    def eligible_vswitches(self, plane, *, zone):
        return super().eligible_vswitches(plane, zone=zone) or plane.vswitches

    def prefer(self, pod_spec, zones):
        term = {"weight": 50, "preference": {"matchExpressions": [self.in_zones(zones)]}}
        return with_node_affinity(pod_spec, {PREFERRED: [*(node_affinity(pod_spec).get(PREFERRED) or ()), term]})


class NoZones(_Unbound):
    """ZON-1: The zones of the vSwitches do not matter to the scheduler."""

    def constrain(self, pod_spec, *, zones):
        return pod_spec


class ZoneMerelyPreferred(_Unbound):
    """ZON-1: The zones of the vSwitches are only preferred."""

    def constrain(self, pod_spec, *, zones):
        return self.prefer(pod_spec, zones)


class ZonePreferredForJobs(_Unbound):
    """ZON-1: For pods that end by themselves the zones are only preferred."""

    def constrain(self, pod_spec, *, zones):
        if pod_spec.get("restartPolicy") in ("Never", "OnFailure"):
            return self.prefer(pod_spec, zones)
        return super().constrain(pod_spec, zones=zones)


class ZonePreferredUnderFixed(_Unbound):
    """ZON-1: Under Fixed the zones are only preferred."""

    def plane(self, podnetworking, *, matching):
        self.fixed = podnetworking.allocation_type == "Fixed"
        return super().plane(podnetworking, matching=matching)

    def constrain(self, pod_spec, *, zones):
        return self.prefer(pod_spec, zones) if self.fixed else super().constrain(pod_spec, zones=zones)


class NoZonesForSpreadPods(_Unbound):
    """ZON-1: Pods that are to be spread are spread over all zones."""

    def constrain(self, pod_spec, *, zones):
        spread = pod_spec.get("topologySpreadConstraints")
        return pod_spec if spread else super().constrain(pod_spec, zones=zones)


class NoZonesForSeveralVSwitches(_Unbound):
    """ZON-1: A list of vSwitches in several zones binds pods to none of them."""

    def constrain(self, pod_spec, *, zones):
        return pod_spec if len(zones) > 1 else super().constrain(pod_spec, zones=zones)


class AnyListedVSwitch(Reference):
    """ZON-2: A pod gets any listed vSwitch, whatever the zone of its node."""

    def eligible_vswitches(self, plane, *, zone):
        return plane.vswitches


class AnotherZoneForWorkloads(Reference):
    """ZON-2: The pods of a StatefulSet get any listed vSwitch, whatever the zone of their node."""

    def plane_of(self, pod):
        self.kind = kind_of(pod)
        return super().plane_of(pod)

    def eligible_vswitches(self, plane, *, zone):
        return plane.vswitches if self.kind == "StatefulSet" else super().eligible_vswitches(plane, zone=zone)


class RecordNamesAnotherZone(Reference):
    """ZON-2: The PodENI names another zone than that of the vSwitch."""

    def publish_pod_eni(self, pod, *, eni, plane):
        others = [zone.name for zone in self.inventory.zones if zone.name != eni.zone]
        return super().publish_pod_eni(pod, eni=replace(eni, zone=others[0]), plane=plane)


class ZoneAsAnAlternative(_Unbound):
    """ZON-3: The zone is one more alternative beside the terms that the pod has itself."""

    def constrain(self, pod_spec, *, zones):
        terms = [*terms_of(pod_spec), {"matchExpressions": [self.in_zones(zones)]}]
        return with_node_affinity(pod_spec, {REQUIRED: {"nodeSelectorTerms": terms}})


class ZoneInTheFirstTerm(_Unbound):
    """ZON-3: Of the alternatives in a pod's node affinity only the first is bound to the zones."""

    def constrain(self, pod_spec, *, zones):
        bound = super().constrain(pod_spec, zones=zones)
        terms = [*terms_of(bound)[:1], *terms_of(pod_spec)[1:]]
        return with_node_affinity(pod_spec, {REQUIRED: {"nodeSelectorTerms": terms}})


class AlternativesAllRequired(Reference):
    """ZON-3: The alternatives in a pod's node affinity become one term that requires them all."""

    def constrain(self, pod_spec, *, zones):
        merged = [one for term in terms_of(pod_spec) for one in term.get("matchExpressions") or ()]
        if len(terms_of(pod_spec)) > 1:
            required = {"nodeSelectorTerms": [{"matchExpressions": merged}]}
            pod_spec = with_node_affinity(pod_spec, {REQUIRED: required})
        return super().constrain(pod_spec, zones=zones)


class NodeSelectorDropped(Reference):
    """ZON-3: The nodeSelector of a matched pod is dropped."""

    def constrain(self, pod_spec, *, zones):
        rest = {field: value for field, value in pod_spec.items() if field != "nodeSelector"}
        return super().constrain(rest, zones=zones)


class NodeAffinityReplaced(Reference):
    """ZON-3: The node affinity of a matched pod is replaced."""

    def constrain(self, pod_spec, *, zones):
        return super().constrain(with_node_affinity(pod_spec, {REQUIRED: None}), zones=zones)


class ConstraintsOfWorkloadsReplaced(Reference):
    """ZON-3: What the pods of a Deployment themselves require of their node is replaced."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        self.kind = kind_of(pod)
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)

    def constrain(self, pod_spec, *, zones):
        if self.kind == "ReplicaSet":
            pod_spec = {field: value for field, value in pod_spec.items() if field != "nodeSelector"}
            pod_spec = with_node_affinity(pod_spec, {REQUIRED: None})
        return super().constrain(pod_spec, zones=zones)


class MatchFieldsDropped(Reference):
    """ZON-3: In the node affinity of a matched pod the fields of nodes are dropped."""

    def constrain(self, pod_spec, *, zones):
        terms = [{"matchExpressions": term.get("matchExpressions") or ()} for term in terms_of(pod_spec)]
        some = [term for term in terms if term["matchExpressions"]]
        required = {"nodeSelectorTerms": some} if some else None
        return super().constrain(with_node_affinity(pod_spec, {REQUIRED: required}), zones=zones)


class OwnZoneReplaced(Reference):
    """ZON-3: What a pod itself requires of the zone of its node is replaced."""

    def constrain(self, pod_spec, *, zones):
        selector = {key: value for key, value in (pod_spec.get("nodeSelector") or {}).items() if key != self.zone_label}
        terms = [
            {**term, "matchExpressions": [one for one in term["matchExpressions"] if one["key"] != self.zone_label]}
            for term in terms_of(pod_spec)
            if term.get("matchExpressions")
        ]
        some = [term for term in terms if term["matchExpressions"] or term.get("matchFields")]
        pod_spec = with_node_affinity(pod_spec, {REQUIRED: {"nodeSelectorTerms": some} if some else None})
        return super().constrain({**pod_spec, "nodeSelector": selector}, zones=zones)


class AntiAffinityDropped(Reference):
    """ZON-3: The pod anti-affinity of a matched pod is dropped."""

    def constrain(self, pod_spec, *, zones):
        affinity = {key: value for key, value in (pod_spec.get("affinity") or {}).items() if key != "podAntiAffinity"}
        return super().constrain({**pod_spec, "affinity": affinity}, zones=zones)


class HostnameComesFirst(_Unbound):
    """ZON-3: A pod that asks for its node by the label of its name is not bound to the zones."""

    def constrain(self, pod_spec, *, zones):
        pinned = HOSTNAME in (pod_spec.get("nodeSelector") or {}) or any(
            one["key"] == HOSTNAME for term in terms_of(pod_spec) for one in term.get("matchExpressions") or ()
        )
        return pod_spec if pinned else super().constrain(pod_spec, zones=zones)


class NodeNameComesFirst(_Unbound):
    """ZON-3: A pod that names its node runs there, whatever the zone."""

    def constrain(self, pod_spec, *, zones):
        self.named = bool(pod_spec.get("nodeName"))
        return pod_spec if self.named else super().constrain(pod_spec, zones=zones)


class _BindsTheUnmatched(_Admitting):
    """Which binds pods that match nothing to ``zones_for`` them."""

    def zones_for(self, request):
        return ()

    def answer(self, request, response):
        zones = () if response.patch else self.zones_for(request)
        spec = self.constrain(request.object["spec"], zones=zones)
        operation = {"op": "add", "path": "/spec/affinity", "value": spec.get("affinity")}
        return replace(response, patch=(operation,)) if zones else response


class UnmatchedBoundToAllPlanes(_BindsTheUnmatched):
    """ZON-5: A pod that matches nothing is bound to the zones of all PodNetworkings together."""

    def zones_for(self, request):
        return self.zones([vswitch for one in self.podnetworkings.values() for vswitch in one.vswitches])


class UnmatchedBoundByTheirLabels(_BindsTheUnmatched):
    """ZON-5: A pod that satisfies the podSelector alone is bound to the zones, although it does not match."""

    def zones_for(self, request):
        labels = labels_of(request.object)
        half = [one for one in self.podnetworkings.values() if one.pod_selector and fits(one.pod_selector, labels)]
        return self.zones([vswitch for one in half for vswitch in one.vswitches])


class UnmatchedBoundLikeTheirNamespace(_BindsTheUnmatched):
    """ZON-5: A pod that matches nothing is bound to the zones of a matched pod that was created in its namespace."""

    def __init__(self):
        super().__init__()
        self.seen = {}

    def plane(self, podnetworking, *, matching):
        self.last = podnetworking.vswitches
        return super().plane(podnetworking, matching=matching)

    def answer(self, request, response):
        if response.patch:
            self.seen[request.namespace] = self.last
        return super().answer(request, response)

    def zones_for(self, request):
        return self.zones(self.seen.get(request.namespace, ()))
