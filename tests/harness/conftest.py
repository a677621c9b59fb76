"""The small suite that tests of whole runs write their scenarios into."""

from __future__ import annotations

from pathlib import Path

import pytest
from scratch_suite import Suite


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A suite without features in a folder whose name has a space and brackets."""
    return Suite(tmp_path / "a suite [small]")
