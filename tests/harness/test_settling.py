"""On a real clock time passes for what was changed once, before something depends on it, and never in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from handmade import INVENTORY, StillCluster

from podnet.api.client import ObjectList
from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import NAMESPACES, POD_NETWORKINGS, PODS, Resource
from podnet.harness.waiting import Waiting
from podnet.harness.world import Setting, World
from podnet.targets.base import Budgets

REAL = Budgets(settle=2.0, late=5.0, window=5.0, real=True)
BLUE = "{selector: {podSelector: {matchLabels: {app: web}}}, securityGroupIDs: [blue], vSwitchOptions: [blue-1]}"


class Diary:
    """An API that takes everything, and notes when. ``conflicts``: so many updates come too late."""

    def __init__(self) -> None:
        self.cluster = StillCluster(self)
        self.entries: list[tuple[float, str]] = []
        self.conflicts = 0

    def note(self, what: str, resource: Resource) -> None:
        self.entries.append((self.cluster.elapsed, f"{what} {resource.plural}"))

    def list(self, resource: Resource, **_: Any) -> ObjectList:
        return ObjectList([], "1")

    def get(self, resource: Resource, name: str, **_: Any) -> Obj:
        self.note("get", resource)
        return {"metadata": {"name": name}, "spec": {}}

    def create(self, resource: Resource, obj: Obj, **_: Any) -> Obj:
        self.note("create", resource)
        return {**obj, "metadata": {**obj["metadata"], "uid": "u", "resourceVersion": "1"}}

    def update(self, resource: Resource, obj: Obj, **_: Any) -> Obj:
        self.note("update", resource)
        if self.conflicts:
            self.conflicts -= 1
            raise ApiError(409, "the object has been modified", reason="Conflict")
        return obj


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def world(diary: Diary) -> World:
    roles = [{"vSwitch": "blue-1", "zone": "zone-1", "kind": "", "room": "", "beside": ""}]
    return World(
        Setting(cluster=diary.cluster, inventory=INVENTORY, seed="0", manifests=Path(), roles=roles, budgets=REAL)
    )


def times(diary: Diary, what: str) -> list[float]:
    return [at for at, entry in diary.entries if entry == what]


def test_what_is_made_before_the_first_pod_is_waited_for_once(diary: Diary, world: World):
    world.namespaces.create("one")
    world.namespaces.create("two", labels="team=blue")
    for number in range(3):
        world.podnetworkings.write(world.podnetworkings.object(f"blue-{number}", spec={}))
        world.waiting.rest()
    assert times(diary, f"create {NAMESPACES.plural}") == [0.0, 0.0]
    assert times(diary, f"create {POD_NETWORKINGS.plural}") == [0.0, 0.0, 0.0]
    world.api.create(PODS, {"metadata": {"name": "web"}}, namespace="one")
    world.api.create(PODS, {"metadata": {"name": "api"}}, namespace="one")
    assert times(diary, f"create {PODS.plural}") == [2.0, 2.0]


def test_an_edit_waits_for_what_was_before_and_reads_only_then(diary: Diary, world: World):
    for _ in range(2):
        world.podnetworkings.write(world.podnetworkings.object("blue", spec={}), change=True)
        world.waiting.rest()
    assert diary.entries == [
        *((at, f"{verb} {POD_NETWORKINGS.plural}") for at in (0.0, 2.0) for verb in ("get", "update"))
    ]


def test_somebody_else_s_write_in_between_is_nobody_s_fault(diary: Diary, world: World):
    diary.conflicts = 3
    world.podnetworkings.write(world.podnetworkings.object("blue", spec={}), change=True)
    assert len(times(diary, f"update {POD_NETWORKINGS.plural}")) == 4
    diary.conflicts = 10
    with pytest.raises(ApiError, match="has been modified"):
        world.podnetworkings.write(world.podnetworkings.object("blue", spec={}), change=True)


@pytest.mark.parametrize("look", ["eventually", "throughout", "audit", "stop"])
def test_who_looks_looks_after_everybody_has_learnt(look: str, diary: Diary, world: World):
    seen: list[float] = []

    def check() -> None:
        seen.append(diary.cluster.elapsed)

    diary.cluster.stop = check  # type: ignore[attr-defined]  # it cannot be stopped otherwise
    world.waiting.rest()
    if look == "eventually":
        world.waiting.eventually(check)
    elif look == "throughout":
        world.waiting.throughout(check)
    elif look == "stop":
        world.stop()
    else:
        world.audit()
        check()
    assert seen[0] == 2.0


def test_in_a_race_nothing_waits(diary: Diary, world: World):
    world.waiting.rest()
    world.waiting.racing = True
    world.api.create(PODS, {"metadata": {"name": "web"}}, namespace="one")
    assert times(diary, f"create {PODS.plural}") == [0.0]


def test_where_the_clock_is_not_real_the_time_passes_at_once(diary: Diary):
    waiting = Waiting(diary.cluster, budgets=Budgets(settle=30.0))
    waiting.rest()
    assert diary.cluster.elapsed == 30.0
