from podnet.api.objects import Obj, name_of
from podnet.api.resources import EVENTS
from podnet.kube.cluster import InProcessCluster

HOUR = 3600.0


def event(name: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": "default"},
        "involvedObject": {"kind": "Pod", "name": "p", "namespace": "default"},
    }


def names(cluster: InProcessCluster) -> list[str]:
    return [name_of(found) for found in cluster.api.list(EVENTS).items]


def test_a_served_cluster_forgets_an_event_an_hour_after_it_was_last_written() -> None:
    cluster = InProcessCluster(seed=0, thorough=True)
    for name in ("once", "again", "deleted"):
        cluster.api.create(EVENTS, event(name))
    cluster.runtime.advance(HOUR / 2)
    cluster.api.patch(EVENTS, "again", {"count": 2}, namespace="default")
    cluster.api.delete(EVENTS, "deleted", namespace="default")
    cluster.runtime.advance(HOUR / 2 - 1)
    assert names(cluster) == ["again", "once"]
    cluster.runtime.advance(2)
    assert names(cluster) == ["again"]
    cluster.runtime.advance(HOUR / 2 - 2)
    assert names(cluster) == ["again"]
    cluster.runtime.advance(2)
    assert names(cluster) == []


def test_an_event_that_comes_again_under_its_name_has_a_whole_hour() -> None:
    cluster = InProcessCluster(seed=0, thorough=True)
    cluster.api.create(EVENTS, event("e"))
    cluster.runtime.advance(HOUR - 10)
    cluster.api.delete(EVENTS, "e", namespace="default")
    cluster.api.create(EVENTS, event("e"))
    cluster.runtime.advance(HOUR - 10)
    assert names(cluster) == ["e"]


def test_the_clusters_of_the_suite_keep_their_events() -> None:
    cluster = InProcessCluster(seed=0)
    cluster.api.create(EVENTS, event("e"))
    cluster.runtime.advance(2 * HOUR)
    assert names(cluster) == ["e"]
