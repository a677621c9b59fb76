"""Zones: matched pods run only where a vSwitch of theirs is, on nodes that appear where they are needed."""

from __future__ import annotations

import pytest

from podnet.api import names
from podnet.api.errors import ApiError
from podnet.api.objects import labels_of, name_of
from podnet.api.resources import LEASES, NODES, POD_NETWORKINGS
from podnet.reference import Reference

H, I, J, K = (names.virtual_node(f"cn-hangzhou-{letter}") for letter in "hijk")  # noqa: E741  # the letters of the zones
WEB = {"app": "web"}


def required(*terms):
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def hostname(*nodes):
    return {"matchExpressions": [{"key": names.HOSTNAME, "operator": "In", "values": list(nodes)}]}


def prefers(node):
    wish = {"weight": 100, "preference": hostname(node)}
    return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [wish]}}


@pytest.fixture
def zoned(world):
    world.plane("zoned", vswitches=["vsw-a1", "vsw-a2"], pods=WEB)
    return world


def test_a_wish_for_another_zone_does_not_move_matched_pods_but_does_move_others(zoned):
    for number in range(10):
        zoned.pod(f"matched-{number}", WEB, affinity=prefers(J))
    zoned.pod("other", affinity=prefers(J))
    zoned.settle()
    assert {zoned.zone(f"matched-{number}") for number in range(10)} <= {"cn-hangzhou-h", "cn-hangzhou-i"}
    assert zoned.zone("other") == "cn-hangzhou-j"


@pytest.mark.parametrize(("node", "vswitch"), [(H, "vsw-a1"), (I, "vsw-a2")])
@pytest.mark.parametrize("how", ["nodeSelector", "affinity", "nodeName"])
def test_a_pod_that_names_a_node_inside_runs_there_on_the_vswitch_of_that_zone(zoned, node, vswitch, how):
    spec = {
        "nodeSelector": {names.HOSTNAME: node},
        "affinity": required(hostname(node)),
        "nodeName": node,
    }
    zoned.pod("web", WEB, **{how: spec[how]})
    zoned.settle()
    assert (zoned.get("web")["spec"]["nodeName"], zoned.vswitch("web")) == (node, vswitch)


@pytest.mark.parametrize("how", ["nodeSelector", "affinity", "nodeName"])
def test_a_pod_that_names_a_node_outside_never_runs(zoned, how):
    spec = {"nodeSelector": {names.HOSTNAME: J}, "affinity": required(hostname(J)), "nodeName": J}
    zoned.pod("web", WEB, **{how: spec[how]})
    zoned.pod("control", **{how: spec[how]})
    zoned.advance(300)
    assert (zoned.phase("web"), zoned.ip("web")) == ("Pending", "")
    assert zoned.phase("control") == "Running"
    zoned.delete("web")
    zoned.settle()
    assert zoned.gone("web")


def test_of_two_alternatives_the_one_inside_counts(zoned):
    zoned.pod("web", WEB, affinity=required(hostname(J), hostname(I)))
    zoned.settle()
    assert zoned.get("web")["spec"]["nodeName"] == I


def test_a_new_zone_gets_a_node_and_the_pods_run_there(world):
    before = set(map(name_of, world.api.list(NODES).items))
    assert before == {H, I, J}
    world.plane("new", vswitches=["vsw-k1"], pods=WEB)
    world.pod("web", WEB)
    world.settle()
    assert set(map(name_of, world.api.list(NODES).items)) == before | {K}
    assert (world.get("web")["spec"]["nodeName"], world.vswitch("web")) == (K, "vsw-k1")
    assert labels_of(world.api.get(NODES, K))[names.TOPOLOGY_ZONE] == "cn-hangzhou-k"


def test_a_zone_that_nobody_needs_gets_no_node(world):
    world.plane("known", vswitches=["vsw-a1"], pods=WEB)
    world.pod("web", WEB)
    world.settle()
    assert set(map(name_of, world.api.list(NODES).items)) == {H, I, J}


def test_two_planes_that_need_one_new_zone_share_its_node(world):
    world.plane("one", vswitches=["vsw-k1"], pods={"app": "one"})
    world.plane("two", vswitches=["vsw-k1"], pods={"app": "two"})
    world.pod("one", {"app": "one"})
    world.pod("two", {"app": "two"})
    world.api.delete(POD_NETWORKINGS, "two")
    world.settle()
    assert {world.zone("one"), world.zone("two")} == {"cn-hangzhou-k"}


def test_a_virtual_node_that_was_deleted_comes_back(world):
    world.api.delete(NODES, H)
    world.settle()
    assert world.api.get(NODES, H)


def test_a_virtual_node_that_lost_its_condition_is_ready_again(world):
    lost = {"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}
    world.api.patch(NODES, H, lost, subresource="status")
    world.settle()
    [condition] = world.api.get(NODES, H)["status"]["conditions"]
    assert condition["status"] == "True"


def test_virtual_nodes_renew_their_lease_where_a_node_controller_watches(world):
    class Beating(Reference):
        heartbeat_seconds = 10.0

    world.crash()
    world.implementation = Beating
    world.install()
    world.advance(5)
    first = world.api.get(LEASES, H, namespace="kube-node-lease")["spec"]["renewTime"]
    world.advance(10)
    assert world.api.get(LEASES, H, namespace="kube-node-lease")["spec"]["renewTime"] > first


def test_nodes_of_others_are_left_alone(world):
    foreign = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "worker"}, "spec": {}}
    world.api.create(NODES, foreign)
    world.pod("elsewhere", nodeName="worker")
    world.settle()
    assert world.phase("elsewhere") == "Pending"
    assert "status" not in world.get("elsewhere") or not world.ip("elsewhere")
    with pytest.raises(ApiError):
        world.record("elsewhere")
