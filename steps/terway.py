"""What only the dialect of Terway promises."""

from __future__ import annotations

from pytest_bdd import then, when

from podnet.harness.manifests import parse_names
from podnet.harness.sentences import sentence
from podnet.harness.world import World


@then(sentence('the pod "{pod}" eventually has exactly the security groups "{groups}"'))
def security_groups(world: World, pod: str, groups: str) -> None:
    wanted = frozenset(world.binding.security_group(group) for group in parse_names(groups))
    world.parts.all_security_groups(world.expect.pod(pod), wanted=wanted)


@then(sentence('the pod "{pod}" eventually has all security groups of the default plane'))
def default_security_groups(world: World, pod: str) -> None:
    wanted = frozenset(world.inventory.default.security_groups)
    world.parts.all_security_groups(world.expect.pod(pod), wanted=wanted)


@when(sentence('the PodNetworking "{name}" with {count} security groups is submitted'))
def submit_wide(world: World, name: str, count: int) -> None:
    world.terway.submit_wide(name, count=count)


@then(sentence("it is rejected, but accepted with the first {count} of them"))
def rejected_but_with(world: World, count: int) -> None:
    world.submissions.expect_rejected()
    world.terway.accepted_with(count)


@then(sentence('the PodNetworking "{name}" lists the vSwitches of the default plane'))
def lists_default_vswitches(world: World, name: str) -> None:
    world.terway.lists(name, field="vSwitchOptions", wanted=world.inventory.default.vswitches)


@then(sentence('the PodNetworking "{name}" lists the security groups of the default plane'))
def lists_default_security_groups(world: World, name: str) -> None:
    world.terway.lists(name, field="securityGroupIDs", wanted=world.inventory.default.security_groups)


@then(sentence('the status of the PodNetworking "{name}" eventually lists its vSwitches with their zones'))
def status_lists_vswitches(world: World, name: str) -> None:
    world.terway.status_lists_vswitches(name)


@when(sentence('the PodNetworking "{name}" comes to list an unknown vSwitch as well'))
def list_unknown_vswitch(world: World, name: str) -> None:
    world.terway.list_unknown_vswitch(name)


@when(sentence('the addresses of the pods "{group}" are noted'))
def note_addresses(world: World, group: str) -> None:
    world.terway.note_addresses(world.expect.pods(group))


@when(sentence('the addresses of the {count} pods of the {kind:Workload} "{name}" are noted'))
def note_workload_addresses(world: World, count: int, kind: str, name: str) -> None:
    world.terway.note_addresses(world.workloads.subject(kind, name, count=count))


@then(sentence('each of the pods "{group}" eventually has the address that was noted'))
def has_noted_address(world: World, group: str) -> None:
    world.terway.has_noted_addresses(world.expect.pods(group))


@then(sentence('each of the {count} pods of the {kind:Workload} "{name}" eventually has the address that was noted'))
def workload_has_noted_address(world: World, count: int, kind: str, name: str) -> None:
    world.terway.has_noted_addresses(world.workloads.subject(kind, name, count=count))


@then(sentence('{kept} addresses of "{vswitch}" are kept: so many of the pods "{group}" never run, the others do'))
def kept(world: World, kept: int, vswitch: str, group: str) -> None:
    subject = world.expect.pods(group, present=True)
    world.expect.exactly(subject, count=world.capacity.of(vswitch) - kept)


@then(sentence('the PodENI of each of the pods "{group}" eventually records what the pod has'))
def recorded(world: World, group: str) -> None:
    world.terway.expect_recorded(world.expect.pods(group))


@then(sentence('the PodENI of the pod "{pod}" eventually has the phase "{phase}"'))
def phase(world: World, pod: str, phase: str) -> None:
    world.terway.expect_phase(pod, phase=phase)


@then(sentence('the PodENI of the pod "{pod}" is eventually gone'))
def no_record(world: World, pod: str) -> None:
    world.terway.expect_no_record(pod)


@then(sentence('the creation of the pod "{pod}" is refused'))
def refused(world: World, pod: str) -> None:
    world.terway.expect_refused(world.pods.group(pod))


@then(sentence('a container of the pod "{pod}" asks for an ENI of its node'))
def asks_for_eni(world: World, pod: str) -> None:
    world.terway.expect_eni_request(world.expect.pod(pod), wanted=True)


@then(sentence('no container of the pod "{pod}" asks for an ENI of its node'))
def asks_for_no_eni(world: World, pod: str) -> None:
    world.terway.expect_eni_request(world.expect.pod(pod), wanted=False)


@when(sentence('the DaemonSet "{name}" of pods labelled "{labels}" is created'))
def create_daemon_set(world: World, name: str, labels: str) -> None:
    world.terway.create_daemon_set(name, labels=labels)


@then(sentence('the pod of the DaemonSet "{name}" in the zone "{zone}" eventually uses the PodNetworking "{plane}"'))
def daemon_uses(world: World, name: str, zone: str, plane: str) -> None:
    world.expect.uses(world.terway.daemon(name, zone=zone), planes=[plane])


@then(sentence('a pod of the DaemonSet "{name}" stands in the zone "{zone}", and never runs or has an address'))
def daemon_never_runs(world: World, name: str, zone: str) -> None:
    world.terway.expect_stuck(world.terway.daemon(name, zone=zone))
