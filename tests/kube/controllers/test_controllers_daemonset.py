"""A DaemonSet keeps one pod on every node that is meant for it."""

import pytest

from podnet.api.objects import labels_of, name_of
from podnet.api.resources import CONTROLLER_REVISIONS, DAEMON_SETS, NODES, PODS


@pytest.fixture
def daemon_set(world, web_template):
    def create(pod_annotations=None, pod_spec=None, **more):
        made = web_template(annotations=pod_annotations, **(pod_spec or {}))
        return world.create(DAEMON_SETS, "web", {"selector": {"matchLabels": {"app": "web"}}, "template": made, **more})

    return create


def placed(world):
    return sorted(pod["spec"].get("nodeName", "") for pod in world.list(PODS))


def test_every_node_gets_one_pod_bound_by_the_scheduler(world, daemon_set):
    daemon_set()
    world.settle()
    assert placed(world) == ["n1", "n2", "n3"]
    pod = world.list(PODS)[0]
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert required["nodeSelectorTerms"][0]["matchFields"][0]["key"] == "metadata.name"
    (revision,) = world.list(CONTROLLER_REVISIONS)
    assert name_of(revision) == f"web-{labels_of(pod)['controller-revision-hash']}"
    assert world.get(DAEMON_SETS, "web")["status"] == {
        "currentNumberScheduled": 3,
        "desiredNumberScheduled": 3,
        "numberMisscheduled": 0,
        "numberReady": 3,
        "numberAvailable": 3,
        "updatedNumberScheduled": 3,
        "observedGeneration": 1,
    }


def test_a_new_node_gets_a_pod(world, daemon_set):
    daemon_set()
    world.settle()
    world.node("n4")
    world.settle()
    assert placed(world) == ["n1", "n2", "n3", "n4"]


def test_selectors_and_taints_keep_pods_away(world, daemon_set):
    world.patch(NODES, "n1", {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}})
    daemon_set(pod_spec={"nodeSelector": {"disk": "ssd"}})
    for name in ("n1", "n2"):
        world.patch(NODES, name, {"metadata": {"labels": {"disk": "ssd"}}})
    world.settle()
    assert placed(world) == ["n2"]
    world.patch(NODES, "n2", {"metadata": {"labels": {"disk": None}}})
    world.settle()
    assert placed(world) == []


def test_a_taint_that_only_stops_scheduling_leaves_the_pod_that_is_there(world, daemon_set):
    daemon_set()
    world.settle()
    world.patch(NODES, "n1", {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}})
    world.settle()
    assert placed(world) == ["n1", "n2", "n3"]
    assert world.get(DAEMON_SETS, "web")["status"]["numberMisscheduled"] == 1


def test_cordoned_nodes_run_daemons_all_the_same(world, daemon_set):
    world.patch(NODES, "n1", {"spec": {"unschedulable": True}})
    world.settle()
    daemon_set()
    world.settle()
    assert placed(world) == ["n1", "n2", "n3"]


def test_deleted_and_failed_pods_are_made_again(world, daemon_set):
    daemon_set()
    world.settle()
    first, second, _ = world.list(PODS)
    world.delete(PODS, name_of(first))
    world.annotate(second, phase="Failed")
    world.settle()
    assert placed(world) == ["n1", "n2", "n3"]
    assert not {name_of(first), name_of(second)} & set(map(name_of, world.list(PODS)))


def test_a_new_template_replaces_pods_one_unavailable_at_a_time(world, daemon_set):
    daemon_set()
    world.settle()
    world.patch(DAEMON_SETS, "web", {"spec": {"template": {"metadata": {"annotations": {"test/phase": "Unready"}}}}})
    world.settle()
    status = world.get(DAEMON_SETS, "web")["status"]
    assert (status["updatedNumberScheduled"], status["numberAvailable"], status["numberUnavailable"]) == (1, 2, 1)
    (broken,) = (pod for pod in world.list(PODS) if "annotations" in pod["metadata"])
    world.annotate(broken, phase="Running")
    world.settle()
    assert world.get(DAEMON_SETS, "web")["status"]["updatedNumberScheduled"] == 2


def test_pods_that_always_fail_do_not_keep_the_cluster_busy(world, daemon_set):
    daemon_set(pod_annotations={"test/phase": "Failed"})
    assert world.runtime.settle(max_steps=500) > 0
    world.advance(30)


def test_deleting_it_deletes_its_pods(world, daemon_set):
    daemon_set()
    world.settle()
    world.delete(DAEMON_SETS, "web")
    world.settle()
    assert world.list(PODS) == []
