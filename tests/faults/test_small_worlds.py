"""A fault at every single step of a small world: no address is lost or given twice, every pod is on one plane."""

from __future__ import annotations

import pytest
from fault_world import ROOM, World, live, plane_of

from podnet.kube.injection import CONFLICT, LOST_ANSWER, RESTART, SERVER_ERROR, WATCH_EXPIRED, Injection
from podnet.reference import Reference

ONE_BY_ONE = (CONFLICT, SERVER_ERROR, LOST_ANSWER, WATCH_EXPIRED, RESTART)


def come_and_go(world: World) -> None:
    """Two pods for the last address, one of them deleted, one created again under its name."""
    for number in range(ROOM - 1):
        world.pod(f"early-{number}")
    world.runtime.settle()
    world.disturb()
    world.pod("one")
    world.pod("two")
    world.runtime.settle()
    world.delete("one")
    world.runtime.settle()
    world.delete("early-0", grace=0)
    world.pod("early-0")
    world.pod("plain", {"app": "api"})
    world.runtime.advance(60)
    world.calm()
    world.runtime.advance(120)


def occasions(name: str) -> int:
    world = World([Injection(name, at=10**9)])
    come_and_go(world)
    return world.injector.occasions[name]


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_fault_at_any_step(name: str) -> None:
    steps = occasions(name)
    assert steps > 5
    for step in range(1, steps + 1):
        world = World([Injection(name, at=step)])
        come_and_go(world)
        assert world.injector.struck[name] == 1, step
        world.assert_sound()
        planes = {pod["metadata"]["name"]: plane_of(pod) for pod in live(world.pods())}
        assert planes.pop("plain") == "default"
        assert list(planes.values()) == ["small"] * ROOM, (step, planes)
        world.assert_nothing_is_lost()


class Forgetful(Reference):
    """Takes nothing over from its earlier life."""

    def install(self, host):
        super().install(host)
        for owner in list(self.vpc.enis):
            self.vpc.release(owner)


def test_one_that_forgets_its_addresses_is_seen_to() -> None:
    world = World([Injection(RESTART, at=1)], implementation=Forgetful)
    come_and_go(world)
    with pytest.raises(AssertionError, match="belongs to two pods"):
        world.assert_sound()
