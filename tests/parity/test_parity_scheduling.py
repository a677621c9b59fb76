"""kube-scheduler and ours agree on which nodes are allowed for a pod, and on what they say when none is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from planes import api_of, eventually
from recording import asleep
from worlds import ZONE, World, world

from podnet.api.client import Api
from podnet.api.objects import Obj, clone, condition_of
from podnet.api.resources import EVENTS, NAMESPACES, NODES, PODS, Resource
from podnet.controlplane.plane import ControlPlane
from podnet.kube.cluster import InProcessCluster
from podnet.kube.hosts import ControllerHost
from podnet.kube.rest import RestApi
from podnet.kube.scheduler.filters import feasible
from podnet.kube.scheduler.scheduler import Scheduler

WORLDS = int(os.environ.get("PODNET_PARITY_EXAMPLES") or 0) or 24
ACCOUNTS = Resource("", "v1", "serviceaccounts", "ServiceAccount")
PROBES = "parity-probes"
NOT_READY = "node.kubernetes.io/not-ready"


class OnlyScheduling(InProcessCluster):
    """A cluster of which only the API server and the scheduler work."""

    def _install_controllers(self, ties: Random) -> None:
        host = ControllerHost(self.server, self.runtime, self.informers, api=self.api, random=ties, recorder=None)
        self.scheduler = Scheduler(host)
        self.scheduler.install()


@pytest.fixture(scope="module")
def real(plane: ControlPlane) -> Iterator[RestApi]:
    """The API of a control plane of which only the API server and the scheduler work."""
    with asleep(plane, ("kube-controller-manager",)):
        api = api_of(plane)
        _make_place(api, PROBES)
        yield api
        api.delete(NAMESPACES, PROBES)


@pytest.mark.parametrize("number", range(WORLDS))
def test_both_allow_the_same_nodes_and_give_the_same_reasons(number: int, real: RestApi) -> None:
    namespace = f"parity-scheduling-{number}"
    generated = world(f"scheduling {number}", namespace)
    names = {node["metadata"]["name"] for node in generated.nodes}
    try:
        outcome = _on_the_real_one(real, namespace, generated)
    finally:
        for name in names:
            real.delete(NODES, name)
        real.delete(NAMESPACES, namespace)

    allowed, message = _in_process(namespace, generated)

    if outcome.get("node"):
        assert outcome["node"] in allowed, f"{outcome['node']} is allowed by kube-scheduler, not by ours: {message}"
    else:
        assert not allowed, f"{sorted(allowed)} are allowed by ours, not by kube-scheduler: {outcome['message']}"
        assert message == outcome["message"]


def _in_process(namespace: str, generated: World) -> tuple[set[str], str]:
    """The allowed nodes; and what the pod's condition and event say where there are none."""
    cluster = OnlyScheduling(seed=namespace)
    api = cluster.api
    api.create(NAMESPACES, {"metadata": {"name": namespace}})
    _furnish(api, generated)
    snapshot = cluster.scheduler._snapshot(generated.pod)
    allowed = {state.name for state in feasible(generated.pod, snapshot).states}
    api.create(PODS, clone(generated.pod))
    cluster.runtime.settle()
    pod = api.get(PODS, "candidate", namespace=namespace)
    if allowed:
        assert pod["spec"]["nodeName"] in allowed
        return allowed, ""
    message = _refusal(pod)
    told = [event["message"] for event in api.list(EVENTS, namespace=namespace).items]
    assert told == [message]
    return allowed, message


def _on_the_real_one(api: RestApi, namespace: str, generated: World) -> dict[str, str]:
    """The node that it got; or what its condition and event say."""
    _make_place(api, namespace)
    _furnish(api, generated)
    _wait_for_the_scheduler_to_see(api, generated)
    api.create(PODS, generated.pod)
    eventually(lambda: _outcome(api, namespace))
    outcome = _outcome(api, namespace)
    if "message" in outcome:
        selector = "involvedObject.name=candidate,reason=FailedScheduling"

        def told() -> list[str]:
            events = api.list(EVENTS, namespace=namespace, field_selector=selector).items
            return [_without_preemption(event["message"]) for event in events]

        eventually(lambda: outcome["message"] in told())
    return outcome


def _outcome(api: RestApi, namespace: str) -> dict[str, str]:
    pod = api.get(PODS, "candidate", namespace=namespace)
    if node := pod["spec"].get("nodeName"):
        return {"node": node}
    return {"message": _refusal(pod)} if condition_of(pod, "PodScheduled") else {}


def _refusal(pod: Obj) -> str:
    condition = condition_of(pod, "PodScheduled") or {}
    assert (condition.get("status"), condition.get("reason")) == ("False", "Unschedulable")
    return _without_preemption(condition["message"])


def _without_preemption(message: str) -> str:
    """Ours never preempts, and says nothing about it; nor does it know of claims to devices."""
    for start in (" preemption: ", " no new claims to deallocate"):
        message = message.partition(start)[0]
    return message.rstrip(",. ") + "."


def _make_place(api: RestApi, namespace: str) -> None:
    """A namespace with the account that a controller would give it."""
    api.create(NAMESPACES, {"metadata": {"name": namespace}})
    api.create(ACCOUNTS, {"metadata": {"name": "default", "namespace": namespace}})


def _furnish(api: Api, generated: World) -> None:
    for node in generated.nodes:
        created = api.create(NODES, clone(node))
        taints = [taint for taint in created["spec"]["taints"] if taint["key"] != NOT_READY]
        api.patch(NODES, created["metadata"]["name"], {"spec": {"taints": taints}})
    for pod in generated.pods:
        api.create(PODS, clone(pod))


def _wait_for_the_scheduler_to_see(api: RestApi, generated: World) -> None:
    """Until it has bound a pod, of a namespace that no term is about, to the newest node: it hears of all in order."""
    name = generated.nodes[-1]["metadata"]["name"]
    where = {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [name]}]}]}
    keys = ("dedicated", "slow", "closed", "node.kubernetes.io/unschedulable")
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


def test_the_generated_worlds_are_of_all_kinds() -> None:
    generated = [world(f"scheduling {number}", "n") for number in range(24)]

    assert any(one.pod["spec"].get("topologySpreadConstraints") for one in generated)
    assert any("podAffinity" in one.pod["spec"].get("affinity", {}) for one in generated)
    assert any(node["spec"]["taints"] for one in generated for node in one.nodes)
    assert any(ZONE not in node["metadata"]["labels"] for one in generated for node in one.nodes)
