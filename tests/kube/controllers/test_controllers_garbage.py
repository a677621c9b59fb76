"""What nobody owns goes, and what is being deleted goes in the order asked for."""

import pytest

from podnet.api.objects import uid_of
from podnet.api.resources import (
    CONFIG_MAPS,
    CUSTOM_RESOURCE_DEFINITIONS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    PODS,
    STATEFUL_SETS,
    Resource,
)

WIDGETS = Resource("example.com", "v1", "widgets", "Widget")


def reference(owner, **more):
    return {"apiVersion": "v1", "kind": "ConfigMap", "name": owner["metadata"]["name"], "uid": uid_of(owner), **more}


@pytest.fixture
def config(world):
    def create(name, *owners, namespace="ns", block=False, finalizers=()):
        references = [reference(owner, **({"blockOwnerDeletion": True} if block else {})) for owner in owners]
        metadata = {"name": name, "namespace": namespace, "ownerReferences": references, "finalizers": list(finalizers)}
        return world.api.create(CONFIG_MAPS, {"metadata": metadata})

    return create


def test_a_dependent_goes_with_its_last_owner_and_theirs_in_turn(world, config):
    one, two = config("one"), config("two")
    middle = config("middle", one, two)
    config("leaf", middle)
    world.settle()
    world.delete(CONFIG_MAPS, "one")
    world.settle()
    assert [item["name"] for item in world.get(CONFIG_MAPS, "middle")["metadata"]["ownerReferences"]] == ["two"]
    world.delete(CONFIG_MAPS, "two")
    world.settle()
    assert world.gone(CONFIG_MAPS, "middle")
    assert world.gone(CONFIG_MAPS, "leaf")


def test_an_owner_counts_by_uid_not_by_name(world, config):
    old = config("owner")
    world.delete(CONFIG_MAPS, "owner")
    config("owner")
    config("leaf", old)
    world.settle()
    assert world.gone(CONFIG_MAPS, "leaf")


def test_an_owner_in_another_namespace_does_not_exist(world, config):
    world.namespace("other")
    owner = config("owner", namespace="other")
    config("leaf", owner)
    world.settle()
    assert world.gone(CONFIG_MAPS, "leaf")


def test_an_owner_of_an_unknown_kind_is_given_the_benefit_of_the_doubt(world):
    owner = {"apiVersion": "example.com/v1", "kind": "Nothing", "name": "x", "uid": "u"}
    world.api.create(CONFIG_MAPS, {"metadata": {"name": "leaf", "namespace": "ns", "ownerReferences": [owner]}})
    world.settle()
    assert not world.gone(CONFIG_MAPS, "leaf")


def test_foreground_deletion_waits_for_dependents_that_block_it(world, config):
    owner = config("owner")
    config("slow", owner, block=True, finalizers=["example.com/hold"])
    config("free", owner, finalizers=["example.com/hold"])
    world.settle()
    world.delete(CONFIG_MAPS, "owner", propagation="Foreground")
    world.settle()
    assert world.get(CONFIG_MAPS, "owner")["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert world.get(CONFIG_MAPS, "free")["metadata"]["deletionTimestamp"]
    world.patch(CONFIG_MAPS, "slow", {"metadata": {"finalizers": None}})
    world.settle()
    assert world.gone(CONFIG_MAPS, "owner")
    assert not world.gone(CONFIG_MAPS, "free")


def test_foreground_deletion_takes_those_along_that_do_not_block_it(world, config):
    owner = config("owner")
    config("owned", owner)
    world.delete(CONFIG_MAPS, "owner", propagation="Foreground")
    world.settle()
    assert world.gone(CONFIG_MAPS, "owner")
    assert world.gone(CONFIG_MAPS, "owned")


def test_orphans_lose_the_reference_and_stay(world, config):
    owner, other = config("owner"), config("other")
    config("leaf", owner, other)
    config("alone", owner)
    world.settle()
    world.delete(CONFIG_MAPS, "owner", propagation="Orphan")
    world.settle()
    assert world.gone(CONFIG_MAPS, "owner")
    assert [item["name"] for item in world.get(CONFIG_MAPS, "leaf")["metadata"]["ownerReferences"]] == ["other"]
    assert not world.get(CONFIG_MAPS, "alone")["metadata"].get("ownerReferences")


@pytest.fixture
def widgets(world):
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    spec = {
        "group": WIDGETS.group,
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
    }
    world.api.create(CUSTOM_RESOURCE_DEFINITIONS, {"metadata": {"name": "widgets.example.com"}, "spec": spec})
    world.settle()


def test_custom_resources_own_and_are_owned(world, widgets):
    widget = world.create(WIDGETS, "w", {})
    owner = {"apiVersion": "example.com/v1", "kind": "Widget", "name": "w", "uid": uid_of(widget)}
    world.api.create(CONFIG_MAPS, {"metadata": {"name": "leaf", "namespace": "ns", "ownerReferences": [owner]}})
    world.settle()
    assert not world.gone(CONFIG_MAPS, "leaf")
    world.delete(WIDGETS, "w")
    world.settle()
    assert world.gone(CONFIG_MAPS, "leaf")


def test_deleting_a_namespace_deletes_everything_in_it_pods_gracefully_and_first(world, config, widgets):
    config("plain")
    world.create(WIDGETS, "w", {})
    world.pod("slow", annotations={"test/stop-seconds": "20"})
    world.settle()
    world.delete(NAMESPACES, "ns")
    world.settle()
    namespace = world.get(NAMESPACES, "ns")
    assert namespace["status"]["phase"] == "Terminating"
    conditions = {item["type"]: item for item in namespace["status"]["conditions"]}
    remaining = conditions["NamespaceContentRemaining"]
    assert remaining["status"] == "True"
    assert "pods. has 1 resource instances" in remaining["message"]
    assert not world.gone(CONFIG_MAPS, "plain")
    world.advance(21)
    assert world.gone(NAMESPACES, "ns")
    for resource in (PODS, CONFIG_MAPS, WIDGETS):
        assert world.list(resource) == []


def test_a_namespace_waits_for_finalizers_and_says_so(world, config):
    config("held", finalizers=["example.com/hold"])
    world.settle()
    world.delete(NAMESPACES, "ns")
    world.settle()
    conditions = {item["type"]: item for item in world.get(NAMESPACES, "ns")["status"]["conditions"]}
    assert conditions["NamespaceFinalizersRemaining"]["message"] == (
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
    )
    world.patch(CONFIG_MAPS, "held", {"metadata": {"finalizers": None}})
    world.settle()
    assert world.gone(NAMESPACES, "ns")


@pytest.mark.parametrize("seed", range(4))
def test_a_namespace_with_workloads_ends_whatever_the_order_of_work(new_world, web_template, seed):
    world = new_world(seed)
    world.namespace("ns")
    world.node("n1")
    selector = {"matchLabels": {"app": "web"}}
    for resource in (DEPLOYMENTS, STATEFUL_SETS):
        spec = {"replicas": 2, "serviceName": "s", "selector": selector, "template": web_template()}
        world.create(resource, resource.plural, spec)
    world.create(JOBS, "job", {"template": web_template(restartPolicy="Never"), "parallelism": 2})
    for _ in range(30):
        world.runtime.step()
    world.delete(NAMESPACES, "ns")
    world.settle()
    world.advance(120)
    assert world.gone(NAMESPACES, "ns")
