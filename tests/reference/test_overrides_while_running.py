"""Decisions that fall while a pod lives, each replaced alone: what wrong and different implementations are made of."""

from __future__ import annotations

import dataclasses

import pytest
from reference_world import INVENTORY, WEB, World, lived

from podnet.api import names
from podnet.api.inventory import VSwitch
from podnet.api.objects import annotations_of, name_of
from podnet.api.resources import POD_NETWORKINGS, PODS
from podnet.reference import Reference
from podnet.reference.plane import Plane
from podnet.reference.running import Update


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
