"""A Job runs pods to completion."""

import pytest

from podnet.api.objects import condition_of, labels_of, name_of
from podnet.api.resources import JOBS, PODS
from podnet.kube.controllers.job_pods import as_ranges


@pytest.fixture
def job(world, web_template):
    def create(outcome="Succeeded", restart="Never", **spec):
        made = web_template(annotations={"test/phase": outcome}, restartPolicy=restart)
        return world.create(JOBS, "work", {"template": made, **spec})

    return create


def status_of(world):
    return world.get(JOBS, "work")["status"]


def conditions(world):
    return {item["type"]: item["reason"] for item in status_of(world).get("conditions", []) if item["status"] == "True"}


def test_it_completes_after_the_wanted_successes(world, job):
    made = job(completions=3, parallelism=2)
    world.settle()
    status = status_of(world)
    assert (status["succeeded"], status.get("active"), status.get("failed")) == (3, None, None)
    assert status["completionTime"]
    assert conditions(world) == {"SuccessCriteriaMet": "CompletionsReached", "Complete": "CompletionsReached"}
    pods = world.list(PODS, "job-name=work,batch.kubernetes.io/job-name=work")
    assert len(pods) == 3
    assert {labels_of(pod)["batch.kubernetes.io/controller-uid"] for pod in pods} == {made["metadata"]["uid"]}


def test_never_more_than_parallelism_run_at_once(world, job):
    job("Running", completions=5, parallelism=2)
    world.settle()
    assert len(world.list(PODS)) == 2
    assert (status_of(world)["active"], status_of(world)["ready"]) == (2, 2)
    world.annotate(world.list(PODS)[0], phase="Succeeded")
    world.settle()
    assert len(world.list(PODS)) == 3
    world.patch(JOBS, "work", {"spec": {"parallelism": 1}})
    world.settle()
    assert status_of(world)["active"] == 1
    assert "failed" not in status_of(world)


def test_finished_pods_count_after_they_are_deleted(world, job):
    job("Running", completions=2, parallelism=1)
    world.settle()
    (pod,) = world.list(PODS)
    world.annotate(pod, phase="Succeeded")
    world.settle()
    world.delete(PODS, name_of(pod))
    world.settle()
    assert status_of(world)["succeeded"] == 1
    world.annotate(world.list(PODS)[0], phase="Succeeded")
    world.settle()
    assert "Complete" in conditions(world)


def test_failed_pods_are_replaced_with_growing_delay_until_the_limit(world, job):
    job("Failed", backoffLimit=2)
    world.settle()
    assert len(world.list(PODS)) == 1
    world.advance(9)
    assert len(world.list(PODS)) == 1
    world.advance(2)
    assert len(world.list(PODS)) == 2
    assert conditions(world) == {}
    world.advance(20)
    assert len(world.list(PODS)) == 3
    assert conditions(world) == {"FailureTarget": "BackoffLimitExceeded", "Failed": "BackoffLimitExceeded"}
    assert status_of(world)["failed"] == 3
    world.advance(1000)
    assert len(world.list(PODS)) == 3


def test_a_pod_that_somebody_deletes_counts_as_failed(world, job):
    job("Running", backoffLimit=0)
    world.settle()
    world.delete(PODS, name_of(world.list(PODS)[0]))
    world.settle()
    assert conditions(world)["Failed"] == "BackoffLimitExceeded"


def test_when_the_job_fails_its_active_pods_go_first(world, job):
    job("Running", parallelism=2, completions=2, backoffLimit=0)
    world.settle()
    first, second = world.list(PODS)
    world.annotate(second, **{"stop-seconds": "20"})
    world.annotate(first, phase="Failed")
    world.settle()
    assert conditions(world) == {"FailureTarget": "BackoffLimitExceeded"}
    assert status_of(world)["terminating"] == 1
    world.advance(21)
    assert conditions(world)["Failed"] == "BackoffLimitExceeded"
    assert status_of(world)["failed"] == 2  # what is deleted with the job counts as well
    assert list(map(name_of, world.list(PODS))) == [name_of(first)]


def test_a_deadline_ends_the_job(world, job):
    job("Running", activeDeadlineSeconds=30)
    world.settle()
    world.advance(29)
    assert conditions(world) == {}
    world.advance(1)
    assert conditions(world)["Failed"] == "DeadlineExceeded"
    assert world.list(PODS) == []


def test_a_suspended_job_has_no_pods_until_it_is_resumed(world, job):
    job("Running", suspend=True)
    world.settle()
    assert world.list(PODS) == []
    assert conditions(world) == {"Suspended": "JobSuspended"}
    world.patch(JOBS, "work", {"spec": {"suspend": False}})
    world.settle()
    assert status_of(world)["active"] == 1
    world.patch(JOBS, "work", {"spec": {"suspend": True}})
    world.settle()
    assert world.list(PODS) == []
    assert "failed" not in status_of(world)


def test_a_work_queue_ends_when_one_pod_has_succeeded_and_none_is_left(world, job):
    job("Running", parallelism=3)
    world.settle()
    first, *rest = world.list(PODS)
    world.annotate(first, phase="Succeeded")
    world.settle()
    assert conditions(world) == {}
    assert len(world.list(PODS)) == 3
    for pod in rest:
        world.annotate(pod, phase="Succeeded")
    world.settle()
    assert "Complete" in conditions(world)


def test_indexed_pods_carry_their_index_and_a_failed_one_is_repeated(world, job):
    job("Running", completions=3, parallelism=3, completionMode="Indexed")
    world.settle()
    key = "batch.kubernetes.io/job-completion-index"
    pods = sorted(world.list(PODS), key=name_of)
    assert [labels_of(pod)[key] for pod in pods] == ["0", "1", "2"]
    assert [pod["spec"]["hostname"] for pod in pods] == ["work-0", "work-1", "work-2"]
    world.annotate(pods[0], phase="Succeeded")
    world.annotate(pods[1], phase="Failed")
    world.annotate(pods[2], phase="Succeeded")
    world.advance(15)
    assert status_of(world)["completedIndexes"] == "0,2"
    (again,) = (pod for pod in world.list(PODS) if pod["status"]["phase"] == "Running")
    assert labels_of(again)[key] == "1"


def test_ranges_of_indexes():
    assert as_ranges([5, 0, 1, 2, 7, 8]) == "0-2,5,7-8"
    assert as_ranges([]) == ""


def test_a_finished_job_is_deleted_with_its_pods_after_its_time(world, job):
    job(ttlSecondsAfterFinished=60)
    world.settle()
    world.advance(59)
    assert condition_of(world.get(JOBS, "work"), "Complete")
    world.advance(1)
    assert world.gone(JOBS, "work")
    assert world.list(PODS) == []
