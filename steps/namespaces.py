"""Namespaces and their labels."""

from __future__ import annotations

from pytest_bdd import given, when

from podnet.harness.sentences import sentence
from podnet.harness.tables import records
from podnet.harness.world import World


@given(sentence("the namespaces"))
@when(sentence("these namespaces are created"))
def create(world: World, datatable: list[list[str]]) -> None:
    for row in records(datatable, required=["namespace"], optional=["labels", "annotations"]):
        world.namespaces.create(row["namespace"], labels=row["labels"], annotations=row["annotations"])


@when(sentence('the namespace "{namespace}" is labelled "{labels}"'))
def label(world: World, namespace: str, labels: str) -> None:
    world.namespaces.label(namespace, labels=labels)


@when(sentence('the namespace "{namespace}" loses the label "{key}"'))
def unlabel(world: World, namespace: str, key: str) -> None:
    world.namespaces.unlabel(namespace, key=key)


@when(sentence('the deletion of the namespace "{namespace}" begins'))
def begin_deletion(world: World, namespace: str) -> None:
    world.namespaces.begin_deletion(namespace)


@when(sentence('the namespace "{namespace}" is deleted'))
def delete(world: World, namespace: str) -> None:
    world.namespaces.delete(namespace)
