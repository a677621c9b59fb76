"""A StatefulSet keeps numbered pods in order."""

import pytest

from podnet.api.objects import labels_of, name_of, uid_of
from podnet.api.resources import CONTROLLER_REVISIONS, PODS, STATEFUL_SETS


@pytest.fixture
def stateful_set(world, web_template):
    def create(replicas=3, pod_annotations=None, **more):
        selector = {"matchLabels": {"app": "web"}}
        made = web_template(annotations=pod_annotations)
        spec = {"replicas": replicas, "serviceName": "svc", "selector": selector, "template": made, **more}
        return world.create(STATEFUL_SETS, "web", spec)

    return create


def names(world):
    return sorted(map(name_of, world.list(PODS)))


def change_template(world, **metadata):
    world.patch(STATEFUL_SETS, "web", {"spec": {"template": {"metadata": metadata}}})


def test_pods_have_stable_names_and_labels(world, stateful_set):
    stateful_set(2)
    world.settle()
    assert names(world) == ["web-0", "web-1"]
    pod = world.get(PODS, "web-1")
    (revision,) = world.list(CONTROLLER_REVISIONS)
    assert labels_of(pod)["statefulset.kubernetes.io/pod-name"] == "web-1"
    assert labels_of(pod)["apps.kubernetes.io/pod-index"] == "1"
    assert labels_of(pod)["controller-revision-hash"] == name_of(revision)
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("web-1", "svc")
    status = world.get(STATEFUL_SETS, "web")["status"]
    assert status == {
        "replicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "currentReplicas": 2,
        "updatedReplicas": 2,
        "currentRevision": name_of(revision),
        "updateRevision": name_of(revision),
        "collisionCount": 0,
        "observedGeneration": 1,
    }


def test_a_pod_that_is_not_ready_holds_up_the_next(world, stateful_set):
    stateful_set(3, pod_annotations={"test/phase": "Unready"})
    world.settle()
    assert names(world) == ["web-0"]
    world.annotate(world.get(PODS, "web-0"), phase="Running")
    world.settle()
    assert names(world) == ["web-0", "web-1"]


def test_in_parallel_nothing_waits(world, stateful_set):
    stateful_set(3, pod_annotations={"test/phase": "Unready"}, podManagementPolicy="Parallel")
    world.settle()
    assert names(world) == ["web-0", "web-1", "web-2"]


def test_ordinals_may_start_later(world, stateful_set):
    stateful_set(2, ordinals={"start": 5})
    world.settle()
    assert names(world) == ["web-5", "web-6"]


def test_a_deleted_pod_comes_back_under_its_name_after_the_old_one_is_gone(world, stateful_set):
    stateful_set(2)
    world.settle()
    old = world.get(PODS, "web-0")
    world.annotate(old, **{"stop-seconds": "20"})
    world.delete(PODS, "web-0")
    world.settle()
    assert uid_of(world.get(PODS, "web-0")) == uid_of(old)
    world.advance(21)
    new = world.get(PODS, "web-0")
    assert uid_of(new) != uid_of(old)
    assert new["status"]["phase"] == "Running"


def test_a_failed_pod_is_deleted_and_made_again(world, stateful_set):
    stateful_set(1)
    world.settle()
    old = world.get(PODS, "web-0")
    world.annotate(old, phase="Failed")
    world.settle()
    new = world.get(PODS, "web-0")
    assert uid_of(new) != uid_of(old)
    assert new["status"]["phase"] == "Running"


def test_pods_that_always_fail_do_not_keep_the_cluster_busy(world, stateful_set):
    stateful_set(1, pod_annotations={"test/phase": "Failed"})
    assert world.runtime.settle(max_steps=300) > 0
    world.advance(60)


def test_scaling_down_goes_in_reverse_order_and_one_at_a_time(world, stateful_set):
    stateful_set(3, pod_annotations={"test/stop-seconds": "10"})
    world.settle()
    world.patch(STATEFUL_SETS, "web", {"spec": {"replicas": 1}})
    world.settle()
    leaving = [name_of(pod) for pod in world.list(PODS) if pod["metadata"].get("deletionTimestamp")]
    assert leaving == ["web-2"]
    world.advance(11)
    assert names(world) == ["web-0", "web-1"]
    world.advance(11)
    assert names(world) == ["web-0"]


def test_an_update_goes_in_reverse_order_and_waits_for_each_pod(world, stateful_set):
    stateful_set(3)
    world.settle()
    before = world.get(STATEFUL_SETS, "web")["status"]["currentRevision"]
    change_template(world, annotations={"test/phase": "Unready"})
    world.settle()
    status = world.get(STATEFUL_SETS, "web")["status"]
    assert status["currentRevision"] == before != status["updateRevision"]
    updated = [name for name in names(world) if revision_of(world, name) == status["updateRevision"]]
    assert updated == ["web-2"]
    world.annotate(world.get(PODS, "web-2"), phase="Running")
    world.settle()
    assert revision_of(world, "web-1") == status["updateRevision"]
    assert revision_of(world, "web-0") == before


def test_an_update_waits_for_each_pod_even_where_creation_does_not(world, stateful_set):
    stateful_set(3, podManagementPolicy="Parallel")
    world.settle()
    change_template(world, labels={"rev": "2"}, annotations={"test/phase": "Unready"})
    world.settle()
    assert [labels_of(world.get(PODS, name)).get("rev") for name in names(world)] == [None, None, "2"]


def revision_of(world, name):
    return labels_of(world.get(PODS, name))["controller-revision-hash"]


def test_a_finished_update_becomes_the_current_revision(world, stateful_set):
    stateful_set(2)
    world.settle()
    change_template(world, labels={"rev": "2"})
    world.settle()
    status = world.get(STATEFUL_SETS, "web")["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (2, 2)
    assert {labels_of(pod)["rev"] for pod in world.list(PODS)} == {"2"}
    assert len(world.list(CONTROLLER_REVISIONS)) == 2


def test_below_the_partition_pods_keep_the_old_revision_even_when_made_again(world, stateful_set):
    stateful_set(3, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    world.settle()
    change_template(world, labels={"rev": "2"})
    world.settle()
    world.delete(PODS, "web-0")
    world.settle()
    assert [labels_of(world.get(PODS, name)).get("rev") for name in names(world)] == [None, None, "2"]


def test_on_delete_leaves_the_pods_until_somebody_deletes_them(world, stateful_set):
    stateful_set(2, updateStrategy={"type": "OnDelete"})
    world.settle()
    change_template(world, labels={"rev": "2"})
    world.settle()
    assert [labels_of(pod).get("rev") for pod in world.list(PODS)] == [None, None]
    world.delete(PODS, "web-1")
    world.settle()
    assert [labels_of(world.get(PODS, name)).get("rev") for name in names(world)] == [None, "2"]


def test_revisions_beyond_the_limit_are_forgotten(world, stateful_set):
    stateful_set(1, revisionHistoryLimit=1)
    for revision in range(4):
        change_template(world, labels={"rev": str(revision)})
        world.settle()
    assert len(world.list(CONTROLLER_REVISIONS)) == 2


def test_deleting_it_deletes_its_pods_and_revisions(world, stateful_set):
    stateful_set(2)
    world.settle()
    world.delete(STATEFUL_SETS, "web")
    world.settle()
    assert names(world) == []
    assert world.list(CONTROLLER_REVISIONS) == []
