"""Faults that are injected: each does what its name says, strikes only where it should, and nothing is stuck by it."""

from __future__ import annotations

import pytest
from kube_samples import pod

from podnet.api.errors import ApiError
from podnet.api.objects import uid_of
from podnet.api.resources import CONFIG_MAPS, NODES, PODS
from podnet.kube.cluster import InProcessCluster
from podnet.kube.injection import (
    CONFLICT,
    LOST_ANSWER,
    RESTART,
    SERVER_ERROR,
    WATCH_EXPIRED,
    Crash,
    DisturbedApi,
    Injection,
    Injector,
    Life,
)
from podnet.kube.tenancy import Tenancy


def config_map(name: str, **data: str):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def disturbed(name: str, *, at: int = 1, life: Life | None = None) -> tuple[InProcessCluster, DisturbedApi]:
    cluster = InProcessCluster(seed=1)
    return cluster, DisturbedApi(cluster.api, Injector([Injection(name, at=at)], seed=1), life=life)


def names_in(cluster: InProcessCluster) -> list[str]:
    return [one["metadata"]["name"] for one in cluster.api.list(CONFIG_MAPS, namespace="default").items]


def test_what_is_refused_is_not_carried_out() -> None:
    cluster, api = disturbed(SERVER_ERROR)
    with pytest.raises(ApiError) as refused:
        api.create(CONFIG_MAPS, config_map("a"))
    assert (refused.value.code, names_in(cluster)) == (500, [])
    api.create(CONFIG_MAPS, config_map("a"))
    assert names_in(cluster) == ["a"]


def test_what_is_not_answered_is_carried_out() -> None:
    cluster, api = disturbed(LOST_ANSWER)
    with pytest.raises(ApiError) as lost:
        api.create(CONFIG_MAPS, config_map("a"))
    assert (lost.value.code, names_in(cluster)) == (504, ["a"])


def test_only_changes_meet_a_conflict() -> None:
    cluster, api = disturbed(CONFLICT)
    api.create(CONFIG_MAPS, config_map("a"))
    api.get(CONFIG_MAPS, "a", namespace="default")
    with pytest.raises(ApiError) as conflict:
        api.patch(CONFIG_MAPS, "a", {"data": {"x": "1"}}, namespace="default")
    assert (conflict.value.code, conflict.value.reason) == (409, "Conflict")
    api.delete(CONFIG_MAPS, "a", namespace="default")
    assert names_in(cluster) == []


@pytest.mark.parametrize(("at", "carried_out"), [(1, []), (2, ["a"])])
def test_a_process_ends_before_or_after_its_request_and_makes_no_other(at: int, carried_out: list[str]) -> None:
    cluster, api = disturbed(RESTART, at=at, life=Life())
    with pytest.raises(Crash):
        api.create(CONFIG_MAPS, config_map("a"))
    with pytest.raises(Crash):
        api.create(CONFIG_MAPS, config_map("b"))
    assert names_in(cluster) == carried_out


class Mirror:
    """Notes what it is told of ConfigMaps."""

    name, version = "mirror", "1"

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def install(self, host) -> None:
        host.controller("mirror", lambda key: None, watches={CONFIG_MAPS: self._keys})

    def _keys(self, change):
        if change.object["metadata"]["namespace"] == "default":
            kind = "new" if change.old is None else "gone" if change.new is None else "changed"
            self.told.append((kind, change.object["metadata"]["name"]))
        return ()


def test_what_happens_after_a_watch_has_expired_is_told_by_its_outcome() -> None:
    cluster = InProcessCluster(seed=1, injector=Injector([Injection(WATCH_EXPIRED, at=2)], seed=1))
    mirror = Mirror()
    Tenancy(cluster, inventory=None, make=lambda: mirror).start()
    cluster.api.create(CONFIG_MAPS, config_map("a"))
    cluster.api.create(CONFIG_MAPS, config_map("b"))  # here it expires
    cluster.api.create(CONFIG_MAPS, config_map("passing"))
    cluster.api.delete(CONFIG_MAPS, "passing", namespace="default")
    cluster.api.delete(CONFIG_MAPS, "a", namespace="default")
    assert mirror.told == [("new", "a")]
    cluster.runtime.advance(1)
    assert mirror.told == [("new", "a"), ("gone", "a"), ("new", "b")]
    cluster.api.create(CONFIG_MAPS, config_map("c"))
    assert mirror.told[3:] == [("new", "c")]


def test_an_object_that_was_created_again_meanwhile_looks_like_one_that_has_changed() -> None:
    cluster = InProcessCluster(seed=1, injector=Injector([Injection(WATCH_EXPIRED, at=2)], seed=1))
    mirror = Mirror()
    Tenancy(cluster, inventory=None, make=lambda: mirror).start()
    cluster.api.create(CONFIG_MAPS, config_map("a"))
    cluster.api.delete(CONFIG_MAPS, "a", namespace="default")
    cluster.api.create(CONFIG_MAPS, config_map("a"))
    cluster.runtime.advance(1)
    assert mirror.told == [("new", "a"), ("changed", "a")]


@pytest.mark.parametrize("name", [CONFLICT, SERVER_ERROR, LOST_ANSWER])
@pytest.mark.parametrize("at", range(1, 7))
def test_the_built_in_controllers_try_again(name: str, at: int) -> None:
    cluster = InProcessCluster(seed=1, injector=Injector([Injection(name, at=at)], seed=1))
    status = {"conditions": [{"type": "Ready", "status": "True"}], "capacity": {"pods": "10"}}
    cluster.api.create(NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "status": status})
    cluster.api.create(PODS, pod())
    cluster.api.create(PODS, pod("other"))
    cluster.runtime.advance(60)
    assert not cluster.api.get(NODES, "n1")["spec"].get("taints")
    assert [one["spec"].get("nodeName") for one in cluster.api.list(PODS).items] == ["n1", "n1"]


def test_a_process_that_is_struck_again_and_again_while_it_starts_does_start() -> None:
    class Busy:
        name, version = "busy", "1"

        def install(self, host) -> None:
            host.api.create(CONFIG_MAPS, config_map(f"c{len(names_in(cluster))}"))

    cluster = InProcessCluster(seed=1, injector=Injector([Injection(SERVER_ERROR, 1.0)], seed=1))
    Tenancy(cluster, inventory=None, make=Busy).start()
    assert names_in(cluster) == ["c0"]


def test_a_restart_leaves_what_is_stored_and_nothing_else() -> None:
    cluster = InProcessCluster(seed=1)
    made: list[Mirror] = []

    def make() -> Mirror:
        made.append(Mirror())
        return made[-1]

    tenancy = Tenancy(cluster, inventory=None, make=make)
    tenancy.start()
    before = cluster.api.create(CONFIG_MAPS, config_map("a"))
    tenancy.restart()
    assert made[1].told == [("new", "a")]
    cluster.api.create(CONFIG_MAPS, config_map("b"))
    assert (made[0].told, made[1].told) == ([("new", "a")], [("new", "a"), ("new", "b")])
    assert uid_of(cluster.api.get(CONFIG_MAPS, "a", namespace="default")) == uid_of(before)
