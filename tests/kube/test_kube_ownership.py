"""Server-side apply by itself: what the conversations with kubectl do not reach."""

from __future__ import annotations

import pytest
from kube_samples import Bench, config_map, refused

from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, DEPLOYMENTS
from podnet.kube.backend import WriteOptions
from podnet.kube.durations import human
from podnet.kube.fieldsets import from_fields, to_fields
from podnet.kube.jsonpath import find


def apply(bench: Bench, manager: str, data: dict[str, str], *, force: bool = False) -> Obj:
    options = WriteOptions(manager=manager, force=force)
    return bench.server.apply(CONFIG_MAPS, "a", config_map("a", data=data), namespace="default", options=options)[0]


def test_who_applies_owns_and_who_stops_applying_takes_it_away(bench: Bench) -> None:
    apply(bench, "one", {"x": "1", "y": "1"})
    assert apply(bench, "two", {"y": "1", "z": "1"})["data"] == {"x": "1", "y": "1", "z": "1"}
    assert apply(bench, "one", {})["data"] == {"y": "1", "z": "1"}, "y is still the other's"
    assert not apply(bench, "two", {}).get("data")


def test_a_conflict_names_all_fields_and_force_takes_them(bench: Bench) -> None:
    apply(bench, "one", {"x": "1", "y": "1"})
    with refused(409, "Conflict", "Apply failed with 2 conflicts") as seen:
        apply(bench, "two", {"x": "2", "y": "2"})
    assert [cause["field"] for cause in seen[0].causes] == [".data.x", ".data.y"]
    assert apply(bench, "two", {"x": "2", "y": "2"}, force=True)["data"] == {"x": "2", "y": "2"}
    with refused(409, "Conflict", 'conflict with "two"'):
        apply(bench, "one", {"x": "1"})


def test_an_apply_that_changes_nothing_writes_nothing(bench: Bench) -> None:
    first = apply(bench, "one", {"x": "1"})
    assert apply(bench, "one", {"x": "1"})["metadata"] == first["metadata"]


def test_items_of_keyed_lists_have_owners_of_their_own(bench: Bench) -> None:
    def wanted(*containers: Obj) -> Obj:
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "d"},
            "spec": {
                "selector": {"matchLabels": {"a": "b"}},
                "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": list(containers)}},
            },
        }

    def names(manager: str, obj: Obj) -> list[str]:
        options = WriteOptions(manager=manager)
        stored = bench.server.apply(DEPLOYMENTS, "d", obj, namespace="default", options=options)[0]
        return [item["name"] for item in stored["spec"]["template"]["spec"]["containers"]]

    main, side = {"name": "main", "image": "m"}, {"name": "side", "image": "s"}
    assert names("one", wanted(main)) == ["main"]
    assert names("two", wanted(side)) == ["main", "side"]
    assert names("two", wanted(main)) == ["main"]
    with refused(500, text="duplicate entries for key"):
        names("two", wanted(main, main))


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"kind": "Secret"}, "invalid object type"),
        ({"metadata": {"name": "a", "managedFields": [{}]}}, "managedFields must be nil"),
        ({"data": {"x": "1"}, "nonsense": 1}, ".nonsense: field not declared in schema"),
    ],
)
def test_a_patch_that_cannot_be_applied_is_refused(bench: Bench, wrong: Obj, text: str) -> None:
    with refused(500 if "nonsense" in wrong else 400, text=text):
        bench.server.apply(CONFIG_MAPS, "a", {**config_map("a"), **wrong}, namespace="default")


def test_field_sets_survive_being_written() -> None:
    paths = {("f:a",), ("f:a", "f:b"), ("f:l", 'k:{"name":"x"}'), ("f:l", 'k:{"name":"x"}', "f:name"), ("f:s", 'v:"1"')}
    assert from_fields(to_fields(paths)) == paths


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<invalid>"),
        (0, "0s"),
        (119, "119s"),
        (125, "2m5s"),
        (660, "11m"),
        (9000, "150m"),
        (14700, "4h5m"),
        (176500, "2d1h"),
        (10**8, "3y62d"),
    ],
)
def test_ages_are_written_as_kubectl_writes_them(seconds: int, text: str) -> None:
    assert human(seconds) == text


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".a.b", [1]),
        (".a['b']", [1]),
        (".l[0].t", ["x"]),
        (".l[*].t", ["x", "y"]),
        ('.l[?(@.t=="y")].v', [2]),
        (".none.b", []),
        (".l[5].t", []),
        ("{nonsense", []),
    ],
)
def test_columns_find_their_values(path: str, found: list[object]) -> None:
    assert find({"a": {"b": 1}, "l": [{"t": "x", "v": 1}, {"t": "y", "v": 2}]}, path) == found
