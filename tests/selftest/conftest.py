from pathlib import Path

import pytest
from processes import ROOT
from small_selftest import Small

from podnet.api.inventory import Inventory
from podnet.cloud.inventory_file import parse_inventory


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path / "suite")


@pytest.fixture(scope="session")
def standard() -> Inventory:
    path = ROOT / "fixtures" / "inventories" / "standard.yaml"
    return parse_inventory(path.read_text(encoding="utf-8"), path=str(path))
