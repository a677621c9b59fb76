"""Inventory files: the standard one is read, and every fault is refused with its line and a way out."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.cloud.inventory_file import InventoryError, parse_inventory

STANDARD = Path(__file__).parents[2] / "fixtures" / "inventories" / "standard.yaml"

GOOD = """\
apiVersion: podnet/v1
kind: Inventory
region: r
vpc: vpc-1
zones:
- {name: h, node: true}
- {name: i, node: false}
vSwitches:
- {id: vsw-1, zone: h, cidrs: [10.0.0.0/24]}
- id: vsw-2
  zone: i
  cidrs:
  - 10.0.1.0/29
  - 'fd00:1::/64'
  used: 3
securityGroups: [sg-1, sg-2]
default: {vSwitches: [vsw-1], securityGroups: [sg-1]}
"""


def refusal(text):
    with pytest.raises(InventoryError) as caught:
        parse_inventory(text, path="file.yaml")
    error = caught.value
    assert str(error) == f"file.yaml:{error.line}: {error.message}"
    return error


def changed(old, new):
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_the_standard_inventory_says_what_the_specification_shows():
    inventory = parse_inventory(STANDARD.read_text(encoding="utf-8"), path=str(STANDARD))
    assert (inventory.region, inventory.vpc) == ("cn-hangzhou", "vpc-main")
    assert [zone.name[-1] for zone in inventory.zones if zone.node] == ["h", "i", "j"]
    assert [zone.name[-1] for zone in inventory.zones if not zone.node] == ["k", "l"]
    assert len(inventory.vswitches) == 13
    assert {vswitch.id: vswitch.capacity for vswitch in inventory.vswitches if vswitch.capacity < 10} == {
        "vsw-small-1": 4,
        "vsw-small-2": 4,
        "vsw-small-3": 4,
        "vsw-busy": 1,
    }
    assert inventory.vswitches_by_id["vsw-dual"].contains("fd00:7::1")
    assert inventory.security_groups[0] == "sg-default"
    assert len(inventory.security_groups) == 9
    assert inventory.default.vswitches == ("vsw-default-h", "vsw-default-i")
    assert inventory.default.security_groups == ("sg-default",)


def test_a_zone_is_served_and_a_vswitch_idle_unless_the_file_says_otherwise():
    inventory = parse_inventory(changed("{name: h, node: true}", "{name: h}"), path="x")
    assert [zone.node for zone in inventory.zones] == [True, False]
    assert [vswitch.used for vswitch in inventory.vswitches] == [0, 3]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("podnet/v1", "podnet/v2", 1, "apiVersion: must be podnet/v1"),
        ("kind: Inventory", "kind: inventory", 2, "kind: must be Inventory"),
        ("region: r", "region: ''", 3, "region: must not be empty"),
        ("region: r\n", "", 1, "region missing: add it"),
        ("vpc: vpc-1", "vpc: 12", 4, 'write "12"'),
        ("vpc: vpc-1", "vpc:", 4, "vpc: must be a string, not nothing"),
        ("vpc: vpc-1", "VPC: vpc-1", 4, "did you mean vpc?"),
        ("vpc: vpc-1", "vpc: vpc-1\nzzz: 1", 5, 'unknown field "zzz"'),
        ("region: r", "region: r\nregion: s", 4, "given twice (first on line 3)"),
        ("node: false", "node: maybe", 7, "zones[1].node: must be true or false, not 'maybe'"),
        ("{name: i, node: false}", "{name: h, node: false}", 7, 'duplicate zone "h" (first on line 6)'),
        ("{name: i, node: false}", "{name: I_1}", 7, 'zones[1].name: "I_1" cannot be a zone'),
        ("{name: i, node: false}", "i", 7, "zones[1]: must be a mapping with name"),
        ("{name: i, node: false}", "{name: i, nodes: 1}", 7, "did you mean node?"),
        ("id: vsw-2", "id: vsw-1", 10, 'duplicate vSwitch "vsw-1" (first on line 9)'),
        ("id: vsw-2", "id: 'vsw-2,vsw-3'", 10, '"vsw-2,vsw-3" cannot be the name of a vSwitch'),
        ("[sg-1, sg-2]", "[sg-1, 'sg 2']", 16, '"sg 2" cannot be the name of a security group'),
        ("zone: i\n", "zone: k\n", 11, '"k" is not among the zones: h, i'),
        ("- 10.0.1.0/29", "- 10.0.1.1/29", 13, "host bits set: write 10.0.1.0/29"),
        ("- 10.0.1.0/29", "- 10.0.1.0", 13, "is not a CIDR"),
        ("- 10.0.1.0/29", "- 10.0.1.0/33", 13, "is not a CIDR"),
        ("- 10.0.1.0/29", "- 10.0.1.0/255.255.255.0", 13, "is not a CIDR"),
        ("- 10.0.1.0/29", "- 10.0.1/24", 13, "is not a CIDR"),
        ("- 10.0.1.0/29", "- hello/24", 13, "is not a CIDR"),
        ("- 10.0.1.0/29", "- 10.0.0.128/25", 13, "overlaps 10.0.0.0/24 of vSwitch vsw-1 (line 9)"),
        ("- 10.0.1.0/29", "- 10.0.0.0/8", 13, "overlaps 10.0.0.0/24 of vSwitch vsw-1 (line 9)"),
        ("'fd00:1::/64'", "'fd00:1::1/64'", 14, "host bits set: write fd00:1::/64"),
        ("'fd00:1::/64'", "10.0.1.0/29", 14, "overlaps 10.0.1.0/29 of vSwitch vsw-2 (line 13)"),
        ("  cidrs:\n  - 10.0.1.0/29\n  - 'fd00:1::/64'\n", "  cidrs: []\n", 12, "vSwitches[1].cidrs: is empty"),
        ("  cidrs:\n  - 10.0.1.0/29\n  - 'fd00:1::/64'\n", "", 10, "vSwitches[1]: cidrs missing"),
        ("used: 3", "used: 5", 15, "5 is more than the 4 addresses"),
        ("used: 3", "used: -1", 15, "must be a whole number"),
        ("used: 3", "used: 1.5", 15, "must be a whole number"),
        ("used: 3", "used: '3'", 15, "must be a whole number"),
        ("used: 3", "used: 3\n  note: x", 16, 'vSwitches[1].note: unknown field "note"'),
        ("[sg-1, sg-2]", "[sg-1, sg-1]", 16, 'duplicate security group "sg-1"'),
        ("[sg-1, sg-2]", "[]", 16, "securityGroups: is empty"),
        ("[sg-1, sg-2]", "[[sg-1]]", 16, "securityGroups[0]: must be a string, not a list"),
        ("[sg-1, sg-2]", "sg-1", 16, "securityGroups: must be a list, not 'sg-1'"),
        ("{vSwitches: [vsw-1]", "{vSwitches: [vsw-9]", 17, 'there is no vSwitch "vsw-9"'),
        ("securityGroups: [sg-1]}", "securityGroups: [sg-9]}", 17, 'there is no security group "sg-9"'),
        ("{vSwitches: [vsw-1]", "{vSwitches: [vsw-1, vsw-1]", 17, 'duplicate vSwitch "vsw-1"'),
        ("{vSwitches: [vsw-1], ", "{", 17, "default: vSwitches missing"),
        ("default: {vSwitches: [vsw-1], securityGroups: [sg-1]}\n", "", 1, "default missing"),
        ("securityGroups: [sg-1]}", "securityGroups: []}", 17, "default.securityGroups: is empty"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(old, new, line, words):
    error = refusal(changed(old, new))
    assert (error.line, words in error.message) == (line, True), str(error)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
        ("zones: [\n", 1, "is not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "is not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "is not valid YAML"),
        ("a: *missing\n", 1, "is not valid YAML"),
        ("a\x00b", 1, "is not valid YAML"),
        ("just text", 1, "must be a mapping"),
        ("[1, 2]", 1, "must be a mapping"),
        ("&a [*a]", 1, "must be a mapping"),
        ("? [a]\n: 1\n", 1, "unknown field"),
        ("\ud800", 1, "not Unicode"),
        ("\n\n" + "[" * 100_000 + "]" * 100_000, 3, "nested too deeply"),
    ],
)
def test_what_is_no_inventory_at_all_is_refused_with_its_line(text, line, words):
    error = refusal(text)
    assert (error.line, words in error.message) == (line, True), str(error)


@given(st.text(alphabet="[]{}:-,&*!|>'\"#%@ \n\tazAZ01./", max_size=40), st.integers(0, len(GOOD)))
@settings(max_examples=150)
def test_no_damage_to_a_file_causes_another_kind_of_error(noise, at):
    try:
        parse_inventory(GOOD[:at] + noise + GOOD[at:], path="x")
    except InventoryError as error:
        lines = (GOOD + noise).count("\n") + 1
        assert 1 <= error.line <= lines, str(error)  # noqa: PT017  # either outcome is right, another exception is not


def many(networks):
    lines = [f"- {{id: v{number}, zone: h, cidrs: ['{network}']}}" for number, network in enumerate(networks)]
    return GOOD.partition("vSwitches:")[0] + "\n".join(
        ["vSwitches:", *lines, "securityGroups: [sg-1]", "default: {vSwitches: [v0], securityGroups: [sg-1]}"]
    )


@given(
    st.lists(
        st.builds(
            lambda base, prefix: ip_network((base << 4, prefix), strict=False),
            st.integers(0x0A000000 >> 4, 0x0A000FFF >> 4),
            st.integers(22, 32),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=150)
def test_an_overlap_is_found_exactly_where_two_blocks_share_an_address(networks):
    overlapping = any(one.overlaps(other) for index, one in enumerate(networks) for other in networks[index + 1 :])
    if overlapping:
        assert "overlaps" in refusal(many(networks)).message
    else:
        assert len(parse_inventory(many(networks), path="x").vswitches) == len(networks)


def test_the_line_of_an_overlap_is_that_of_the_later_block():
    error = refusal(many(["10.0.0.0/16", "10.1.0.0/16", "10.0.3.0/24"]))
    assert error.message.startswith("vSwitches[2].cidrs[0]: 10.0.3.0/24 of vSwitch v2 overlaps 10.0.0.0/16")


def test_families_do_not_overlap():
    assert parse_inventory(many(["10.0.0.0/24", "::a00:0/120"]), path="x")


def test_the_time_to_find_overlaps_does_not_explode():
    def seconds(count):
        text = many([f"10.{number >> 8}.{number & 255}.0/24" for number in range(count)])
        began = process_time()
        parse_inventory(text, path="x")
        return process_time() - began

    # The best of several: what else the machine does costs time, too. Comparing all pairs would take 256 times as long.
    assert min(seconds(1600) for _ in range(3)) < 100 * max(min(seconds(100) for _ in range(3)), 0.002)
