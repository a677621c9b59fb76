"""Whatever users do and whatever strikes, no address is lost or given twice, and a pod is on one plane or on none."""

from __future__ import annotations

from random import Random

import pytest
from fault_world import WEB, World, live, plane_of

from podnet.kube.injection import (
    CONFLICT,
    LOST_ANSWER,
    RESTART,
    SERVER_ERROR,
    WATCH_EXPIRED,
    WEBHOOK_FAILING,
    WEBHOOK_SLOW,
    Injection,
)

RATES = {RESTART: 0.05}  # an implementation makes many requests while it starts
API = (CONFLICT, SERVER_ERROR, LOST_ANSWER, WATCH_EXPIRED)


def live_through(world: World, *, seed: int, events: int = 25) -> int:
    """A history of users and time; returns how many pods were admitted."""
    random = Random(seed)
    names: list[str] = []
    admitted = 0
    world.disturb()
    for _ in range(events):
        match random.choice(["create", "create", "create", "delete", "force", "twin", "plain", "wait"]):
            case "create":
                names.append(f"p{len(names)}")
                admitted += world.pod(names[-1])
            case "plain":
                names.append(f"p{len(names)}")
                world.pod(names[-1], {"app": "api"})
            case "delete" if names:
                world.delete(random.choice(names))
            case "force" if names:
                world.delete(random.choice(names), grace=0)
            case "twin" if names:
                name = random.choice(names)
                world.delete(name, grace=0)
                admitted += world.pod(name)
            case "wait":
                world.runtime.advance(random.randrange(40))
        for _ in range(random.randrange(6)):
            world.runtime.step()
    world.runtime.settle()
    return admitted


def assert_kept(world: World, *, everybody_matched: bool) -> None:
    world.assert_sound()
    for pod in live(world.pods()):
        matched = pod["metadata"]["labels"].get("app") == WEB["app"]
        if everybody_matched or not matched:
            assert plane_of(pod) == ("small" if matched else "default")
    world.assert_nothing_is_lost()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", [*API, RESTART])
def test_one_kind_of_fault(name: str, seed: int) -> None:
    world = World([Injection(name, RATES.get(name, 0.2))], seed=seed)
    live_through(world, seed=seed)
    assert world.injector.struck[name]
    assert_kept(world, everybody_matched=True)


@pytest.mark.parametrize("seed", range(12))
def test_everything_at_once(seed: int) -> None:
    world = World([*(Injection(name, 0.1) for name in API), Injection(RESTART, 0.03)], seed=seed)
    live_through(world, seed=seed)
    assert all(world.injector.struck[name] for name in (SERVER_ERROR, WATCH_EXPIRED))
    assert_kept(world, everybody_matched=True)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", [WEBHOOK_FAILING, WEBHOOK_SLOW])
def test_a_webhook_without_which_no_pod_is_admitted(name: str, seed: int) -> None:
    world = World([Injection(name, 0.3)], seed=seed, policy="Fail")
    live_through(world, seed=seed)
    assert world.injector.struck[name]
    assert_kept(world, everybody_matched=True)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", [WEBHOOK_FAILING, WEBHOOK_SLOW])
def test_a_webhook_without_which_pods_get_the_default_plane(name: str, seed: int) -> None:
    world = World([Injection(name, 0.3)], seed=seed, policy="Ignore")
    live_through(world, seed=seed)
    assert world.injector.struck[name]
    assert_kept(world, everybody_matched=False)


@pytest.mark.parametrize(("policy", "runs_on"), [("Fail", []), ("Ignore", ["default"])])
def test_the_failure_policy_decides_what_a_failing_webhook_means(policy: str, runs_on: list[str]) -> None:
    world = World([Injection(WEBHOOK_FAILING, 1.0)], policy=policy)
    world.disturb()
    assert world.pod("web") is bool(runs_on)
    world.runtime.settle()
    assert [plane_of(pod) for pod in live(world.pods())] == runs_on
    assert world.cluster.faults == []


def test_a_slow_webhook_takes_time_and_beyond_its_timeout_fails() -> None:
    world = World([Injection(WEBHOOK_SLOW, 1.0)])
    world.disturb()
    waits, admitted = [], []
    for number in range(20):
        before = world.runtime.elapsed
        admitted.append(world.pod(f"p{number}"))
        waits.append(round(world.runtime.elapsed - before, 6))
    timeout = max(waits)
    assert timeout == 10.0
    assert [wait < timeout for wait in waits] == admitted
    assert set(admitted) == {True, False}


@pytest.mark.parametrize("name", [*API, RESTART])
def test_the_same_seed_strikes_the_same(name: str) -> None:
    worlds = [World([Injection(name, RATES.get(name, 0.2))], seed=3) for _ in range(2)]
    for world in worlds:
        live_through(world, seed=3)
    first, second = ((world.injector.occasions, world.injector.struck, world.pods()) for world in worlds)
    assert first == second


def test_what_is_lost_is_the_answer_and_not_the_write() -> None:
    world = World([Injection(LOST_ANSWER, 1.0)])
    world.disturb()
    world.pod("web")
    for _ in range(20):
        world.runtime.step()
    assert world.injector.struck[LOST_ANSWER]
    world.calm()
    world.runtime.advance(60)
    assert [plane_of(pod) for pod in live(world.pods())] == ["small"]
