from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from planes import StandIns, need_programs

from podnet.controlplane.plane import ControlPlane, control_plane


@pytest.fixture(scope="session")
def programs() -> None:
    """Real programs, or no test."""
    need_programs()


@pytest.fixture(scope="session")
def plane(programs: None) -> Iterator[ControlPlane]:
    """A control plane that many tests share: they use namespaces of their own and disturb nobody."""
    with control_plane() as plane:
        yield plane


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    return StandIns(tmp_path / "programs")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of the test, which is to be empty at its end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder
