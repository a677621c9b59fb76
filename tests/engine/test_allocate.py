"""Which vSwitches a pod may use."""

from __future__ import annotations

from ipaddress import ip_network

from podnet.api.inventory import DefaultPlane, Inventory, VSwitch, Zone
from podnet.engine.allocate import eligible, with_room
from podnet.engine.place import zones

INVENTORY = Inventory(
    region="r",
    vpc="v",
    zones=(Zone("h"), Zone("i")),
    vswitches=tuple(
        VSwitch(name, zone, (ip_network(f"10.0.{number}.0/24"),))
        for number, (name, zone) in enumerate([("h1", "h"), ("i1", "i"), ("h2", "h")])
    ),
    security_groups=("sg",),
    default=DefaultPlane(("h1",), ("sg",)),
)


def test_only_listed_vswitches_of_the_nodes_zone_are_eligible():
    assert eligible(["h2", "i1", "h1", "h2", "gone"], zone="h", inventory=INVENTORY) == ("h2", "h1")
    assert eligible(["i1"], zone="h", inventory=INVENTORY) == ()


def test_a_vswitch_that_does_not_exist_is_in_no_zone():
    assert eligible(["gone"], zone="", inventory=INVENTORY) == ()
    assert zones(["gone", "i1", "h1", "i1"], inventory=INVENTORY) == ("h", "i")


def test_full_vswitches_are_left_out():
    assert with_room(["a", "b", "c"], idle={"a": 0, "b": 2, "c": 1}.__getitem__) == ("b", "c")
