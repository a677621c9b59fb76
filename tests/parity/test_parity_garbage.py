"""What is left of owners, of what they own and of namespaces is the same on both, whichever way they are deleted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from graphs import HOLD, MOST_DELETIONS, NOBODY, RESOURCES, Graph, Thing, graph
from planes import api_of

from podnet.api.client import Api, Propagation
from podnet.api.errors import ApiError
from podnet.api.objects import Obj, is_terminating, name_of, namespace_of, uid_of
from podnet.api.resources import NAMESPACES
from podnet.controlplane.plane import ControlPlane
from podnet.kube.cluster import InProcessCluster

GRAPHS = int(os.environ.get("PODNET_PARITY_EXAMPLES") or 0) or 40
QUIET = 1.0
WITHIN = 60.0

State = dict[str, Any]


@pytest.fixture(scope="module")
def states(plane: ControlPlane) -> tuple[list[State], list[State]]:
    """What there is after each phase, on the real one and in process; all graphs are played at once."""
    generated = [graph(number) for number in range(GRAPHS)]
    real, cluster = api_of(plane), InProcessCluster(seed=1, thorough=True)

    def settle() -> None:
        cluster.runtime.settle()
        cluster.runtime.advance(QUIET)

    try:
        return list(_played(real, generated, lambda: _quiet(real))), list(_played(cluster.api, generated, settle))
    finally:
        _remove(real, generated)


@pytest.mark.parametrize("number", range(GRAPHS))
def test_the_same_is_left(number: int, states: tuple[list[State], list[State]]) -> None:
    real, ours = states
    prefix = f"garbage-{number}-"

    for phase, (there, here) in enumerate(zip(real, ours, strict=True)):
        assert _of(here, prefix) == _of(there, prefix), f"in phase {phase} of {graph(number)}"


def test_graphs_are_of_all_kinds() -> None:
    generated = [graph(number) for number in range(40)]

    assert any(each.ends for each in generated)
    assert {policy for each in generated for _, policy in each.deletions} == {
        None,
        "Background",
        "Foreground",
        "Orphan",
    }
    assert {tie.broken for each in generated for tie in each.ties} == {"", "uid", "name", "kind"}
    assert any(each.held for each in generated)


def _of(state: State, prefix: str) -> State:
    return {key: value for key, value in state.items() if f" {prefix}" in key}


def _played(api: Api, generated: list[Graph], settle: Callable[[], None]) -> Iterator[State]:
    """Every graph, phase by phase: nothing is to depend on who is faster."""
    names = {NOBODY: "nobody"}
    for one in generated:
        for place in one.places:
            api.create(NAMESPACES, {"metadata": {"name": place}})
    uids = {thing: _create(api, thing, held=thing in one.held) for one in generated for thing in one.things}
    names |= {uid: thing.name for thing, uid in uids.items()}
    settle()
    for one in generated:
        _tie(api, one, uids)
    settle()
    yield _state(api, names)
    for number in range(MOST_DELETIONS):
        for one in generated:
            if number < len(one.deletions):
                thing, policy = one.deletions[number]
                _delete(api, thing, policy)
        settle()
        yield _state(api, names)
    for one in generated:
        if one.ends:
            api.delete(NAMESPACES, one.ends)
    settle()
    yield _state(api, names)
    for one in generated:
        for thing in one.held:
            _release(api, thing)
    settle()
    yield {key: {**value, "says": ""} for key, value in _state(api, names).items()}  # when it is said anew is open


def _create(api: Api, thing: Thing, *, held: bool) -> str:
    metadata: Obj = {"name": thing.name, **({"namespace": thing.place} if thing.place else {})}
    if held:
        metadata["finalizers"] = [HOLD]
    return uid_of(api.create(thing.resource, {"metadata": metadata}))


def _tie(api: Api, one: Graph, uids: dict[Thing, str]) -> None:
    for thing in one.things:
        references = [tie.reference(uids[tie.owner]) for tie in one.ties if tie.what is thing]
        if references:
            _change(api, thing, {"ownerReferences": references})


def _change(api: Api, thing: Thing, metadata: Obj) -> None:
    with suppress(ApiError):  # it went with its owner
        api.patch(thing.resource, thing.name, {"metadata": metadata}, namespace=thing.place)


def _release(api: Api, thing: Thing) -> None:
    with suppress(ApiError):  # it went before it was held
        found = api.get(thing.resource, thing.name, namespace=thing.place)
        finalizers = [item for item in found["metadata"].get("finalizers") or () if item != HOLD]
        _change(api, thing, {"finalizers": finalizers or None})


def _delete(api: Api, thing: Thing, policy: Propagation | None) -> None:
    with suppress(ApiError):  # it is gone already
        api.delete(thing.resource, thing.name, namespace=thing.place, propagation=policy)


def _state(api: Api, names: dict[str, str]) -> State:
    """By kind, name and namespace: owners, finalizers, and whether the object ends; of a namespace what it says."""
    return {
        f"{resource.kind} {name_of(obj)} {namespace_of(obj)}": _shown(obj, names)
        for resource in RESOURCES
        for obj in api.list(resource).items
        if name_of(obj).startswith("garbage-")
    }


def _shown(obj: Obj, names: dict[str, str]) -> Obj:
    metadata, conditions = obj["metadata"], (obj.get("status") or {}).get("conditions") or ()
    owners = [{**item, "uid": names.get(item["uid"], item["uid"])} for item in metadata.get("ownerReferences") or ()]
    said = {item["type"]: (item["status"], item["reason"], item["message"]) for item in conditions if "reason" in item}
    ends = bool(metadata.get("deletionTimestamp"))
    return {
        "owners": [] if ends else owners,  # which one is gone last is open
        "finalizers": metadata.get("finalizers") or [],
        "ends": ends,
        "says": said if obj.get("kind") == NAMESPACES.kind else {},
    }


def _quiet(api: Api) -> None:
    """Wait until nothing has changed for a while, and the controller of namespaces has been at all that end."""
    deadline, since, before = time.monotonic() + WITHIN, time.monotonic(), None
    while time.monotonic() - since < QUIET:
        objects = [api.list(kind).items for kind in RESOURCES]
        now = [[item["metadata"]["resourceVersion"] for item in items] for items in objects]
        full = {namespace_of(item) for items in objects for item in items}
        if now != before or any(_waits(item, full) for item in objects[-1]):
            before, since = now, time.monotonic()
        assert time.monotonic() < deadline, "it never becomes quiet"
        time.sleep(0.1)


def _waits(namespace: Obj, full: set[str]) -> bool:
    """Whether it ends and its controller, which lets seconds pass before each look, has more to do there."""
    seen = bool(namespace["status"].get("conditions"))
    return is_terminating(namespace) and (not seen or name_of(namespace) not in full)


def _remove(api: Api, generated: list[Graph]) -> None:
    for one in generated:
        for thing in one.things:
            _change(api, thing, {"finalizers": None, "ownerReferences": None})
            _delete(api, thing, None)
        for place in one.places:
            with suppress(ApiError):  # it has ended already
                api.delete(NAMESPACES, place)
