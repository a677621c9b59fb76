"""Everything around the operator may end at any moment, and itself: no address is lost, and none is given twice."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from operator_world import World, await_
from planes import eventually

from podnet.api.errors import ApiError, Unreachable
from podnet.api.objects import name_of
from podnet.api.resources import POD_ENIS, POD_NETWORKINGS, PODS

SOLO = "--no-leader-election"
MORTAL = Path(__file__).with_name("mortal.py")
WRITES = 5
"""One pod that begins and one that ends: PodENI, annotations, status; pod, PodENI."""
ROOM = 4


def everybody_runs_and_then_nobody(world: World) -> None:
    """As many pods as there is room for run, each with an address of its own; when all are gone, so are the records."""
    for number in range(ROOM + 1):
        world.pod(f"final-{number}")
    await_(lambda: len(world.addresses()) == ROOM)
    await_(world.is_sound)
    for pod in world.pods():
        world.delete(name_of(pod))
    await_(lambda: not world.pods() and not world.records())


def test_killed_before_and_after_every_write(world: World):
    world.operator(SOLO)
    world.podnetworking("vsw-small-1")
    world.operators[-1].kill()
    before = ""
    for at in range(1, WRITES + 1):
        for moment in ("Before", "After"):
            life = world.operator(SOLO, "--implementation", f"{MORTAL}:{moment}{at}", wait=False)
            name = f"{moment.lower()}-{at}"
            # What its predecessor left may be what it dies of, before the next pod is admitted.
            eventually(lambda life=life, name=name: admitted(world, name) or not life.lives, within=20.0)
            if before:
                world.delete(before)
            assert life.died(), f"{moment} {at}: {life.err}"
            world.is_sound()
            before = "" if world.gone(PODS, name) else name
    world.operator(SOLO)
    if before:
        world.running(before)
        world.delete(before)
    await_(lambda: not world.pods() and not world.records())
    everybody_runs_and_then_nobody(world)


def admitted(world: World, name: str) -> bool:
    try:
        world.pod(name)
    except ApiError:
        return False
    return True


@pytest.mark.parametrize("at_once", [1, 8])
def test_killed_in_the_middle_of_many_pods(world: World, at_once: int):
    world.operator(SOLO, "--at-once", at_once)
    world.podnetworking("vsw-c1")
    pods = [f"p{number}" for number in range(30)]
    for name in pods:
        world.pod(name)
    for share in (5, 15):
        await_(lambda share=share: len(world.addresses()) >= share)
        before = world.addresses()
        world.operators[-1].kill()
        world.operator(SOLO, "--at-once", at_once)
        assert before.items() <= world.addresses().items()
    world.running(*pods)
    await_(world.is_sound)


def test_pods_that_end_while_nobody_is_there_give_their_addresses_back(world: World):
    world.operator(SOLO)
    world.podnetworking("vsw-small-1")
    for number in range(ROOM):
        world.pod(f"p{number}")
    await_(lambda: len(world.addresses()) == ROOM)
    world.operators[-1].kill()
    world.api.delete(PODS, "p0", namespace=world.name, grace_period_seconds=0)
    world.delete("p1")
    world.operator(SOLO)
    await_(lambda: world.gone(PODS, "p1") and set(world.records()) == {"p2", "p3"})
    world.pod("p4")
    world.pod("p5")
    await_(lambda: len(world.addresses()) == ROOM)
    await_(world.is_sound)


def test_podnetworkings_that_change_while_nobody_is_there_are_known_to_the_next(world: World):
    world.operator(SOLO)
    plane = world.podnetworking("vsw-a1")
    world.operators[-1].kill()
    with pytest.raises(ApiError, match="failed calling webhook"):
        world.pod("early")
    world.api.delete(POD_NETWORKINGS, plane)
    world.operator(SOLO)
    world.used_by_admission(world.labels, None)


def test_the_api_server_restarts(world: World):
    operator = world.operator(SOLO)
    world.podnetworking("vsw-small-1")
    world.pod("p0")
    world.running("p0")
    world.plane.restart_apiserver()
    world.pod("p1")
    world.running("p0", "p1")
    world.api.delete(PODS, "p0", namespace=world.name)
    await_(lambda: world.gone(PODS, "p0") and world.gone(POD_ENIS, "p0"))
    assert operator.lives
    everybody_runs(world, of=3)


def everybody_runs(world: World, *, of: int = ROOM) -> None:
    """So many more pods run, each with an address of its own."""
    names = [f"more-{number}" for number in range(of)]
    for name in names:
        world.pod(name)
    world.running(*names)
    await_(world.is_sound)


def test_etcd_stands_still(world: World):
    operator = world.operator()
    world.podnetworking("vsw-small-1")
    world.pod("p0")
    world.running("p0")
    world.delete("p0")
    with world.plane.frozen_etcd():
        until = time.monotonic() + 3.0
        while time.monotonic() < until:
            assert operator.lives
            time.sleep(0.1)
    await_(lambda: answered(world))
    await_(lambda: world.gone(PODS, "p0") and world.gone(POD_ENIS, "p0"))
    everybody_runs(world)


def answered(world: World) -> bool:
    try:
        world.pods()
    except (ApiError, Unreachable):
        return False
    return True
