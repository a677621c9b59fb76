"""Decides which vSwitch a pod's address comes from: one of the plane's, in the zone of the node, with room."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from podnet.api.inventory import Inventory


def eligible(vswitches: Iterable[str], *, zone: str, inventory: Inventory) -> tuple[str, ...]:
    """Those vSwitches that exist and lie in ``zone``, in the order given, each once: an ENI never leaves its zone."""
    found = (inventory.vswitch(item) for item in vswitches)
    return tuple(dict.fromkeys(vswitch.id for vswitch in found if vswitch and vswitch.zone == zone))


def with_room(vswitches: Iterable[str], *, idle: Callable[[str], int]) -> tuple[str, ...]:
    """Those vSwitches that have an idle address, in the order given."""
    return tuple(item for item in vswitches if idle(item) > 0)
