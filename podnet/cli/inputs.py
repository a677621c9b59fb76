"""What several verbs read from their surroundings: the inventory, the deadline, the number of cores."""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path

from podnet.api.inventory import Inventory
from podnet.api.problems import UsageProblem
from podnet.cli.inventory import STANDARD_INVENTORY, inventory_text
from podnet.cloud.inventory_file import parse_inventory
from podnet.report.model import InventoryFile

DEADLINE = "PODNET_DEADLINE"
"""The environment variable that sets after how many seconds somebody else's code counts as hanging."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_inventory(path: Path | None) -> tuple[Inventory, InventoryFile]:
    """The inventory and its digest. Raises UsageProblem if it cannot be read or used."""
    text, file = inventory_text(path)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return parse_inventory(text, path=str(file)), InventoryFile(f"sha256:{digest}", str(path or STANDARD_INVENTORY))


def deadline_of_environment() -> float | None:
    """Seconds; None if nothing is set. Raises UsageProblem for a value that is no limit."""
    text = os.environ.get(DEADLINE, "")
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise UsageProblem(f"{DEADLINE} is {text!r}, not a number of seconds")
    return seconds
