"""kube-scheduler and ours agree on which nodes are allowed for a pod, and on what they say when none is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import pytest
from planes import api_of, eventually
from recording import asleep
from wishes import HOME, TAINTS, UNSCHEDULABLE, ZONE
from worlds import PLACES, World, world

from podnet.api.client import Api
from podnet.api.errors import ApiError
from podnet.api.names import NODE_NOT_READY
from podnet.api.objects import Obj, clone, condition_of, name_of, namespace_of
from podnet.api.resources import EVENTS, NAMESPACES, NODES, PODS, SERVICE_ACCOUNTS
from podnet.controlplane.plane import ControlPlane
from podnet.kube.cluster import InProcessCluster
from podnet.kube.hosts import ControllerHost
from podnet.kube.rest import RestApi
from podnet.kube.scheduler.filters import feasible
from podnet.kube.scheduler.scheduler import Scheduler
from podnet.kube.scheduler.snapshot import Snapshot

WORLDS = int(os.environ.get("PODNET_PARITY_EXAMPLES") or 0) or 30
PROBES = "parity-probes"
WITHIN, PAUSE = 20.0, 1.0


class OnlyScheduling(InProcessCluster):
    """A cluster of which only the API server and the scheduler work."""

    def _install_controllers(self, ties: Random) -> None:
        host = ControllerHost(self.server, self.runtime, self.informers, api=self.api, random=ties, recorder=None)
        self.scheduler = Scheduler(host)
        self.scheduler.install()


@dataclass(frozen=True)
class Outcome:
    """What became of one pod: its node, or what its condition and its events say; and how many had to end for it."""

    node: str
    ended: int = 0
    condition: tuple[object, ...] = ()
    told: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def real(plane: ControlPlane) -> Iterator[RestApi]:
    """The API of a control plane of which only the API server and the scheduler work."""
    with asleep(plane, ("kube-controller-manager",)):
        api = api_of(plane)
        for name in (*PLACES, PROBES):
            _make_place(api, name)
        yield api
        for name in (*PLACES, PROBES):
            api.delete(NAMESPACES, name)


@pytest.mark.parametrize("number", range(WORLDS))
def test_both_allow_the_same_nodes_and_give_the_same_reasons(number: int, real: RestApi) -> None:
    generated = world(number)
    outcomes = _on_the_real_one(real, generated)
    cluster = OnlyScheduling(seed=number)
    for name in PLACES:
        _make_place(cluster.api, name)
    ours = _outcomes(cluster.api, generated, wait=cluster.runtime.settle)
    allowed = {state.name for state in feasible(generated.pod, _snapshot(generated)).states}

    for name in outcomes.keys() - {""}:
        assert ours[name] == outcomes[name], f"bound to {name}"
    if generated.pod["spec"].get("schedulingGates"):
        assert ours == outcomes
        return
    if "topologySpreadConstraints" not in generated.pod["spec"]:  # binding a pod changes what is even
        assert allowed == {name for name, one in outcomes.items() if name and one.node and not one.ended}
    if allowed:  # which of them is best is a matter of taste
        assert {outcomes[""].node, ours[""].node} <= allowed
    elif outcomes[""].node:  # others had to end
        assert outcomes[""].ended
        assert ours[""].ended
    else:
        assert ours[""] == outcomes[""]


def test_the_generated_worlds_are_of_all_kinds() -> None:
    generated = [world(number) for number in range(40)]

    assert any(one.pod["spec"].get("topologySpreadConstraints") for one in generated)
    assert any("podAffinity" in one.pod["spec"].get("affinity", {}) for one in generated)
    assert any(node["spec"]["taints"] for one in generated for node in one.nodes)
    assert any(ZONE not in node["metadata"]["labels"] for one in generated for node in one.nodes)
    assert any(one.pod["spec"]["containers"][0].get("ports") for one in generated)


def _on_the_real_one(api: RestApi, generated: World) -> dict[str, Outcome]:
    try:
        return _outcomes(api, generated, wait=lambda: _wait_for_the_scheduler_to_see(api, generated))
    finally:
        for pod in (*generated.pods, *generated.variants.values()):
            with suppress(ApiError):  # it is gone already
                api.delete(PODS, name_of(pod), namespace=namespace_of(pod), grace_period_seconds=0)
        for node in generated.nodes:
            api.delete(NODES, name_of(node))


def _outcomes(api: Api, generated: World, *, wait: Callable[[], None]) -> dict[str, Outcome]:
    """What becomes of each variant of the pod, with no other one there."""
    _furnish(api, generated)
    wait()
    found = {}
    for node, variant in generated.variants.items():
        name = name_of(variant)
        api.create(PODS, clone(variant))
        if not isinstance(api, RestApi):
            wait()
        pod = _decided(api, name)
        if place := pod["spec"].get("nodeName") or pod["status"].get("nominatedNodeName"):
            found[node] = Outcome(place, _revived(api, generated.pods))
        else:
            found[node] = Outcome("", 0, _refusal(pod), _told(api, pod))
        api.delete(PODS, name, namespace=HOME, grace_period_seconds=0)
    return found


def _revived(api: Api, pods: Sequence[Obj]) -> int:
    """Put the pods back that had to end; how many there were, for which of equals it was is open."""
    there = {place: {name_of(pod) for pod in api.list(PODS, namespace=place).items} for place in PLACES}
    ended = [pod for pod in pods if name_of(pod) not in there[namespace_of(pod)]]
    for pod in ended:
        api.create(PODS, clone(pod))
    return len(ended)


def _decided(api: Api, name: str) -> Obj:
    deadline, since = time.monotonic() + WITHIN, time.monotonic()
    while True:
        pod, now = api.get(PODS, name, namespace=HOME), time.monotonic()
        if not pod["status"].get("nominatedNodeName"):
            since = now  # until others end for it; kube-scheduler does not hear of the end of all of them
        if pod["spec"].get("nodeName") or (condition_of(pod, "PodScheduled") and (since == now or now > since + PAUSE)):
            return pod
        assert time.monotonic() < deadline, f"{name} is not scheduled, and nobody says why"
        time.sleep(0.002)


def _refusal(pod: Obj) -> tuple[object, ...]:
    condition = condition_of(pod, "PodScheduled") or {}
    assert condition["status"] == "False"
    return tuple(sorted((key, value) for key, value in condition.items() if key != "lastTransitionTime"))


def _told(api: Api, pod: Obj) -> frozenset[str]:
    if pod["spec"].get("schedulingGates"):  # nobody has tried
        return frozenset()
    message = (condition_of(pod, "PodScheduled") or {})["message"]
    selector = f"involvedObject.name={name_of(pod)},reason=FailedScheduling,type=Warning"
    found: frozenset[str] = frozenset()

    def told() -> bool:
        nonlocal found
        events = api.list(EVENTS, namespace=HOME, field_selector=selector).items
        found = frozenset(event["message"] for event in events)
        return message in found

    eventually(told, within=WITHIN)
    return found


def _snapshot(generated: World) -> Snapshot:
    """What our scheduler sees of a world."""
    cluster = OnlyScheduling(seed=0)
    for name in PLACES:
        _make_place(cluster.api, name)
    _furnish(cluster.api, generated)
    return cluster.scheduler._snapshot(generated.pod)


def _make_place(api: Api, namespace: str) -> None:
    """A namespace with the account that a controller would give it."""
    labels = dict(PLACES.get(namespace, {}))
    api.create(NAMESPACES, {"metadata": {"name": namespace, "labels": labels}})
    api.create(SERVICE_ACCOUNTS, {"metadata": {"name": "default", "namespace": namespace}})


def _furnish(api: Api, generated: World) -> None:
    for node in generated.nodes:
        wanted = node["spec"]["taints"]
        api.create(NODES, clone(node))
        if not any(taint["key"] == NODE_NOT_READY for taint in wanted):
            api.patch(NODES, name_of(node), {"spec": {"taints": wanted}})
    for pod in generated.pods:
        api.create(PODS, clone(pod))


def _wait_for_the_scheduler_to_see(api: RestApi, generated: World) -> None:
    """Until it has bound a pod, of a namespace that no term is about, to the newest node: it hears of all in order."""
    name = name_of(generated.nodes[-1])
    where = {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [name]}]}]}
    keys = (*dict.fromkeys(taint["key"] for taint in TAINTS), UNSCHEDULABLE)
    probe = {
        "metadata": {"name": f"probe-{name}", "namespace": PROBES},
        "spec": {
            "automountServiceAccountToken": False,
            "containers": [{"name": "main", "image": "nothing:1"}],
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": where}},
            "tolerations": [{"key": key, "operator": "Exists"} for key in keys],
        },
    }
    api.create(PODS, probe)
    eventually(lambda: api.get(PODS, f"probe-{name}", namespace=PROBES)["spec"].get("nodeName"))
    api.delete(PODS, f"probe-{name}", namespace=PROBES, grace_period_seconds=0)
