"""Bare pods: created one by one, in a table or many at once; edited, deleted."""

from __future__ import annotations

from pytest_bdd import given, then, when

from podnet.api.names import POD_ENI, POD_NETWORKING
from podnet.harness.sentences import sentence
from podnet.harness.tables import records
from podnet.harness.world import World


@when(sentence('the pod "{pod}"[ labelled "{labels}"] is created[ in the namespace "{namespace}"]'))
def create(world: World, pod: str, labels: str = "", namespace: str = "") -> None:
    world.pods.create(pod, shape=world.pods.shape(labels), namespace=namespace)


@when(sentence('the pod "{pod}" labelled "{labels}" is created for the zone "{zone}"'))
def create_for_zone(world: World, pod: str, labels: str, zone: str) -> None:
    world.pods.create(pod, shape=world.pods.shape(labels, zone=zone))


@when(sentence('the pod "{pod}" labelled "{labels}" is created for the node of the zone "{zone}" by its name'))
def create_for_node(world: World, pod: str, labels: str, zone: str) -> None:
    world.pods.create(pod, shape=world.pods.by_node_name(world.pods.shape(labels), zone=zone))


@when(
    sentence('the pod "{pod}" labelled "{labels}" is created with the label of the zone "{zone}" as its nodeSelector')
)
def create_for_zone_label(world: World, pod: str, labels: str, zone: str) -> None:
    world.pods.create(pod, shape=world.pods.by_zone_label(world.pods.shape(labels), zone=zone))


@when(sentence('the pod "{pod}" labelled "{labels}" is created on the node of the zone "{zone}"'))
def create_on_node(world: World, pod: str, labels: str, zone: str) -> None:
    world.pods.create(pod, shape=world.pods.shape(labels, node_zone=zone))


@when(sentence("these pods are created"))
def create_table(world: World, datatable: list[list[str]]) -> None:
    for row in records(datatable, required=["pod"], optional=["namespace", "labels", "annotations"]):
        shape = world.pods.shape(row["labels"], annotations=row["annotations"])
        world.pods.create(row["pod"], shape=shape, namespace=row["namespace"])


@when(sentence('{count} pods "{group}" labelled "{labels}" are created at once[ in the namespace "{namespace}"]'))
def create_numbered(world: World, count: int, group: str, labels: str, namespace: str = "") -> None:
    world.pods.create_numbered(count, group=group, shape=world.pods.shape(labels), namespace=namespace)


@when(sentence('{count} pods "{group}" labelled "{labels}" that prefer the zone "{zone}" are created at once'))
def create_preferring(world: World, count: int, group: str, labels: str, zone: str) -> None:
    world.pods.create_numbered(count, group=group, shape=world.pods.shape(labels, preferred_zone=zone))


@when(
    sentence(
        '{count} pods "{group}" labelled "{labels}" that require the zone "{zone}" or "{other}" are created at once'
    )
)
def create_requiring(world: World, count: int, group: str, labels: str, zone: str, other: str) -> None:
    world.pods.create_numbered(count, group=group, shape=world.pods.shape(labels, zones=[zone, other]))


@when(sentence('{count} pods "{group}" labelled "{labels}" that must be in different zones are created at once'))
def create_apart(world: World, count: int, group: str, labels: str) -> None:
    world.pods.create_numbered(count, group=group, shape=world.pods.apart(world.pods.shape(labels)))


@when(
    sentence(
        '{count} pods "{group}" labelled "{labels}" that would rather be spread over the zones are created at once'
    )
)
def create_spread(world: World, count: int, group: str, labels: str) -> None:
    world.pods.create_numbered(count, group=group, shape=world.pods.spread(world.pods.shape(labels)))


@when(
    sentence(
        '{count} pods "{group}" labelled "{labels}" that prefer the zone "{zone}", but must be spread over the zones,'
        " are created at once"
    )
)
def create_spread_strictly(world: World, count: int, group: str, labels: str, zone: str) -> None:
    shape = world.pods.spread(world.pods.shape(labels, preferred_zone=zone), strictly=True)
    world.pods.create_numbered(count, group=group, shape=shape)


@when(
    sentence(
        '{count} pods "{group}" labelled "{labels}" that prefer the zone "{zone}", with a nodeSelector that every node'
        " satisfies, are created at once"
    )
)
def create_selecting_any(world: World, count: int, group: str, labels: str, zone: str) -> None:
    shape = world.pods.by_common_label(world.pods.shape(labels, preferred_zone=zone))
    world.pods.create_numbered(count, group=group, shape=shape)


@when(
    sentence(
        '{count} pods "{group}" labelled "{labels}" that must be in the zone of a pod labelled "{other}" are created at'
        " once"
    )
)
def create_near(world: World, count: int, group: str, labels: str, other: str) -> None:
    shape = world.pods.near(world.pods.shape(labels), labels=other)
    world.pods.create_numbered(count, group=group, shape=shape)


@when(sentence('the pod "{pod}" labelled "{labels}" is created and deleted {count} times, and each time it runs'))
def create_again_and_again(world: World, pod: str, labels: str, count: int) -> None:
    for _ in range(count):
        world.pods.create(pod, shape=world.pods.shape(labels))
        world.expect.runs(world.expect.pods(pod))
        world.audit()
        world.pods.delete(world.pods.group(pod))


@given(
    sentence(
        'the pod "{pod}"[ labelled "{labels}"] runs[ in the namespace "{namespace}"] on the PodNetworking "{name}"'
    )
)
def runs_on(world: World, pod: str, name: str, labels: str = "", namespace: str = "") -> None:
    world.pods.create(pod, shape=world.pods.shape(labels), namespace=namespace)
    world.expect.uses(world.expect.pods(pod), planes=[name])


@given(sentence('the pod "{pod}"[ labelled "{labels}"] runs[ in the namespace "{namespace}"] on the default plane'))
def runs_on_default(world: World, pod: str, labels: str = "", namespace: str = "") -> None:
    world.pods.create(pod, shape=world.pods.shape(labels), namespace=namespace)
    world.expect.uses(world.expect.pods(pod), planes=["default plane"])


@given(sentence('the network of the pod "{pod}"[ in the namespace "{namespace}"] is noted'))
def note(world: World, pod: str, namespace: str = "") -> None:
    world.expect.note(world.expect.pod(pod, namespace=namespace))


@then(sentence('the network of the pod "{pod}"[ in the namespace "{namespace}"] stays as it was noted'))
def unchanged(world: World, pod: str, namespace: str = "") -> None:
    world.expect.unchanged(world.expect.pod(pod, namespace=namespace))


@then(sentence('the network of the pod "{pod}" stays as it was noted, whatever is annotated'))
def unchanged_but_annotations(world: World, pod: str) -> None:
    world.expect.unchanged(world.expect.pod(pod), without=[POD_NETWORKING, POD_ENI])


@when(sentence('the pod "{pod}"[ in the namespace "{namespace}"] is labelled "{labels}"'))
def label(world: World, pod: str, labels: str, namespace: str = "") -> None:
    world.pods.label((world.namespaces.use(namespace), pod), labels=labels)


@when(sentence('the pod "{pod}" is labelled "{labels}" while it stops'))
def label_stopping(world: World, pod: str, labels: str) -> None:
    world.pods.label_stopping((world.namespaces.use(), pod), labels=labels)


@when(sentence('the pod "{pod}" loses the label "{key}"'))
def unlabel(world: World, pod: str, key: str) -> None:
    world.pods.unlabel((world.namespaces.use(), pod), label=key)


@when(sentence('the pod "{pod}" is annotated "{annotations}"'))
def annotate(world: World, pod: str, annotations: str) -> None:
    world.pods.annotate((world.namespaces.use(), pod), annotations=annotations)


@when(sentence('the pod "{pod}" is deleted by force, and created again at once labelled "{labels}"'))
def replace_at_once(world: World, pod: str, labels: str) -> None:
    world.pods.replace_at_once(pod, shape=world.pods.shape(labels))


@when(sentence('the pod "{pod}" is deleted'))
@when(sentence('the pods "{pod}" are deleted'))
def delete(world: World, pod: str) -> None:
    world.pods.delete(world.pods.group(pod))


@when(sentence('the pods "{pod}" are deleted by force'))
def delete_by_force(world: World, pod: str) -> None:
    world.pods.delete(world.pods.group(pod), how="deleted by force")


@when(sentence('the pods "{pod}" are evicted'))
def evict(world: World, pod: str) -> None:
    world.pods.delete(world.pods.group(pod), how="evicted")


@when(sentence('the pod "{pod}" is deleted and created again by its StatefulSet'))
def recreated(world: World, pod: str) -> None:
    world.pods.recreated((world.namespaces.use(), pod))


@when(sentence('the deletion of the pod "{pod}" begins'))
def begin_deletion(world: World, pod: str) -> None:
    world.pods.begin_deletion(world.pods.group(pod))


@then(sentence('the pod "{pod}" is eventually gone'))
def gone(world: World, pod: str) -> None:
    world.pods.expect_gone(world.pods.group(pod))
