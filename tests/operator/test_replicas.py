"""Several replicas: one does the work, all can answer, and whoever remains goes on."""

from __future__ import annotations

import os
import re
import signal
import urllib.request

from operator_world import OperatorProcess, World, await_
from test_restarts import everybody_runs

from podnet.api.objects import name_of
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, LEASES, MUTATING_WEBHOOK_CONFIGURATIONS, POD_ENIS, PODS
from podnet.operator.leadership import LEASE


def ask(operator: OperatorProcess, path: str) -> str:
    """What it answers at its metrics port, which it was told to choose itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port_of(operator)}{path}", timeout=10) as answer:
        return answer.read().decode()


def port_of(operator: OperatorProcess) -> int:
    (found,) = re.findall(r"metrics are served on port (\d+)", operator.err)
    return int(found)


def leads(operator: OperatorProcess) -> bool:
    return "podnet_leader 1.0" in ask(operator, "/metrics")


def holder(world: World) -> str:
    return str(world.api.get(LEASES, LEASE, namespace="podnet-system")["spec"].get("holderIdentity") or "")


def replica(world: World) -> OperatorProcess:
    return world.operator("--metrics-port", 0, "--lease-seconds", 5, "-v")


def test_one_of_two_works_and_the_other_one_takes_over_when_it_ends(world: World):
    first = replica(world)
    second = replica(world)
    assert (leads(first), leads(second)) == (True, False)
    assert ask(second, "/readyz") == ask(second, "/healthz") == "ok\n"
    world.podnetworking("vsw-small-1")
    world.pod("p0")
    world.running("p0")
    before = world.addresses()
    assert "podnet_reconcile_seconds_count" not in ask(second, "/metrics")
    code, seconds = first.end()
    assert code == 0
    assert seconds < 5
    await_(lambda: leads(second))
    world.used_by_admission(world.labels, world.name)
    world.pod("p1")
    world.running("p0", "p1")
    assert before.items() <= world.addresses().items()
    world.delete("p0")
    await_(lambda: world.gone(PODS, "p0") and world.gone(POD_ENIS, "p0"))


def test_whoever_comes_after_one_that_was_killed_here_does_not_wait_for_its_lease(world: World):
    world.operator("--lease-seconds", 3600)
    world.podnetworking("vsw-small-1")
    world.pod("p0")
    world.running("p0")
    world.operators[-1].kill()
    world.operator("--lease-seconds", 3600)
    world.pod("p1")
    world.running("p0", "p1")
    await_(world.is_sound)


def test_a_leader_that_is_killed_is_replaced_by_the_one_that_stands_by(world: World):
    first = replica(world)
    second = replica(world)
    world.podnetworking("vsw-small-1")
    world.pod("p0")
    world.running("p0")
    url = webhook_url(world)
    first.kill()
    await_(lambda: leads(second))
    await_(lambda: webhook_url(world) != url)
    world.used_by_admission(world.labels, world.name)
    everybody_runs(world, of=3)


def test_a_leader_that_was_frozen_finds_another_one_in_its_place_and_writes_nothing(world: World):
    first = replica(world)
    second = replica(world)
    world.podnetworking("vsw-small-1")
    pods = ["p0", "p1", "p2"]
    for name in pods:
        world.pod(name)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        await_(lambda: leads(second))
        world.running(*pods)
        before = holder(world)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    await_(lambda: first.err.count("ready as") == 2)
    assert (leads(first), leads(second), holder(world)) == (False, True, before)
    await_(world.is_sound)
    world.delete("p0")
    await_(lambda: world.gone(PODS, "p0") and world.gone(POD_ENIS, "p0"))


def test_a_replica_that_stands_by_writes_nothing_but_rehearses(world: World):
    replica(world)
    url = webhook_url(world)
    before = versions(world)
    replica(world)
    assert webhook_url(world) == url
    assert versions(world) == before


def test_one_whose_lease_somebody_else_takes_writes_no_more(world: World):
    first = replica(world)
    world.podnetworking("vsw-a1")
    lease = world.api.get(LEASES, LEASE, namespace="podnet-system")
    spec = {**lease["spec"], "holderIdentity": "somebody-else", "leaseDurationSeconds": 3600}
    world.api.update(LEASES, {**lease, "spec": spec})
    await_(lambda: not leads(first))
    world.pod("web")
    assert world.api.get(LEASES, LEASE, namespace="podnet-system")["spec"]["holderIdentity"] == "somebody-else"
    await_(lambda: world.get("web")["spec"].get("nodeName"))
    assert not world.records()
    lease = world.api.get(LEASES, LEASE, namespace="podnet-system")
    world.api.update(LEASES, {**lease, "spec": {**lease["spec"], "holderIdentity": ""}})
    world.running("web")


def versions(world: World) -> dict[str, str]:
    return {
        name_of(one): one["metadata"]["resourceVersion"]
        for resource in (MUTATING_WEBHOOK_CONFIGURATIONS, CUSTOM_RESOURCE_DEFINITIONS)
        for one in world.api.list(resource).items
    }


def webhook_url(world: World) -> str:
    found = world.api.get(MUTATING_WEBHOOK_CONFIGURATIONS, "podnet-reference")
    return str(found["webhooks"][0]["clientConfig"]["url"])
