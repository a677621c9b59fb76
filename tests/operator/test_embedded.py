"""An operator in a thread of this process, with an implementation that exists as an object only."""

from __future__ import annotations

import threading

import pytest
from operator_world import INVENTORY, World, await_

from podnet.api.errors import ApiError
from podnet.api.objects import annotations_of
from podnet.api.problems import EnvironmentProblem
from podnet.operator.connection import connect
from podnet.operator.embedded import running
from podnet.operator.operator import Operator, Settings
from podnet.reference import Reference


def operator(world: World, implementation, **settings) -> Operator:
    connection = connect(world.plane.kubeconfig)
    return Operator(
        connection, inventory=INVENTORY, implementation=implementation, settings=Settings(elect=False, **settings)
    )


def test_it_works_and_leaves_no_thread(world: World):
    before = set(threading.enumerate())

    class Marked(Reference):
        def default_annotations(self, pod):
            return {"example.com/seen": "yes"}

    with running(operator(world, Marked), within=30) as lives:
        assert lives.leads
        world.pod("web", {})
        assert annotations_of(world.get("web"))["example.com/seen"] == "yes"
        world.running("web")
        assert lives.faults == ()
    await_(lambda: {one.name for one in threading.enumerate()} <= {one.name for one in before})
    with pytest.raises(ApiError, match="failed calling webhook"):
        world.pod("late", {})


def test_a_second_one_takes_over_what_the_first_one_left(world: World):
    with running(operator(world, Reference), within=30):
        world.podnetworking("vsw-small-1")
        world.pod("p0")
        world.running("p0")
        before = world.addresses()
    with running(operator(world, Reference), within=30):
        for number in range(1, 4):
            world.pod(f"p{number}")
        world.running("p0", "p1", "p2", "p3")
        assert before.items() <= world.addresses().items()
        await_(world.is_sound)


def test_what_keeps_it_from_beginning_is_raised(world: World):
    with running(operator(world, Reference, metrics_port=0), within=30) as lives:
        taken = operator(world, Reference, metrics_port=lives.metrics_port)
        with pytest.raises(EnvironmentProblem, match="cannot listen on port"), running(taken, within=30):
            pass


def test_one_that_cannot_be_installed_says_why(world: World):
    class Broken(Reference):
        def install(self, host):
            raise LookupError("oh")

    lives = operator(world, Broken)
    with pytest.raises(EnvironmentProblem, match=r"not ready within 1 s: .*: oh"), running(lives, within=1):
        pass
    assert "LookupError('oh')" in lives.faults[0].error
    assert "test_embedded.py" in lives.faults[0].where
