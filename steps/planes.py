"""Which plane pods use, and the parts of it: vSwitch, address, security group, annotations."""

from __future__ import annotations

from pytest_bdd import given, then

from podnet.harness.identity import DEFAULT
from podnet.harness.manifests import parse_names
from podnet.harness.sentences import sentence
from podnet.harness.tables import records
from podnet.harness.world import World


@then(sentence("the pods eventually use"))
def use_table(world: World, datatable: list[list[str]]) -> None:
    rows = records(datatable, required=["pod", "plane"], optional=["namespace"])
    world.expect.table([((world.namespaces.use(row["namespace"]), row["pod"]), row["plane"]) for row in rows])


@then(sentence('the pod "{pod}"[ in the namespace "{namespace}"] eventually uses the PodNetworking "{name}"'))
def uses(world: World, pod: str, name: str, namespace: str = "") -> None:
    world.expect.uses(world.expect.pod(pod, namespace=namespace), planes=[name])


@then(sentence('the pod "{pod}"[ in the namespace "{namespace}"] eventually uses the default plane'))
def uses_default(world: World, pod: str, namespace: str = "") -> None:
    world.expect.uses(world.expect.pod(pod, namespace=namespace), planes=[DEFAULT])


@then(sentence('the pods "{group}" eventually use the PodNetworking "{names}"'))
@then(sentence('the pods "{group}" eventually use one of the PodNetworkings "{names}"'))
def group_uses(world: World, group: str, names: str) -> None:
    world.expect.uses(world.expect.pods(group), planes=parse_names(names))


@then(sentence('the pods "{group}" eventually use the default plane'))
def group_uses_default(world: World, group: str) -> None:
    world.expect.uses(world.expect.pods(group), planes=[DEFAULT])


@given(sentence('the {count} pods of the {kind:Workload} "{name}" use the PodNetworking "{plane}"'))
@then(
    sentence(
        'the {count} pods of the {kind:Workload} "{name}"[ in the namespace "{namespace}"] eventually use the'
        ' PodNetworking "{plane}"'
    )
)
def workload_uses(world: World, count: int, kind: str, name: str, plane: str, namespace: str = "") -> None:
    world.expect.uses(world.workloads.subject(kind, name, namespace=namespace, count=count), planes=[plane])


@then(sentence('the {count} pods of the {kind:Workload} "{name}" eventually use one of the PodNetworkings "{planes}"'))
def workload_uses_one(world: World, count: int, kind: str, name: str, planes: str) -> None:
    world.expect.uses(world.workloads.subject(kind, name, count=count), planes=parse_names(planes))


@given(sentence('the {count} pods of the {kind:Workload} "{name}" use the default plane'))
@then(
    sentence(
        'the {count} pods of the {kind:Workload} "{name}"[ in the namespace "{namespace}"] eventually use the'
        " default plane"
    )
)
def workload_uses_default(world: World, count: int, kind: str, name: str, namespace: str = "") -> None:
    world.expect.uses(world.workloads.subject(kind, name, namespace=namespace, count=count), planes=[DEFAULT])


@then(
    sentence(
        'of the pods of the {kind:Workload} "{name}", {default} use the default plane and {matched} use the'
        ' PodNetworking "{plane}"'
    )
)
def workload_divided(world: World, kind: str, name: str, default: int, matched: int, plane: str) -> None:
    subject = world.workloads.subject(kind, name, count=default + matched)
    world.expect.divided(subject, counts={DEFAULT: default, plane: matched})


@then(sentence('the {count} pods of the {kind:Workload} "{name}" eventually have addresses of the vSwitch "{vswitch}"'))
def workload_addresses(world: World, count: int, kind: str, name: str, vswitch: str) -> None:
    world.parts.vswitch(world.workloads.subject(kind, name, count=count), symbols=[vswitch])


@then(sentence('the network of each of the pods "{group}" comes wholly from one of the PodNetworkings "{names}"'))
def wholly(world: World, group: str, names: str) -> None:
    world.parts.wholly(world.expect.pods(group), planes=parse_names(names))


@then(
    sentence(
        'the network of each of the {count} pods of the {kind:Workload} "{name}"[ in the namespace "{namespace}"] comes'
        ' wholly from one of the PodNetworkings "{planes}"'
    )
)
def workload_wholly(world: World, count: int, kind: str, name: str, planes: str, namespace: str = "") -> None:
    subject = world.workloads.subject(kind, name, namespace=namespace, count=count)
    world.parts.wholly(subject, planes=parse_names(planes))


@then(sentence('the pod "{pod}" eventually runs with an address'))
@then(sentence('each of the pods "{pod}" eventually runs with an address'))
def runs(world: World, pod: str) -> None:
    world.expect.runs(world.expect.pods(pod))


@then(sentence('the pod "{pod}" never runs and never has an address'))
@then(sentence('none of the pods "{pod}" ever runs or has an address'))
def never_runs(world: World, pod: str) -> None:
    world.expect.never_runs(world.expect.pods(pod, present=True))


@then(sentence('the pod "{pod}"[ in the namespace "{namespace}"] eventually has an address of the vSwitch "{vswitch}"'))
def address(world: World, pod: str, vswitch: str, namespace: str = "") -> None:
    world.parts.vswitch(world.expect.pod(pod, namespace=namespace), symbols=[vswitch])


@then(sentence('each of the pods "{group}" eventually has an address of one of the vSwitches "{vswitches}"'))
def group_addresses(world: World, group: str, vswitches: str) -> None:
    world.parts.vswitch(world.expect.pods(group), symbols=parse_names(vswitches))


@then(
    sentence(
        'the address of each of the pods "{group}" is in the CIDR block of its vSwitch, which is one of "{vswitches}"'
    )
)
def addresses_in_cidr(world: World, group: str, vswitches: str) -> None:
    world.parts.cidr(world.expect.pods(group), symbols=parse_names(vswitches))


@then(
    sentence(
        'the address of each of the {count} pods of the {kind:Workload} "{name}" is in the CIDR block of its vSwitch,'
        ' which is one of "{vswitches}"'
    )
)
def workload_addresses_in_cidr(world: World, count: int, kind: str, name: str, vswitches: str) -> None:
    world.parts.cidr(world.workloads.subject(kind, name, count=count), symbols=parse_names(vswitches))


@then(sentence('the pod "{pod}" never has an address but of the vSwitches "{vswitches}"'))
def never_outside(world: World, pod: str, vswitches: str) -> None:
    world.parts.never_outside(world.expect.pods(pod, present=True), symbols=parse_names(vswitches))


@then(sentence('none of the pods "{group}" has had an address but of the vSwitch "{vswitch}" at any time'))
def never_elsewhere(world: World, group: str, vswitch: str) -> None:
    world.parts.never_elsewhere(world.expect.pods(group), symbols=[vswitch])


@then(
    sentence(
        'none of the {count} pods of the {kind:Workload} "{name}" has had an address but of the vSwitch "{vswitch}" at'
        " any time"
    )
)
def workload_never_elsewhere(world: World, count: int, kind: str, name: str, vswitch: str) -> None:
    world.parts.never_elsewhere(world.workloads.subject(kind, name, count=count), symbols=[vswitch])


@then(sentence('the pod "{pod}" eventually has an IPv4 and an IPv6 address of the vSwitch "{vswitch}"'))
def dual_stack(world: World, pod: str, vswitch: str) -> None:
    world.parts.dual_stack(world.expect.pods(pod), symbol=vswitch)


@then(sentence("the addresses of all pods are different"))
def different_addresses(world: World) -> None:
    world.parts.different_addresses()


@then(sentence('the pod "{pod}" eventually has exactly the security group "{group}"'))
def security_group(world: World, pod: str, group: str) -> None:
    wanted = frozenset([world.binding.security_group(group)])
    world.parts.security_groups(world.expect.pod(pod), wanted=wanted)


@then(sentence('each of the pods "{group}" eventually has exactly the security group "{name}"'))
def group_security_group(world: World, group: str, name: str) -> None:
    world.parts.security_groups(world.expect.pods(group), wanted=frozenset([world.binding.security_group(name)]))


@then(sentence('each of the pods "{group}" that run has exactly the security group "{name}"'))
def running_security_group(world: World, group: str, name: str) -> None:
    subject = world.expect.those_that_run(world.expect.pods(group))
    world.parts.security_groups(subject, wanted=frozenset([world.binding.security_group(name)]))


@then(
    sentence(
        'each of the {count} pods of the {kind:Workload} "{name}" eventually has exactly the security group "{group}"'
    )
)
def workload_security_group(world: World, count: int, kind: str, name: str, group: str) -> None:
    wanted = frozenset([world.binding.security_group(group)])
    world.parts.security_groups(world.workloads.subject(kind, name, count=count), wanted=wanted)


@then(
    sentence(
        'the {count} pods of the {kind:Workload} "{name}" run, and none of them has any of the security groups'
        ' "{groups}"'
    )
)
def none_of_the_security_groups(world: World, count: int, kind: str, name: str, groups: str) -> None:
    foreign = frozenset(world.binding.security_group(one) for one in parse_names(groups))
    world.parts.none_of_the_security_groups(world.workloads.subject(kind, name, count=count), foreign=foreign)


@then(sentence('the pod "{pod}" never has the security group "{group}" alone'))
def never_that_security_group_alone(world: World, pod: str, group: str) -> None:
    foreign = frozenset([world.binding.security_group(group)])
    world.parts.never_security_groups(world.expect.pods(pod, present=True), foreign=foreign)


@then(sentence('the pod "{pod}" eventually has no security group but of "{groups}"'))
def listed_security_groups(world: World, pod: str, groups: str) -> None:
    wanted = frozenset(world.binding.security_group(name) for name in parse_names(groups))
    world.parts.security_groups(world.expect.pod(pod), wanted=wanted, several=True)


@then(
    sentence('the pods "{one}" and "{other}" eventually do not all have one and the same of the listed security groups')
)
def not_the_same_security_group(world: World, one: str, other: str) -> None:
    world.parts.not_the_same_security_group(world.expect.pods(one, other))


@then(sentence('never more than {count} of the pods "{group}" run'))
def at_most(world: World, count: int, group: str) -> None:
    world.placement.at_most(world.expect.pods(group), count=count)


@then(sentence('the pod "{pod}" eventually has the annotation "{key}"[ with the value "{value}"]'))
def annotation(world: World, pod: str, key: str, value: str | None = None) -> None:
    world.parts.annotation(world.expect.pod(pod), key=key, value=value)


@then(
    sentence(
        'each of the {count} pods of the {kind:Workload} "{name}" eventually has the annotation "{key}" with the value'
        ' "{value}"'
    )
)
def workload_annotation(world: World, count: int, kind: str, name: str, key: str, value: str) -> None:
    world.parts.annotation(world.workloads.subject(kind, name, count=count), key=key, value=value)


@then(sentence('each of the pods "{group}" has the annotation "{key}" soon after it runs'))
def group_annotation(world: World, group: str, key: str) -> None:
    world.parts.annotation_soon(world.expect.pods(group), key=key)


@then(sentence('the pod "{pod}" never has the annotation "{key}"'))
def no_annotation(world: World, pod: str, key: str) -> None:
    world.parts.no_annotation(world.expect.pod(pod), key=key)


@then(sentence('the annotation of each of the pods "{groups}" tells whether and which PodNetworking it uses'))
def confirms(world: World, groups: str) -> None:
    world.parts.confirms(world.expect.pods(*parse_names(groups)))
