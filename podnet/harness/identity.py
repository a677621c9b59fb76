"""Which plane a pod uses, told by its vSwitch first: planes are fingerprinted, so the vSwitch gives them away.

The judgement is narrow on purpose. Whether the security group, the annotation, the zone and the address fit as well is
judged by the steps and cross-checks that belong to those requirements, so that a fault is blamed on the requirement
that it violates, and on no other.
"""

from __future__ import annotations

from collections.abc import Mapping

from podnet.api.inventory import Inventory
from podnet.harness.ledger import WrittenPlane
from podnet.harness.observer import EffectivePlane

DEFAULT = "default plane"
"""The name of the default plane in tables and messages; no PodNetworking can bear it."""


def planes_in_use(
    effective: EffectivePlane, *, written: Mapping[str, WrittenPlane], inventory: Inventory
) -> frozenset[str]:
    """The planes that the pod may be on by what is seen: one, or several that nothing seen tells apart, or none."""
    options = {name for name, plane in written.items() if effective.vswitch in plane.vswitches}
    if effective.vswitch in inventory.default.vswitches:
        options.add(DEFAULT)
    if len(options) > 1 and effective.security_groups:
        options = _narrowed(options, seen=effective.security_groups, written=written, inventory=inventory)
    if len(options) > 1 and effective.named in options:
        options = {str(effective.named)}
    return frozenset(options)


def _narrowed(
    options: set[str], *, seen: frozenset[str], written: Mapping[str, WrittenPlane], inventory: Inventory
) -> set[str]:
    default = frozenset(inventory.default.security_groups)
    exact = {
        name
        for name in options
        if (seen <= default if name == DEFAULT else seen == written[name].effective_security_groups)
    }
    wider = {name for name in options if name != DEFAULT and seen <= set(written[name].security_groups)}
    return exact or wider or options
