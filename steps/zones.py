"""Where pods run: zones, and the vSwitch that belongs to the zone of their node."""

from __future__ import annotations

from pytest_bdd import then

from podnet.harness.manifests import parse_names
from podnet.harness.sentences import sentence
from podnet.harness.world import World


@then(sentence('each of the pods "{group}" eventually runs in one of the zones "{zones}"'))
def zones(world: World, group: str, zones: str) -> None:
    world.placement.zones(world.expect.pods(group), symbols=parse_names(zones))


@then(
    sentence('each of the {count} pods of the {kind:Workload} "{name}" eventually runs in one of the zones "{zones}"')
)
def workload_zones(world: World, count: int, kind: str, name: str, zones: str) -> None:
    world.placement.zones(world.workloads.subject(kind, name, count=count), symbols=parse_names(zones))


@then(sentence('the pods "{group}" eventually run in no zone but "{zones}"'))
def no_other_zone(world: World, group: str, zones: str) -> None:
    world.placement.no_other_zone(world.expect.pods(group), symbols=parse_names(zones))


@then(sentence('the {count} pods of the {kind:Workload} "{name}" eventually run in no zone but "{zones}"'))
def workload_no_other_zone(world: World, count: int, kind: str, name: str, zones: str) -> None:
    world.placement.no_other_zone(world.workloads.subject(kind, name, count=count), symbols=parse_names(zones))


@then(sentence('the pod "{pod}" eventually has an address of the one of "{vswitches}" that is in the zone of its node'))
def vswitch_of_its_zone(world: World, pod: str, vswitches: str) -> None:
    world.placement.vswitch_of_its_zone(world.expect.pod(pod), symbols=parse_names(vswitches))


@then(sentence('the node of each of the pods "{group}" that run stands in the zone of its vSwitch'))
def zone_of_vswitch(world: World, group: str) -> None:
    world.placement.zone_of_vswitch(world.expect.pods(group))


@then(
    sentence(
        'the node of each of the {count} pods of the {kind:Workload} "{name}" that run stands in the zone of its'
        " vSwitch"
    )
)
def workload_zone_of_vswitch(world: World, count: int, kind: str, name: str) -> None:
    world.placement.zone_of_vswitch(world.workloads.subject(kind, name, count=count))
