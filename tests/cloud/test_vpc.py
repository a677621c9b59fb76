"""The simulated VPC: no address twice, none lost, none reserved, whatever happens in which order."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from podnet.api.inventory import DefaultPlane, Inventory, VSwitch, Zone
from podnet.cloud.vpc import Exhausted, Vpc


def cloud(*vswitches):
    return Inventory("r", "vpc", (Zone("z"),), vswitches, ("sg",), DefaultPlane((vswitches[0].id,), ("sg",)))


def vswitch(id_, *cidrs, used=0):
    return VSwitch(id_, "z", tuple(ip_network(cidr) for cidr in cidrs), used)


SMALL = cloud(
    vswitch("small", "10.0.0.0/29"),
    vswitch("busy", "10.0.0.8/29", used=3),
    vswitch("two", "10.0.1.0/29", "10.0.1.16/29"),
)


def test_an_owner_gets_everything_that_its_vswitch_has():
    inventory = cloud(vswitch("dual", "10.0.7.0/24", "fd00:7::/64"))
    eni = Vpc(inventory).allocate("uid", "dual", security_groups=("sg",))
    assert (eni.owner, eni.vswitch_id, eni.zone, eni.vpc, eni.security_groups) == ("uid", "dual", "z", "vpc", ("sg",))
    assert (eni.ipv4_cidr, eni.ipv6_cidr) == ("10.0.7.0/24", "fd00:7::/64")
    assert all(inventory.vswitches[0].contains(address) for address in eni.addresses)
    assert [("." in address, ":" in address) for address in eni.addresses] == [(True, False), (False, True)]


def test_ipv6_addresses_are_unique_and_none_is_invented_where_there_is_no_block():
    dual = Vpc(cloud(vswitch("dual", "10.0.7.0/28", "fd00:7::/64")))
    enis = [dual.allocate(f"uid-{number}", "dual") for number in range(12)]
    assert len({eni.ipv6 for eni in enis}) == 12
    assert Vpc(SMALL).allocate("uid", "small").addresses == ("10.0.0.1",)


def test_an_ipv6_block_that_is_too_small_leaves_pods_with_ipv4():
    vpc = Vpc(cloud(vswitch("dual", "10.0.7.0/28", "fd00:7::/127")))
    assert [len(vpc.allocate(f"uid-{number}", "dual").addresses) for number in range(3)] == [2, 1, 1]


def test_allocation_is_idempotent_for_an_owner():
    vpc = Vpc(SMALL)
    first = vpc.allocate("uid", "small")
    assert vpc.allocate("uid", "small") is first
    assert vpc.allocate("uid", "busy") is first
    assert vpc.idle("small") == 3


def test_a_full_vswitch_says_so_and_loses_nothing():
    vpc = Vpc(SMALL)
    for number in range(4):
        vpc.allocate(f"uid-{number}", "small")
    with pytest.raises(Exhausted, match="small"):
        vpc.allocate("late", "small")
    assert vpc.of("late") is None
    vpc.release("uid-2")
    assert vpc.allocate("late", "small").ipv4 == "10.0.0.3"


def test_addresses_that_are_used_outside_are_never_handed_out():
    vpc = Vpc(SMALL)
    assert vpc.idle("busy") == 1
    vpc.allocate("uid", "busy")
    with pytest.raises(Exhausted):
        vpc.allocate("other", "busy")


def test_an_unknown_vswitch_has_nothing():
    vpc = Vpc(SMALL)
    assert vpc.idle("gone") == 0
    with pytest.raises(Exhausted):
        vpc.allocate("uid", "gone")


def test_the_address_that_was_released_last_is_reused_last():
    vpc = Vpc(SMALL)
    for name in "abcd":
        vpc.allocate(name, "small")
    freed = [vpc.release(name).ipv4 for name in "cab"]
    assert [vpc.allocate(name, "small").ipv4 for name in "xyz"] == freed


def test_releasing_twice_frees_once():
    vpc = Vpc(SMALL)
    vpc.allocate("uid", "small")
    assert vpc.release("uid")
    assert vpc.release("uid") is None
    assert vpc.idle("small") == 4


def test_what_is_handed_over_is_the_heirs_and_nobody_elses():
    vpc = Vpc(SMALL)
    eni = vpc.allocate("old", "small")
    vpc.hand_over("old", to="new")
    assert (vpc.of("old"), vpc.of("new")) == (None, replace(eni, owner="new"))
    assert vpc.allocate("new", "two").ipv4 == eni.ipv4
    idle = vpc.idle("small")
    vpc.release("old")
    assert vpc.idle("small") == idle
    vpc.release("new")
    assert vpc.idle("small") == idle + 1


def test_handing_over_nothing_changes_nothing():
    vpc = Vpc(SMALL)
    vpc.hand_over("nobody", to="new")
    assert not vpc.enis


def test_pods_of_the_default_plane_share_an_interface_and_others_do_not():
    vpc = Vpc(SMALL)
    one, two = (vpc.allocate(name, "two", shared=True) for name in ("a", "b"))
    assert one.id == two.id
    assert one.ipv4 != two.ipv4
    assert vpc.allocate("c", "two").id not in {one.id, vpc.allocate("d", "two").id}


def test_an_adopted_address_is_not_given_to_anybody_else():
    earlier = Vpc(SMALL)
    kept = [earlier.allocate(name, "small") for name in "abc"]
    earlier.release("a")
    vpc = Vpc(SMALL)
    for eni in kept[1:]:
        vpc.adopt(eni)
    assert vpc.idle("small") == 2
    new = {vpc.allocate(name, "small").ipv4 for name in "xy"}
    assert new == {"10.0.0.1", "10.0.0.4"}
    vpc.release("b")
    assert vpc.allocate("z", "small").ipv4 == kept[1].ipv4


def test_an_adopted_address_of_no_known_vswitch_harms_nothing():
    foreign = Vpc(cloud(vswitch("other", "192.168.0.0/24"))).allocate("uid", "other")
    vpc = Vpc(SMALL)
    vpc.adopt(foreign)
    assert vpc.of("uid") == foreign
    assert vpc.release("uid") == foreign


def test_a_large_vswitch_costs_no_more_than_a_small_one():
    vpc = Vpc(cloud(vswitch("large", "10.0.0.0/8")))
    assert vpc.allocate("uid", "large").ipv4 == "10.0.0.1"
    assert vpc.idle("large") == 2**24 - 5


class Life(RuleBasedStateMachine):
    """Any sequence of allocations, releases and restarts."""

    owners = Bundle("owners")

    @initialize()
    def begin(self):
        self.vpc = Vpc(SMALL)
        self.held = {}
        self.count = 0

    @rule(target=owners, name=st.sampled_from(["small", "busy", "two"]))
    def allocate(self, name):
        self.count += 1
        owner = f"uid-{self.count}"
        taken = sum(eni.vswitch_id == name for eni in self.held.values())
        if taken < SMALL.vswitches_by_id[name].capacity:
            self.held[owner] = self.vpc.allocate(owner, name)
        else:
            with pytest.raises(Exhausted):
                self.vpc.allocate(owner, name)
        return owner

    @rule(owner=consumes(owners))
    def release(self, owner):
        assert self.vpc.release(owner) == self.held.pop(owner, None)

    @rule(order=st.randoms(use_true_random=False))
    def restart(self, order):
        enis = list(self.held.values())
        order.shuffle(enis)
        self.vpc = Vpc(SMALL)
        for eni in enis:
            self.vpc.adopt(eni)

    @invariant()
    def no_address_is_doubled_lost_or_reserved(self):
        addresses = [eni.ipv4 for eni in self.held.values()]
        assert len(addresses) == len(set(addresses))
        for each in SMALL.vswitches:
            own = [eni.ipv4 for eni in self.held.values() if eni.vswitch_id == each.id]
            assert set(own) <= set(each.usable())
            assert self.vpc.idle(each.id) == each.capacity - len(own)
        assert dict(self.vpc.enis) == self.held


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestLife = Life.TestCase
