import time
import timeit
from collections.abc import Iterable
from typing import Any, cast

import pytest
from kube_samples import PLANES, config_map, crd, hook_configuration, namespace, plane, pod, refused, webhook

from podnet.api.host import AdmissionRequest, AdmissionResponse, Change, Host, Implementation, Key
from podnet.api.inventory import Inventory
from podnet.api.objects import Obj, key_of
from podnet.api.resources import (
    CONFIG_MAPS,
    CUSTOM_RESOURCE_DEFINITIONS,
    EVENTS,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    PODS,
    Resource,
)
from podnet.kube.cluster import InProcessCluster
from podnet.kube.direct import DirectApi
from podnet.kube.host import EVERY_RESOURCE, KubeHost
from podnet.kube.hosts import ControllerHost

INVENTORY = cast("Inventory", object())


def keys(change: Change) -> Iterable[Key]:
    yield key_of(change.object)


class Recorder:
    """An implementation that labels pods and notes every pod that it is called for."""

    name, version = "recorder", "1"

    def __init__(self) -> None:
        self.seen: list[Key] = []

    def install(self, host: Host) -> None:
        self.host = host
        config = host.serve("/pods", self.admit)
        hooks = hook_configuration(webhook(clientConfig=config), name="recorder")
        if not any(
            item["metadata"]["name"] == "recorder" for item in host.api.list(MUTATING_WEBHOOK_CONFIGURATIONS).items
        ):
            host.api.create(MUTATING_WEBHOOK_CONFIGURATIONS, hooks)
        host.controller("recorder", self.reconcile, watches={PODS: keys})

    def reconcile(self, key: Key) -> None:
        self.seen.append(key)

    def admit(self, request: AdmissionRequest) -> AdmissionResponse:
        return AdmissionResponse(patch=({"op": "add", "path": "/metadata/labels/recorded", "value": "yes"},))


def test_an_implementation_is_called_for_what_it_watches_and_serves() -> None:
    cluster, recorder = InProcessCluster(seed=1), Recorder()
    implementation: Implementation = recorder
    host = cluster.host(INVENTORY)
    implementation.install(host)
    assert recorder.host.inventory is INVENTORY
    assert recorder.host.now() == cluster.runtime.now()
    created = cluster.api.create(PODS, pod())
    assert created["metadata"]["labels"]["recorded"] == "yes"
    assert recorder.seen == []  # nothing runs by itself
    cluster.runtime.settle()
    assert ("default", "web") in recorder.seen


def test_a_path_and_a_queue_are_given_once() -> None:
    cluster = InProcessCluster(seed=1)
    Recorder().install(cluster.host(INVENTORY))
    with pytest.raises(ValueError, match="something is served at '/pods' already"):
        Recorder().install(cluster.host(INVENTORY))


def test_a_controller_that_comes_late_hears_of_what_is_there() -> None:
    cluster, recorder = InProcessCluster(seed=1), Recorder()
    cluster.api.create(PODS, pod())
    cluster.runtime.settle()
    recorder.install(cluster.host(INVENTORY))
    cluster.runtime.settle()
    assert recorder.seen == [("default", "web")]


def test_a_crashed_implementation_is_gone_until_it_comes_back() -> None:
    cluster, recorder = InProcessCluster(seed=1), Recorder()
    host = cluster.host(INVENTORY)
    recorder.install(host)
    cluster.api.create(PODS, pod())
    cluster.remove_host(host)
    cluster.runtime.settle()
    assert recorder.seen == []
    with refused(500, "InternalError", "connection refused"):
        cluster.api.create(PODS, pod("second"))
    again = Recorder()
    again.install(cluster.host(INVENTORY))
    cluster.runtime.settle()
    assert again.seen == [("default", "web")]
    assert cluster.api.create(PODS, pod("second"))["metadata"]["labels"]["recorded"] == "yes"


def test_faults_of_both_halves_of_a_controller_are_recorded() -> None:
    cluster = InProcessCluster(seed=1)
    host = cluster.host(INVENTORY)

    def broken(change: Change) -> Iterable[Key]:
        raise LookupError("watch")

    def crash(key: Key) -> None:
        raise ValueError("reconcile")

    host.controller("watching", lambda key: None, watches={CONFIG_MAPS: broken})
    host.controller("reconciling", crash, watches={CONFIG_MAPS: keys})
    cluster.api.create(CONFIG_MAPS, config_map())
    cluster.runtime.settle()
    assert [(fault.queue, fault.error) for fault in cluster.faults] == [
        ("watching", "LookupError('watch')"),
        ("reconciling", "ValueError('reconcile')"),
    ]
    assert cluster.faults[0].where.endswith(" in broken")


def test_watching_a_custom_resource_may_begin_before_it_is_defined() -> None:
    cluster, seen = InProcessCluster(seed=1), []
    wanted = Resource("example.com", "v7", "planes", "Plane")  # the definition chooses version and scope
    cluster.host(INVENTORY).controller("planes", lambda key: seen.append(key), watches={wanted: keys})  # noqa: PLW0108  # append answers None to anything
    cluster.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    cluster.api.create(PLANES, plane())
    cluster.runtime.settle()
    assert seen == [("", "a")]


def test_a_deleted_definition_takes_its_objects_with_it() -> None:
    cluster = InProcessCluster(seed=1)
    cluster.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    held = plane("held")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    cluster.api.create(PLANES, held)
    cluster.api.create(PLANES, plane("free"))
    cluster.api.delete(CUSTOM_RESOURCE_DEFINITIONS, "planes.example.com")
    cluster.runtime.settle()
    assert [item["metadata"]["name"] for item in cluster.api.list(PLANES).items] == ["held"]
    cluster.api.patch(PLANES, "held", {"metadata": {"finalizers": None}})
    cluster.runtime.settle()
    with refused(404):
        cluster.api.get(CUSTOM_RESOURCE_DEFINITIONS, "planes.example.com")
    with refused(404, text="the server could not find the requested resource"):
        cluster.api.list(PLANES)


def kube_host(cluster: InProcessCluster) -> KubeHost:
    from random import Random

    return ControllerHost(cluster.server, cluster.runtime, cluster.informers, api=cluster.api, random=Random(1))


def test_a_built_in_controller_reads_without_copying() -> None:
    cluster = InProcessCluster(seed=1)
    host = kube_host(cluster)
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "web", "uid": "1"}
    owned = config_map()
    owned["metadata"]["ownerReferences"] = [owner]
    cluster.api.create(CONFIG_MAPS, owned)
    stored = host.peek(CONFIG_MAPS, "default", "settings")
    assert stored is host.peek_list(CONFIG_MAPS)[0] is host.by_owner(None, "1")[0]
    assert host.by_owner(PODS, "1") == []
    assert host.peek(CONFIG_MAPS, "default", "nothing") is None
    assert PODS in host.resources()
    cluster.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    assert PLANES in host.resources()


def test_one_controller_can_hear_of_every_resource() -> None:
    cluster, kinds = InProcessCluster(seed=1), []

    def kind(change: Change) -> Iterable[Key]:
        kinds.append(change.object["kind"])
        return ()

    kube_host(cluster).controller("everything", lambda key: None, watches={EVERY_RESOURCE: kind})
    assert kinds == ["Namespace"] * 4
    cluster.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    cluster.api.create(PLANES, plane())
    assert kinds[4:] == ["CustomResourceDefinition", "Plane"]


def test_an_event_that_is_repeated_is_counted() -> None:
    cluster = InProcessCluster(seed=1)
    host = kube_host(cluster)
    web = cluster.api.create(PODS, pod())
    for message in ("no node fits", "no node fits", "another reason"):
        host.record_event(web, type="Warning", reason="FailedScheduling", message=message, component="scheduler")
        cluster.runtime.advance(5)
    about = f"involvedObject.uid={web['metadata']['uid']},reason=FailedScheduling"
    found = cluster.api.list(EVENTS, namespace="default", field_selector=about).items
    ours = [event for event in found if event["source"]["component"] == "scheduler"]
    assert sorted(event["count"] for event in ours) == [1, 2]
    repeated = next(event for event in ours if event["count"] == 2)
    assert repeated["firstTimestamp"] != repeated["lastTimestamp"]


def test_an_event_about_something_in_a_namespace_that_is_gone_is_lost() -> None:
    host = kube_host(InProcessCluster(seed=1))
    host.record_event(pod(namespace="gone"), type="Normal", reason="Killing", message="bye", component="kubelet")


def test_a_watch_lets_others_work_and_time_pass() -> None:
    cluster = InProcessCluster(seed=1)
    cluster.runtime.call_after(20, lambda: cluster.api.create(CONFIG_MAPS, config_map("later")) and None)
    cluster.runtime.call_after(90, lambda: cluster.api.create(CONFIG_MAPS, config_map("too-late")) and None)
    version = cluster.api.list(CONFIG_MAPS).resource_version
    events = list(cluster.api.watch(CONFIG_MAPS, resource_version=version, timeout_seconds=60))
    assert [event.object["metadata"]["name"] for event in events] == ["later"]
    assert cluster.runtime.elapsed == 60
    assert list(cluster.api.watch(CONFIG_MAPS, resource_version=str(cluster.server.store.revision))) == []
    assert cluster.runtime.elapsed == 60


def test_a_watch_inside_of_a_controller_never_waits() -> None:
    cluster, seen = InProcessCluster(seed=1), []

    def reconcile(key: Key) -> None:
        seen.extend(cluster.api.watch(CONFIG_MAPS, timeout_seconds=60))

    cluster.host(INVENTORY).controller("watching", reconcile, watches={CONFIG_MAPS: keys})
    cluster.api.create(CONFIG_MAPS, config_map())
    cluster.runtime.settle()
    assert len(seen) == 1
    assert cluster.runtime.elapsed == 0


def busy(cluster: InProcessCluster, order: list[Key]) -> None:
    host = cluster.host(INVENTORY)
    host.controller("order", lambda key: order.append(key), watches={CONFIG_MAPS: keys})  # noqa: PLW0108  # append answers None to anything
    for number in range(8):
        cluster.api.create(CONFIG_MAPS, config_map(f"m{number}"))
    cluster.runtime.settle()


def test_a_seed_repeats_its_order_and_others_differ() -> None:
    orders: dict[int, list[Key]] = {}
    for seed in (1, 2, 3):
        orders[seed] = []
        busy(InProcessCluster(seed=seed), orders[seed])
    again: list[Key] = []
    busy(InProcessCluster(seed=1), again)
    assert again == orders[1]
    assert len({tuple(order) for order in orders.values()}) == 3


def test_a_chooser_takes_over_the_order() -> None:
    order: list[Key] = []
    busy(InProcessCluster(seed=1, choose=lambda count: count - 1), order)
    assert order == [("default", f"m{number}") for number in reversed(range(8))]


@pytest.mark.parametrize(("wanted", "ran"), [(0, 0), (1, 1), (3, 3)])
def test_a_nudge_runs_as_many_steps_as_are_chosen(wanted: int, ran: int) -> None:
    cluster = InProcessCluster(seed=1, choose=lambda count: min(wanted, count - 1))
    cluster.runtime.settle()
    cluster.host(INVENTORY).controller("order", lambda key: None, watches={CONFIG_MAPS: keys})
    for number in range(8):
        cluster.api.create(CONFIG_MAPS, config_map(f"m{number}"))
    ready = cluster.runtime.ready
    assert cluster.nudge() == ran
    assert cluster.runtime.ready == ready - ran
    cluster.runtime.settle()
    assert cluster.nudge() == 0


def test_a_namespace_with_pods_goes_when_everything_has_settled() -> None:
    cluster = InProcessCluster(seed=1)
    cluster.api.create(NAMESPACES, namespace("team"))
    cluster.api.create(PODS, pod(namespace="team"))
    cluster.api.delete(NAMESPACES, "team")
    cluster.runtime.settle()
    with refused(404):
        cluster.api.get(NAMESPACES, "team")
    assert cluster.api.list(PODS).items == []


def test_a_cluster_costs_about_a_millisecond_at_most() -> None:
    costs = timeit.repeat(lambda: InProcessCluster(seed=0), timer=time.process_time, number=1, repeat=50)
    assert min(costs) < 0.002


def test_the_direct_api_gives_copies() -> None:
    cluster = InProcessCluster(seed=1)
    api: DirectApi = cluster.api
    api.create(PODS, pod())
    got: Obj = api.get(PODS, "web", namespace="default")
    got["metadata"]["labels"]["app"] = "changed"
    listed: Any = api.list(PODS).items[0]
    listed["metadata"]["labels"]["app"] = "changed"
    assert api.get(PODS, "web", namespace="default")["metadata"]["labels"]["app"] == "web"
