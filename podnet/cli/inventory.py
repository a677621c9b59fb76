"""Reads the file that describes the cloud, for verbs that need nothing else of the suite."""

from __future__ import annotations

from pathlib import Path

from podnet.api.inventory import Inventory
from podnet.api.problems import UsageProblem
from podnet.cloud.inventory_file import parse_inventory
from podnet.suite import locate

STANDARD_INVENTORY = "standard.yaml"


def inventory_text(path: Path | None) -> tuple[str, Path]:
    """The text of an inventory, by default of the standard one, and its file. Raises UsageProblem."""
    file = path or locate.inventories_dir() / STANDARD_INVENTORY
    try:
        return file.read_text(encoding="utf-8"), file
    except UnicodeDecodeError:
        raise UsageProblem("the inventory is not UTF-8", path=file) from None
    except OSError as error:
        raise UsageProblem(f"the inventory cannot be read: {error.strerror}", path=file) from None


def inventory_of(path: Path | None) -> Inventory:
    """The inventory in a file, by default the standard one. Raises UsageProblem."""
    text, file = inventory_text(path)
    return parse_inventory(text, path=str(file))
