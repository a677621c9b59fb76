import gc
import time

import pytest

from podnet.api.host import Change
from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, PODS, Resource
from podnet.kube import history
from podnet.kube.history import TooOldError
from podnet.kube.store import Store


def obj(name: str, namespace: str = "default", **metadata: object) -> Obj:
    return {"metadata": {"name": name, "namespace": namespace, **metadata}}


def test_one_version_counts_the_writes_of_all_resources() -> None:
    store = Store()
    assert store.put(PODS, obj("a"))["metadata"]["resourceVersion"] == "1"
    assert store.put(CONFIG_MAPS, obj("a"))["metadata"]["resourceVersion"] == "2"
    assert store.remove(PODS, "default", "a")["metadata"]["resourceVersion"] == "3"


def test_lists_are_sorted_by_namespace_and_name() -> None:
    store = Store()
    for namespace, name in (("b", "x"), ("a", "z"), ("a", "y")):
        store.put(PODS, obj(name, namespace))
    listed = [(item["metadata"]["namespace"], item["metadata"]["name"]) for item in store.sorted_values(PODS)]
    assert listed == [("a", "y"), ("a", "z"), ("b", "x")]
    assert [item["metadata"]["name"] for item in store.sorted_values(PODS, "a")] == ["y", "z"]


def test_the_owner_index_follows_adoption_and_release() -> None:
    store = Store()
    store.put(PODS, obj("a", ownerReferences=[{"uid": "one"}]))
    store.put(CONFIG_MAPS, obj("c", ownerReferences=[{"uid": "one"}]))
    assert len(store.by_owner(None, "one")) == 2
    store.put(PODS, obj("a", ownerReferences=[{"uid": "two"}]))
    assert [item["metadata"]["name"] for item in store.by_owner(PODS, "two")] == ["a"]
    assert store.by_owner(PODS, "one") == []
    store.remove(PODS, "default", "a")
    assert store.by_owner(None, "two") == []


def test_listeners_hear_of_writes_in_order_even_if_one_of_them_writes() -> None:
    store = Store()
    heard: list[str] = []

    def writes(resource: Resource, change: Change) -> None:
        if change.object["metadata"]["name"] == "first":
            store.put(PODS, obj("second"))

    store.subscribe(writes)
    store.subscribe(lambda resource, change: heard.append(change.object["metadata"]["name"]))
    store.put(PODS, obj("first"))
    assert heard == ["first", "second"]


def test_a_listener_that_has_left_hears_nothing() -> None:
    store = Store()
    heard: list[Change] = []
    leave = store.subscribe(lambda resource, change: heard.append(change))
    leave()
    store.put(PODS, obj("a"))
    assert heard == []


def test_the_history_forgets_the_oldest_changes() -> None:
    store = Store(history=10)
    for number in range(50):
        store.put(PODS, obj(f"p{number}"))
    assert len(list(store.since(PODS, 40))) == 10
    with pytest.raises(TooOldError, match=r"too old resource version: 39 \(40\)"):
        store.since(PODS, 39)


def test_what_happens_elsewhere_does_not_shorten_a_history() -> None:
    store = Store(history=10)
    store.put(CONFIG_MAPS, obj("c"))
    for number in range(50):
        store.put(PODS, obj(f"p{number}"))
    assert [version for version, _ in store.since(CONFIG_MAPS, 0)] == [1]


def test_a_history_of_large_objects_is_shorter_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 1_000_000)
    store = Store()
    for number in range(300):
        store.put(PODS, obj(f"p{number}"))
    for number in range(50):
        store.put(CONFIG_MAPS, {**obj("large"), "data": {"key": "x" * 100_000, "turn": str(number)}})
        told = [version for version, _ in store.since(CONFIG_MAPS, store.revision - 1)]
        assert told == [store.revision], "the newest change is always known"
    with pytest.raises(TooOldError) as refusal:
        store.since(CONFIG_MAPS, 300)
    kept = [version for version, _ in store.since(CONFIG_MAPS, refusal.value.oldest)]
    assert kept == list(range(refusal.value.oldest + 1, 351))
    assert 5 <= len(kept) <= 10
    assert len(list(store.since(PODS, 0))) == 300, "others lose nothing"


def test_a_compacted_history_knows_nothing_older() -> None:
    store = Store()
    store.put(PODS, obj("a"))
    store.forget()
    assert list(store.since(PODS, 1)) == []
    with pytest.raises(TooOldError):
        store.since(PODS, 0)


def test_cost_of_a_write_does_not_grow_with_the_number_of_objects() -> None:
    store = Store()

    def cost(start: int) -> float:
        """Seconds for 500 writes, the best of three tries."""
        tries = []
        for first in (start, start + 500, start + 1000):
            begin = time.process_time()
            for number in range(first, first + 500):
                store.put(PODS, obj(f"p{number}", ownerReferences=[{"uid": f"u{number}"}]))
                store.get(PODS, "default", f"p{number}")
            tries.append(time.process_time() - begin)
        return min(tries)

    gc.disable()  # its pauses grow with the number of objects, whoever holds them
    try:
        early = cost(0)
        for number in range(1500, 15_000):
            store.put(PODS, obj(f"p{number}"))
        assert cost(15_000) < 10 * early
    finally:
        gc.enable()
