"""Which addresses of a vSwitch are taken, in constant time and in memory that grows with pods, not with CIDRs."""

from __future__ import annotations

from collections import deque
from ipaddress import IPv4Address, IPv6Network

from podnet.api.inventory import VSwitch


class AddressPool:
    """The idle and the taken IPv4 addresses of one vSwitch.

    Addresses that were never used come first, in order; after that the one that was released longest ago. Which ones
    something outside of the cluster has taken (``VSwitch.used``) is arbitrary: here the last ones.
    """

    def __init__(self, vswitch: VSwitch) -> None:
        self._vswitch = vswitch
        self._ranges = vswitch.usable_ranges
        self._next = 0
        self._freed: deque[int] = deque()
        self._taken: set[int] = set()

    @property
    def idle(self) -> int:
        """How many addresses can still be taken."""
        return max(self._vswitch.capacity - len(self._taken), 0)

    def take(self) -> str | None:
        """An idle address, or None if there is none."""
        if not self.idle:
            return None
        number = self._fresh()
        if number is None:
            number = self._freed.popleft()
        self._taken.add(number)
        return str(IPv4Address(number))

    def adopt(self, ip: str) -> None:
        """Take this very address, whatever its state: somebody is known to have it. A reserved one changes nothing."""
        number = int(IPv4Address(ip))
        if number in self._freed:
            self._freed.remove(number)
        if self._ordinal(number) is not None:
            self._taken.add(number)

    def give_back(self, ip: str) -> None:
        """Make an address idle. Does nothing if it is."""
        number = int(IPv4Address(ip))
        if number not in self._taken:
            return
        self._taken.discard(number)
        ordinal = self._ordinal(number)
        if ordinal is not None and ordinal < self._next:
            self._freed.append(number)

    def ipv6_for(self, ip: str) -> str | None:
        """The IPv6 address that goes with an IPv4 one: as unique as that; None if the vSwitch has none to give."""
        block = next((block for block in self._vswitch.cidrs if isinstance(block, IPv6Network)), None)
        ordinal = self._ordinal(int(IPv4Address(ip)))
        if block is None or ordinal is None or ordinal + 1 >= block.num_addresses:
            return None
        return str(block.network_address + ordinal + 1)

    def _fresh(self) -> int | None:
        """The next address that was never used, skipping those that were adopted."""
        while self._next < self._vswitch.capacity:
            number = self._number(self._next)
            self._next += 1
            if number not in self._taken:
                return number
        return None

    def _number(self, ordinal: int) -> int:
        for addresses in self._ranges:
            if ordinal < len(addresses):
                return addresses[ordinal]
            ordinal -= len(addresses)
        raise IndexError(ordinal)

    def _ordinal(self, number: int) -> int | None:
        before = 0
        for addresses in self._ranges:
            if number in addresses:
                return before + number - addresses.start
            before += len(addresses)
        return None
