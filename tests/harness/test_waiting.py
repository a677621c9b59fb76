"""``eventually`` and ``never`` on a clock that is not the one on the wall, and the rules around absences."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from handmade import INVENTORY, StillCluster, world

from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, NAMESPACES, PODS
from podnet.harness.outcome import AuthoringError, Mismatch
from podnet.harness.waiting import Waiting
from podnet.kube.cluster import InProcessCluster
from podnet.targets.base import Budgets, Restless
from podnet.targets.fake import FakeCluster, FakeTarget

HOUR = 3600.0


class Acts:
    """An implementation that does one thing when its time has come."""

    name, version = "acts", "1"

    def __init__(self, *acts: tuple[float, Callable[..., None]]) -> None:
        self.acts = list(acts)

    def install(self, host) -> None:
        def reconcile(key: object) -> float | None:
            now = (host.now() - begun).total_seconds()
            while self.acts and self.acts[0][0] <= now:
                self.acts.pop(0)[1](host)
            return self.acts[0][0] - now if self.acts else None

        begun = host.now()
        host.controller("acts", reconcile, watches={NAMESPACES: lambda _: ["all"]})


def makes(name: str) -> Callable[..., None]:
    return lambda host: host.api.create(CONFIG_MAPS, {"metadata": {"name": name}}, namespace="default")


def removes(name: str) -> Callable[..., None]:
    return lambda host: host.api.delete(CONFIG_MAPS, name, namespace="default")


def cluster_that(*acts: tuple[float, Callable[..., None]]):
    return FakeTarget().cluster(inventory=INVENTORY, implementation=lambda: Acts(*acts), seed="0")


def there(cluster: FakeCluster, name: str) -> None:
    names = [item["metadata"]["name"] for item in cluster.api.list(CONFIG_MAPS, namespace="default").items]
    if name not in names:
        raise Mismatch(expected=name, actual=names)


def absent(cluster: FakeCluster, name: str) -> None:
    try:
        there(cluster, name)
    except Mismatch:
        return
    raise Mismatch(expected="nothing", actual=name)


def test_what_comes_after_an_hour_comes_at_once():
    with cluster_that((HOUR, makes("late"))) as cluster:
        begun = time.monotonic()
        Waiting(cluster, budgets=Budgets()).eventually(lambda: there(cluster, "late"), within=HOUR + 1)
        assert time.monotonic() - begun < 5
        assert cluster.elapsed == HOUR


def test_what_comes_too_late_does_not_come():
    with cluster_that((HOUR, makes("late"))) as cluster:
        with pytest.raises(Mismatch):
            Waiting(cluster, budgets=Budgets()).eventually(lambda: there(cluster, "late"), within=HOUR - 1)
        assert cluster.elapsed == HOUR - 1


def test_eventually_gives_what_the_check_gives_and_looks_no_further():
    with cluster_that((10.0, makes("a")), (20.0, removes("a"))) as cluster:
        assert Waiting(cluster, budgets=Budgets()).eventually(lambda: there(cluster, "a") or "seen") == "seen"
        assert cluster.elapsed == 10.0


def test_what_is_there_for_a_moment_is_seen_by_who_looks_throughout():
    with cluster_that((50.0, makes("a")), (50.001, removes("a"))) as cluster:
        waiting = Waiting(cluster, budgets=Budgets())
        with pytest.raises(Mismatch, match="a"):
            waiting.throughout(lambda: absent(cluster, "a"), window=100.0)


def test_what_comes_after_the_window_is_not_waited_for():
    with cluster_that((101.0, makes("a"))) as cluster:
        Waiting(cluster, budgets=Budgets()).throughout(lambda: absent(cluster, "a"), window=100.0)
        assert cluster.elapsed == 100.0


def test_the_whole_window_is_waited_for_also_where_nothing_happens():
    cluster = StillCluster(None)
    looks: list[float] = []
    Waiting(cluster, budgets=Budgets()).throughout(lambda: looks.append(cluster.elapsed), window=100.0)
    assert (looks[0], looks[-1], cluster.elapsed) == (0.0, 100.0, 100.0)


def test_another_error_than_a_mismatch_ends_the_waiting():
    def broken() -> None:
        raise KeyError("zone")

    with pytest.raises(KeyError):
        Waiting(StillCluster(None), budgets=Budgets()).eventually(broken)


@pytest.mark.parametrize("first", [0.0, 30.0])
def test_a_cluster_that_never_rests_says_so_also_when_that_begins_later(first: float):
    def again(host) -> None:
        host.controller("restless", lambda _: 0.0, watches={NAMESPACES: lambda _: ["x"]})

    with pytest.raises(Restless, match="does not come to rest"), cluster_that((first, again)) as cluster:
        Waiting(cluster, budgets=Budgets()).rest(100.0)


def test_the_history_of_a_pod_holds_what_it_has_left_since():
    cluster = InProcessCluster(seed="0")
    made = world()
    made.api, made.observer.api = cluster.api, cluster.api
    made.setting.cluster.api = cluster.api
    made.waiting.cluster.api = cluster.api
    cluster.api.create(NAMESPACES, {"metadata": {"name": "ns"}})
    made.namespaces.made.add("ns")
    made.pods.create("web", shape=made.pods.shape(), namespace="ns")
    for phase, ip in (("Running", "10.0.0.9"), ("Pending", "")):
        status: Obj = {"phase": phase, "podIP": ip or None, "podIPs": [{"ip": ip}] if ip else None}
        cluster.api.patch(PODS, "web", {"status": status}, namespace="ns", subresource="status")
    assert [plane.phase for plane in made.pods.observe([("ns", "web")])] == ["Pending"]
    with pytest.raises(Mismatch) as caught:
        made.expect.never_runs(made.expect.pods("web"))
    assert caught.value.note == "seen in a state that the pod has left since"
    assert "address 10.0.0.9" in caught.value.actual[0]


def test_an_absence_without_a_control_is_a_mistake_of_the_author():
    made = world()
    made.absence("a PodNetworking", step="it never runs")
    with pytest.raises(AuthoringError, match="'it never runs' asserts an absence, but nothing shows"):
        made.close()


def test_a_control_of_the_same_kind_makes_an_absence_count():
    made = world()
    made.absence("a PodNetworking", step="it never runs")
    made.control("the acceptance of a PodNetworking")
    with pytest.raises(AuthoringError):
        made.close()
    made.control("a PodNetworking")
    made.close()
