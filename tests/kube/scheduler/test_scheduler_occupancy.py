"""Who is on which node is kept up to date change by change, and must never differ from what the pods themselves say."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podnet.api.host import Change
from podnet.api.names import HOSTNAME
from podnet.api.resources import NODES, PODS
from podnet.kube.cluster import InProcessCluster
from podnet.kube.scheduler.snapshot import occupancy_of

NODE_NAMES = ("a", "b")

pods = st.builds(
    lambda node, labels, cpu, phase, leaving, near: {
        "metadata": {"labels": labels, **({"deletionTimestamp": "2026-01-01T00:00:00Z"} if leaving else {})},
        "spec": {
            "containers": [{"resources": {"requests": cpu}}],
            **({"nodeName": node} if node else {}),
            **({"affinity": near} if near else {}),
        },
        "status": {"phase": phase},
    },
    st.sampled_from(["", *NODE_NAMES]),
    st.dictionaries(st.sampled_from("xy"), st.sampled_from("12"), max_size=2),
    st.dictionaries(st.sampled_from(["cpu", "memory"]), st.sampled_from(["1", "2"]), max_size=2),
    st.sampled_from(["Pending", "Running", "Succeeded"]),
    st.booleans(),
    st.sampled_from([None, {"nodeAffinity": {}}, {"podAntiAffinity": {"requiredDuringScheduling": []}}]),
)
histories = st.lists(st.tuples(st.sampled_from("pqr"), st.none() | pods), max_size=20)


def seen(occupancy, node):
    here = occupancy.of(node)
    return (
        len(here),
        {name: amount for name, amount in here.asked.items() if amount},
        [here.silent(resource) for resource in ("cpu", "memory")],
        sorted((alike.namespace, sorted(alike.labels.items()), alike.leaving, alike.count) for alike in here.alike),
        sorted(pod["metadata"]["name"] for pod in here.opinionated),
    )


@given(histories)
def test_after_any_history_the_occupants_are_those_that_the_pods_say(history):
    occupancy, there = occupancy_of([]), {}
    for name, content in history:
        old, new = there.get(name), None
        if content is not None:
            new = {**content, "metadata": {**content["metadata"], "namespace": "ns", "name": name}}
        if old is None and new is None:
            continue
        occupancy.note(Change(old, new))
        there[name] = new
    fresh = occupancy_of(pod for pod in there.values() if pod is not None)
    for node in NODE_NAMES:
        assert seen(occupancy, node) == seen(fresh, node)


def calls_to_schedule(cluster, numbers, *, labels):
    """How many function calls it takes to create pods and put them on nodes: the same on every machine."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        for number in numbers:
            metadata = {"name": f"p{number}", "namespace": "default", "labels": labels(number)}
            containers = [{"name": "main", "image": "nothing"}]
            spec = {"containers": containers, "tolerations": [{"operator": "Exists"}]}  # these nodes are not Ready
            cluster.api.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
        cluster.runtime.settle()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("labels", [lambda number: {"app": "a"}, lambda number: {"app": str(number)}])
def test_a_pod_costs_the_same_among_a_thousand_as_among_a_hundred(labels):
    cluster = InProcessCluster(seed=0)
    for name in NODE_NAMES:
        metadata = {"name": name, "labels": {HOSTNAME: name}}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": {"capacity": {"pods": "2000"}}}
        cluster.api.create(NODES, node)
    calls_to_schedule(cluster, range(100), labels=labels)
    early = calls_to_schedule(cluster, range(100, 200), labels=labels)
    calls_to_schedule(cluster, range(200, 1000), labels=labels)
    late = calls_to_schedule(cluster, range(1000, 1100), labels=labels)
    assert all(pod["spec"]["nodeName"] for pod in cluster.api.list(PODS).items)
    assert late < 1.2 * early
