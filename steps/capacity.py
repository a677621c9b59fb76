"""Filling vSwitches: as many pods as there are addresses, or more."""

from __future__ import annotations

from pytest_bdd import then, when

from podnet.harness.sentences import sentence
from podnet.harness.world import World


@when(
    sentence(
        'as many pods "{group}" labelled "{labels}" as "{vswitch}" has addresses are created at once'
        '[ in the namespace "{namespace}"]'
    )
)
def fill(world: World, group: str, labels: str, vswitch: str, namespace: str = "") -> None:
    shape = world.pods.shape(labels)
    world.pods.create_numbered(world.capacity.of(vswitch), group=group, shape=shape, namespace=namespace)


@when(
    sentence(
        'as many pods "{group}" labelled "{labels}" as "{vswitch}" has addresses are created at once for the zone'
        ' "{zone}"'
    )
)
def fill_in_zone(world: World, group: str, labels: str, vswitch: str, zone: str) -> None:
    world.pods.create_numbered(world.capacity.of(vswitch), group=group, shape=world.pods.shape(labels, zone=zone))


@when(
    sentence(
        'as many pods "{group}" labelled "{labels}" as "{vswitch}" has addresses, which take {seconds} seconds to stop,'
        ' are created at once[ in the namespace "{namespace}"]'
    )
)
def fill_slowly_ending(world: World, group: str, labels: str, vswitch: str, seconds: int, namespace: str = "") -> None:
    shape = world.pods.shape(labels, stop_seconds=seconds)
    world.pods.create_numbered(world.capacity.of(vswitch), group=group, shape=shape, namespace=namespace)


@when(sentence('{extra} more pods "{group}" labelled "{labels}" than "{vswitch}" has addresses are created at once'))
def overfill(world: World, extra: int, group: str, labels: str, vswitch: str) -> None:
    world.pods.create_numbered(world.capacity.of(vswitch) + extra, group=group, shape=world.pods.shape(labels))


@when(
    sentence('the vSwitch "{vswitch}" is filled with pods labelled "{labels}" that are {ending:Words}, {rounds} rounds')
)
def churn(world: World, vswitch: str, labels: str, ending: str, rounds: int) -> None:
    world.capacity.churn(vswitch, labels=labels, ending=ending, rounds=rounds)


@when(
    sentence(
        'the vSwitch "{vswitch}" is filled with the pods of a {kind:Workload} labelled "{labels}" that is'
        " {ending:Words}, {rounds} rounds"
    )
)
def churn_workloads(world: World, vswitch: str, kind: str, labels: str, ending: str, rounds: int) -> None:
    world.capacity.churn_workloads(vswitch, kind=kind, labels=labels, ending=ending, rounds=rounds)


@when(
    sentence(
        'all pods of the {kind:Workload} "{name}" are deleted by force {times} times, and each time others run in'
        " their place"
    )
)
def replace_by_force(world: World, kind: str, name: str, times: int) -> None:
    world.capacity.replace_by_force(kind, name, times=times)


@when(sentence("{count} minutes pass"))
def pass_time(world: World, count: int) -> None:
    world.waiting.let_pass(60.0 * count)


@then(sentence('the vSwitch "{vswitch}" can be filled with pods labelled "{labels}"'))
def can_be_filled(world: World, vswitch: str, labels: str) -> None:
    world.capacity.fill_again(vswitch, labels=labels)


@then(sentence('exactly as many of the pods "{group}" as "{vswitch}" has addresses run, and the others never do'))
def exactly_as_many(world: World, group: str, vswitch: str) -> None:
    world.expect.exactly(world.expect.pods(group, present=True), count=world.capacity.of(vswitch))


@then(
    sentence(
        'exactly as many of the pods of the {kind:Workload} "{name}" as "{vswitch}" has addresses run, and the others'
        " never do"
    )
)
def exactly_as_many_of_workload(world: World, kind: str, name: str, vswitch: str) -> None:
    world.expect.exactly(world.workloads.those_there(kind, name), count=world.capacity.of(vswitch))


@then(sentence('exactly {count} of the pods "{group}" run, and the others never do'))
def exactly(world: World, count: int, group: str) -> None:
    world.expect.exactly(world.expect.pods(group, present=True), count=count)


@then(sentence('none of the pods "{group}" has a reserved address of the vSwitch "{vswitch}"'))
def no_reserved_address(world: World, group: str, vswitch: str) -> None:
    world.parts.no_reserved_address(world.expect.pods(group), symbol=vswitch)


@then(sentence('the pod "{pod}" has no address as long as the pod "{holder}" runs'))
def waits_for(world: World, pod: str, holder: str) -> None:
    world.capacity.waits_for(pod, holder=holder)
