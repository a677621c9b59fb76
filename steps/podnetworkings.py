"""PodNetworkings: those that must be accepted, and those of which that is the question."""

from __future__ import annotations

from pytest_bdd import given, then, when

from podnet.harness.sentences import sentence
from podnet.harness.world import World


@given(sentence('the PodNetworking "{name}"'))
@when(sentence('the PodNetworking "{name}" is created'))
def create(world: World, name: str, docstring: str) -> None:
    world.podnetworkings.create(name, spec=docstring)


@when(
    sentence(
        '{count} pods "{group}" labelled "{labels}" are created at once, and in the middle of them the PodNetworking'
        ' "{name}"'
    )
)
def create_among_pods(world: World, count: int, group: str, labels: str, name: str, docstring: str) -> None:
    names = [f"{group}-{number + 1}" for number in range(count)]
    shape = world.pods.shape(labels)
    world.pods.create_many(names[: count // 2], shape=shape, namespace="", group=group)
    world.podnetworkings.slip_in(name, spec=docstring)
    earlier = world.pods.group(group)
    world.pods.create_many(names[count // 2 :], shape=shape, namespace="", group=group)
    world.pods.groups[group] = [*earlier, *world.pods.groups[group]]
    world.podnetworkings.settle()


@given(sentence('the PodNetworking "{name}" is changed to'))
@when(sentence('the PodNetworking "{name}" is changed to'))
def change(world: World, name: str, docstring: str) -> None:
    world.podnetworkings.change(name, spec=docstring)


@when(sentence('the PodNetworking "{name}" is deleted'))
def delete(world: World, name: str) -> None:
    world.podnetworkings.delete(name)


@when(sentence('the PodNetworking "{name}" is edited there and back'))
def edit_there_and_back(world: World, name: str) -> None:
    world.podnetworkings.edit_there_and_back(name)


@when(sentence('the PodNetworking "{name}" is deleted and created again'))
def recreate(world: World, name: str) -> None:
    manifest = world.podnetworkings.submitted[name]
    world.podnetworkings.delete(name)
    world.podnetworkings.write(manifest)
    world.podnetworkings.settle()


@given(sentence('{count} PodNetworkings that select no pod, called "{prefix}"'))
def create_idle(world: World, count: int, prefix: str) -> None:
    world.podnetworkings.create_idle(count, prefix=prefix)


@when(sentence('{count} PodNetworkings with the vSwitch "{vswitch}" are created, and then a pod "{group}" for each'))
def create_with_a_pod_each(world: World, count: int, vswitch: str, group: str) -> None:
    world.podnetworkings.create_with_a_pod_each(count, vswitch=vswitch, group=group)


@when(sentence('a PodNetworking that selects pods labelled "{labels}" is created and deleted {count} times'))
def come_and_go(world: World, labels: str, count: int) -> None:
    world.podnetworkings.come_and_go(count, labels=labels)


@when(sentence('the PodNetworking "{name}" is submitted'))
def submit(world: World, name: str, docstring: str) -> None:
    world.submissions.submit(world.podnetworkings.manifest(name, spec=docstring))


@when(sentence('the change of the PodNetworking "{name}" is submitted'))
def submit_change(world: World, name: str, docstring: str) -> None:
    world.submissions.submit(world.podnetworkings.manifest(name, spec=docstring), change=True)


@when(sentence('a PodNetworking "{name}" for pods labelled "{labels}" with an unknown vSwitch is submitted'))
def unknown_vswitch(world: World, name: str, labels: str) -> None:
    world.submissions.submit_with_unknown(name, labels=labels, field="vSwitchOptions")


@when(
    sentence(
        'a PodNetworking "{name}" for pods labelled "{labels}" with an unknown security group and the vSwitch'
        ' "{vswitch}" is submitted'
    )
)
def unknown_security_group(world: World, name: str, labels: str, vswitch: str) -> None:
    world.submissions.submit_with_unknown(name, labels=labels, field="securityGroupIDs", vswitch=vswitch)


@when(sentence('the manifest "{file}" is submitted verbatim'))
def submit_manifest(world: World, file: str) -> None:
    world.submissions.submit(world.manifest(file)[0])


@when(sentence('the manifest "{file}" is submitted with "{field}" set to "{value}"'))
def submit_manifest_with(world: World, file: str, field: str, value: str) -> None:
    world.submissions.submit_raw({**world.manifest(file)[0], field: value})


@then(sentence('the manifest "{file}" is accepted when it is submitted verbatim'))
def manifest_accepted(world: World, file: str) -> None:
    world.submissions.submit(world.manifest(file)[0])
    world.submissions.bind_if_refused()
    world.submissions.expect_accepted()


@then(sentence("it is accepted"))
def accepted(world: World) -> None:
    world.submissions.expect_accepted()


@then(sentence("it is accepted, at the latest when its ids stand for those of the cloud under test"))
def accepted_when_bound(world: World) -> None:
    world.submissions.bind_if_refused()
    world.submissions.expect_accepted()


@then(sentence("it is rejected"))
def rejected(world: World) -> None:
    world.submissions.expect_rejected()


@then(sentence('it is rejected, but accepted with "{field}" set to "{value}"'))
def rejected_but_with(world: World, field: str, value: str) -> None:
    world.submissions.expect_rejected()
    world.submissions.resubmit(field, value=value)
    world.submissions.expect_accepted()


@then(sentence('it is rejected, but accepted without the "{field}"'))
def rejected_but_without(world: World, field: str) -> None:
    world.submissions.expect_rejected()
    world.submissions.resubmit(f"allocationType.{field}", value=None)
    world.submissions.expect_accepted()


@then(sentence('it is rejected, but accepted without the "{field}", or it is accepted'))
def either(world: World, field: str) -> None:
    if world.submissions.was_refused():
        world.submissions.resubmit(f"allocationType.{field}", value=None)
    world.submissions.expect_accepted()


@then(sentence('the PodNetworking "{name}" reads back as it was submitted'))
def reads_back(world: World, name: str) -> None:
    world.submissions.expect_kept(name)


@then(sentence('it is rejected, or the PodNetworking "{name}" reads back as it was submitted'))
def rejected_or_reads_back(world: World, name: str) -> None:
    if not world.submissions.was_refused(name):
        world.submissions.expect_kept(name)


@then(sentence('the API serves "{plural}" of "{api_version}" as cluster-scoped'))
def cluster_scoped(world: World, plural: str, api_version: str) -> None:
    world.submissions.expect_cluster_scoped(plural, api_version=api_version)


@then(sentence('the PodNetworking "{name}" eventually has the status "{status}"'))
def has_status(world: World, name: str, status: str) -> None:
    world.submissions.expect_status(name, status=status)


@then(sentence('the PodNetworking "{name}" is rejected, or the pod "{pod}" never runs'))
def rejected_or_never_runs(world: World, name: str, pod: str) -> None:
    if not world.submissions.was_refused(name):
        world.expect.never_runs(world.expect.pods(pod, present=True))


@then(sentence('the PodNetworking "{name}" is rejected, or the pod "{pod}" never uses it'))
def rejected_or_without_effect(world: World, name: str, pod: str) -> None:
    if not world.submissions.was_refused(name):
        world.expect.never_uses(world.expect.pods(pod, present=True), plane=name)
