"""Deployments, StatefulSets and Jobs."""

from __future__ import annotations

from pytest_bdd import given, then, when

from podnet.harness.sentences import sentence
from podnet.harness.world import World


@given(sentence('the {kind:Workload} "{name}" of {count} pods labelled "{labels}" is created'))
@when(
    sentence(
        'the {kind:Workload} "{name}" of {count} pods labelled "{labels}" is created[ in the namespace "{namespace}"]'
    )
)
def create(world: World, kind: str, name: str, count: int, labels: str, namespace: str = "") -> None:
    world.workloads.create(kind, name, count=count, shape=world.pods.shape(labels), namespace=namespace)


@when(
    sentence(
        'the {kind:Workload} "{name}" of {count} pods labelled "{labels}" that prefer the zone "{zone}" is created'
    )
)
def create_preferring(world: World, kind: str, name: str, count: int, labels: str, zone: str) -> None:
    world.workloads.create(kind, name, count=count, shape=world.pods.shape(labels, preferred_zone=zone))


@when(
    sentence(
        'the {kind:Workload} "{name}" of {count} pods labelled "{labels}" that require the zone "{zone}" is created'
    )
)
def create_requiring(world: World, kind: str, name: str, count: int, labels: str, zone: str) -> None:
    world.workloads.create(kind, name, count=count, shape=world.pods.shape(labels, zone=zone))


@when(
    sentence(
        'the {kind:Workload} "{name}" of {count} pods labelled "{labels}" and annotated "{annotations}" is created'
    )
)
def create_annotated(world: World, kind: str, name: str, count: int, labels: str, annotations: str) -> None:
    world.workloads.create(kind, name, count=count, shape=world.pods.shape(labels, annotations=annotations))


@given(sentence('the network of the pods of the {kind:Workload} "{name}" is noted'))
def note(world: World, kind: str, name: str) -> None:
    world.workloads.note(kind, name)


@then(sentence('the pods of the {kind:Workload} "{name}" are the same, and their network stays as it was noted'))
def unchanged(world: World, kind: str, name: str) -> None:
    world.expect.unchanged(world.workloads.those_noted(kind, name))


@then(sentence('no pod of the {kind:Workload} "{name}" ever runs or has an address'))
def none_runs(world: World, kind: str, name: str) -> None:
    world.expect.never_runs(world.workloads.those_there(kind, name))


@when(sentence('the {kind:Workload} "{name}" of {count} pods labelled "{labels}", itself labelled "{own}", is created'))
def create_labelled(world: World, kind: str, name: str, count: int, labels: str, own: str) -> None:
    world.workloads.create(kind, name, count=count, shape=world.pods.shape(labels), labels=own)


@when(
    sentence(
        'the {kind:Workload} "{name}" of as many pods as "{vswitch}" has addresses, labelled "{labels}", is created'
        '[ in the namespace "{namespace}"]'
    )
)
def create_filling(world: World, kind: str, name: str, vswitch: str, labels: str, namespace: str = "") -> None:
    shape = world.pods.shape(labels)
    world.workloads.create(kind, name, count=world.capacity.of(vswitch), shape=shape, namespace=namespace)


@when(
    sentence(
        'the {kind:Workload} "{name}" of as many pods as "{vswitch}" has addresses, which take {seconds} seconds to'
        ' stop, labelled "{labels}", is created'
    )
)
def create_slowly_ending(world: World, kind: str, name: str, vswitch: str, seconds: int, labels: str) -> None:
    shape = world.pods.shape(labels, stop_seconds=seconds)
    world.workloads.create(kind, name, count=world.capacity.of(vswitch), shape=shape)


@when(
    sentence(
        'the {kind:Workload} "{name}" of {extra} more pods than "{vswitch}" has addresses, labelled "{labels}", is'
        " created"
    )
)
def create_overflowing(world: World, kind: str, name: str, extra: int, vswitch: str, labels: str) -> None:
    world.workloads.create(kind, name, count=world.capacity.of(vswitch) + extra, shape=world.pods.shape(labels))


@when(sentence('the manifest "{file}" is applied'))
def apply(world: World, file: str) -> None:
    for document in world.manifest(file):
        if document["kind"] == "PodNetworking":
            world.podnetworkings.apply(document)
        else:
            world.workloads.apply(document)


@when(sentence('the {kind:Workload} "{name}" is scaled to {count}'))
def scale(world: World, kind: str, name: str, count: int) -> None:
    world.workloads.scale(kind, name, count=count)


@when(sentence('the {kind:Workload} "{name}"[ in the namespace "{namespace}"] is restarted'))
def restart(world: World, kind: str, name: str, namespace: str = "") -> None:
    world.workloads.restart(kind, name, namespace=namespace)


@when(sentence('the template of the {kind:Workload} "{name}" is labelled "{labels}"'))
def relabel(world: World, kind: str, name: str, labels: str) -> None:
    world.workloads.relabel(kind, name, labels=labels)


@when(sentence('the {kind:Workload} "{name}"[ in the namespace "{namespace}"] is deleted'))
def delete(world: World, kind: str, name: str, namespace: str = "") -> None:
    world.workloads.delete(kind, name, namespace=namespace)


@then(sentence('the Job "{name}" eventually completes'))
def completes(world: World, name: str) -> None:
    world.workloads.completed(name)


@then(
    sentence('all pods of the {kind:Workload} "{name}"[ in the namespace "{namespace}"] eventually run with an address')
)
def all_run(world: World, kind: str, name: str, namespace: str = "") -> None:
    world.expect.runs(world.workloads.subject(kind, name, namespace=namespace))
