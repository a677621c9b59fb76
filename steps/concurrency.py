"""What happens at once, and what happens to the implementation itself."""

from __future__ import annotations

from pytest_bdd import given, then, when

from podnet.harness.manifests import parse_names
from podnet.harness.racing import AT_ONCE
from podnet.harness.sentences import sentence
from podnet.harness.world import World


@when(sentence(AT_ONCE))
def at_once(world: World) -> None:
    world.race.begin()


@when(sentence("the implementation restarts"))
@when(sentence("after that the implementation restarts"))
def restart(world: World) -> None:
    world.restart()


@when(sentence("the implementation stops"))
def stop(world: World) -> None:
    world.stop()


@when(sentence("the implementation starts again"))
def start(world: World) -> None:
    world.start()


@when(sentence('after that the deletion of the pod "{pod}" begins'))
def then_begin_deletion(world: World, pod: str) -> None:
    world.pods.begin_deletion(world.pods.group(pod))


@when(sentence('the pod "{pod}" is deleted by force'))
@when(sentence('the deletion of the pods "{pod}" by force begins'))
def delete_by_force(world: World, pod: str) -> None:
    world.pods.begin_deletion(world.pods.group(pod), how="deleted by force")


@given(sentence('all addresses of the vSwitch "{vswitch}"[ but {left}] are in use by the pods "{group}"'))
def fill_but(world: World, vswitch: str, group: str, left: int = 0) -> None:
    world.capacity.fill_but(vswitch, left=left, group=group)


@then(sentence('exactly {count} of "{groups}" run, and the others never do'))
def exactly(world: World, count: int, groups: str) -> None:
    world.expect.exactly(world.expect.pods(*parse_names(groups), present=True), count=count)


@then(sentence('each of "{groups}" eventually runs with an address'))
def run(world: World, groups: str) -> None:
    world.expect.runs(world.expect.pods(*parse_names(groups)))


@then(sentence('each of "{groups}" eventually runs wholly on one of "{planes}", as it was at one moment'))
def whole(world: World, groups: str, planes: str) -> None:
    world.race.expect_whole(world.expect.pods(*parse_names(groups)), planes=parse_names(planes))


@then(sentence("no two pods have ever had the same address at the same time"))
def never_shared(world: World) -> None:
    world.race.expect_never_shared()
