"""The cloud behind a target as plain facts, because the suite, the simulated VPC and the observer all bind to it.

What the file that describes it may say: ``podnet.cloud.inventory_file``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from itertools import chain
from types import MappingProxyType

Network = IPv4Network | IPv6Network

RESERVED_FIRST = 1
RESERVED_LAST = 3
SMALLEST_BLOCK = 8
"""An IPv4 block gives pods base + 1 to broadcast - 3; a block of less than eight addresses gives none.

Source: https://www.alibabacloud.com/help/en/vpc/product-overview/vpcs-and-vswitchs
"""


def usable_range(block: IPv4Network) -> range:
    """The addresses of one block that pods may get, as integers."""
    if block.num_addresses < SMALLEST_BLOCK:
        return range(0)
    first = int(block.network_address)
    return range(first + RESERVED_FIRST, first + block.num_addresses - RESERVED_LAST)


@dataclass(frozen=True)
class Zone:
    """A zone where pods can run. ``node``: a virtual node stands there from the start."""

    name: str
    node: bool = True


@dataclass(frozen=True)
class VSwitch:
    """A subnet in one zone. ``used``: how many IPv4 addresses something outside of the cluster has taken."""

    id: str
    zone: str
    cidrs: tuple[Network, ...]
    used: int = 0

    @cached_property
    def usable_ranges(self) -> tuple[range, ...]:
        """The IPv4 addresses that pods may get, as one range of integers for each block."""
        return tuple(usable_range(block) for block in self.cidrs if isinstance(block, IPv4Network))

    @cached_property
    def usable_count(self) -> int:
        """How many IPv4 addresses are not reserved, taken or not."""
        return sum(len(block) for block in self.usable_ranges)

    @property
    def capacity(self) -> int:
        """How many pods fit: the usable IPv4 addresses of all blocks less ``used``."""
        return self.usable_count - self.used

    def usable(self) -> Iterator[str]:
        """Every IPv4 address that is not reserved, in order; which of them are taken is not known."""
        return (str(IPv4Address(number)) for number in chain.from_iterable(self.usable_ranges))

    @property
    def dual_stack(self) -> bool:
        """Whether pods get an IPv6 address beside the IPv4 one."""
        return any(isinstance(block, IPv6Network) for block in self.cidrs)

    def contains(self, ip: str) -> bool:
        """Whether the address belongs to one of the blocks; False for text that is no address."""
        return self.cidr_of(ip) is not None

    def cidr_of(self, ip: str) -> Network | None:
        """The block that holds the address, or None."""
        try:
            address = ip_address(ip)
        except ValueError:
            return None
        return next((block for block in self.cidrs if block.version == address.version and address in block), None)


@dataclass(frozen=True)
class DefaultPlane:
    """What a pod gets that no PodNetworking matches: any of these vSwitches, and these security groups."""

    vswitches: tuple[str, ...]
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """Everything that exists in the VPC. References between the parts are valid in every inventory that was parsed."""

    region: str
    vpc: str
    zones: tuple[Zone, ...]
    vswitches: tuple[VSwitch, ...]
    security_groups: tuple[str, ...]
    default: DefaultPlane

    @cached_property
    def vswitches_by_id(self) -> Mapping[str, VSwitch]:
        """Every vSwitch under its id."""
        return MappingProxyType({vswitch.id: vswitch for vswitch in self.vswitches})

    @cached_property
    def zones_by_name(self) -> Mapping[str, Zone]:
        """Every zone under its name."""
        return MappingProxyType({zone.name: zone for zone in self.zones})

    @cached_property
    def _security_group_set(self) -> frozenset[str]:
        return frozenset(self.security_groups)

    def vswitch(self, id: str) -> VSwitch | None:
        """The vSwitch of this id, or None if there is none."""
        return self.vswitches_by_id.get(id)

    def zone_of(self, vswitch_id: str) -> str:
        """The zone of a vSwitch; empty if there is no such vSwitch."""
        vswitch = self.vswitches_by_id.get(vswitch_id)
        return vswitch.zone if vswitch else ""

    def has_zone(self, name: str) -> bool:
        """Whether pods can run in a zone of this name."""
        return name in self.zones_by_name

    def has_security_group(self, id: str) -> bool:
        """Whether the security group exists."""
        return id in self._security_group_set

    def vswitch_of_address(self, ip: str) -> VSwitch | None:
        """The vSwitch whose block holds the address, or None: blocks never overlap."""
        return next((vswitch for vswitch in self.vswitches if vswitch.contains(ip)), None)
