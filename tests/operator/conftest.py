"""One real control plane for all tests of the operator, which use namespaces of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from operator_world import World
from planes import need_programs

from podnet.controlplane.plane import ControlPlane, control_plane


@pytest.fixture(scope="session")
def plane() -> Iterator[ControlPlane]:
    need_programs()
    with control_plane() as plane:
        yield plane


@pytest.fixture
def world(plane: ControlPlane, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    name = re.sub("[^a-z0-9]+", "-", request.node.name.lower()).removeprefix("test-")[:40].strip("-")
    world = World(plane, tmp_path, name=name)
    try:
        yield world
    finally:
        world.close()
