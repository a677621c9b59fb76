import pytest
from kube_samples import UID, Bench, config_map, deployment, namespace, pod, refused

from podnet.api.client import Propagation
from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, PODS
from podnet.kube.backend import DeleteOptions


def running(bench: Bench, **spec: object) -> Obj:
    bench.api.create(PODS, pod(nodeName="n", **spec))
    return bench.api.patch(PODS, "web", {"status": {"phase": "Running"}}, namespace="default", subresource="status")


def gone(bench: Bench) -> bool:
    return bench.server.store.get(PODS, "default", "web") is None


def test_what_is_not_there_cannot_be_deleted(bench: Bench) -> None:
    with refused(404, "NotFound", 'pods "web" not found'):
        bench.api.delete(PODS, "web", namespace="default")


def test_a_plain_object_goes_at_once(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map())
    bench.api.delete(CONFIG_MAPS, "settings", namespace="default")
    with refused(404):
        bench.api.get(CONFIG_MAPS, "settings", namespace="default")


def test_a_running_pod_gets_its_grace_period(bench: Bench) -> None:
    running(bench)
    left = bench.api.delete(PODS, "web", namespace="default")
    assert left["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:30Z"
    assert left["metadata"]["deletionGracePeriodSeconds"] == 30
    assert left["metadata"]["generation"] == 2
    assert not gone(bench)
    bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=0)
    assert gone(bench)


def test_the_pod_or_the_request_may_say_how_long(bench: Bench) -> None:
    running(bench, terminationGracePeriodSeconds=7)
    assert bench.api.delete(PODS, "web", namespace="default")["metadata"]["deletionGracePeriodSeconds"] == 7
    bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=0)
    running(bench)
    deleted = bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=90)
    assert deleted["metadata"]["deletionGracePeriodSeconds"] == 90


def test_a_second_delete_can_only_shorten_the_grace_period(bench: Bench) -> None:
    running(bench)
    bench.api.delete(PODS, "web", namespace="default")
    before = bench.revision
    for longer in (None, 30, 60):
        bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=longer)
    assert bench.revision == before
    left = bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=10)
    assert left["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:10Z"
    assert left["metadata"]["deletionGracePeriodSeconds"] == 10


def test_a_shortened_period_that_is_over_already_leaves_one_second(bench: Bench) -> None:
    running(bench)
    bench.api.delete(PODS, "web", namespace="default")
    bench.pass_time(20)
    left = bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=5)
    assert left["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:20Z"
    assert left["metadata"]["deletionGracePeriodSeconds"] == 1


def test_the_end_of_the_grace_period_alone_deletes_nothing(bench: Bench) -> None:
    running(bench)
    bench.api.delete(PODS, "web", namespace="default")
    bench.pass_time(3600)
    assert not gone(bench)


def test_a_pod_without_a_node_goes_at_once(bench: Bench) -> None:
    bench.api.create(PODS, pod())
    bench.api.delete(PODS, "web", namespace="default")
    assert gone(bench)


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_pod_that_has_ended_goes_at_once(bench: Bench, phase: str) -> None:
    running(bench)
    bench.api.patch(PODS, "web", {"status": {"phase": phase}}, namespace="default", subresource="status")
    bench.api.delete(PODS, "web", namespace="default")
    assert gone(bench)


def test_watchers_see_a_grace_period_of_zero_before_the_pod_goes(bench: Bench) -> None:
    running(bench)
    version = str(bench.revision)
    bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=0)
    events = list(bench.api.watch(PODS, resource_version=version))
    assert [event.type for event in events] == ["MODIFIED", "DELETED"]
    assert events[1].object["metadata"]["deletionGracePeriodSeconds"] == 0


def with_finalizer(bench: Bench) -> None:
    bench.api.patch(PODS, "web", {"metadata": {"finalizers": ["example.com/eni"]}}, namespace="default")


def test_a_pod_with_a_finalizer_stays_until_it_is_removed(bench: Bench) -> None:
    running(bench)
    with_finalizer(bench)
    bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=0)
    assert not gone(bench)
    bench.api.patch(PODS, "web", {"metadata": {"finalizers": None}}, namespace="default")
    assert gone(bench)


def test_the_last_finalizer_does_not_end_a_running_grace_period(bench: Bench) -> None:
    running(bench)
    with_finalizer(bench)
    bench.api.delete(PODS, "web", namespace="default")
    bench.api.patch(PODS, "web", {"metadata": {"finalizers": None}}, namespace="default")
    assert not gone(bench)
    bench.api.delete(PODS, "web", namespace="default", grace_period_seconds=0)
    assert gone(bench)


def test_a_plain_object_with_a_finalizer_is_marked_and_goes_with_it(bench: Bench) -> None:
    obj = config_map()
    obj["metadata"]["finalizers"] = ["example.com/hold"]
    bench.api.create(CONFIG_MAPS, obj)
    left = bench.api.delete(CONFIG_MAPS, "settings", namespace="default")
    assert left["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:00Z"
    assert left["metadata"]["deletionGracePeriodSeconds"] == 0
    before = bench.revision
    bench.pass_time(5)
    bench.api.delete(CONFIG_MAPS, "settings", namespace="default")
    assert bench.revision == before
    with refused(422, "Invalid", "no new finalizers can be added if the object is being deleted"):
        patch = {"metadata": {"finalizers": ["example.com/hold", "example.com/more"]}}
        bench.api.patch(CONFIG_MAPS, "settings", patch, namespace="default")
    bench.api.patch(CONFIG_MAPS, "settings", {"metadata": {"finalizers": []}}, namespace="default")
    with refused(404):
        bench.api.get(CONFIG_MAPS, "settings", namespace="default")


@pytest.mark.parametrize(
    ("propagation", "finalizers"), [("Orphan", ["orphan"]), ("Foreground", ["foregroundDeletion"])]
)
def test_propagation_leaves_its_order_to_the_garbage_collector(
    bench: Bench, propagation: Propagation, finalizers: list[str]
) -> None:
    bench.api.create(DEPLOYMENTS, deployment())
    left = bench.api.delete(DEPLOYMENTS, "web", namespace="default", propagation=propagation)
    assert left["metadata"]["finalizers"] == finalizers
    assert left["metadata"]["generation"] == 2


def test_background_propagation_takes_the_object_at_once(bench: Bench) -> None:
    bench.api.create(DEPLOYMENTS, deployment())
    bench.api.delete(DEPLOYMENTS, "web", namespace="default", propagation="Background")
    with refused(404):
        bench.api.get(DEPLOYMENTS, "web", namespace="default")


def test_a_precondition_protects_the_next_incarnation(bench: Bench) -> None:
    created = bench.api.create(PODS, pod())
    text = f"the UID in the precondition ({UID}) does not match the UID in record ({created['metadata']['uid']})"
    with refused(409, "Conflict", text):
        bench.api.delete(PODS, "web", namespace="default", uid=UID)
    with refused(409, "Conflict", "the ResourceVersion in the precondition (1)"):
        bench.server.delete(PODS, "web", namespace="default", options=DeleteOptions(resource_version="1"))
    bench.api.delete(PODS, "web", namespace="default", uid=created["metadata"]["uid"])
    assert gone(bench)


def test_dry_run_deletes_nothing(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map())
    running(bench)
    before = bench.revision
    bench.server.delete(CONFIG_MAPS, "settings", namespace="default", options=DeleteOptions(dry_run=True))
    answer, _ = bench.server.delete(PODS, "web", namespace="default", options=DeleteOptions(dry_run=True))
    assert answer["metadata"]["deletionGracePeriodSeconds"] == 30
    assert bench.revision == before


def test_a_namespace_terminates_first_and_goes_when_it_is_finalized(bench: Bench) -> None:
    bench.api.create(NAMESPACES, namespace("team"))
    left = bench.api.delete(NAMESPACES, "team")
    assert left["status"]["phase"] == "Terminating"
    assert left["metadata"]["deletionTimestamp"]
    bench.api.delete(NAMESPACES, "team")
    left["spec"]["finalizers"] = []
    bench.api.update(NAMESPACES, left, subresource="finalize")
    with refused(404):
        bench.api.get(NAMESPACES, "team")


def test_a_namespace_with_a_finalizer_of_its_own_waits_for_that_too(bench: Bench) -> None:
    obj = namespace("team")
    obj["metadata"]["finalizers"] = ["example.com/hold"]
    bench.api.create(NAMESPACES, obj)
    left = bench.api.delete(NAMESPACES, "team")
    left["spec"]["finalizers"] = []
    bench.api.update(NAMESPACES, left, subresource="finalize")
    bench.api.patch(NAMESPACES, "team", {"metadata": {"finalizers": None}})
    with refused(404):
        bench.api.get(NAMESPACES, "team")


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_some_namespaces_cannot_be_deleted(bench: Bench, name: str) -> None:
    with refused(403, "Forbidden", f'namespaces "{name}" is forbidden: this namespace may not be deleted'):
        bench.api.delete(NAMESPACES, name)


def test_a_collection_is_deleted_by_selector(bench: Bench) -> None:
    for name in ("a", "b", "c"):
        bench.api.create(PODS, pod(name))
    bench.server.delete_collection(PODS, namespace="default", label_selector="app in (a,b)")
    assert [obj["metadata"]["name"] for obj in bench.api.list(PODS).items] == ["c"]
    with refused(405, "MethodNotAllowed"):
        bench.server.delete_collection(NAMESPACES)


def test_eviction_deletes_with_grace_and_says_why(bench: Bench) -> None:
    running(bench)
    eviction = {"kind": "Eviction", "apiVersion": "policy/v1", "metadata": {"name": "web"}}
    answer = bench.api.create(PODS, eviction, namespace="default", subresource="eviction")
    assert answer["status"] == "Success"
    left = bench.api.get(PODS, "web", namespace="default")
    assert left["metadata"]["deletionGracePeriodSeconds"] == 30
    assert left["status"]["conditions"][-1]["reason"] == "EvictionByEvictionAPI"
    bench.api.create(
        PODS, {**eviction, "deleteOptions": {"gracePeriodSeconds": 0}}, namespace="default", subresource="eviction"
    )
    assert gone(bench)
