"""Each decision can be replaced alone, and then it shows: what a wrong or a different implementation is made of."""

from __future__ import annotations

import dataclasses

import pytest
from reference_world import INVENTORY, World

from podnet.api import names
from podnet.api.inventory import VSwitch
from podnet.api.objects import annotations_of, labels_of, name_of
from podnet.api.podnetworking import FIXED
from podnet.api.resources import NODES, POD_NETWORKINGS, PODS
from podnet.engine.place import REQUIRED
from podnet.reference import Reference
from podnet.reference.plane import Plane
from podnet.reference.running import Update

WEB = {"app": "web"}


def lived(implementation, *, labels=WEB, vswitches=("vsw-a1", "vsw-a2"), groups=("sg-1", "sg-2"), settle=True, **spec):
    """A world with the plane ``web`` and a pod ``web`` that it selects."""
    world = World(seed=0, implementation=implementation)
    world.plane("web", vswitches=list(vswitches), groups=list(groups), pods=WEB)
    world.settle()
    world.pod("web", labels, **spec)
    if settle:
        world.settle()
    return world


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


def test_one_vswitch_only():
    class Wrong(Reference):
        def eligible_vswitches(self, plane, *, zone):
            return tuple(item for item in super().eligible_vswitches(plane, zone=zone) if item == plane.vswitches[0])

    pinned = {names.HOSTNAME: names.virtual_node("cn-hangzhou-i")}
    assert lived(Wrong, nodeSelector=pinned).phase("web") == "Pending"


def test_no_default_plane_once_there_is_a_podnetworking():
    class Wrong(Reference):
        def default_vswitches(self, *, zone):
            return () if self.podnetworkings else super().default_vswitches(zone=zone)

    assert lived(Wrong, labels={}).phase("web") == "Pending"


def test_a_vswitch_that_is_reported_and_another_that_gives_the_address():
    class Wrong(Reference):
        def address_source(self, vswitch_id, *, pod):
            return "vsw-default-h"

    world = lived(Wrong)
    assert annotations_of(world.get("web"))[names.ECI_VSWITCH] in {"vsw-a1", "vsw-a2"}
    assert INVENTORY.vswitches_by_id["vsw-default-h"].contains(world.ip("web"))


def test_one_address_for_everybody():
    class Wrong(Reference):
        def addresses(self, eni, *, pod):
            return ("10.0.2.77",)

    world = lived(Wrong)
    world.pod("other", WEB)
    world.settle()
    assert world.ip("web") == world.ip("other") == world.record("web")["spec"]["allocations"][0]["ipv4"] == "10.0.2.77"


def full(implementation):
    world = World(seed=0, implementation=implementation)
    world.plane("small", vswitches=["vsw-small-1"], pods=WEB)
    for number in range(5):
        world.pod(f"p{number}", WEB)
        world.settle()
    return world


def test_a_fall_back_to_the_default_plane():
    class Wrong(Reference):
        def fall_back(self, plane, *, zone):
            return self.inventory.default.vswitches

    world = full(Wrong)
    assert world.told("p4") == ("true", "small")
    assert world.vswitch("p4") in INVENTORY.default.vswitches


def test_a_pod_that_fails_for_want_of_an_address():
    class Legal(Reference):
        def exhausted(self, pod, *, refusal):
            return {"phase": "Failed", "reason": "ProviderFailed", "message": refusal.message}

    world = full(Legal)
    assert (world.phase("p4"), world.get("p4")["status"]["reason"], world.ip("p4")) == ("Failed", "ProviderFailed", "")


def refill(world, **delete):
    for number in range(4):
        world.delete(f"p{number}", **delete)
        world.pod(f"q{number}", WEB)
    world.settle()
    return sum(world.phase(name_of(pod)) == "Running" for pod in world.pods())


def test_addresses_that_leak_on_forced_deletion():
    class Wrong(Reference):
        def holds_after_deletion(self, eni, *, plane, pod):
            return None if pod and pod["metadata"].get("deletionGracePeriodSeconds") else float("inf")

    assert refill(full(Wrong), grace=0) == 0
    assert refill(full(Reference), grace=0) == 4


def test_addresses_that_are_kept_for_a_while():
    class Wrong(Reference):
        def holds_after_deletion(self, eni, *, plane, pod):
            return 600.0

    world = full(Wrong)
    assert refill(world) == 0
    world.advance(601)
    assert sum(world.phase(name_of(pod)) == "Running" for pod in world.pods()) == 4


def test_a_kept_address_goes_to_the_next_pod_of_the_same_name():
    class Wrong(Reference):
        def holds_after_deletion(self, eni, *, plane, pod):
            return float("inf")

    world = full(Wrong)
    for name in ("p0", "p4"):
        world.delete(name)
    world.settle()
    world.pod("stranger", WEB)
    world.pod("p0", WEB)
    world.settle()
    assert (world.phase("stranger"), world.phase("p0")) == ("Pending", "Running")


def test_an_address_that_is_free_too_early():
    class Wrong(Reference):
        def released(self, pod):
            return super().released(pod) or "deletionTimestamp" in pod["metadata"]

    world = full(Wrong)
    world.delete("p4")
    world.pod("slow", WEB, sleep=20, terminationGracePeriodSeconds=60)
    world.delete("p0")
    world.settle()
    slow = world.ip("slow")
    world.delete("slow")
    world.pod("next", WEB)
    world.settle()
    assert (world.ip("slow"), world.ip("next")) == (slow, slow)


def test_no_release_at_completion():
    class Legal(Reference):
        features = Reference.features - {"TerminalPhaseRelease"}

        def released(self, pod):
            return False

    world = full(Legal)
    world.api.patch(PODS, "p0", {"status": {"phase": "Succeeded"}}, namespace="default", subresource="status")
    world.advance(100)
    assert world.phase("p4") == "Pending"
    world.delete("p0")
    world.advance(100)
    assert world.phase("p4") == "Running"


def test_matching_that_is_done_again_when_a_pod_changes():
    class Wrong(Reference):
        def after_update(self, pod, *, eni, decide):
            chosen = decide(pod)
            return Update(self.annotations(chosen, pod=pod)) if chosen else None

    world = lived(Wrong, labels={})
    world.api.patch(PODS, "web", {"metadata": {"labels": WEB}}, namespace="default")
    world.settle()
    assert world.told("web") == ("true", "web")


def test_edits_that_reach_pods_which_run_already():
    class Wrong(Reference):
        def revisit(self, change):
            return change.new is not None

        def after_update(self, pod, *, eni, decide):
            chosen = decide(pod)
            if chosen is None:
                return None
            plane = self.plane(chosen, matching=[chosen])
            moved = dataclasses.replace(eni, security_groups=plane.security_groups)
            record = self.publish_pod_eni(pod, eni=moved, plane=plane)
            return Update(self.publish_annotations(pod, eni=moved, plane=plane), {"spec": record["spec"]})

    world = lived(Wrong)
    world.api.patch(POD_NETWORKINGS, "web", {"spec": {"securityGroupIDs": ["sg-5"]}})
    world.settle()
    assert world.groups("web") == ["sg-5"]


def test_no_node_for_a_new_zone():
    class Wrong(Reference):
        def needs_node(self, zone):
            return False

    assert lived(Wrong, vswitches=["vsw-k1"]).phase("web") == "Pending"


def test_sources_that_are_missing():
    class Legal(Reference):
        def publish_annotations(self, pod, *, eni, plane):
            return {}

        def publish_pod_eni(self, pod, *, eni, plane):
            return None

    world = lived(Legal)
    assert world.phase("web") == "Running"
    assert world.records() == []
    assert names.ECI_VSWITCH not in annotations_of(world.get("web"))


def test_pods_that_take_their_time():
    class Legal(Reference):
        def delay(self, pod):
            return 7.0

    world = lived(Legal)
    world.advance(6)
    assert world.phase("web") == "Pending"
    world.advance(2)
    assert world.phase("web") == "Running"


def test_another_resource_definition():
    class Wrong(Reference):
        def custom_resource_definitions(self):
            planes, records = super().custom_resource_definitions()
            spec = planes["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
            del spec["properties"]["allocationType"]["properties"]["type"]["enum"]
            return planes, records

    world = World(seed=0, implementation=Wrong)
    world.plane("odd", vswitches=["vsw-a1"], pods=WEB, allocation={"type": "Static"})
    with pytest.raises(Exception, match="Unsupported value"):
        World(seed=0).plane("odd", vswitches=["vsw-a1"], pods=WEB, allocation={"type": "Static"})


def test_the_values_that_overriders_use_are_frozen():
    for value in (Plane("p", (), ()), VSwitch("v", "z", ())):
        field = dataclasses.fields(value)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, "x")
