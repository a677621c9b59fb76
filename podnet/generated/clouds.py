"""Random clouds: few zones, and vSwitches of which some are full after a handful of pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import yaml

from podnet.api.inventory import DefaultPlane, Inventory, VSwitch, Zone
from podnet.generated.choices import Choices
from podnet.harness.binding import SMALL

REGION = "cn-anywhere"
SIZES = (("wide", 26), ("tiny", 29), ("small", 28))
IDS = ("vsw-m5", "vsw-c9", "vsw-q7", "vsw-a2")
"""Their order is not that of the names that a scenario uses."""
DEFAULT_IDS = ("vsw-k3", "vsw-e8")


@dataclass(frozen=True)
class Cloud:
    """An inventory with the names that a scenario uses. ``vswitches`` and ``zones``: from such names to ids."""

    inventory: Inventory
    vswitches: Mapping[str, str]
    zones: Mapping[str, str]

    def capacity(self, name: str) -> int:
        """How many pods fit into a vSwitch."""
        return self.inventory.vswitches_by_id[self.vswitches[name]].capacity

    def zone_of(self, name: str) -> str:
        """The zone of a vSwitch, by the name that a scenario uses."""
        zone = self.inventory.zone_of(self.vswitches[name])
        return next(symbol for symbol, id_ in self.zones.items() if id_ == zone)

    def default_zones(self) -> list[str]:
        """The zones in which the default plane has a vSwitch, by the names that a scenario uses."""
        found = {self.inventory.zone_of(id_) for id_ in self.inventory.default.vswitches}
        return [symbol for symbol, id_ in self.zones.items() if id_ in found]

    def table(self) -> list[tuple[str, str, str]]:
        """The vSwitches as "Given the vSwitches" tells them."""
        return [("vSwitch", "zone", "kind"), *((name, self.zone_of(name), self._kind(name)) for name in self.vswitches)]

    def _kind(self, name: str) -> str:
        vswitch = self.inventory.vswitches_by_id[self.vswitches[name]]
        if vswitch.used:
            return "busy"
        return "small" if vswitch.capacity <= SMALL else ""

    def text(self) -> str:
        """The inventory as a file."""
        inventory, default = self.inventory, self.inventory.default
        head = {"apiVersion": "podnet/v1", "kind": "Inventory", "region": inventory.region, "vpc": inventory.vpc}
        zones = [{"name": zone.name, "node": zone.node} for zone in inventory.zones]
        vswitches = [
            {"id": one.id, "zone": one.zone, "cidrs": list(map(str, one.cidrs)), "used": one.used}
            for one in inventory.vswitches
        ]
        plane = {"vSwitches": list(default.vswitches), "securityGroups": list(default.security_groups)}
        return "\n".join(
            [
                *(f"{key}: {value}" for key, value in head.items()),
                "zones:",
                *(f"- {_line(zone)}" for zone in zones),
                "vSwitches:",
                *(f"- {_line(vswitch)}" for vswitch in vswitches),
                f"securityGroups: {_line(list(inventory.security_groups))}",
                f"default: {_line(plane)}",
            ]
        )


def _line(value: object) -> str:
    return str(yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000)).strip()


def draw_cloud(choices: Choices, *, new_zone: bool) -> Cloud:
    """A cloud. ``new_zone``: whether there may be a zone where no virtual node stands yet."""
    zones = {f"zone-{number + 1}": f"{REGION}-{'hij'[number]}" for number in range(2 + choices.below(2))}
    nodes = [Zone(id_) for id_ in zones.values()]
    if new_zone and choices.rarely():
        zones["new-1"] = f"{REGION}-k"
        nodes.append(Zone(f"{REGION}-k", node=False))
    blocks = _blocks()
    vswitches: list[VSwitch] = []
    for id_, zone in zip(DEFAULT_IDS[: 1 + choices.below(2)], zones.values(), strict=False):
        vswitches.append(VSwitch(id_, zone, (_block(blocks, 25),)))
    names: dict[str, str] = {}
    for number, id_ in enumerate(IDS[: 2 + choices.below(3)]):
        size, prefix = choices.pick(SIZES)
        used = 1 + choices.below(4) if size == "small" and choices.rarely() else 0
        vswitches.append(VSwitch(id_, zones[choices.pick(list(zones))], (_block(blocks, prefix),), used))
        names[f"{size}-{number + 1}"] = id_
    inventory = Inventory(
        region=REGION,
        vpc="vpc",
        zones=tuple(nodes),
        vswitches=tuple(vswitches),
        security_groups=("sg-default", *(f"sg-{number}" for number in range(1, 9))),
        default=DefaultPlane(tuple(one.id for one in vswitches if one.id in DEFAULT_IDS), ("sg-default",)),
    )
    return Cloud(inventory, names, zones)


def _blocks() -> Iterator[int]:
    """The first addresses of blocks, far enough apart for any of them."""
    yield from range(int(IPv4Address("10.0.0.0")), int(IPv4Address("10.0.16.0")), 128)


def _block(starts: Iterator[int], prefix: int) -> IPv4Network:
    return IPv4Network((next(starts), prefix))
