"""One control plane for all tests of parity, whose conversations use namespaces and names of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from planes import need_programs

from podnet.controlplane.plane import ControlPlane, control_plane


@pytest.fixture(scope="session")
def plane() -> Iterator[ControlPlane]:
    need_programs()
    with control_plane() as plane:
        yield plane
