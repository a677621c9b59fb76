"""The VPC that pods get their ENIs from: it knows who holds which address, and forgets nobody twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from types import MappingProxyType

from podnet.api.inventory import Inventory
from podnet.cloud.addresses import AddressPool


@dataclass(frozen=True)
class Eni:
    """An elastic network interface as one pod sees it. ``ipv6`` and the CIDR of a family that it lacks are empty.

    ``vswitch_id`` names the vSwitch that it is in. ``id`` is shared by the pods of the default plane in one vSwitch.
    """

    id: str
    owner: str
    vswitch_id: str
    zone: str
    vpc: str
    mac: str
    security_groups: tuple[str, ...]
    ipv4: str
    ipv4_cidr: str
    ipv6: str = ""
    ipv6_cidr: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of the pod, IPv4 first."""
        return (self.ipv4, self.ipv6) if self.ipv6 else (self.ipv4,)


class Exhausted(Exception):  # noqa: N818  # the state of a vSwitch, named as users speak of it
    """The vSwitch has no idle address."""

    def __init__(self, vswitch_id: str) -> None:
        super().__init__(f"vSwitch {vswitch_id} has no idle IP address")
        self.vswitch_id = vswitch_id


class Vpc:
    """ENIs by owner (the UID of a pod), and the addresses of every vSwitch that was ever asked for one."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._pools: dict[str, AddressPool] = {}
        self._enis: dict[str, Eni] = {}
        self._sources: dict[str, str] = {}

    @property
    def enis(self) -> Mapping[str, Eni]:
        """Every ENI under the UID of its owner; read only."""
        return MappingProxyType(self._enis)

    def of(self, owner: str) -> Eni | None:
        """The ENI of an owner, or None."""
        return self._enis.get(owner)

    def idle(self, vswitch_id: str) -> int:
        """How many IPv4 addresses the vSwitch can still give; 0 if there is no such vSwitch."""
        pool = self._pool(vswitch_id)
        return pool.idle if pool else 0

    def allocate(
        self,
        owner: str,
        vswitch_id: str,
        *,
        security_groups: tuple[str, ...] = (),
        shared: bool = False,
        address_from: str = "",
    ) -> Eni:
        """An ENI in the vSwitch; the one that the owner has already, if it has one.

        ``shared``: an address of the interface that all pods of the default plane use. ``address_from``: take the
        address from another vSwitch than the one that is named, which no correct implementation does.
        Raises Exhausted if there is no idle address, or no such vSwitch.
        """
        known = self._enis.get(owner)
        if known:
            return known
        source = address_from or vswitch_id
        pool = self._pool(source)
        ipv4 = pool.take() if pool else None
        if pool is None or ipv4 is None:
            raise Exhausted(source)
        ipv6 = pool.ipv6_for(ipv4) or ""
        eni = Eni(
            id=_identifier("shared" if shared else owner, vswitch_id),
            owner=owner,
            vswitch_id=vswitch_id,
            zone=self._inventory.zone_of(vswitch_id),
            vpc=self._inventory.vpc,
            mac=_mac(ipv4),
            security_groups=security_groups,
            ipv4=ipv4,
            ipv4_cidr=self._cidr(source, ipv4),
            ipv6=ipv6,
            ipv6_cidr=self._cidr(source, ipv6),
        )
        self._remember(eni, source)
        return eni

    def adopt(self, eni: Eni) -> None:
        """Take note of an ENI that was allocated in an earlier life. Its owner must not have another one now."""
        source = self._inventory.vswitch_of_address(eni.ipv4) if eni.ipv4 else None
        if source:
            self._existing_pool(source.id).adopt(eni.ipv4)
        self._remember(eni, source.id if source else "")

    def release(self, owner: str) -> Eni | None:
        """Make the owner's address idle; returns the ENI that it had, None if it had none."""
        eni = self._enis.pop(owner, None)
        source = self._sources.pop(owner, "")
        if eni and source:
            self._existing_pool(source).give_back(eni.ipv4)
        return eni

    def hand_over(self, owner: str, *, to: str) -> None:
        """Let the ENI of an owner belong to another one, which must not have one. Nothing happens if there is none."""
        eni = self._enis.pop(owner, None)
        if eni:
            self._remember(replace(eni, owner=to), self._sources.pop(owner, ""))

    def _remember(self, eni: Eni, source: str) -> None:
        self._enis[eni.owner] = eni
        self._sources[eni.owner] = source

    def _pool(self, vswitch_id: str) -> AddressPool | None:
        return self._existing_pool(vswitch_id) if self._inventory.vswitch(vswitch_id) else None

    def _existing_pool(self, vswitch_id: str) -> AddressPool:
        pool = self._pools.get(vswitch_id)
        if pool is None:
            pool = self._pools[vswitch_id] = AddressPool(self._inventory.vswitches_by_id[vswitch_id])
        return pool

    def _cidr(self, vswitch_id: str, ip: str) -> str:
        block = self._inventory.vswitches_by_id[vswitch_id].cidr_of(ip)
        return str(block) if block else ""


def _identifier(*parts: str) -> str:
    return f"eni-{hashlib.blake2b('/'.join(parts).encode(), digest_size=8).hexdigest()}"


def _mac(ipv4: str) -> str:
    """A MAC address as unique as the last three bytes of the address, with the vendor prefix of Alibaba Cloud."""
    number = int(IPv4Address(ipv4))
    return f"00:16:3e:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
