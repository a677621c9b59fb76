"""Binding the symbolic names of a scenario to the ids of an inventory, so that one feature runs on any cloud.

Roles ("a small vSwitch", "a zone without a node", "two vSwitches in one zone") are found from the facts of the
inventory; where it cannot play a role, the scenario is not applicable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from podnet.api.inventory import Inventory, VSwitch
from podnet.harness.outcome import AuthoringError, NotApplicable

ROOMY = 12
"""Addresses that a vSwitch has for a scenario that does not say how many it needs."""
SMALL = 12
"""A vSwitch that a scenario can fill has at most so many."""
UNKNOWN, UNKNOWN_ID = "unknown", "podnet-does-not-exist"
"""The name by which a PodNetworking lists a vSwitch or security group that no cloud has, and the id that it gets."""
KINDS = ("", "small", "busy", "dual-stack", "default")
TRIES = 20_000
"""A bound on the search: what is not found by then counts as not there, and the reason says so."""


@dataclass(frozen=True)
class Role:
    """A row of "Given the vSwitches": a name, its zone's name, and what the scenario needs of it."""

    vswitch: str
    zone: str
    kind: str = ""
    room: int = ROOMY
    beside: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Role:
        """The role that a table row asks for. Raises AuthoringError for an unknown column or kind."""
        unknown = set(row) - {"vSwitch", "zone", "kind", "room", "beside"}
        if unknown:
            raise AuthoringError(f"unknown column of the vSwitches: {', '.join(sorted(unknown))}")
        kind = row.get("kind", "")
        if kind not in KINDS:
            raise AuthoringError(f"unknown kind of vSwitch {kind!r}; known: {', '.join(filter(None, KINDS))}")
        room = row.get("room") or str(ROOMY)
        if not room.isdecimal():
            raise AuthoringError(f"the room of a vSwitch is a number of addresses, not {room!r}")
        return cls(row["vSwitch"], row["zone"], kind, int(room), row.get("beside", ""))

    def describe(self) -> str:
        """The role in words, for the reason of a scenario that is not applicable."""
        what = f"a {self.kind} vSwitch" if self.kind else f"a vSwitch with {self.room} idle addresses"
        beside = f" whose CIDR block follows that of {self.beside!r}" if self.beside else ""
        return f"{what} {self.vswitch!r}{beside} in {self.zone!r}"


@dataclass
class Binding:
    """Symbolic names of one scenario and what they stand for. Grows as the scenario names more of them."""

    inventory: Inventory
    random: Random
    vswitches: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    security_groups: dict[str, str] = field(default_factory=dict)

    def solve(self, roles: Sequence[Role]) -> None:
        """Bind all vSwitches and zones of the scenario together.

        Raises NotApplicable if there is no such set, AuthoringError if the roles cannot be meant so.
        """
        _refuse_mistakes(roles, known=self.vswitches)
        tries = iter(range(TRIES))
        try:
            found = self._search(list(roles), dict(self.vswitches), dict(self.zones), tries)
        except StopIteration:
            found = None
        if found is None:
            wanted = "; ".join(role.describe() for role in roles)
            raise NotApplicable(f"the inventory does not have all of this at once: {wanted}")
        self.vswitches, self.zones = found

    def _search(
        self, roles: list[Role], vswitches: dict[str, str], zones: dict[str, str], tries: Iterator[int]
    ) -> tuple[dict[str, str], dict[str, str]] | None:
        if not roles:
            return vswitches, zones
        role, rest = roles[0], roles[1:]
        for vswitch in self._candidates(role, taken=set(vswitches.values())):
            next(tries)
            zone = zones.get(role.zone)
            if zone is not None and zone != vswitch.zone:
                continue
            if zone is None and (vswitch.zone in zones.values() or not self._zone_fits(role.zone, vswitch.zone)):
                continue
            if role.beside and not self._adjacent(vswitches.get(role.beside), vswitch):
                continue
            found = self._search(
                rest, {**vswitches, role.vswitch: vswitch.id}, {**zones, role.zone: vswitch.zone}, tries
            )
            if found is not None:
                return found
        return None

    def _candidates(self, role: Role, *, taken: set[str]) -> list[VSwitch]:
        """Fitting vSwitches: in random order, so that no position in the inventory is favoured; small ones first."""
        fitting = [v for v in self.inventory.vswitches if v.id not in taken and self._fits(role, v)]
        self.random.shuffle(fitting)
        if role.kind == "small":
            fitting.sort(key=lambda vswitch: vswitch.capacity)
        return fitting

    def _fits(self, role: Role, vswitch: VSwitch) -> bool:
        is_default = vswitch.id in self.inventory.default.vswitches
        if role.kind == "default" or is_default:
            return role.kind == "default" and is_default
        if role.kind == "small":
            return 2 <= vswitch.capacity <= SMALL and not vswitch.used
        if role.kind == "busy":
            return bool(vswitch.used) and 1 <= vswitch.capacity <= SMALL
        if role.kind == "dual-stack":
            return vswitch.dual_stack and vswitch.capacity >= 1
        return vswitch.capacity >= role.room

    def _zone_fits(self, symbol: str, zone: str) -> bool:
        if symbol.startswith("any"):
            return self.inventory.zones_by_name[zone].node
        return self.inventory.zones_by_name[zone].node is not symbol.startswith("new")

    def _adjacent(self, first: str | None, second: VSwitch) -> bool:
        if first is None:
            return False
        one, two = self.inventory.vswitches_by_id[first].cidrs[0], second.cidrs[0]
        if one.version != two.version:
            return False
        lower, upper = sorted((one, two), key=lambda block: int(block.network_address))
        return int(lower.broadcast_address) + 1 == int(upper.network_address)

    def vswitch(self, symbol: str) -> VSwitch:
        """The vSwitch that a name of the table stands for. Raises AuthoringError for another name."""
        if symbol not in self.vswitches:
            raise AuthoringError(f"the scenario names no vSwitch {symbol!r} (known: {', '.join(self.vswitches)})")
        return self.inventory.vswitches_by_id[self.vswitches[symbol]]

    def any_vswitch(self, symbol: str) -> str:
        """The id behind a name; a name that no table declares stands for any vSwitch that is left."""
        if symbol == UNKNOWN:
            return UNKNOWN_ID
        if symbol not in self.vswitches:
            taken = set(self.vswitches.values()) | set(self.inventory.default.vswitches)
            left = [v.id for v in self.inventory.vswitches if v.id not in taken] or [
                v for v in self.inventory.default.vswitches if v not in self.vswitches.values()
            ]
            if not left:
                raise NotApplicable(f"the inventory has too few vSwitches for {symbol!r}")
            self.vswitches[symbol] = self.random.choice(left)
        return self.vswitches[symbol]

    def zone(self, symbol: str) -> str:
        """The zone that a name of the table stands for. Raises AuthoringError for another name."""
        if symbol not in self.zones:
            raise AuthoringError(f"the scenario names no zone {symbol!r} (known: {', '.join(self.zones)})")
        return self.zones[symbol]

    def security_group(self, symbol: str) -> str:
        """The security group behind a name: ``default``, or one of the others, a different one for each name."""
        if symbol == UNKNOWN:
            return UNKNOWN_ID
        if symbol == "default":
            return self.inventory.default.security_groups[0]
        if symbol not in self.security_groups:
            left = self._free_security_groups()
            if not left:
                raise NotApplicable(f"the inventory has too few security groups for {symbol!r}")
            self.security_groups[symbol] = self.random.choice(left)
        return self.security_groups[symbol]

    def order_security_groups(self, symbols: Sequence[str]) -> None:
        """Bind several names so that their ids sort in the order given. Raises NotApplicable if there are too few."""
        left = self._free_security_groups()
        if len(left) < len(symbols):
            raise NotApplicable(f"the inventory has too few security groups for {', '.join(symbols)}")
        self.security_groups.update(zip(symbols, sorted(self.random.sample(left, len(symbols))), strict=True))

    def _free_security_groups(self) -> list[str]:
        taken = set(self.security_groups.values()) | set(self.inventory.default.security_groups)
        return [group for group in self.inventory.security_groups if group not in taken]


def _refuse_mistakes(roles: Sequence[Role], *, known: Mapping[str, str]) -> None:
    """A name that is there twice would be bound once, and a neighbour that is not there be found in no inventory."""
    names = list(known)
    for role in roles:
        if role.vswitch in names:
            raise AuthoringError(f"the vSwitch {role.vswitch!r} is there twice")
        if role.beside and role.beside not in names:
            raise AuthoringError(f"{role.vswitch!r} cannot be beside {role.beside!r}: no row before names it")
        names.append(role.vswitch)
