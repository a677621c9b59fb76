"""What becomes of pods on a real cluster on which the reference runs."""

from __future__ import annotations

import pytest
from operator_world import INVENTORY, World, await_

from podnet.api import names
from podnet.api.errors import ApiError
from podnet.api.objects import annotations_of, condition_of, name_of
from podnet.api.resources import DEPLOYMENTS, LEASES, NODES, POD_ENIS, POD_NETWORKINGS, PODS

SOLO = "--no-leader-election"


def vswitch_of(pod):
    found = INVENTORY.vswitch_of_address(pod["status"]["podIP"])
    return found.id if found else ""


def test_a_pod_that_matches_gets_its_plane_and_another_one_the_default(world: World):
    world.operator(SOLO)
    plane = world.podnetworking("vsw-a1")
    world.pod("web")
    world.pod("plain", {})
    world.running("web", "plain")
    web, plain = world.get("web"), world.get("plain")
    told = annotations_of(web)
    assert (told[names.POD_ENI], told[names.POD_NETWORKING]) == ("true", plane)
    assert vswitch_of(web) == told[names.ECI_VSWITCH] == "vsw-a1"
    assert told[names.ECI_SECURITY_GROUP] == "sg-1"
    allocation = world.record("web")["spec"]["allocations"][0]
    assert (allocation["ipv4"], allocation["eni"]["vSwitchID"]) == (web["status"]["podIP"], "vsw-a1")
    assert names.POD_NETWORKING not in annotations_of(plain)
    assert vswitch_of(plain) in INVENTORY.default.vswitches
    assert condition_of(web, "Ready")["status"] == "True"


def test_nothing_of_a_framework_is_left_on_the_objects_of_users(world: World):
    world.operator(SOLO)
    plane = world.podnetworking("vsw-a1")
    world.pod("web")
    world.pod("plain", {})
    world.running("web", "plain")
    known = {names.POD_ENI, names.POD_NETWORKING, names.POD_NETWORKS, *names.ECI_ANNOTATIONS}
    for name in ("web", "plain"):
        metadata = world.get(name)["metadata"]
        assert set(metadata.get("annotations") or {}) <= known
        assert "finalizers" not in metadata
    metadata = world.api.get(POD_NETWORKINGS, plane)["metadata"]
    assert metadata.keys() & {"finalizers", "annotations"} == set()


def test_edits_and_deletions_of_podnetworkings_are_for_new_pods(world: World):
    world.operator(SOLO)
    plane = world.podnetworking("vsw-a1")
    world.pod("before")
    world.running("before")
    other = {"spec": {"selector": {"podSelector": {"matchLabels": {"test": "other"}}}}}
    world.api.patch(POD_NETWORKINGS, plane, other)
    world.used_by_admission(world.labels, None)
    world.pod("edited")
    world.used_by_admission({"test": "other"}, plane)
    world.api.delete(POD_NETWORKINGS, plane)
    world.used_by_admission({"test": "other"}, None)
    world.pod("deleted", {"test": "other"})
    world.running("edited", "deleted")
    assert [vswitch_of(world.get(name)) == "vsw-a1" for name in ("before", "edited", "deleted")] == [True, False, False]


def test_the_status_says_what_is_wrong(world: World):
    world.operator(SOLO)
    plane = world.podnetworking("vsw-a1")
    missing = world.podnetworking("vsw-none", suffix="-none", labels={"test": "none"})
    await_(lambda: (world.api.get(POD_NETWORKINGS, plane).get("status") or {}).get("status") == "Ready")
    await_(lambda: (world.api.get(POD_NETWORKINGS, missing).get("status") or {}).get("status") == "Fail")
    with pytest.raises(ApiError, match="securityGroupIDs"):
        world.api.patch(POD_NETWORKINGS, plane, {"spec": {"securityGroupIDs": []}})


def test_an_address_is_free_again_once_its_pod_is_gone(world: World):
    world.operator(SOLO)
    world.podnetworking("vsw-small-1")
    pods = [f"p{number}" for number in range(5)]
    for name in pods:
        world.pod(name)
    await_(lambda: len(world.addresses()) == 4)
    (waiting,) = set(pods) - set(world.addresses())
    await_(lambda: (condition_of(world.get(waiting), names.CONTAINER_INSTANCE_CREATED) or {}).get("status") == "False")
    freed = next(iter(world.addresses()))
    world.delete(freed)
    world.running(waiting)
    await_(lambda: world.gone(PODS, freed) and world.gone(POD_ENIS, freed))
    await_(world.is_sound)


def test_fifty_pods_of_a_deployment(world: World):
    world.operator(SOLO)
    world.podnetworking("vsw-b1")
    template = {"metadata": {"labels": world.labels}, "spec": {"containers": [{"name": "main", "image": "nothing"}]}}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": world.name},
        "spec": {"replicas": 50, "selector": {"matchLabels": world.labels}, "template": template},
    }
    world.api.create(DEPLOYMENTS, deployment)
    await_(lambda: world.api.get(DEPLOYMENTS, "web", namespace=world.name)["status"].get("readyReplicas") == 50)
    await_(world.is_sound)
    assert {vswitch_of(pod) for pod in world.pods()} == {"vsw-b1"}
    world.api.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 0}}, namespace=world.name)
    await_(lambda: not world.pods() and not world.records())


def test_virtual_nodes_are_ready_and_stay_so(world: World):
    world.operator(SOLO)
    node = names.virtual_node("cn-hangzhou-h")
    await_(lambda: not world.api.get(NODES, node)["spec"].get("taints"))
    first = world.api.get(LEASES, node, namespace="kube-node-lease")["spec"]["renewTime"]
    world.api.patch(
        NODES, node, {"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}, subresource="status"
    )
    await_(lambda: (condition_of(world.api.get(NODES, node), "Ready") or {}).get("status") == "True")
    await_(lambda: world.api.get(LEASES, node, namespace="kube-node-lease")["spec"]["renewTime"] > first)
    world.api.delete(NODES, node)
    await_(lambda: node in {name_of(one) for one in world.api.list(NODES).items})


def test_a_zone_without_a_node_gets_one_when_a_plane_needs_it(world: World):
    world.operator(SOLO)
    world.podnetworking("vsw-k1")
    world.pod("web")
    world.running("web")
    assert world.get("web")["spec"]["nodeName"] == names.virtual_node("cn-hangzhou-k")


def test_a_wrong_implementation_is_wrong_on_a_real_cluster_too(world: World):
    world.operator(SOLO, "--implementation", "mini:last-security-group")
    world.podnetworking("vsw-a1")
    two = {"spec": {"securityGroupIDs": ["sg-1", "sg-2"]}}
    world.api.patch(POD_NETWORKINGS, world.name, two)
    await_(lambda: "sg-2" in snapshot(world))
    world.pod("web")
    world.running("web")
    assert annotations_of(world.get("web"))[names.ECI_SECURITY_GROUP] == "sg-2"


def snapshot(world: World) -> str:
    pod = world.api.create(PODS, world.pod_manifest("rehearsal", world.labels), dry_run=True)
    return annotations_of(pod).get(names.POD_NETWORKS, "")


def test_a_pod_whose_node_was_not_heard_of_is_ready_again(world: World):
    world.operator(SOLO)
    world.pod("web", {})
    world.running("web")
    conditions = [
        {**one, "status": "False"} if one["type"] == "Ready" else one
        for one in world.get("web")["status"]["conditions"]
    ]
    lost = {"status": {"conditions": conditions}}
    world.api.patch(PODS, "web", lost, namespace=world.name, subresource="status")
    await_(lambda: condition_of(world.get("web"), "Ready")["status"] == "True")
