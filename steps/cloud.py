"""The cloud: vSwitches, zones and security groups by the names that a scenario gives them."""

from __future__ import annotations

from pytest_bdd import given, then

from podnet.harness.manifests import parse_names
from podnet.harness.sentences import sentence
from podnet.harness.world import World


@given(sentence("the vSwitches"))
@given(sentence("the vSwitches also"))
def vswitches(world: World, datatable: list[list[str]]) -> None:  # noqa: ARG001 - read with all others of the scenario
    world.bind()


@given(sentence('the security groups "{names}" in the order of their names'))
def ordered_security_groups(world: World, names: str) -> None:
    world.binding.order_security_groups(parse_names(names))


@then(sentence('a virtual node eventually stands in the zone "{zone}"'))
def virtual_node(world: World, zone: str) -> None:
    world.pods.hostnames(zone)


@then(sentence('no zone has more than {count} of the pods "{group}"'))
def at_most_in_a_zone(world: World, count: int, group: str) -> None:
    world.placement.at_most_in_a_zone(world.expect.pods(group, present=True), count=count)
