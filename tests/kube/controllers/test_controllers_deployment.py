"""A Deployment rolls its pod template out."""

import pytest

from podnet.api.objects import condition_of, labels_of, name_of
from podnet.api.resources import DEPLOYMENTS, EVENTS, PODS, REPLICA_SETS

REVISION = "deployment.kubernetes.io/revision"


@pytest.fixture
def deployment(world, web_template):
    def create(replicas=3, pod_labels=None, pod_annotations=None, **more):
        made = web_template(pod_labels, annotations=pod_annotations)
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": made, **more}
        return world.create(DEPLOYMENTS, "web", spec)

    return create


def change_template(world, **labels):
    world.patch(DEPLOYMENTS, "web", {"spec": {"template": {"metadata": {"labels": labels}}}})


def status_of(world):
    return world.get(DEPLOYMENTS, "web")["status"]


def sizes(world):
    """Replicas by revision."""
    sets = world.list(REPLICA_SETS)
    return {int(item["metadata"]["annotations"][REVISION]): item["spec"]["replicas"] for item in sets}


def condition(world, type_):
    found = condition_of(world.get(DEPLOYMENTS, "web"), type_)
    return found["status"], found["reason"]


def watch_counts(world):
    """Record the number of pods wanted, and of pods ready, at every change of a ReplicaSet or pod."""
    seen = []

    def keys(_):
        pods = [pod for pod in world.list(PODS) if not pod["metadata"].get("deletionTimestamp")]
        ready = sum((condition_of(pod, "Ready") or {}).get("status") == "True" for pod in pods)
        seen.append((sum(item["spec"]["replicas"] for item in world.list(REPLICA_SETS)), ready))
        return ()

    world.host.controller("spy", lambda _: None, watches={PODS: keys, REPLICA_SETS: keys})
    return seen


def test_a_deployment_runs_its_pods_under_one_replica_set(world, deployment):
    deployment(3)
    world.settle()
    (replica_set,) = world.list(REPLICA_SETS)
    mark = labels_of(replica_set)["pod-template-hash"]
    assert name_of(replica_set) == f"web-{mark}"
    assert replica_set["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": mark}
    assert {labels_of(pod)["pod-template-hash"] for pod in world.list(PODS)} == {mark}
    status = status_of(world)
    counts = {key: status.get(key) for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")}
    assert set(counts.values()) == {3}
    assert "unavailableReplicas" not in status
    assert status["observedGeneration"] == world.get(DEPLOYMENTS, "web")["metadata"]["generation"]
    assert condition(world, "Available") == ("True", "MinimumReplicasAvailable")
    assert condition(world, "Progressing") == ("True", "NewReplicaSetAvailable")
    assert world.get(DEPLOYMENTS, "web")["metadata"]["annotations"][REVISION] == "1"


@pytest.mark.parametrize("seed", range(8))
def test_a_new_template_replaces_all_pods_within_the_limits(new_world, web_template, seed):
    world = new_world(seed)
    world.namespace("ns")
    world.node("n1")
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}
    selector = {"matchLabels": {"app": "web"}}
    spec = {"replicas": 4, "selector": selector, "template": web_template(), "strategy": strategy}
    world.create(DEPLOYMENTS, "web", spec)
    world.settle()
    before = {name_of(pod) for pod in world.list(PODS)}
    seen = watch_counts(world)
    change_template(world, rev="2")
    world.settle()
    assert sizes(world) == {1: 0, 2: 4}
    assert not before & {name_of(pod) for pod in world.list(PODS)}
    assert {labels_of(pod)["rev"] for pod in world.list(PODS)} == {"2"}
    assert max(total for total, _ in seen) <= 5
    assert min(ready for _, ready in seen) >= 3
    assert condition(world, "Progressing") == ("True", "NewReplicaSetAvailable")


def test_a_restart_annotation_is_a_new_template(world, deployment):
    deployment(2)
    world.settle()
    before = {name_of(pod) for pod in world.list(PODS)}
    restart = {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
    world.patch(DEPLOYMENTS, "web", {"spec": {"template": {"metadata": {"annotations": restart}}}})
    world.settle()
    after = {name_of(pod) for pod in world.list(PODS)}
    assert len(after) == 2
    assert not before & after


def test_a_template_that_never_gets_ready_leaves_old_pods_running_and_is_reported(world, deployment):
    deployment(4)
    world.settle()
    change = {"annotations": {"test/phase": "Pending"}}
    world.patch(DEPLOYMENTS, "web", {"spec": {"template": {"metadata": change}}})
    world.settle()
    assert sizes(world) == {1: 3, 2: 2}
    assert condition(world, "Available") == ("True", "MinimumReplicasAvailable")
    assert condition(world, "Progressing") == ("True", "ReplicaSetUpdated")
    world.advance(599)
    assert condition(world, "Progressing")[0] == "True"
    world.advance(2)
    assert condition(world, "Progressing") == ("False", "ProgressDeadlineExceeded")
    assert world.runtime.next_due() is None


def test_going_back_to_an_earlier_template_takes_up_its_replica_set(world, deployment):
    deployment(2, pod_labels={"rev": "1"})
    world.settle()
    (first,) = world.list(REPLICA_SETS)
    change_template(world, rev="2")
    world.settle()
    change_template(world, rev="1")
    world.settle()
    assert len(world.list(REPLICA_SETS)) == 2
    assert world.get(REPLICA_SETS, name_of(first))["spec"]["replicas"] == 2
    assert sizes(world) == {2: 0, 3: 2}
    assert world.get(DEPLOYMENTS, "web")["metadata"]["annotations"][REVISION] == "3"


def test_recreate_waits_until_the_last_old_pod_is_gone(world, deployment):
    deployment(2, strategy={"type": "Recreate"}, pod_annotations={"test/stop-seconds": "20"})
    world.settle()
    change_template(world, rev="2")
    world.settle()
    assert [labels_of(pod).get("rev") for pod in world.list(PODS)] == [None, None]
    assert len(world.list(REPLICA_SETS)) == 1
    world.advance(25)
    assert [labels_of(pod).get("rev") for pod in world.list(PODS)] == ["2", "2"]


def test_scaling_changes_only_the_number(world, deployment):
    deployment(2)
    world.settle()
    before = {name_of(pod) for pod in world.list(PODS)}
    world.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 5}})
    world.settle()
    assert before < {name_of(pod) for pod in world.list(PODS)}
    assert status_of(world)["availableReplicas"] == 5
    world.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 0}})
    world.settle()
    assert world.list(PODS) == []
    assert len(world.list(REPLICA_SETS)) == 1
    (name,) = map(name_of, world.list(REPLICA_SETS))
    assert {event["message"] for event in world.list(EVENTS) if event["reason"] == "ScalingReplicaSet"} == {
        f"Scaled up replica set {name} from 0 to 2",
        f"Scaled up replica set {name} from 2 to 5",
        f"Scaled down replica set {name} from 5 to 0",
    }


def test_scaling_during_a_stuck_rollout_changes_old_and_new(world, deployment):
    deployment(10, strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}})
    world.settle()
    world.patch(DEPLOYMENTS, "web", {"spec": {"template": {"metadata": {"annotations": {"test/phase": "Pending"}}}}})
    world.settle()
    assert sizes(world) == {1: 8, 2: 5}
    world.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 15}})
    world.settle()
    assert sizes(world) == {1: 11, 2: 7}


def test_a_paused_deployment_scales_but_does_not_roll_out(world, deployment):
    deployment(2)
    world.settle()
    world.patch(DEPLOYMENTS, "web", {"spec": {"paused": True, "replicas": 3}})
    change_template(world, rev="2")
    world.settle()
    assert sizes(world) == {1: 3}
    assert condition(world, "Progressing") == ("Unknown", "DeploymentPaused")
    world.patch(DEPLOYMENTS, "web", {"spec": {"paused": False}})
    world.settle()
    assert sizes(world) == {1: 0, 2: 3}


def test_only_so_many_old_replica_sets_are_kept(world, deployment):
    deployment(1, revisionHistoryLimit=2)
    for revision in range(5):
        change_template(world, rev=str(revision))
        world.settle()
    assert sorted(sizes(world)) == [3, 4, 5]


def test_deleting_it_deletes_everything_below(world, deployment):
    deployment(2)
    world.settle()
    world.delete(DEPLOYMENTS, "web", propagation="Foreground")
    world.settle()
    assert world.gone(DEPLOYMENTS, "web")
    assert world.list(REPLICA_SETS) == []
    assert world.list(PODS) == []


def test_a_foreground_deletion_ends_after_the_pods(world, deployment):
    deployment(1, pod_annotations={"test/stop-seconds": "20"})
    world.settle()
    world.delete(DEPLOYMENTS, "web", propagation="Foreground")
    world.settle()
    assert world.get(DEPLOYMENTS, "web")["metadata"]["finalizers"] == ["foregroundDeletion"]
    world.advance(25)
    assert world.gone(DEPLOYMENTS, "web")


@pytest.mark.parametrize("seed", range(5))
def test_a_template_changed_twice_in_a_row_ends_with_the_last_one(new_world, web_template, seed):
    world = new_world(seed)
    world.namespace("ns")
    world.node("n1")
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": web_template()}
    world.create(DEPLOYMENTS, "web", spec)
    for revision in ("2", "3"):
        for _ in range(20):
            world.runtime.step()
        change_template(world, rev=revision)
    world.settle()
    assert {labels_of(pod)["rev"] for pod in world.list(PODS)} == {"3"}
    assert status_of(world)["availableReplicas"] == 3
