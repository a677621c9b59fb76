"""PodNetworkings at the door: what the schema refuses, what the webhook refuses, and what must pass."""

from __future__ import annotations

import pytest

from podnet.api.errors import ApiError
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, POD_NETWORKINGS

GOOD = {"vswitches": ["vsw-a1"], "pods": {"a": "b"}}


def refused(world, code, *words, **plane):
    with pytest.raises(ApiError) as caught:
        world.plane("plane", **{**GOOD, **plane})
    assert caught.value.code == code, str(caught.value)
    for word in words:
        assert word in caught.value.message


def test_the_manifests_of_the_document_come_back_as_they_were_written(world):
    for number, selector in enumerate(
        [{"pods": {"foo": "bar"}}, {"pods": {"foo": "bar"}, "namespaces": {"foo": "bar"}}]
    ):
        name = f"example-{number}"
        created = world.plane(name, vswitches=["vsw-a2", "vsw-a1"], groups=["sg-3", "sg-1", "sg-2"], **selector)
        world.settle()
        assert world.api.get(POD_NETWORKINGS, name)["spec"] == created["spec"]
        assert created["spec"]["securityGroupIDs"] == ["sg-3", "sg-1", "sg-2"]
        assert created["spec"]["vSwitchOptions"] == ["vsw-a2", "vsw-a1"]


def test_the_resource_is_cluster_scoped_with_a_status_of_its_own(world):
    spec = world.api.get(CUSTOM_RESOURCE_DEFINITIONS, "podnetworkings.network.alibabacloud.com")["spec"]
    assert spec["scope"] == "Cluster"
    assert spec["versions"][0]["subresources"] == {"status": {}}


@pytest.mark.parametrize("type_", ["Static", "elastic", ""])
def test_other_allocation_types_are_refused(world, type_):
    refused(world, 422, "spec.allocationType.type", '"Elastic"', allocation={"type": type_})


@pytest.mark.parametrize("parameter", ["releaseStrategy", "releaseAfter"])
def test_fixed_refuses_release_parameters(world, parameter):
    refused(world, 422, f"spec.allocationType.{parameter}", allocation={"type": "Fixed", parameter: "x"})


def test_a_selector_without_an_operator_is_refused(world):
    refused(world, 422, "operator", pods={"matchExpressions": [{"key": "a"}]})


@pytest.mark.parametrize(
    ("expression", "field"),
    [
        ({"key": "a", "operator": "In"}, "spec.selector.podSelector.matchExpressions[0].values: Required value"),
        ({"key": "a", "operator": "in", "values": ["b"]}, 'operator: Invalid value: "in"'),
        ({"key": "-a", "operator": "Exists"}, "spec.selector.podSelector.matchExpressions[0].key: Invalid value"),
        ({"key": "a", "operator": "In", "values": ["b c"]}, "values[0]: Invalid value"),
    ],
)
def test_a_malformed_selector_is_refused_at_creation_and_at_update(world, expression, field):
    refused(world, 422, field, pods={"matchExpressions": [expression]})
    world.plane("plane", **GOOD)
    patch = {"spec": {"selector": {"podSelector": {"matchExpressions": [expression]}}}}
    with pytest.raises(ApiError) as caught:
        world.api.patch(POD_NETWORKINGS, "plane", patch)
    assert field in caught.value.message


def test_five_security_groups_pass_and_six_do_not(world):
    world.plane("five", **GOOD, groups=[f"sg-{number}" for number in range(1, 6)])
    refused(world, 422, "spec.securityGroupIDs", "at most 5", groups=[f"sg-{number}" for number in range(1, 7)])
    with pytest.raises(ApiError):
        world.api.patch(POD_NETWORKINGS, "five", {"spec": {"securityGroupIDs": ["sg-1"] * 6}})


def test_what_is_bad_already_can_still_get_labels_and_status(world):
    class Lenient(world.implementation):
        def reject(self, podnetworking):
            return ()

    world.crash()
    world.implementation, strict = Lenient, world.implementation
    world.install()
    world.plane("old", **GOOD, groups=[f"sg-{number}" for number in range(1, 7)])
    world.implementation = strict
    world.restart()
    world.api.patch(POD_NETWORKINGS, "old", {"metadata": {"labels": {"seen": "yes"}}})
    world.settle()
    assert world.api.get(POD_NETWORKINGS, "old")["status"]["status"] == "Ready"
