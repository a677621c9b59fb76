"""Reads the file that describes the cloud, and refuses what could not exist, so that nobody tests against a typo."""

from __future__ import annotations

from ipaddress import ip_network

from podnet.api.inventory import DefaultPlane, Inventory, Network, VSwitch, Zone
from podnet.api.label_syntax import subdomain_problems, value_problems
from podnet.api.names import virtual_node
from podnet.cloud.yaml_nodes import Field, InventoryError, read

__all__ = ["API_VERSION", "KIND", "InventoryError", "parse_inventory"]

API_VERSION = "podnet/v1"
KIND = "Inventory"
SEPARATORS = frozenset(", \t\r\n")


def parse_inventory(text: str, *, path: str) -> Inventory:
    """The inventory that ``text`` describes; ``path`` names the file in messages.

    Raises InventoryError for what is not YAML, for unknown, repeated, missing and mistyped fields, duplicate ids,
    references to what does not exist, CIDRs that are none, have host bits set or overlap, and ``used`` beyond the
    capacity. A zone without ``node`` has one; a vSwitch without ``used`` is all idle.
    """
    document = read(text, path=path)
    fields = document.fields(
        required=("apiVersion", "kind", "region", "vpc", "zones", "vSwitches", "securityGroups", "default")
    )
    _constant(fields["apiVersion"], API_VERSION)
    _constant(fields["kind"], KIND)
    region, vpc = fields["region"].text(), fields["vpc"].text()
    zones = _zones(fields["zones"])
    vswitches = _vswitches(fields["vSwitches"], zones={zone.name for zone in zones})
    groups = _ids(fields["securityGroups"], kind="security group")
    default = fields["default"].fields(required=("vSwitches", "securityGroups"))
    plane = DefaultPlane(
        vswitches=_references(default["vSwitches"], known=[vswitch.id for vswitch in vswitches], kind="vSwitch"),
        security_groups=_references(default["securityGroups"], known=groups, kind="security group"),
    )
    return Inventory(region, vpc, zones, vswitches, tuple(groups), plane)


def _constant(field: Field, wanted: str) -> None:
    if field.text() != wanted:
        raise field.error(f'must be {wanted}, not "{field.text()}"')


class _Unique:
    """Names that must not come twice, with the lines where they came first."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._lines: dict[str, int] = {}

    def add(self, field: Field) -> str:
        name = field.text()
        if name in self._lines:
            raise field.error(
                f'duplicate {self._kind} "{name}" (first on line {self._lines[name]}); remove or rename one'
            )
        if set(name) & SEPARATORS:
            raise field.error(f'"{name}" cannot be the name of a {self._kind}: annotations list such names with commas')
        self._lines[name] = field.line
        return name


def _ids(field: Field, *, kind: str) -> tuple[str, ...]:
    unique = _Unique(kind)
    return tuple(unique.add(item) for item in field.items())


def _zones(field: Field) -> tuple[Zone, ...]:
    unique = _Unique("zone")
    zones = []
    for item in field.items():
        fields = item.fields(required=("name",), optional=("node",))
        name = unique.add(fields["name"])
        node = virtual_node(name)
        found = subdomain_problems(node) or value_problems(node)
        if found:
            raise fields["name"].error(f'"{name}" cannot be a zone, its node would be named {node}: {found[0]}')
        zones.append(Zone(name, node=fields["node"].flag() if "node" in fields else True))
    return tuple(zones)


def _vswitches(field: Field, *, zones: set[str]) -> tuple[VSwitch, ...]:
    unique = _Unique("vSwitch")
    vswitches = []
    blocks: list[tuple[Network, str, Field]] = []
    for item in field.items():
        fields = item.fields(required=("id", "zone", "cidrs"), optional=("used",))
        name = unique.add(fields["id"])
        zone = fields["zone"].text()
        if zone not in zones:
            raise fields["zone"].error(f'"{zone}" is not among the zones: {", ".join(sorted(zones))}')
        own = [(_network(cidr), name, cidr) for cidr in fields["cidrs"].items()]
        blocks += own
        used = fields["used"].count() if "used" in fields else 0
        vswitch = VSwitch(name, zone, tuple(network for network, _, _ in own), used)
        if used > vswitch.usable_count:
            raise fields["used"].error(
                f"{used} is more than the {vswitch.usable_count} addresses that pods can have in {name}"
            )
        vswitches.append(vswitch)
    _refuse_overlaps(blocks)
    return tuple(vswitches)


def _network(field: Field) -> Network:
    text = field.text()
    address, slash, prefix = text.partition("/")
    if not slash or not prefix.isascii() or not prefix.isdigit() or "%" in address:
        raise field.error(f'"{text}" is not a CIDR: write an address, a slash and a prefix length, like 10.0.0.0/24')
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        raise field.error(f'"{text}" is not a CIDR: {error}') from None
    if str(network.network_address) != _canonical(address):
        raise field.error(f'"{text}" has host bits set: write {network}')
    return network


def _canonical(address: str) -> str:
    return str(ip_network(address).network_address)


def _refuse_overlaps(blocks: list[tuple[Network, str, Field]]) -> None:
    """Sweep over the blocks by first address: one overlaps an earlier one if it begins before that one ends."""
    furthest: tuple[Network, str, Field] | None = None
    ordered = sorted(blocks, key=lambda block: (block[0].version, int(block[0].network_address)))
    for block in ordered:
        if furthest and furthest[0].version == block[0].version:
            if int(block[0].network_address) <= int(furthest[0].broadcast_address):
                _refuse(furthest, block)
            if int(block[0].broadcast_address) <= int(furthest[0].broadcast_address):
                continue
        furthest = block


def _refuse(one: tuple[Network, str, Field], other: tuple[Network, str, Field]) -> None:
    first, second = sorted((one, other), key=lambda block: (block[2].line, block[2].node.start_mark.column))
    raise second[2].error(
        f"{second[0]} of vSwitch {second[1]} overlaps {first[0]} of vSwitch {first[1]} (line {first[2].line});"
        " every address belongs to one vSwitch"
    )


def _references(field: Field, *, known: tuple[str, ...] | list[str], kind: str) -> tuple[str, ...]:
    existing = set(known)
    unique = _Unique(kind)
    for item in field.items():
        if unique.add(item) not in existing:
            raise item.error(f'there is no {kind} "{item.text()}" in this inventory')
    return tuple(item.text() for item in field.items())
