"""A new process takes over at any moment: the cluster remembers, and no address is lost or doubled."""

from __future__ import annotations

import contextlib
from random import Random

import pytest
from reference_world import INVENTORY, World

from podnet.api.errors import ApiError
from podnet.api.objects import name_of
from podnet.api.resources import POD_NETWORKINGS, PODS
from podnet.reference import Reference

SMALL = {"pool": "small"}
ROOM = 4


class WithoutRecords(Reference):
    """Publishes no PodENI: the pods themselves are all that a successor can read."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None


def live(world):
    return [
        pod
        for pod in world.pods()
        if pod["status"].get("podIP") and pod["status"]["phase"] not in {"Succeeded", "Failed"}
    ]


def assert_sound(world):
    """No address is held by two live pods, and each lies where pods may have one."""
    addresses = [pod["status"]["podIP"] for pod in live(world)]
    assert len(addresses) == len(set(addresses)), addresses
    assert set(addresses) <= set(INVENTORY.vswitches_by_id["vsw-small-1"].usable())


def assert_nothing_is_lost(world):
    """Once everybody is gone, as many pods run as on the first day."""
    for pod in world.pods():
        with contextlib.suppress(ApiError):
            world.delete(name_of(pod))
    world.advance(200)
    assert world.pods() == []
    for number in range(ROOM + 1):
        world.pod(f"final-{number}", SMALL)
    world.settle()
    assert len(live(world)) == ROOM
    assert_sound(world)


@pytest.mark.parametrize("steps", range(16))
@pytest.mark.parametrize("implementation", [Reference, WithoutRecords])
def test_a_crash_after_any_step_of_starting_and_ending_pods(steps, implementation):
    world = World(seed=steps, implementation=implementation)
    world.plane("small", vswitches=["vsw-small-1"], pods=SMALL)
    for number in range(ROOM):
        world.pod(f"p{number}", SMALL)
    for _ in range(steps):
        world.cluster.runtime.step()
    world.restart()
    world.settle()
    assert len(live(world)) == ROOM
    for number in range(ROOM):
        world.delete(f"p{number}", grace=number % 2 * 30)
        world.pod(f"q{number}", SMALL)
    for _ in range(steps):
        world.cluster.runtime.step()
        assert_sound(world)
    world.restart()
    world.advance(60)
    assert [name_of(pod)[0] for pod in live(world)] == ["q"] * ROOM
    assert_nothing_is_lost(world)
    assert world.cluster.faults == []


def act(world, random, names):
    """Something that a user does."""
    match random.choice(["create", "create", "create", "delete", "force", "finish", "twin"]):
        case "create":
            name = f"p{len(names)}"
            names.append(name)
            world.pod(name, SMALL, sleep=random.choice([0, 3]), terminationGracePeriodSeconds=10)
        case "delete" if names:
            world.delete(random.choice(names))
        case "force" if names:
            world.delete(random.choice(names), grace=0)
        case "finish" if names:
            patch = {"status": {"phase": "Succeeded"}}
            world.api.patch(PODS, random.choice(names), patch, namespace="default", subresource="status")
        case "twin" if names:
            name = random.choice(names)
            world.delete(name, grace=0)
            world.pod(name, SMALL)


@pytest.mark.parametrize("seed", range(40))
def test_no_history_of_users_and_crashes_doubles_or_loses_an_address(seed):
    random = Random(seed)
    world = World(seed=seed)
    world.plane("small", vswitches=["vsw-small-1"], pods=SMALL)
    names: list[str] = []
    for _ in range(30):
        for _ in range(random.randrange(4)):
            with contextlib.suppress(ApiError):  # the pod has gone meanwhile, or nobody is there to admit it
                act(world, random, names)
        for _ in range(random.randrange(12)):
            world.cluster.runtime.step()
            assert_sound(world)
        match random.randrange(8):
            case 0:
                world.restart()
            case 1:
                world.crash()
                for _ in range(random.randrange(4)):
                    with contextlib.suppress(ApiError):
                        act(world, random, names)
                world.cluster.runtime.settle()
                world.install()
            case 2:
                world.advance(random.randrange(5))
        assert_sound(world)
    world.advance(60)
    assert_nothing_is_lost(world)
    assert sorted(world.records()) == sorted(name_of(pod) for pod in live(world))
    assert world.cluster.faults == []


def test_while_nobody_is_there_no_pod_is_admitted_and_none_lands_on_the_default_plane():
    world = World(seed=0)
    world.plane("small", vswitches=["vsw-small-1"], pods=SMALL)
    world.crash()
    with pytest.raises(ApiError):
        world.pod("early", SMALL)


def test_planes_that_were_made_meanwhile_are_known_to_the_successor():
    world = World(seed=0)
    world.plane("small", vswitches=["vsw-small-1"], pods=SMALL)
    world.crash()
    world.api.delete(POD_NETWORKINGS, "small")
    world.install()
    world.pod("plain", SMALL)
    assert world.told("plain") == (None, None)
