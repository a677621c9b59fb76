"""Decisions that fall at admission, each replaced alone: what wrong and different implementations are made of."""

from __future__ import annotations

import dataclasses

import pytest
from reference_world import WEB, World, lived

from podnet.api import names
from podnet.api.objects import labels_of
from podnet.api.podnetworking import FIXED
from podnet.api.resources import NODES
from podnet.engine.place import REQUIRED
from podnet.reference import Reference


def test_a_pod_label_that_counts_as_a_namespace_label():
    class Wrong(Reference):
        def matches(self, podnetworking, *, pod_labels, namespace_labels):
            return super().matches(
                podnetworking, pod_labels=pod_labels, namespace_labels={**namespace_labels, **pod_labels}
            )

    world = World(seed=0, implementation=Wrong)
    world.plane("team", vswitches=["vsw-a1"], namespaces={"team": "a"})
    world.pod("web", {"team": "a"})
    assert world.told("web") == ("true", "team")


def test_several_matches_that_mean_the_default_plane():
    class Wrong(Reference):
        def choose(self, matching, *, pod, identity):
            return super().choose(matching, pod=pod, identity=identity) if len(matching) == 1 else None

    world = lived(Wrong)
    world.plane("again", vswitches=["vsw-b1"], pods=WEB)
    world.pod("both", WEB)
    assert (world.told("web"), world.told("both")) == (("true", "web"), (None, None))


def test_the_vswitches_of_one_plane_with_the_group_of_another():
    class Wrong(Reference):
        def plane(self, podnetworking, *, matching):
            other = next((item for item in matching if item is not podnetworking), podnetworking)
            return dataclasses.replace(
                super().plane(podnetworking, matching=matching),
                security_groups=self.effective_security_groups(other),
            )

    world = World(seed=0, implementation=Wrong)
    world.plane("a", vswitches=["vsw-a1"], groups=["sg-1"], pods=WEB)
    world.plane("b", vswitches=["vsw-b1"], groups=["sg-2"], pods=WEB)
    world.pod("web", WEB)
    world.settle()
    assert (world.vswitch("web"), world.groups("web")) in [("vsw-a1", ["sg-2"]), ("vsw-b1", ["sg-1"])]


def test_all_security_groups():
    class Wrong(Reference):
        def effective_security_groups(self, podnetworking):
            return podnetworking.security_groups

    assert lived(Wrong).groups("web") == ["sg-1", "sg-2"]


def test_fixed_only_for_some_pods():
    class Wrong(Reference):
        def candidates(self, podnetworkings, *, pod, namespace_labels):
            usable = [
                item for item in podnetworkings if item.allocation_type != FIXED or "ownerReferences" in pod["metadata"]
            ]
            return super().candidates(usable, pod=pod, namespace_labels=namespace_labels)

    world = World(seed=0, implementation=Wrong)
    world.plane("fixed", vswitches=["vsw-a1"], pods=WEB, allocation={"type": "Fixed"})
    world.pod("web", WEB)
    assert world.told("web") == (None, None)


def test_a_denied_pod():
    class Wrong(Reference):
        def deny(self, pod, *, matching):
            return "too many" if len(matching) > 0 else ""

    with pytest.raises(Exception, match="too many"):
        lived(Wrong)


def test_a_zone_that_is_only_preferred():
    class Wrong(Reference):
        def constrain(self, pod_spec, *, zones):
            required = super().constrain(pod_spec, zones=zones)["affinity"]["nodeAffinity"][REQUIRED]
            wishes = [{"weight": 1, "preference": term} for term in required["nodeSelectorTerms"]]
            return {
                **pod_spec,
                "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": wishes}},
            }

    node = names.virtual_node("cn-hangzhou-j")
    world = lived(Wrong, nodeSelector={names.HOSTNAME: node})
    assert world.get("web")["spec"]["nodeName"] == node
    assert world.phase("web") == "Pending"


def test_a_zone_that_is_enforced_by_node_selector():
    class Legal(Reference):
        def constrain(self, pod_spec, *, zones):
            return {**pod_spec, "nodeSelector": {**pod_spec.get("nodeSelector", {}), self.zone_label: zones[-1]}}

    world = lived(Legal)
    assert (world.zone("web"), world.vswitch("web")) == ("cn-hangzhou-i", "vsw-a2")


def test_the_legacy_zone_label():
    class Legal(Reference):
        zone_label = names.LEGACY_ZONE

    world = lived(Legal)
    assert world.phase("web") == "Running"
    assert all(names.TOPOLOGY_ZONE not in labels_of(node) for node in world.api.list(NODES).items)


def test_an_annotation_with_a_constant():
    class Wrong(Reference):
        def annotations(self, podnetworking, *, pod):
            return super().annotations(podnetworking, pod=pod) | {names.POD_NETWORKING: "podnetworking"}

    assert lived(Wrong).told("web") == ("true", "podnetworking")


def test_annotations_that_come_only_when_the_pod_runs():
    class Legal(Reference):
        def annotations(self, podnetworking, *, pod):
            return {}

        def publish_annotations(self, pod, *, eni, plane):
            late = {} if plane.is_default else {names.POD_ENI: "true", names.POD_NETWORKING: plane.podnetworking}
            return super().publish_annotations(pod, eni=eni, plane=plane) | late

    world = lived(Legal, settle=False)
    assert world.told("web") == (None, None)
    world.settle()
    assert world.told("web") == ("true", "web")


def test_an_empty_annotation_on_unmatched_pods():
    class Wrong(Reference):
        def default_annotations(self, pod):
            return {names.POD_NETWORKING: ""}

    assert lived(Wrong, labels={}).told("web") == (None, "")
