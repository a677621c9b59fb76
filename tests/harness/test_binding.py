"""Whatever the names of a scenario are bound to can play the roles; where nothing can, the reason says what is not."""

from __future__ import annotations

from ipaddress import ip_network
from random import Random

import pytest
from handmade import INVENTORY
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import ROOT

from podnet.api.inventory import DefaultPlane, Inventory, VSwitch, Zone
from podnet.cloud.inventory_file import parse_inventory
from podnet.harness.binding import KINDS, SMALL, Binding, Role
from podnet.harness.outcome import AuthoringError, NotApplicable

STANDARD = ROOT / "fixtures" / "inventories" / "standard.yaml"
GIVEN = parse_inventory(STANDARD.read_text(encoding="utf-8"), path="standard.yaml")


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    """Clouds of a few zones and vSwitches of many sizes, side by side from the beginning of 10.0.0.0."""
    zones = tuple(Zone(f"z{number}", node=draw(st.booleans())) for number in range(draw(st.integers(1, 4))))
    vswitches, next_free = [], int(ip_network("10.0.0.0/8").network_address)
    for number in range(draw(st.integers(1, 8))):
        prefix = draw(st.sampled_from([24, 26, 28, 29, 30]))
        size = 2 ** (32 - prefix)
        begin = -(-next_free // size) * size
        next_free = begin + size
        cidrs = [ip_network((begin, prefix))]
        if draw(st.booleans()):
            cidrs.append(ip_network(f"fd00:{number}::/64"))
        room = VSwitch("", "", tuple(cidrs)).usable_count
        used = draw(st.integers(0, room)) if draw(st.booleans()) else 0
        vswitches.append(VSwitch(f"v{number}", draw(st.sampled_from(zones)).name, tuple(cidrs), used))
    default = draw(st.lists(st.sampled_from(vswitches), min_size=1, max_size=2, unique=True))
    groups = tuple(f"sg{number}" for number in range(draw(st.integers(1, 5))))
    plane = DefaultPlane(tuple(one.id for one in default), groups[:1])
    return Inventory("r", "vpc", zones, tuple(vswitches), groups, plane)


@st.composite
def role_lists(draw: st.DrawFn) -> list[Role]:
    """Up to four roles in up to three zones."""
    zones = st.sampled_from(["zone-1", "zone-2", "new-zone", "any-zone"])
    names = [f"one-{number}" for number in range(draw(st.integers(1, 4)))]
    return [
        Role(
            name,
            draw(zones),
            draw(st.sampled_from(KINDS)),
            draw(st.sampled_from([1, 12, 60])),
            draw(st.sampled_from(["", *names[:number]])),
        )
        for number, name in enumerate(names)
    ]


def plays(role: Role, vswitch: VSwitch, inventory: Inventory) -> bool:
    """Whether a vSwitch can play a role, told from the README of the features and not from the code."""
    default = vswitch.id in inventory.default.vswitches
    if role.kind == "default" or default:
        return default and role.kind == "default"
    return {
        "": vswitch.capacity >= role.room,
        "small": 2 <= vswitch.capacity <= SMALL and not vswitch.used,
        "busy": vswitch.used > 0 and 1 <= vswitch.capacity <= SMALL,
        "dual-stack": vswitch.dual_stack and vswitch.capacity >= 1,
    }[role.kind]


@settings(max_examples=150)
@given(inventories(), role_lists(), st.integers(0, 99))
def test_whatever_is_bound_can_play_its_role(inventory: Inventory, roles: list[Role], seed: int):
    binding = Binding(inventory, Random(seed))
    try:
        binding.solve(roles)
    except NotApplicable:
        return
    chosen = {role.vswitch: binding.vswitch(role.vswitch) for role in roles}
    assert len({vswitch.id for vswitch in chosen.values()}) == len(roles)
    assert len(set(binding.zones.values())) == len(binding.zones)
    for role in roles:
        vswitch = chosen[role.vswitch]
        assert binding.zone(role.zone) == vswitch.zone
        assert plays(role, vswitch, inventory)
        served = inventory.zones_by_name[vswitch.zone].node
        assert served is not role.zone.startswith("new")
        if role.beside:
            ends = sorted(int(block.network_address) for block in (vswitch.cidrs[0], chosen[role.beside].cidrs[0]))
            lower = min(vswitch.cidrs[0], chosen[role.beside].cidrs[0], key=lambda block: int(block.network_address))
            assert ends[0] + lower.num_addresses == ends[1]


@settings(max_examples=60)
@given(inventories(), st.integers(0, 99))
def test_what_one_vswitch_can_play_is_always_found(inventory: Inventory, seed: int):
    for kind in KINDS:
        role = Role("one", "any-zone", kind)
        possible = [
            vswitch
            for vswitch in inventory.vswitches
            if plays(role, vswitch, inventory) and inventory.zones_by_name[vswitch.zone].node
        ]
        binding = Binding(inventory, Random(seed))
        if possible:
            binding.solve([role])
            assert binding.vswitch("one") in possible
        else:
            with pytest.raises(NotApplicable):
                binding.solve([role])


def test_no_position_in_the_inventory_is_favoured():
    found = set()
    for seed in range(40):
        binding = Binding(GIVEN, Random(seed))
        binding.solve([Role("one", "zone-1")])
        found.add(binding.vswitch("one").id)
    assert found == {"vsw-a1", "vsw-a2", "vsw-b1", "vsw-c1", "vsw-dual"}


def test_the_search_goes_back_where_a_first_choice_leaves_nothing_for_others():
    for seed in range(20):
        binding = Binding(GIVEN, Random(seed))
        binding.solve([Role("a", "zone-1"), Role("b", "zone-1", "small"), Role("c", "zone-1", "small", beside="b")])
        assert binding.zone("zone-1") == "cn-hangzhou-i"


def test_two_names_never_stand_for_one_vswitch_nor_two_zones_for_one():
    binding = Binding(GIVEN, Random(0))
    binding.solve([Role("a", "zone-1"), Role("b", "zone-1"), Role("c", "zone-2"), Role("d", "new-zone")])
    binding.solve([Role("e", "zone-2")])
    bound = [binding.vswitch(name) for name in "abcde"]
    assert len({vswitch.id for vswitch in bound}) == 5
    assert bound[0].zone == bound[1].zone != bound[2].zone == bound[4].zone
    assert binding.any_vswitch("more") not in {vswitch.id for vswitch in bound}


def test_what_no_inventory_has_is_not_applicable_and_says_so():
    binding = Binding(INVENTORY, Random(0))
    with pytest.raises(NotApplicable) as caught:
        binding.solve([Role("tiny", "zone-1", "small"), Role("roomy", "zone-2", room=60)])
    assert str(caught.value) == (
        "the inventory does not have all of this at once: a small vSwitch 'tiny' in 'zone-1';"
        " a vSwitch with 60 idle addresses 'roomy' in 'zone-2'"
    )


def test_a_search_without_end_is_given_up():
    many = tuple(VSwitch(f"v{number}", "z", (ip_network(f"10.{number}.0.0/24"),)) for number in range(30))
    only = VSwitch("d", "z", (ip_network("10.200.0.0/24"),))
    inventory = Inventory("r", "vpc", (Zone("z"),), (*many, only), ("sg",), DefaultPlane(("d",), ("sg",)))
    binding = Binding(inventory, Random(0))
    with pytest.raises(NotApplicable):
        binding.solve([*(Role(str(number), "zone-1") for number in range(8)), Role("no", "zone-2")])


def test_the_last_block_of_all_has_no_neighbour():
    last, other = (ip_network(text) for text in ("255.255.255.248/29", "10.0.0.0/29"))
    common = VSwitch("d", "z", (ip_network("10.1.0.0/24"),))
    vswitches = (VSwitch("a", "z", (last,)), VSwitch("b", "z", (other,)), common)
    inventory = Inventory("r", "vpc", (Zone("z"),), vswitches, ("sg",), DefaultPlane(("d",), ("sg",)))
    with pytest.raises(NotApplicable):
        Binding(inventory, Random(0)).solve([Role("a", "z1", "small"), Role("b", "z1", "small", beside="a")])


def test_each_name_of_a_security_group_stands_for_another_one():
    binding = Binding(INVENTORY, Random(0))
    bound = [binding.security_group(name) for name in ("a", "b", "c")]
    assert sorted(bound) == ["sg-blue", "sg-green", "sg-last"]
    assert binding.security_group("a") == bound[0]
    assert binding.security_group("default") == "sg"
    with pytest.raises(NotApplicable, match="too few security groups for 'd'"):
        binding.security_group("d")


@pytest.mark.parametrize("seed", range(5))
def test_security_groups_can_be_had_in_the_order_of_their_names(seed: int):
    binding = Binding(GIVEN, Random(seed))
    binding.order_security_groups(["first", "second", "third"])
    bound = [binding.security_group(name) for name in ("first", "second", "third")]
    assert bound == sorted(set(bound))
    with pytest.raises(NotApplicable, match="too few security groups"):
        binding.order_security_groups([str(number) for number in range(9)])


def test_a_name_that_no_table_declares_is_a_mistake_of_the_author():
    binding = Binding(GIVEN, Random(0))
    binding.solve([Role("a", "zone-1")])
    with pytest.raises(AuthoringError, match="names no vSwitch 'b'"):
        binding.vswitch("b")
    with pytest.raises(AuthoringError, match="names no zone 'zone-2'"):
        binding.zone("zone-2")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"vSwitch": "a", "zone": "z", "size": "small"}, "unknown column of the vSwitches: size"),
        ({"vSwitch": "a", "zone": "z", "kind": "big"}, "unknown kind of vSwitch 'big'"),
        ({"vSwitch": "a", "zone": "z", "room": "much"}, "a number of addresses, not 'much'"),
        ({"vSwitch": "a", "zone": "z", "room": "-3"}, "a number of addresses, not '-3'"),
    ],
)
def test_a_row_that_asks_for_something_unknown_is_a_mistake_of_the_author(row: dict[str, str], said: str):
    with pytest.raises(AuthoringError, match=said):
        Role.from_row(row)


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ([Role("a", "z1"), Role("a", "z2")], "the vSwitch 'a' is there twice"),
        ([Role("a", "z1"), Role("b", "z1", beside="c")], "'b' cannot be beside 'c'"),
        ([Role("a", "z1", beside="b"), Role("b", "z1")], "'a' cannot be beside 'b'"),
        ([Role("a", "z1", beside="a")], "'a' cannot be beside 'a'"),
    ],
)
def test_roles_that_no_inventory_could_ever_play_are_a_mistake_of_the_author(roles: list[Role], said: str):
    with pytest.raises(AuthoringError, match=said):
        Binding(GIVEN, Random(0)).solve(roles)
