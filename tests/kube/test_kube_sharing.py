import gc
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podnet.api.objects import clone
from podnet.api.resources import PODS
from podnet.kube import sharing
from podnet.kube.cluster import InProcessCluster
from podnet.kube.sharing import Pool
from podnet.kube.store import Store

atoms = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0, 2.0]) | st.sampled_from("ab")
values = st.recursive(
    atoms, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)
objects = st.fixed_dictionaries({"kind": atoms, "metadata": st.dictionaries(st.sampled_from("abc"), values)}).flatmap(
    lambda obj: st.dictionaries(st.sampled_from(["spec", "status"]), values).map(lambda parts: {**obj, **parts})
)


@given(st.lists(objects, max_size=5))
def test_what_is_stored_says_the_same_to_the_last_byte(objs: list[dict[str, Any]]) -> None:
    pool = Pool()
    for obj in objs:
        before = json.dumps(obj)  # True is not 1, nor 1.0, and fields keep their order
        pool.compact(obj)
        assert json.dumps(obj) == before


def pod(number: int) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"p{number}", "namespace": "default", "labels": {"app": str(number)}},
        "spec": {"containers": [{"name": "main", "image": "nothing"}]},
    }


def test_two_objects_share_what_is_equal_and_nothing_else() -> None:
    pool, one, other = Pool(), clone(pod(1)), clone(pod(2))
    pool.compact(one)
    pool.compact(other)
    assert one["spec"] is other["spec"]
    assert one["metadata"] is not other["metadata"]
    assert one["metadata"]["labels"] != other["metadata"]["labels"]


@pytest.mark.parametrize("thorough", [False, True])
def test_a_thousand_pods_take_no_more_than_twice_the_bytes_of_their_json(thorough: bool) -> None:
    cluster = InProcessCluster(seed=0, thorough=thorough)
    cluster.api.create(PODS, pod(1000))  # imports and caches
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    written = sum(len(json.dumps(cluster.api.create(PODS, pod(number)))) for number in range(1000))
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken < 2 * written


def test_what_has_been_seen_is_forgotten_by_and_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "GENERATION", 10_000)
    monkeypatch.setattr(sharing, "NAMES", 50)
    pool = Pool()
    gc.collect()
    tracemalloc.start()
    sizes = []
    for many in (range(500), range(500, 5000)):
        for number in many:
            pool.compact({"metadata": {"name": "n"}, "data": {f"key-{number}": ["x" * 100 + str(number)]}})
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[1] < 3 * sizes[0]


def test_an_object_that_is_nested_without_end_is_stored_as_it_is() -> None:
    nested: Any = "end"
    for _ in range(5000):
        nested = [nested]
    store = Store()
    for number in range(300):
        store.put(PODS, pod(number))
    stored = store.put(PODS, {"metadata": {"name": "deep", "namespace": "default"}, "spec": nested})
    assert stored["spec"] is nested
