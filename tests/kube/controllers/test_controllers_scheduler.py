"""The scheduler at work in a cluster: it binds, says why not, and tries again when that may help."""

import pytest

from podnet.api.objects import condition_of
from podnet.api.resources import EVENTS, NAMESPACES, NODES, PODS

ZONE = "topology.kubernetes.io/zone"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def node_of(world, name):
    return world.get(PODS, name)["spec"].get("nodeName")


def events(world, reason):
    return [event for event in world.list(EVENTS) if event["reason"] == reason]


def test_a_pod_is_bound_and_an_event_says_where(world):
    world.pod("p", nodeSelector={ZONE: "z2"})
    world.settle()
    assert node_of(world, "p") == "n2"
    assert condition_of(world.get(PODS, "p"), "PodScheduled")["status"] == "True"
    (event,) = events(world, "Scheduled")
    assert event["message"] == "Successfully assigned ns/p to n2"
    assert event["source"] == {"component": "default-scheduler"}


def test_a_pod_without_a_node_says_why_once(world):
    world.pod("p", nodeSelector={ZONE: "z9"})
    world.settle()
    message = (
        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, "
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    )
    condition = condition_of(world.get(PODS, "p"), "PodScheduled")
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "Unschedulable", message)
    (event,) = events(world, "FailedScheduling")
    assert (event["type"], event["message"], event["count"]) == ("Warning", message, 1)
    world.patch(NODES, "n1", {"metadata": {"annotations": {"some": "thing"}}})
    assert world.runtime.settle() < 20
    assert events(world, "FailedScheduling")[0]["count"] == 1
    assert world.runtime.next_due() is None


def test_a_waiting_pod_is_tried_again_when_a_node_comes_or_changes(world):
    world.pod("p", nodeSelector={ZONE: "z9"})
    world.settle()
    world.node("n9", {ZONE: "z9"}, ready="False")
    world.settle()
    assert node_of(world, "p") is None
    world.patch(NODES, "n9", {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}, subresource="status")
    world.settle()
    assert node_of(world, "p") == "n9"


@pytest.mark.parametrize("end", ["delete", "finish", "relabel"])
def test_a_waiting_pod_is_tried_again_when_another_gets_out_of_its_way(world, end):
    term = {"topologyKey": ZONE, "labelSelector": {"matchLabels": {"app": "web"}}}
    shy = {"podAntiAffinity": {REQUIRED: [term]}}
    first = world.pod("first", {"app": "web"}, nodeSelector={ZONE: "z1"})
    world.settle()
    world.pod("p", nodeSelector={ZONE: "z1"}, affinity=shy)
    world.settle()
    assert node_of(world, "p") is None
    if end == "delete":
        world.delete(PODS, "first")
    elif end == "finish":
        world.annotate(first, phase="Succeeded")
    else:
        world.patch(PODS, "first", {"metadata": {"labels": {"app": "db"}}})
    world.settle()
    assert node_of(world, "p") == "n1"


def test_a_waiting_pod_is_tried_again_when_one_that_spreads_it_begins_to_leave(world):
    selector = {"matchLabels": {"app": "web"}}
    constraint = {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
    world.pod("first", {"app": "web"}, nodeSelector={ZONE: "z1"}, annotations={"test/stop-seconds": "60"})
    world.settle()
    late = {**constraint, "nodeAffinityPolicy": "Ignore"}
    world.pod("p", {"app": "web"}, nodeSelector={ZONE: "z1"}, topologySpreadConstraints=[late])
    world.settle()
    assert node_of(world, "p") is None
    world.delete(PODS, "first")
    world.settle()
    assert node_of(world, "p") == "n1"


def test_a_waiting_pod_is_tried_again_when_company_arrives(world):
    term = {"topologyKey": ZONE, "labelSelector": {"matchLabels": {"app": "db"}}}
    world.pod("p", affinity={"podAffinity": {REQUIRED: [term]}})
    world.settle()
    assert node_of(world, "p") is None
    world.pod("db", {"app": "db"}, nodeSelector={ZONE: "z3"})
    world.settle()
    assert node_of(world, "p") == "n3"


def test_a_waiting_pod_is_tried_again_when_the_labels_of_a_namespace_change(world):
    world.namespace("data")
    term = {
        "topologyKey": ZONE,
        "labelSelector": {"matchLabels": {"app": "db"}},
        "namespaceSelector": {"matchLabels": {"team": "data"}},
    }
    spec = {"containers": [{"name": "c", "image": "i"}], "nodeSelector": {ZONE: "z3"}}
    world.create(PODS, "db", spec, namespace="data", labels={"app": "db"})
    world.pod("p", affinity={"podAffinity": {REQUIRED: [term]}})
    world.settle()
    assert node_of(world, "p") is None
    world.patch(NAMESPACES, "data", {"metadata": {"labels": {"team": "data"}}})
    world.settle()
    assert node_of(world, "p") == "n3"


def test_gated_and_foreign_pods_are_left_alone(world):
    world.pod("gated", schedulingGates=[{"name": "example.com/wait"}])
    world.pod("foreign", schedulerName="other")
    world.settle()
    assert node_of(world, "gated") is None
    assert node_of(world, "foreign") is None
    world.patch(PODS, "gated", {"spec": {"schedulingGates": None}})
    world.settle()
    assert node_of(world, "gated")


def test_resources_are_given_back(world):
    world.patch(NODES, "n1", {"status": {"allocatable": {"cpu": "1"}}}, subresource="status")
    big = [{"name": "c", "image": "i", "resources": {"requests": {"cpu": "700m"}}}]
    world.pod("first", containers=big, nodeSelector={ZONE: "z1"})
    world.settle()
    world.pod("p", containers=big, nodeSelector={ZONE: "z1"})
    world.settle()
    assert "1 Insufficient cpu" in condition_of(world.get(PODS, "p"), "PodScheduled")["message"]
    world.delete(PODS, "first")
    world.settle()
    assert node_of(world, "p") == "n1"


def test_hard_spreading_holds_for_pods_scheduled_together(world):
    selector = {"matchLabels": {"app": "web"}}
    constraint = {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
    for index in range(9):
        world.pod(f"p{index}", {"app": "web"}, topologySpreadConstraints=[constraint])
    world.settle()
    nodes = sorted(pod["spec"]["nodeName"] for pod in world.list(PODS))
    assert nodes == ["n1"] * 3 + ["n2"] * 3 + ["n3"] * 3


def test_ties_are_broken_by_the_seed(new_world):
    def choice(seed):
        world = new_world(seed)
        world.namespace("ns")
        for index in range(4):
            world.node(f"n{index}")
        world.settle()
        world.pod("p")
        world.settle()
        return node_of(world, "p")

    choices = [choice(seed) for seed in range(12)]
    assert choices == [choice(seed) for seed in range(12)]
    assert len(set(choices)) > 1


def test_a_pod_of_higher_priority_gets_the_place_of_lower_ones_and_nobody_takes_it_meanwhile(world):
    where = {"nodeSelector": {ZONE: "z7"}}
    full = [{"name": "c", "image": "nothing:1", "resources": {"requests": {"cpu": "40"}}}]
    world.node("n7", {ZONE: "z7"})
    world.pod("low", annotations={"test/stop-seconds": "30"}, containers=full, **where)
    world.settle()
    world.pod("high", containers=full, priorityClassName="system-node-critical", **where)
    world.settle()
    assert world.get(PODS, "high")["status"]["nominatedNodeName"] == "n7"
    assert condition_of(world.get(PODS, "low"), "DisruptionTarget")["reason"] == "PreemptionByScheduler"
    world.pod("late", containers=full, **where)
    world.runtime.advance(31)
    assert world.get(PODS, "high")["spec"]["nodeName"] == "n7"
    assert "nominatedNodeName" not in world.get(PODS, "high")["status"]
    assert not world.get(PODS, "late")["spec"].get("nodeName")
