"""The world that the tests of the reference share."""

from __future__ import annotations

import pytest
from reference_world import World


@pytest.fixture(params=[0, 1])
def world(request):
    """A world under two seeds; at the end nothing that the reference did may have been a fault."""
    world = World(seed=request.param)
    yield world
    assert world.cluster.faults == []
