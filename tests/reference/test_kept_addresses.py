"""An address that is held for a name can be inherited by the next pod of it: what other dialects are made of."""

from __future__ import annotations

from reference_world import WEB, World

from podnet.api import names
from podnet.api.objects import annotations_of, uid_of
from podnet.reference import Reference
from podnet.reference.manifests import owner_of


class Keeping(Reference):
    """Holds what pods named web had for an hour, for the next one of the name."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return 3600.0

    def inherits(self, pod, *, eni):
        return True


def lived(implementation):
    world = World(seed=0, implementation=implementation)
    world.plane("small", vswitches=["vsw-small-1"], pods=WEB)
    world.pod("web", WEB)
    world.settle()
    return world


def test_the_next_pod_of_the_name_has_the_same_address_and_the_same_record():
    world = lived(Keeping)
    before, record = world.get("web"), world.record("web")
    world.delete("web")
    world.settle()
    world.pod("first-come", WEB)
    world.settle()
    world.pod("web", WEB)
    world.settle()
    after = world.get("web")
    assert uid_of(before) != uid_of(after)
    assert world.ip("web") == before["status"]["podIP"]
    assert owner_of(world.record("web")) == uid_of(after)
    assert world.record("web")["spec"] == record["spec"]


def test_nobody_else_gets_it_meanwhile_and_it_is_free_when_the_time_is_over():
    world = lived(Keeping)
    world.delete("web")
    world.settle()
    for number in range(4):
        world.pod(f"other-{number}", WEB)
    world.settle()
    phases = [world.phase(f"other-{number}") for number in range(4)]
    assert sorted(phases) == ["Pending", "Running", "Running", "Running"]
    world.advance(3700)
    world.settle()
    assert [world.phase(f"other-{number}") for number in range(4)] == ["Running"] * 4


def test_the_reference_keeps_and_inherits_nothing():
    world = lived(Reference)
    world.delete("web")
    world.settle()
    for number in range(4):
        world.pod(f"other-{number}", WEB)
    world.settle()
    assert [world.phase(f"other-{number}") for number in range(4)] == ["Running"] * 4


def test_the_spec_of_a_matched_pod_is_one_decision():
    class Adding(Reference):
        def admitted(self, pod, *, plane):
            return {**super().admitted(pod, plane=plane), "priority": 7}

    world = lived(Adding)
    spec = world.get("web")["spec"]
    assert spec["priority"] == 7
    assert spec["affinity"]["nodeAffinity"]
    assert annotations_of(world.get("web"))[names.POD_NETWORKING] == "small"
