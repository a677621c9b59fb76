from collections.abc import Iterable

import pytest
from kube_samples import Bench, config_map, namespace, node, pod, refused

from podnet.api.client import WatchEvent
from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, EVENTS, NAMESPACES, NODES, PODS
from podnet.kube.watching import Watcher


def names(items: object) -> list[str]:
    return [item["metadata"]["name"] for item in items]  # type: ignore[attr-defined]  # any iterable of objects


def told(events: Iterable[WatchEvent]) -> list[tuple[str, str]]:
    return [(event.type, event.object["metadata"]["name"]) for event in events]


@pytest.fixture
def pods(bench: Bench) -> Bench:
    bench.api.create(NAMESPACES, namespace("other"))
    for name, place in (("c", "default"), ("a", "default"), ("b", "other")):
        bench.api.create(PODS, pod(name, namespace=place))
    return bench


def test_a_list_is_sorted_and_says_from_where_a_watch_continues(pods: Bench) -> None:
    listed = pods.api.list(PODS)
    assert names(listed.items) == ["a", "c", "b"]
    assert listed.resource_version == str(pods.revision)
    assert names(pods.api.list(PODS, namespace="other").items) == ["b"]
    assert names(pods.api.list(PODS, namespace="nowhere").items) == []


@pytest.mark.parametrize(
    ("selector", "expected"),
    [("app=a", ["a"]), ("app!=a", ["c", "b"]), ("app in (a,b)", ["a", "b"]), ("!app", []), ("", ["a", "c", "b"])],
)
def test_label_selectors_narrow_a_list(pods: Bench, selector: str, expected: list[str]) -> None:
    assert names(pods.api.list(PODS, label_selector=selector).items) == expected


def test_a_malformed_label_selector_is_a_bad_request(pods: Bench) -> None:
    with refused(400, "BadRequest", "unable to parse requirement"):
        pods.api.list(PODS, label_selector="a in b")


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("metadata.name=a", ["a"]),
        ("metadata.name==a", ["a"]),
        ("metadata.name!=a", ["c", "b"]),
        ("metadata.namespace=other", ["b"]),
        ("spec.nodeName=", ["a", "c", "b"]),
        ("spec.nodeName=n", []),
        ("status.phase=Pending,metadata.namespace=default", ["a", "c"]),
        ("spec.hostNetwork=false", ["a", "c", "b"]),
        ("spec.restartPolicy=Always", ["a", "c", "b"]),
    ],
)
def test_field_selectors_narrow_a_list(pods: Bench, selector: str, expected: list[str]) -> None:
    assert names(pods.api.list(PODS, field_selector=selector).items) == expected


@pytest.mark.parametrize("selector", ["spec.volumes=x", "metadata.labels=x", "nonsense=x"])
def test_other_fields_are_not_supported(pods: Bench, selector: str) -> None:
    with refused(400, "BadRequest", f"field label not supported: {selector.partition('=')[0]}"):
        pods.api.list(PODS, field_selector=selector)
    with refused(400, "BadRequest", "can't understand"):
        pods.api.list(PODS, field_selector="spec.nodeName")


def test_events_are_found_by_what_they_are_about(bench: Bench) -> None:
    for number, about in enumerate(("web", "api")):
        event = {
            "metadata": {"name": f"e{number}", "namespace": "default"},
            "involvedObject": {"kind": "Pod", "name": about, "uid": f"uid-{about}"},
            "reason": "Started",
        }
        bench.api.create(EVENTS, event)
    found = bench.api.list(EVENTS, field_selector="involvedObject.name=api,involvedObject.uid=uid-api")
    assert names(found.items) == ["e1"]
    assert names(bench.api.list(EVENTS, field_selector="reason=Started").items) == ["e0", "e1"]


def test_nodes_are_found_by_whether_they_take_pods(bench: Bench) -> None:
    bench.api.create(NODES, node("open"))
    bench.api.create(NODES, {**node("closed"), "spec": {"unschedulable": True}})
    assert names(bench.api.list(NODES, field_selector="spec.unschedulable=false").items) == ["open"]


def test_all_pages_show_the_moment_of_the_first(bench: Bench) -> None:
    for number in range(10):
        bench.api.create(CONFIG_MAPS, config_map(f"m{number}", data={"at": "first"}))
    page = bench.api.list(CONFIG_MAPS, limit=4)
    bench.api.delete(CONFIG_MAPS, "m5", namespace="default")
    bench.api.patch(CONFIG_MAPS, "m6", {"data": {"at": "later"}}, namespace="default")
    bench.api.create(CONFIG_MAPS, config_map("m99"))
    seen, version = list(page.items), page.resource_version
    while page.continue_token:
        page = bench.api.list(CONFIG_MAPS, limit=4, continue_token=page.continue_token)
        assert page.resource_version == version
        seen += page.items
    assert names(seen) == [f"m{number}" for number in range(10)]
    assert {item["data"]["at"] for item in seen} == {"first"}
    assert all(int(item["metadata"]["resourceVersion"]) <= int(version) for item in seen)


def test_a_continue_token_expires_with_the_history() -> None:
    bench = Bench(history=5)
    for number in range(4):
        bench.api.create(CONFIG_MAPS, config_map(f"m{number}"))
    token = bench.api.list(CONFIG_MAPS, limit=2).continue_token
    for number in range(10):
        bench.api.patch(CONFIG_MAPS, "m0", {"data": {"n": str(number)}}, namespace="default")
    with refused(410, "Expired", "The provided continue parameter is too old"):
        bench.api.list(CONFIG_MAPS, limit=2, continue_token=token)
    with refused(400, "BadRequest", "continue key is not valid"):
        bench.api.list(CONFIG_MAPS, limit=2, continue_token="nonsense")


def test_the_number_that_remains_is_known_only_without_selectors(pods: Bench) -> None:
    assert pods.server.list(PODS, limit=1).remaining == 2
    assert pods.server.list(PODS, limit=1, label_selector="app").remaining is None


def test_a_watch_without_a_version_begins_with_what_is_there(pods: Bench) -> None:
    assert told(pods.api.watch(PODS)) == [("ADDED", "a"), ("ADDED", "c"), ("ADDED", "b")]
    assert told(pods.api.watch(PODS, resource_version="0", namespace="other")) == [("ADDED", "b")]


def test_a_watch_from_a_version_tells_what_came_after_it_in_order(pods: Bench) -> None:
    version = pods.api.list(PODS).resource_version
    assert told(pods.api.watch(PODS, resource_version=version)) == []
    pods.api.create(PODS, pod("d"))
    pods.api.patch(PODS, "a", {"metadata": {"labels": {"x": "y"}}}, namespace="default")
    pods.api.create(CONFIG_MAPS, config_map())
    pods.api.delete(PODS, "c", namespace="default")
    events = list(pods.api.watch(PODS, resource_version=version))
    assert told(events) == [("ADDED", "d"), ("MODIFIED", "a"), ("MODIFIED", "c"), ("DELETED", "c")]
    versions = [int(event.object["metadata"]["resourceVersion"]) for event in events]
    assert versions == sorted(versions)
    assert versions[-1] == pods.revision


def test_an_object_that_begins_to_match_is_added_and_one_that_stops_is_deleted(pods: Bench) -> None:
    watch = pods.server.watch(PODS, label_selector="team=red", resource_version=str(pods.revision))

    def label(name: str, team: str | None) -> list[tuple[str, str]]:
        pods.api.patch(PODS, name, {"metadata": {"labels": {"team": team}}}, namespace="default")
        return told(watch.pull())

    assert label("a", "blue") == []
    assert label("a", "red") == [("ADDED", "a")]
    pods.api.patch(PODS, "a", {"metadata": {"annotations": {"n": "1"}}}, namespace="default")
    assert told(watch.pull()) == [("MODIFIED", "a")]
    pods.api.patch(PODS, "a", {"metadata": {"labels": {"team": None}}}, namespace="default")
    [event] = watch.pull()
    assert event.type == "DELETED"
    assert event.object["metadata"]["labels"]["team"] == "red"  # its last state that matched
    assert event.object["metadata"]["resourceVersion"] == str(pods.revision)
    pods.api.delete(PODS, "a", namespace="default")
    assert told(watch.pull()) == []


def test_field_selectors_follow_a_pod_to_its_node(pods: Bench) -> None:
    watch = pods.server.watch(PODS, field_selector="spec.nodeName=n", resource_version=str(pods.revision))
    bound = {"metadata": {"name": "a"}, "target": {"kind": "Node", "name": "n"}}
    pods.api.create(PODS, bound, namespace="default", subresource="binding")
    assert told(watch.pull()) == [("ADDED", "a")]


def test_a_version_that_is_too_old_is_an_error_inside_of_the_watch() -> None:
    bench = Bench(history=5)
    for number in range(20):
        bench.api.create(CONFIG_MAPS, config_map(f"m{number}"))
    [event] = bench.api.watch(CONFIG_MAPS, resource_version="1")
    assert event.type == "ERROR"
    status: Obj = event.object
    assert (status["code"], status["reason"]) == (410, "Expired")
    assert status["message"].startswith("too old resource version: 1 (")


def test_bookmarks_tell_how_far_a_watch_has_seen(bench: Bench) -> None:
    watch: Watcher = bench.server.watch(PODS, resource_version=str(bench.revision), bookmarks=True)
    bench.api.create(CONFIG_MAPS, config_map())
    assert watch.pull() == []
    [bookmark] = watch.bookmark()
    assert bookmark.type == "BOOKMARK"
    seen = {"resourceVersion": str(bench.revision)}
    assert bookmark.object == {"kind": "Pod", "apiVersion": "v1", "metadata": seen}
    assert bench.server.watch(PODS).bookmark() == ()


def test_a_streaming_list_ends_with_a_bookmark_that_says_so(pods: Bench) -> None:
    watch = pods.server.watch(PODS, resource_version="1", initial_events=True, bookmarks=True)
    *added, last = watch.pull()
    assert told(added) == [("ADDED", "a"), ("ADDED", "c"), ("ADDED", "b")]
    assert last.object["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    pods.api.create(PODS, pod("d"))
    assert told(watch.pull()) == [("ADDED", "d")]


def test_events_of_the_past_do_not_change(bench: Bench) -> None:
    version = str(bench.revision)
    bench.api.create(CONFIG_MAPS, config_map(data={"a": "1"}))
    bench.api.patch(CONFIG_MAPS, "settings", {"data": {"a": "2"}}, namespace="default")
    first: WatchEvent = next(iter(bench.api.watch(CONFIG_MAPS, resource_version=version)))
    assert first.object["data"] == {"a": "1"}
    first.object["data"]["a"] = "changed by a client"
    again = next(iter(bench.api.watch(CONFIG_MAPS, resource_version=version)))
    assert again.object["data"] == {"a": "1"}


def test_a_watch_from_a_version_to_come_stays_silent_until_it_is_passed(bench: Bench) -> None:
    later = bench.revision + 2
    watcher = bench.server.watch(CONFIG_MAPS, resource_version=str(later))
    for name in ("a", "b", "c"):
        bench.api.create(CONFIG_MAPS, config_map(name))
        told(watcher.pull()) if bench.revision < later else None
    assert told(watcher.pull()) == [("ADDED", "c")]


def test_a_streamed_list_of_a_version_to_come_says_in_the_stream_that_it_is_refused(bench: Bench) -> None:
    watcher = bench.server.watch(CONFIG_MAPS, resource_version="1000", initial_events=True)
    (event,) = watcher.pull()
    assert (event.type, event.object["code"], event.object["reason"]) == ("ERROR", 504, "Timeout")
    assert watcher.closed
