"""Nodes that come, go, and are tainted; the pods on them."""

import pytest

from podnet.api.objects import condition_of, uid_of
from podnet.api.resources import NODES, PODS
from podnet.kube.controllers.tainteviction import tolerated_seconds

NOT_READY = "node.kubernetes.io/not-ready"


def taint_keys(world, name):
    return [taint["key"] for taint in world.get(NODES, name)["spec"].get("taints", [])]


def set_ready(world, name, status):
    patch = {"status": {"conditions": [{"type": "Ready", "status": status}]}}
    world.patch(NODES, name, patch, subresource="status")


@pytest.mark.parametrize(("status", "key"), [("False", NOT_READY), ("Unknown", "node.kubernetes.io/unreachable")])
def test_a_node_is_tainted_while_it_is_not_ready(world, status, key):
    set_ready(world, "n1", status)
    world.settle()
    assert taint_keys(world, "n1") == [key]
    set_ready(world, "n1", "True")
    world.settle()
    assert taint_keys(world, "n1") == []


def test_a_node_without_the_condition_is_not_ready_from_the_moment_of_its_creation(world):
    world.api.create(NODES, {"metadata": {"name": "bare"}})
    assert taint_keys(world, "bare") == [NOT_READY]
    world.settle()
    assert taint_keys(world, "bare") == [NOT_READY]


def test_a_new_node_that_says_it_is_ready_is_tainted_until_that_has_been_seen(world):
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    world.api.create(NODES, {"metadata": {"name": "bare"}, "status": status})
    assert taint_keys(world, "bare") == [NOT_READY]
    world.settle()
    assert taint_keys(world, "bare") == []


def test_a_cordoned_node_is_tainted_and_foreign_taints_stay(world):
    world.patch(NODES, "n1", {"spec": {"unschedulable": True, "taints": [{"key": "mine", "effect": "NoSchedule"}]}})
    world.settle()
    assert taint_keys(world, "n1") == ["mine", "node.kubernetes.io/unschedulable"]
    world.patch(NODES, "n1", {"spec": {"unschedulable": False}})
    world.settle()
    assert taint_keys(world, "n1") == ["mine"]


def test_pods_of_a_missing_node_go_after_the_quarantine(world):
    world.pod("p", nodeSelector={"kubernetes.io/hostname": "n1"})
    world.settle()
    world.delete(NODES, "n1")
    world.settle()
    world.advance(39)
    assert world.get(PODS, "p")["status"]["phase"] == "Running"
    world.advance(2)
    assert world.gone(PODS, "p")


def test_a_node_that_comes_back_in_time_keeps_its_pods(world):
    world.pod("p", nodeSelector={"kubernetes.io/hostname": "n1"})
    world.settle()
    world.delete(NODES, "n1")
    world.advance(30)
    world.node("n1")
    world.advance(100)
    assert not world.gone(PODS, "p")


def test_the_quarantine_starts_anew_when_the_node_goes_again(world):
    world.pod("p", nodeSelector={"kubernetes.io/hostname": "n1"})
    world.settle()
    world.delete(NODES, "n1")
    world.advance(30)
    world.node("n1")
    world.settle()
    world.delete(NODES, "n1")
    world.advance(39)
    assert not world.gone(PODS, "p")
    world.advance(2)
    assert world.gone(PODS, "p")


def test_a_pod_bound_to_a_node_that_never_was_goes_too(world):
    world.pod("p", nodeName="nowhere", annotations={"test/phase": "Pending"})
    world.advance(39)
    assert not world.gone(PODS, "p")
    world.advance(2)
    assert world.gone(PODS, "p")


@pytest.mark.parametrize(
    ("tolerations", "expected"),
    [
        ([], 0.0),
        ([{"operator": "Exists"}], None),
        ([{"key": "k", "operator": "Exists", "tolerationSeconds": 30}], 30.0),
        ([{"key": "k", "operator": "Exists", "tolerationSeconds": -5}], 0.0),
        ([{"key": "other", "operator": "Exists"}], 0.0),
    ],
)
def test_the_shortest_toleration_counts(tolerations, expected):
    assert tolerated_seconds([{"key": "k", "effect": "NoExecute"}], tolerations) == expected


def test_a_pod_is_evicted_from_a_tainted_node_when_its_time_is_up(world):
    pinned = {"nodeSelector": {"kubernetes.io/hostname": "n1"}}
    bears = {"key": "k", "operator": "Exists", "effect": "NoExecute"}
    world.pod("now", **pinned)
    world.pod("later", **pinned, tolerations=[{**bears, "tolerationSeconds": 60}])
    world.pod("never", **pinned, tolerations=[bears])
    world.settle()
    world.patch(NODES, "n1", {"spec": {"taints": [{"key": "k", "effect": "NoExecute"}]}})
    world.settle()
    assert world.gone(PODS, "now")
    world.advance(59)
    assert not world.gone(PODS, "later")
    world.advance(1)
    assert world.gone(PODS, "later")
    assert not world.gone(PODS, "never")


def test_an_eviction_is_called_off_when_the_taint_goes(world):
    bears = {"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}
    pod = world.pod("p", nodeSelector={"kubernetes.io/hostname": "n1"}, tolerations=[bears])
    world.settle()
    world.patch(NODES, "n1", {"spec": {"taints": [{"key": "k", "effect": "NoExecute"}]}})
    world.advance(30)
    world.patch(NODES, "n1", {"spec": {"taints": None}})
    world.advance(300)
    world.patch(NODES, "n1", {"spec": {"taints": [{"key": "k", "effect": "NoExecute"}]}})
    world.advance(59)
    assert uid_of(world.get(PODS, "p")) == uid_of(pod)
    assert condition_of(world.get(PODS, "p"), "DisruptionTarget") is None
