"""Addresses: none twice, none lost, none early, whatever ends a pod."""

from __future__ import annotations

import pytest

from podnet.api import names
from podnet.api.objects import condition_of, is_terminating, name_of
from podnet.api.resources import EVENTS, JOBS, NAMESPACES, POD_ENIS, POD_NETWORKINGS, PODS

SMALL = {"pool": "small"}
ROOM = 4


@pytest.fixture
def small(world):
    """A world with a plane of four addresses."""
    world.plane("small", vswitches=["vsw-small-1"], groups=["sg-2"], pods=SMALL)
    return world


def fill(world, count=ROOM, prefix="p"):
    for number in range(count):
        world.pod(f"{prefix}{number}", SMALL)
    world.settle()


def running(world):
    return sorted(name_of(pod) for pod in world.pods() if pod["status"]["phase"] == "Running")


def test_exactly_as_many_pods_run_as_there_are_addresses(small):
    fill(small, ROOM + 3)
    small.pod("control")
    small.advance(100)
    up = running(small)
    assert "control" in up
    up.remove("control")
    assert len(up) == ROOM
    assert {small.vswitch(name) for name in up} == {"vsw-small-1"}
    assert len({small.ip(name) for name in up}) == ROOM
    waiting = next(f"p{number}" for number in range(ROOM + 3) if f"p{number}" not in up)
    condition = condition_of(small.get(waiting), names.CONTAINER_INSTANCE_CREATED)
    assert (small.phase(waiting), small.ip(waiting), condition["status"]) == ("Pending", "", "False")
    assert "vsw-small-1" in condition["message"]


def test_waiting_warns_once_and_writes_nothing_while_nothing_changes(small):
    fill(small, ROOM + 1)
    [waiting] = [name_of(pod) for pod in small.pods() if pod["status"]["phase"] == "Pending"]
    version = small.get(waiting)["metadata"]["resourceVersion"]
    small.advance(1000)
    assert small.get(waiting)["metadata"]["resourceVersion"] == version
    own = [event for event in small.api.list(EVENTS).items if event["source"].get("component") == "virtual-kubelet"]
    assert [(event["involvedObject"]["name"], event["type"], event["count"]) for event in own] == [
        (waiting, "Warning", 1)
    ]


def test_a_waiting_pod_runs_as_soon_as_an_address_is_free(small):
    fill(small, ROOM + 1)
    [waiting] = [name_of(pod) for pod in small.pods() if pod["status"]["phase"] == "Pending"]
    small.delete(running(small)[0])
    small.settle()
    assert small.phase(waiting) == "Running"
    assert condition_of(small.get(waiting), names.CONTAINER_INSTANCE_CREATED)["status"] == "True"


def test_a_vswitch_that_others_exhausted_is_exhausted(small):
    small.plane("other", vswitches=["vsw-small-1"], pods={"pool": "other"})
    for number in range(ROOM):
        small.pod(f"o{number}", {"pool": "other"})
    small.settle()
    small.pod("late", SMALL)
    small.advance(60)
    assert small.phase("late") == "Pending"


def test_addresses_used_outside_of_the_cluster_are_not_given_away(world):
    world.plane("busy", vswitches=["vsw-busy"], pods=SMALL)
    fill(world, 2)
    assert len(running(world)) == 1


def test_another_listed_vswitch_of_the_zone_takes_over(world):
    world.plane("both", vswitches=["vsw-small-1", "vsw-small-2"], pods=SMALL)
    fill(world, 2 * ROOM + 1)
    assert len(running(world)) == 2 * ROOM
    used = [world.vswitch(name) for name in running(world)]
    assert (used.count("vsw-small-1"), used.count("vsw-small-2")) == (ROOM, ROOM)


def test_churn_never_loses_an_address(small):
    for turn in range(3 * ROOM):
        fill(small, prefix=f"t{turn}-")
        assert len(running(small)) == ROOM
        for name in running(small):
            small.delete(name, grace=0 if turn % 2 else None)
        small.settle()
    assert small.records() == []


def test_a_hundred_pods_at_once_have_a_hundred_addresses(world):
    world.plane("wide", vswitches=["vsw-a1"], pods={"pool": "wide"})
    for number in range(50):
        world.pod(f"a{number}", {"pool": "wide"})
        world.pod(f"b{number}")
    world.settle()
    addresses = [world.ip(name_of(pod)) for pod in world.pods()]
    assert len(set(addresses)) == 100
    assert all(addresses)


def test_a_pod_that_ends_gracefully_keeps_its_address_until_it_is_gone(small):
    small.pod("slow", SMALL, sleep=20, terminationGracePeriodSeconds=60)
    fill(small, ROOM - 1)
    small.delete("slow")
    small.pod("next", SMALL)
    small.advance(15)
    assert (small.phase("slow"), is_terminating(small.get("slow"))) == ("Running", True)
    assert small.vswitch("slow") == "vsw-small-1"
    assert small.phase("next") == "Pending"
    small.advance(10)
    assert small.gone("slow")
    assert small.phase("next") == "Running"


def test_a_long_hook_does_not_outlast_the_grace_period(small):
    small.pod("slow", SMALL, sleep=50, terminationGracePeriodSeconds=60)
    small.settle()
    small.delete("slow", grace=10)
    small.advance(8)
    assert not small.gone("slow")
    small.advance(4)
    assert small.gone("slow")


def test_force_deletion_frees_the_address_at_once(small):
    small.pod("slow", SMALL, sleep=20, terminationGracePeriodSeconds=60)
    fill(small, ROOM - 1)
    small.pod("next", SMALL)
    small.settle()
    assert (small.phase("slow"), small.phase("next")) == ("Running", "Pending")
    small.delete("slow", grace=0)
    small.settle()
    assert small.phase("next") == "Running"


def test_deleting_a_waiting_pod_loses_nothing(small):
    fill(small, ROOM + 2)
    for pod in small.pods():
        if pod["status"]["phase"] == "Pending":
            small.delete(name_of(pod))
    small.settle()
    assert [name_of(pod) for pod in small.pods()] == running(small)
    small.delete(running(small)[0])
    small.pod("next", SMALL)
    small.settle()
    assert small.phase("next") == "Running"


def test_deleting_a_namespace_frees_what_was_in_it(small):
    small.namespace("team")
    for number in range(ROOM):
        small.pod(f"t{number}", SMALL, namespace="team", sleep=5)
    small.settle()
    small.api.delete(NAMESPACES, "team")
    small.advance(60)
    fill(small)
    assert len(running(small)) == ROOM


def test_a_pod_held_by_a_finalizer_ends_and_lets_its_address_go(small):
    small.pod("held", SMALL, metadata={"finalizers": ["example.com/hold"]})
    fill(small, ROOM - 1)
    small.pod("next", SMALL)
    small.settle()
    assert (small.phase("held"), small.phase("next")) == ("Running", "Pending")
    small.delete("held")
    small.settle()
    assert (small.phase("held"), small.phase("next")) == ("Succeeded", "Running")
    small.api.patch(PODS, "held", {"metadata": {"finalizers": None}}, namespace="default")
    small.settle()
    assert small.gone("held")


def test_an_evicted_pod_is_terminal_and_frees_its_address(small):
    fill(small)
    small.api.patch(PODS, "p0", {"status": {"phase": "Failed"}}, namespace="default", subresource="status")
    small.pod("next", SMALL)
    small.settle()
    assert small.phase("next") == "Running"
    assert "p0" not in small.records()
    small.delete("p0")
    small.settle()
    assert small.phase("next") == "Running"


def test_a_job_larger_than_the_vswitch_finishes(small):
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "job", "namespace": "default"},
        "spec": {
            "completions": 3 * ROOM,
            "parallelism": 3 * ROOM,
            "template": {
                "metadata": {"labels": SMALL},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]},
            },
        },
    }
    small.api.create(JOBS, job)
    small.advance(300)
    assert small.api.get(JOBS, "job", namespace="default")["status"]["succeeded"] == 3 * ROOM
    assert small.records() == []


def test_a_pod_of_the_same_name_gets_its_own_record(small):
    small.pod("twin", SMALL)
    small.settle()
    first = small.record("twin")["metadata"]["annotations"][names.POD_UID]
    small.delete("twin", grace=0)
    second = small.pod("twin", SMALL)["metadata"]["uid"]
    small.settle()
    assert first != second
    assert small.record("twin")["metadata"]["annotations"][names.POD_UID] == second
    fill(small, ROOM - 1)
    assert len(running(small)) == ROOM


def test_deleting_the_plane_first_does_not_hold_its_addresses(small):
    fill(small)
    small.api.delete(POD_NETWORKINGS, "small")
    for name in running(small):
        small.delete(name)
    small.settle()
    small.plane("small", vswitches=["vsw-small-1"], pods=SMALL)
    fill(small)
    assert len(running(small)) == ROOM


def test_fixed_keeps_nothing_for_anybody(world):
    world.plane("fixed", vswitches=["vsw-small-1"], pods=SMALL, allocation={"type": "Fixed"})
    fill(world)
    for name in running(world):
        world.delete(name)
    world.settle()
    fill(world, prefix="other")
    assert len(running(world)) == ROOM


def test_a_record_that_somebody_deleted_is_written_again(small):
    small.pod("web", SMALL)
    small.settle()
    before = small.record("web")["spec"]
    small.api.delete(POD_ENIS, "web", namespace="default")
    small.settle()
    assert small.record("web")["spec"] == before
    fill(small)
    assert len(running(small)) == ROOM


def test_a_record_without_a_pod_is_removed(small):
    small.pod("web", SMALL)
    small.settle()
    orphan = small.record("web")
    orphan["metadata"] = {
        "name": "orphan",
        "namespace": "default",
        "annotations": {names.POD_UID: "00000000-0000-0000-0000-000000000000"},
    }
    small.api.create(POD_ENIS, orphan)
    small.settle()
    assert small.records() == ["web"]
