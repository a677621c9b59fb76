"""A ReplicaSet keeps its number of pods."""

import pytest

from podnet.api.errors import ApiError
from podnet.api.host import AdmissionResponse
from podnet.api.objects import condition_of, controller_of
from podnet.api.resources import EVENTS, NODES, PODS, REPLICA_SETS, VALIDATING_WEBHOOK_CONFIGURATIONS

SELECTOR = {"matchLabels": {"app": "web"}}


@pytest.fixture
def replica_set(world, web_template):
    def create(replicas=2, **more):
        spec = {"replicas": replicas, "selector": SELECTOR, "template": web_template(), **more}
        return world.create(REPLICA_SETS, "web", spec)

    return create


def owned(world):
    uid = world.get(REPLICA_SETS, "web")["metadata"]["uid"]
    return [pod for pod in world.list(PODS) if (controller_of(pod) or {}).get("uid") == uid]


def test_it_creates_its_pods_and_reports_them(world, replica_set):
    replica_set(3)
    world.settle()
    pods = owned(world)
    assert len(pods) == 3
    assert all(pod["metadata"]["name"].startswith("web-") for pod in pods)
    assert all(pod["metadata"]["ownerReferences"][0]["blockOwnerDeletion"] for pod in pods)
    status = world.get(REPLICA_SETS, "web")["status"]
    assert status == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "terminatingReplicas": 0,
        "observedGeneration": 1,
    }


def test_siblings_are_spread_over_the_nodes(world, replica_set):
    replica_set(6)
    world.settle()
    nodes = sorted(pod["spec"]["nodeName"] for pod in owned(world))
    assert nodes == ["n1", "n1", "n2", "n2", "n3", "n3"]


def test_a_deleted_pod_is_replaced_while_it_still_terminates(world, replica_set):
    replica_set(1)
    world.settle()
    (old,) = owned(world)
    world.annotate(old, **{"stop-seconds": "20"})
    world.delete(PODS, old["metadata"]["name"])
    world.settle()
    assert len(owned(world)) == 2
    assert world.get(REPLICA_SETS, "web")["status"]["replicas"] == 1
    world.advance(30)
    assert len(owned(world)) == 1


def test_a_failed_pod_stays_and_is_replaced_at_once(world, replica_set):
    replica_set(1)
    world.settle()
    (pod,) = owned(world)
    world.annotate(pod, phase="Failed")
    world.settle()
    assert sorted(item["status"]["phase"] for item in owned(world)) == ["Failed", "Running"]


def test_pods_that_always_fail_are_replaced_more_and_more_slowly(world, replica_set, web_template):
    replica_set(1, template=web_template(annotations={"test/phase": "Failed"}))
    world.settle()
    assert len(owned(world)) == 2
    world.advance(60)
    counted = len(owned(world))
    assert 5 <= counted <= 10


def test_scaling_down_gives_up_what_is_of_least_use(world, replica_set):
    world.pod("pinned", {"app": "web"}, nodeSelector={"no": "where"})
    replica_set(3)
    world.settle()
    unready = next(pod for pod in owned(world) if pod["spec"].get("nodeName"))
    world.annotate(unready, phase="Unready")
    world.settle()
    world.patch(REPLICA_SETS, "web", {"spec": {"replicas": 1}})
    world.settle()
    left = {pod["metadata"]["name"] for pod in owned(world)}
    assert len(left) == 1
    assert not left & {"pinned", unready["metadata"]["name"]}


def test_the_cheaper_pod_goes_first(world, replica_set):
    replica_set(2)
    world.settle()
    cheap, dear = owned(world)
    cost = {"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "-5"}}}
    world.patch(PODS, cheap["metadata"]["name"], cost)
    world.patch(REPLICA_SETS, "web", {"spec": {"replicas": 1}})
    world.settle()
    assert [pod["metadata"]["name"] for pod in owned(world)] == [dear["metadata"]["name"]]


def test_of_equal_pods_the_one_on_the_most_crowded_node_goes_first(world, replica_set):
    world.patch(NODES, "n3", {"spec": {"unschedulable": True}})
    world.settle()
    replica_set(3)
    world.settle()
    nodes = [pod["spec"]["nodeName"] for pod in owned(world)]
    assert sorted(map(nodes.count, set(nodes))) == [1, 2]
    world.patch(REPLICA_SETS, "web", {"spec": {"replicas": 2}})
    world.settle()
    assert {pod["spec"]["nodeName"] for pod in owned(world)} == {"n1", "n2"}


def test_a_matching_orphan_is_adopted_and_a_stray_is_released(world, replica_set):
    world.pod("orphan", {"app": "web"})
    replica_set(2)
    world.settle()
    assert "orphan" in {pod["metadata"]["name"] for pod in owned(world)}
    assert len(owned(world)) == 2
    world.patch(PODS, "orphan", {"metadata": {"labels": {"app": "other"}}})
    world.settle()
    assert not world.get(PODS, "orphan")["metadata"].get("ownerReferences")
    assert len(owned(world)) == 2


def test_a_refused_pod_is_reported_and_tried_again_later(world, replica_set):
    calls = []

    def refuse(request):
        calls.append(request.name)
        return AdmissionResponse(allowed=len(calls) > 3, message="not today")

    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    webhook = {
        "name": "a.b.c",
        "clientConfig": world.host.serve("refuse", refuse),
        "rules": [rule],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    world.api.create(VALIDATING_WEBHOOK_CONFIGURATIONS, {"metadata": {"name": "refuse"}, "webhooks": [webhook]})
    replica_set(1)
    world.settle()
    assert len(calls) == 1
    condition = condition_of(world.get(REPLICA_SETS, "web"), "ReplicaFailure")
    assert condition["status"] == "True"
    assert condition["reason"] == "FailedCreate"
    assert "not today" in condition["message"]
    assert [event["type"] for event in world.list(EVENTS) if event["reason"] == "FailedCreate"] == ["Warning"]
    world.advance(10)
    assert len(calls) == 4
    replica_set_now = world.get(REPLICA_SETS, "web")
    assert condition_of(replica_set_now, "ReplicaFailure") is None
    assert replica_set_now["status"]["readyReplicas"] == 1


def test_min_ready_seconds_delay_availability(world, replica_set):
    replica_set(1, minReadySeconds=30)
    world.settle()
    assert "availableReplicas" not in world.get(REPLICA_SETS, "web")["status"]
    world.advance(31)
    assert world.get(REPLICA_SETS, "web")["status"]["availableReplicas"] == 1


def test_deleting_it_deletes_its_pods_and_orphaning_keeps_them(world, replica_set):
    replica_set(2)
    world.settle()
    world.delete(REPLICA_SETS, "web", propagation="Orphan")
    world.settle()
    assert world.gone(REPLICA_SETS, "web")
    assert [pod["metadata"].get("ownerReferences") for pod in world.list(PODS)] == [None, None]
    replica_set(2)
    world.settle()
    assert len(owned(world)) == 2
    world.delete(REPLICA_SETS, "web")
    world.settle()
    assert world.list(PODS) == []


def test_the_same_seed_gives_the_same_cluster(new_world, web_template):
    def run(seed):
        world = new_world(seed)
        world.namespace("ns")
        for index in range(3):
            world.node(f"n{index}")
        spec = {"replicas": 5, "selector": SELECTOR, "template": web_template()}
        world.create(REPLICA_SETS, "web", spec)
        world.settle()
        return [(pod["metadata"]["name"], pod["spec"]["nodeName"]) for pod in world.list(PODS)]

    assert run(7) == run(7)
    assert run(7) != run(8)


def test_a_stuck_pod_does_not_keep_the_cluster_busy(world, replica_set, web_template):
    replica_set(3, template=web_template(nodeSelector={"no": "where"}))
    assert world.runtime.settle(max_steps=200) > 0
    with pytest.raises(ApiError):
        world.get(PODS, "none")
