from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kube_samples import PLANES, Bench, config_map, define_planes, plane, pod, refused

from podnet.api.objects import Obj, clone
from podnet.api.resources import CONFIG_MAPS, PODS
from podnet.kube.patches import PatchError, apply_json_patch, merge, strategic

values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


@settings(max_examples=80, deadline=None)
@given(objects, objects)
def test_merge_patches_leave_their_arguments_alone_and_are_idempotent(value: Obj, patch: Obj) -> None:
    kept_value, kept_patch = clone(value), clone(patch)
    once = merge(value, patch)
    assert (value, patch) == (kept_value, kept_patch)
    assert merge(once, patch) == once


@settings(max_examples=80, deadline=None)
@given(objects, objects)
def test_the_difference_of_two_objects_merges_one_into_the_other(old: Obj, new: Obj) -> None:
    new = without_nulls(new)

    def difference(before: Any, after: Any) -> Any:
        if not (isinstance(before, dict) and isinstance(after, dict)):
            return after
        patch = {key: None for key in before if key not in after}
        return patch | {
            key: difference(before.get(key), item) for key, item in after.items() if before.get(key) != item
        }

    assert merge(old, difference(old, new)) == new


@settings(max_examples=60, deadline=None)
@given(objects, objects)
def test_without_merge_keys_a_strategic_patch_is_a_merge_patch(value: Obj, patch: Obj) -> None:
    assert strategic(value, patch) == merge(value, patch)


@settings(max_examples=60, deadline=None)
@given(objects, objects)
def test_a_json_patch_of_whole_fields_gives_the_new_object(old: Obj, new: Obj) -> None:
    kept = clone(old)
    patch = [{"op": "remove", "path": f"/{key}"} for key in old if key not in new]
    patch += [{"op": "add", "path": f"/{key}", "value": item} for key, item in new.items()]
    assert apply_json_patch(old, patch) == new
    assert old == kept


@pytest.mark.parametrize(
    ("value", "patch", "result"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": 1}, {"a": None}, {}),
        ({"a": 1}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
    ],
)
def test_merge_patch_examples(value: Obj, patch: Obj, result: Obj) -> None:
    assert merge(value, patch) == result


CONTAINERS = {"spec": {"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:1"}]}}


@pytest.mark.parametrize(
    ("patch", "result"),
    [
        ([{"name": "b", "image": "y:2"}], [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:2"}]),
        (
            [{"name": "c", "image": "z:1"}],
            [{"name": "c", "image": "z:1"}, {"name": "a", "image": "x:1"}, {"name": "b", "image": "y:1"}],
        ),
        ([{"name": "a", "$patch": "delete"}], [{"name": "b", "image": "y:1"}]),
        ([{"$patch": "replace"}, {"name": "c"}], [{"name": "c"}]),
        ([{"name": "a", "image": None}], [{"name": "a"}, {"name": "b", "image": "y:1"}]),
        (
            [{"name": "a", "ports": [{"containerPort": 80}]}],
            [{"name": "a", "image": "x:1", "ports": [{"containerPort": 80}]}, {"name": "b", "image": "y:1"}],
        ),
    ],
)
def test_lists_with_a_merge_key_merge_by_it(patch: list[Obj], result: list[Obj]) -> None:
    kept = clone(CONTAINERS)
    assert strategic(CONTAINERS, {"spec": {"containers": patch}})["spec"]["containers"] == result
    assert kept == CONTAINERS


def test_lists_without_a_merge_key_are_replaced() -> None:
    value = {"spec": {"tolerations": [{"key": "a"}]}}
    assert strategic(value, {"spec": {"tolerations": [{"key": "b"}]}}) == {"spec": {"tolerations": [{"key": "b"}]}}


def test_templates_merge_like_pods() -> None:
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "b", "image": "y:2"}]}}}}
    merged = strategic({"spec": {"template": CONTAINERS}}, patch)
    assert [item["image"] for item in merged["spec"]["template"]["spec"]["containers"]] == ["x:1", "y:2"]


def test_finalizers_merge_as_a_set_and_conditions_by_type() -> None:
    value = {
        "metadata": {"finalizers": ["a", "b"]},
        "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "x"}]},
    }
    patch = {
        "metadata": {"finalizers": ["c"], "$deleteFromPrimitiveList/finalizers": ["a"]},
        "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Extra", "status": "True"}]},
    }
    merged = strategic(value, patch)
    assert merged["metadata"]["finalizers"] == ["c", "b"]
    assert merged["status"]["conditions"] == [
        {"type": "Ready", "status": "True", "reason": "x"},
        {"type": "Extra", "status": "True"},
    ]


def test_directives_replace_delete_and_order() -> None:
    value = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}, "selector": {"a": "b"}}}
    patch = {"spec": {"strategy": {"$patch": "replace", "type": "Recreate"}, "selector": {"$patch": "delete"}}}
    assert strategic(value, patch) == {"spec": {"strategy": {"type": "Recreate"}, "selector": {}}}
    retained = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert strategic(value, retained)["spec"]["strategy"] == {"type": "Recreate"}
    order = {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}
    assert [item["name"] for item in strategic(CONTAINERS, order)["spec"]["containers"]] == ["b", "a"]


def test_an_item_without_its_merge_key_is_an_error() -> None:
    with pytest.raises(PatchError, match="does not contain declared merge key: name"):
        strategic(CONTAINERS, {"spec": {"containers": [{"image": "z"}]}})
    with pytest.raises(PatchError, match="unrecognized patch type"):
        strategic(CONTAINERS, {"spec": {"$patch": "explode"}})


def test_a_json_patch_whose_test_fails_changes_nothing(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map(data={"a": "1"}))
    patch = [{"op": "replace", "path": "/data/a", "value": "2"}, {"op": "test", "path": "/data/a", "value": "3"}]
    with refused(422, "Invalid", "the server rejected our request due to an error in our request"):
        bench.api.patch(CONFIG_MAPS, "settings", patch, namespace="default", type="json")
    assert bench.api.get(CONFIG_MAPS, "settings", namespace="default")["data"] == {"a": "1"}


@pytest.mark.parametrize(
    "patch", [[{"op": "remove", "path": "/no"}], [{"op": "explode", "path": "/data"}], [{"path": "/data"}], [None]]
)
def test_a_json_patch_that_does_not_apply_is_refused(bench: Bench, patch: Any) -> None:
    bench.api.create(CONFIG_MAPS, config_map())
    with refused(422, "Invalid"):
        bench.api.patch(CONFIG_MAPS, "settings", patch, namespace="default", type="json")


def test_a_patch_of_the_wrong_form_is_a_bad_request(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map())
    with refused(400, "BadRequest"):
        bench.api.patch(CONFIG_MAPS, "settings", {"data": {}}, namespace="default", type="json")
    with refused(400, "BadRequest"):
        bench.api.patch(CONFIG_MAPS, "settings", [{"op": "test"}], namespace="default", type="merge")


def test_a_patch_that_names_an_outdated_version_is_a_conflict(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map())
    with refused(409, "Conflict", "the object has been modified"):
        patch = {"metadata": {"resourceVersion": "1"}, "data": {"a": "1"}}
        bench.api.patch(CONFIG_MAPS, "settings", patch, namespace="default")


def test_custom_resources_take_no_strategic_patch(bench: Bench) -> None:
    define_planes(bench)
    bench.api.create(PLANES, plane())
    with refused(415, "UnsupportedMediaType", "application/json-patch+json, application/merge-patch+json"):
        bench.api.patch(PLANES, "a", {"spec": {}}, type="strategic")


def test_a_patched_object_does_not_share_with_the_stored_one(bench: Bench) -> None:
    bench.api.create(PODS, pod())
    stored = clone(bench.server.store.get(PODS, "default", "web"))
    before = bench.server.store.get(PODS, "default", "web")
    bench.api.patch(PODS, "web", {"metadata": {"labels": {"x": "y"}}}, namespace="default")
    assert before == stored
