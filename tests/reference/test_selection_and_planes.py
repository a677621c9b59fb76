"""Pods get the plane that selects them, all of it, or the default one."""

from __future__ import annotations

import pytest
from reference_world import INVENTORY

from podnet.api import names
from podnet.api.objects import annotations_of, labels_of, name_of
from podnet.api.resources import (
    DEPLOYMENTS,
    EVENTS,
    NAMESPACES,
    NODES,
    POD_NETWORKINGS,
    PODS,
    STATEFUL_SETS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
)


def workload(kind, name, *, replicas, labels):
    selector = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "serviceName": name,
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {"labels": selector | labels},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            },
        },
    }


def deployment(name, *, replicas, labels):
    manifest = workload("Deployment", name, replicas=replicas, labels=labels)
    del manifest["spec"]["serviceName"]
    return manifest


def test_the_example_of_the_document_gives_every_replica_the_plane(world):
    world.plane("example", vswitches=["vsw-a1"], groups=["sg-1", "sg-2"], pods={"foo": "bar"})
    world.api.create(DEPLOYMENTS, deployment("elastic", replicas=3, labels={"foo": "bar"}))
    world.settle()
    replicas = [name_of(pod) for pod in world.pods()]
    assert len(replicas) == 3
    for name in replicas:
        assert world.phase(name) == "Running"
        assert world.told(name) == ("true", "example")
        assert (world.vswitch(name), world.groups(name), world.zone(name)) == ("vsw-a1", ["sg-1"], "cn-hangzhou-h")
    assert len({world.ip(name) for name in replicas}) == 3


def test_a_pod_that_matches_nothing_runs_on_the_default_plane_without_annotations(world):
    world.plane("other", vswitches=["vsw-a1"], pods={"foo": "bar"})
    world.pod("plain", {"foo": "baz"})
    world.settle()
    assert world.phase("plain") == "Running"
    assert world.vswitch("plain") in INVENTORY.default.vswitches
    assert world.groups("plain") == ["sg-default"]
    assert world.told("plain") == (None, None)


def test_an_unmatched_pod_prefers_a_default_vswitch_in_its_zone_and_runs_where_there_is_none(world):
    world.pod("near", nodeName="virtual-kubelet-cn-hangzhou-i")
    world.pod("far", nodeName="virtual-kubelet-cn-hangzhou-j")
    world.settle()
    assert world.vswitch("near") == "vsw-default-i"
    assert world.phase("far") == "Running"


def test_namespaces_are_selected_by_their_labels_of_the_moment(world):
    world.plane("team", vswitches=["vsw-a1"], namespaces={"team": "a"})
    world.namespace("one", team="a")
    world.namespace("two")
    world.pod("early", namespace="two")
    world.settle()
    world.api.patch(NAMESPACES, "two", {"metadata": {"labels": {"team": "a"}}})
    world.pod("inside", namespace="one")
    world.pod("late", namespace="two")
    world.settle()
    assert world.told("inside", "one") == ("true", "team")
    assert world.told("late", "two") == ("true", "team")
    assert world.told("early", "two") == (None, None)
    assert world.vswitch("early", "two") in INVENTORY.default.vswitches


def test_what_a_user_writes_into_the_annotations_selects_nothing(world):
    world.plane("plane", vswitches=["vsw-a1"], pods={"foo": "bar"})
    world.plane("target", vswitches=["vsw-b1"], pods={"nobody": "here"})
    spoof = {
        names.POD_ENI: "true",
        names.POD_NETWORKING: "target",
        names.POD_NETWORKS: '{"podNetworks":[]}',
        "mine": "x",
    }
    world.pod("unmatched", annotations=spoof)
    world.pod("matched", {"foo": "bar"}, annotations=spoof)
    world.settle()
    assert world.told("unmatched") == (None, None)
    assert annotations_of(world.get("unmatched"))["mine"] == "x"
    assert world.vswitch("unmatched") in INVENTORY.default.vswitches
    assert world.told("matched") == ("true", "plane")
    assert world.vswitch("matched") == "vsw-a1"


def test_pods_that_match_several_planes_each_get_one_of_them_and_never_a_mix(world):
    world.plane("a", vswitches=["vsw-a1"], groups=["sg-1"], pods={"foo": "bar"})
    world.plane("b", vswitches=["vsw-b1"], groups=["sg-2"], pods={"foo": "bar"})
    world.plane("c", vswitches=["vsw-c1"], groups=["sg-3"], pods={"other": "x"})
    expected = {"a": ("vsw-a1", ["sg-1"]), "b": ("vsw-b1", ["sg-2"])}
    world.api.create(DEPLOYMENTS, deployment("many", replicas=20, labels={"foo": "bar"}))
    world.settle()
    seen = set()
    for pod in world.pods():
        name = name_of(pod)
        chosen = world.told(name)[1]
        assert (world.vswitch(name), world.groups(name)) == expected[chosen]
        seen.add(chosen)
    assert seen == {"a", "b"}


def test_pods_on_the_network_of_the_host_are_left_alone(world):
    world.plane("plane", vswitches=["vsw-b1"], pods={"foo": "bar"})
    world.pod("host", {"foo": "bar"}, hostNetwork=True)
    world.settle()
    assert world.told("host") == (None, None)
    assert "affinity" not in world.get("host")["spec"]


def test_later_changes_never_move_a_pod_but_a_new_pod_of_the_same_name_follows_them(world):
    world.plane("plane", vswitches=["vsw-a1"], groups=["sg-1"], pods={"foo": "bar"})
    world.api.create(STATEFUL_SETS, workload("StatefulSet", "web", replicas=1, labels={"foo": "bar"}))
    world.settle()
    before = (world.get("web-0")["status"], annotations_of(world.get("web-0")), world.record("web-0")["spec"])
    spec = {"vSwitchOptions": ["vsw-b1"], "securityGroupIDs": ["sg-2"]}
    world.api.patch(POD_NETWORKINGS, "plane", {"spec": spec})
    world.plane("better", vswitches=["vsw-c1"], pods={"app": "web", "later": "yes"})
    world.api.patch(PODS, "web-0", {"metadata": {"labels": {"later": "yes"}}}, namespace="default")
    world.settle()
    assert (world.get("web-0")["status"], annotations_of(world.get("web-0")), world.record("web-0")["spec"]) == before
    world.delete("web-0")
    world.settle()
    assert (world.vswitch("web-0"), world.groups("web-0"), world.told("web-0")) == (
        "vsw-b1",
        ["sg-2"],
        ("true", "plane"),
    )
    world.api.delete(POD_NETWORKINGS, "plane")
    world.delete("web-0")
    world.settle()
    assert world.told("web-0") == (None, None)


def test_an_edited_selector_counts_for_the_next_pod(world):
    world.plane("plane", vswitches=["vsw-a1"], pods={"foo": "bar"})
    patch = {"spec": {"selector": {"podSelector": {"matchLabels": {"foo": "baz"}}}}}
    world.api.patch(POD_NETWORKINGS, "plane", patch)
    world.pod("old", {"foo": "bar"})
    world.pod("new", {"foo": "baz"})
    assert world.told("old") == (None, None)
    assert world.told("new") == ("true", "plane")


def test_the_last_of_many_planes_is_found(world):
    for number in range(60):
        world.plane(f"plane-{number:03}", vswitches=["vsw-a1"], pods={"number": str(number)})
    world.pod("last", {"number": "59"})
    world.settle()
    assert world.told("last") == ("true", "plane-059")


def test_fixed_applies_to_every_kind_of_pod(world):
    world.plane("fixed", vswitches=["vsw-a1"], pods={"foo": "bar"}, allocation={"type": "Fixed"})
    world.pod("bare", {"foo": "bar"})
    world.api.create(STATEFUL_SETS, workload("StatefulSet", "set", replicas=1, labels={"foo": "bar"}))
    world.settle()
    for name in ("bare", "set-0"):
        assert world.told(name) == ("true", "fixed")
        assert world.vswitch(name) == "vsw-a1"


def test_a_dual_stack_vswitch_gives_both_families(world):
    world.plane("dual", vswitches=["vsw-dual"], pods={"foo": "bar"})
    world.pod("both", {"foo": "bar"})
    world.settle()
    ips = [item["ip"] for item in world.get("both")["status"]["podIPs"]]
    vswitch = INVENTORY.vswitches_by_id["vsw-dual"]
    assert [str(vswitch.cidr_of(ip)) for ip in ips] == ["10.0.7.0/24", "fd00:7::/64"]
    [allocation] = world.record("both")["spec"]["allocations"]
    assert [allocation["ipv4"], allocation["ipv6"]] == ips


def malformed(world, name, **plane):
    """A PodNetworking that no webhook looked at."""
    configuration = world.api.get(VALIDATING_WEBHOOK_CONFIGURATIONS, "podnet-reference")
    world.api.delete(VALIDATING_WEBHOOK_CONFIGURATIONS, "podnet-reference")
    world.plane(name, **plane)
    del configuration["metadata"]["resourceVersion"]
    world.api.create(VALIDATING_WEBHOOK_CONFIGURATIONS, configuration)


def test_a_malformed_selector_that_got_in_harms_nobody(world):
    bad = {"matchExpressions": [{"key": "foo", "operator": "NotIn", "values": []}]}
    malformed(world, "bad", vswitches=["vsw-a1"], pods=bad)
    world.plane("good", vswitches=["vsw-b1"], pods={"foo": "bar"})
    world.pod("matched", {"foo": "bar"})
    world.pod("plain")
    world.settle()
    assert world.told("matched") == ("true", "good")
    assert world.told("plain") == (None, None)
    assert world.phase("plain") == "Running"
    status = world.api.get(POD_NETWORKINGS, "bad")["status"]
    assert status["status"] == "Fail"
    assert "matchExpressions[0].values: Required value" in status["message"]


@pytest.mark.parametrize(
    ("vswitches", "groups", "missing"),
    [
        (["vsw-gone"], ["sg-1"], "vSwitch vsw-gone not found"),
        (["vsw-a1"], ["sg-gone"], "security group sg-gone not found"),
    ],
)
def test_pods_of_a_plane_that_names_what_does_not_exist_never_start(world, vswitches, groups, missing):
    world.plane("broken", vswitches=vswitches, groups=groups, pods={"foo": "bar"})
    world.pod("stuck", {"foo": "bar"})
    world.pod("control")
    world.advance(300)
    assert world.phase("control") == "Running"
    assert (world.phase("stuck"), world.ip("stuck"), world.told("stuck")) == ("Pending", "", ("true", "broken"))
    status = world.api.get(POD_NETWORKINGS, "broken")["status"]
    assert status["status"] == "Fail"
    assert missing in status["message"]
    assert "stuck" not in world.records()
    warnings = [event for event in world.api.list(EVENTS).items if event["involvedObject"]["name"] == "stuck"]
    assert len([event for event in warnings if event["source"].get("component") == "virtual-kubelet"]) == 1


def test_a_plane_is_ready_once_everything_exists_again(world):
    world.plane("plane", vswitches=["vsw-a1", "vsw-gone"], pods={"foo": "bar"})
    world.settle()
    status = world.api.get(POD_NETWORKINGS, "plane")["status"]
    assert (status["status"], status["vSwitches"]) == ("Fail", [{"id": "vsw-a1", "zone": "cn-hangzhou-h"}])
    world.api.patch(POD_NETWORKINGS, "plane", {"spec": {"vSwitchOptions": ["vsw-b1", "vsw-a1"]}})
    world.settle()
    status = world.api.get(POD_NETWORKINGS, "plane")["status"]
    assert [item["id"] for item in status["vSwitches"]] == ["vsw-b1", "vsw-a1"]
    assert (status["status"], "message" in status) == ("Ready", False)


def test_virtual_nodes_carry_the_labels_that_users_rely_on(world):
    for node in world.api.list(NODES).items:
        labels = labels_of(node)
        zone = labels[names.TOPOLOGY_ZONE]
        assert name_of(node) == labels[names.HOSTNAME] == f"virtual-kubelet-{zone}"
        assert (labels["type"], labels["kubernetes.io/role"]) == ("virtual-kubelet", "agent")
        assert not node["spec"].get("taints")
