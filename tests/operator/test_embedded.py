"""An operator in a thread of this process, with an implementation that exists as an object only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from operator_world import INVENTORY, World, await_

from podnet.api.errors import ApiError
from podnet.api.objects import annotations_of
from podnet.operator.connection import connect
from podnet.reference import Reference
from podnet.targets.embedded import EmbeddedTenant


@contextmanager
def tenant(world: World, implementation) -> Iterator[EmbeddedTenant]:
    found = EmbeddedTenant(
        connect(world.plane.kubeconfig),
        inventory=INVENTORY,
        implementation=implementation,
        webhook_host=world.plane.webhook_host,
    )
    found.start()
    try:
        yield found
    finally:
        found.stop()


def test_it_works_and_leaves_no_thread(world: World):
    before = {one.name for one in threading.enumerate()}

    class Marked(Reference):
        def default_annotations(self, pod):
            return {"example.com/seen": "yes"}

    with tenant(world, Marked) as lives:
        world.pod("web", {})
        assert annotations_of(world.get("web"))["example.com/seen"] == "yes"
        world.running("web")
        assert lives.troubles() == ()
    await_(lambda: {one.name for one in threading.enumerate()} <= before)
    with pytest.raises(ApiError, match="failed calling webhook"):
        world.pod("late", {})


def test_a_second_one_takes_over_what_the_first_one_left(world: World):
    with tenant(world, Reference):
        world.podnetworking("vsw-small-1")
        world.pod("p0")
        world.running("p0")
        before = world.addresses()
    with tenant(world, Reference):
        for number in range(1, 4):
            world.pod(f"p{number}")
        world.running("p0", "p1", "p2", "p3")
        assert before.items() <= world.addresses().items()
        await_(world.is_sound)


def test_what_it_raises_is_told_with_its_line(world: World):
    class Clumsy(Reference):
        def publish_annotations(self, pod, *, eni, plane):
            raise LookupError("oh")

    with tenant(world, Clumsy) as lives:
        world.pod("web", {})
        await_(lives.troubles)
        assert lives.troubles()[0].error == "LookupError('oh')"
        assert lives.troubles()[0].where.startswith("test_embedded.py:")
