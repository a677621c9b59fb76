"""The facts that an inventory gives: capacity, membership, look-ups."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from podnet.api.inventory import DefaultPlane, Inventory, VSwitch, Zone


def vswitch(*cidrs, used=0):
    return VSwitch("vsw", "z", tuple(ip_network(cidr) for cidr in cidrs), used)


@pytest.mark.parametrize(
    ("cidrs", "count", "first", "last"),
    [
        (["10.0.6.0/29"], 4, "10.0.6.1", "10.0.6.4"),
        (["10.0.0.0/24"], 252, "10.0.0.1", "10.0.0.252"),
        (["10.0.0.0/24", "10.0.6.0/29"], 256, "10.0.0.1", "10.0.6.4"),
        (["10.0.7.0/29", "fd00:7::/64"], 4, "10.0.7.1", "10.0.7.4"),
    ],
)
def test_the_first_and_the_last_three_addresses_of_each_block_are_reserved(cidrs, count, first, last):
    usable = list(vswitch(*cidrs).usable())
    assert (len(usable), usable[0], usable[-1]) == (count, first, last)
    assert vswitch(*cidrs).usable_count == count


@pytest.mark.parametrize("cidr", ["10.0.0.0/30", "10.0.0.0/31", "10.0.0.0/32", "fd00::/64"])
def test_a_block_that_is_too_small_or_not_ipv4_gives_no_address(cidr):
    assert vswitch(cidr).usable_count == 0
    assert list(vswitch(cidr).usable()) == []


def test_capacity_is_what_is_usable_less_what_is_used():
    assert vswitch("10.0.6.24/29", used=3).capacity == 1


def test_a_huge_block_costs_no_memory():
    assert vswitch("10.0.0.0/8").capacity == 2**24 - 4


def test_membership_is_by_family():
    dual = vswitch("10.0.7.0/24", "fd00:7::/64")
    assert dual.contains("10.0.7.255")
    assert dual.contains("fd00:7::1")
    assert str(dual.cidr_of("fd00:7::1")) == "fd00:7::/64"
    assert not dual.contains("10.0.8.0")
    assert not dual.contains("fd00:8::1")
    assert not dual.contains("no address")
    assert dual.dual_stack
    assert not vswitch("10.0.7.0/24").dual_stack


def test_look_ups_answer_for_what_is_unknown():
    inventory = Inventory(
        region="r",
        vpc="vpc",
        zones=(Zone("z", node=True),),
        vswitches=(vswitch("10.0.0.0/24"),),
        security_groups=("sg",),
        default=DefaultPlane(("vsw",), ("sg",)),
    )
    assert inventory.vswitch("vsw") is inventory.vswitches[0]
    assert inventory.vswitch("other") is None
    assert (inventory.zone_of("vsw"), inventory.zone_of("other")) == ("z", "")
    assert (inventory.has_zone("z"), inventory.has_zone("y")) == (True, False)
    assert (inventory.has_security_group("sg"), inventory.has_security_group("x")) == (True, False)
    assert inventory.vswitch_of_address("10.0.0.9") is inventory.vswitches[0]
    assert inventory.vswitch_of_address("10.0.1.9") is None
