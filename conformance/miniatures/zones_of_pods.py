"""Wrong about where pods may run that demand or prefer something of their node themselves."""

from __future__ import annotations

from podnet.reference import Reference


class _PreferringAboveAll(Reference):
    """Which holds pods to zones with the greatest weight of a preference; elsewhere they get no address."""

    def prefer(self, pod_spec, zones):
        in_zones = {"key": self.zone_label, "operator": "In", "values": list(zones)}
        term = {"weight": 100, "preference": {"matchExpressions": [in_zones]}}
        affinity = pod_spec.get("affinity") or {}
        node, key = affinity.get("nodeAffinity") or {}, "preferredDuringSchedulingIgnoredDuringExecution"
        return {**pod_spec, "affinity": {**affinity, "nodeAffinity": {**node, key: [*(node.get(key) or ()), term]}}}


class ZonePreferredAboveAll(_PreferringAboveAll):
    """ZON-1: The zones of the vSwitches are only preferred, though more than anything else."""

    def constrain(self, pod_spec, *, zones):
        return self.prefer(pod_spec, zones)


class SeveralZonesPreferred(_PreferringAboveAll):
    """ZON-1: Several zones of a list are only preferred; one is required."""

    def constrain(self, pod_spec, *, zones):
        return self.prefer(pod_spec, zones) if len(zones) > 1 else super().constrain(pod_spec, zones=zones)


class NodeSelectorSuffices(Reference):
    """ZON-1: A pod that has a nodeSelector is not bound to the zones."""

    def constrain(self, pod_spec, *, zones):
        return pod_spec if pod_spec.get("nodeSelector") else super().constrain(pod_spec, zones=zones)


class OneZoneOverwritesNodeSelector(Reference):
    """ZON-3: Where the list has one zone, it is written over what the nodeSelector of the pod says of the zone."""

    def constrain(self, pod_spec, *, zones):
        if len(zones) != 1:
            return super().constrain(pod_spec, zones=zones)
        return {**pod_spec, "nodeSelector": {**(pod_spec.get("nodeSelector") or {}), self.zone_label: zones[0]}}


class PodAffinityDropped(Reference):
    """ZON-3: The pod affinity of a matched pod is dropped."""

    def constrain(self, pod_spec, *, zones):
        affinity = {key: value for key, value in (pod_spec.get("affinity") or {}).items() if key != "podAffinity"}
        return super().constrain({**pod_spec, "affinity": affinity}, zones=zones)


class SpreadDropped(Reference):
    """ZON-3: The topology spread constraints of a matched pod are dropped."""

    def constrain(self, pod_spec, *, zones):
        rest = {field: value for field, value in pod_spec.items() if field != "topologySpreadConstraints"}
        return super().constrain(rest, zones=zones)
