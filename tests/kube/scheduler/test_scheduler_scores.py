"""Which of several possible nodes wins."""

import pytest

from podnet.kube.scheduler.quantities import milli, requests_of
from podnet.kube.scheduler.scores import best
from podnet.kube.scheduler.snapshot import selector_of

ZONE = "topology.kubernetes.io/zone"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
WEB = {"matchLabels": {"app": "web"}}


def winners(pod, snapshot):
    return [state.name for state in best(pod, snapshot, snapshot.nodes)]


def prefers(value, weight=1):
    expression = {"key": ZONE, "operator": "In", "values": [value]}
    return {"weight": weight, "preference": {"matchExpressions": [expression]}}


def test_without_any_difference_all_nodes_are_equally_good(make):
    assert winners(make.pod(), make.snapshot([make.node("n1"), make.node("n2")])) == ["n1", "n2"]


def test_the_heavier_preference_of_node_affinity_wins(make):
    snapshot = make.snapshot([make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"}), make.node("n3")])
    affinity = {"nodeAffinity": {PREFERRED: [prefers("a", 10), prefers("b", 90), {"weight": 100, "preference": {}}]}}
    assert winners(make.pod(affinity=affinity), snapshot) == ["n2"]


def test_a_preference_outweighs_the_emptier_node(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"})]
    snapshot = make.snapshot(nodes, [make.pod(f"p{index}", node="n1") for index in range(50)])
    assert winners(make.pod(), snapshot) == ["n2"]
    assert winners(make.pod(affinity={"nodeAffinity": {PREFERRED: [prefers("a")]}}), snapshot) == ["n1"]


def test_a_taint_that_prefers_others_costs_more_than_any_preference_gains(make):
    taint = {"key": "k", "effect": "PreferNoSchedule"}
    snapshot = make.snapshot([make.node("n1", {ZONE: "a"}, taints=[taint]), make.node("n2", {ZONE: "b"})])
    affinity = {"nodeAffinity": {PREFERRED: [prefers("a", 100)]}}
    assert winners(make.pod(affinity=affinity), snapshot) == ["n2"]
    tolerations = [{"key": "k", "operator": "Exists"}]
    assert winners(make.pod(affinity=affinity, tolerations=tolerations), snapshot) == ["n1"]


@pytest.mark.parametrize(("field", "expected"), [("podAffinity", ["n1"]), ("podAntiAffinity", ["n2"])])
def test_preferred_pod_affinity_pulls_and_anti_affinity_pushes(make, field, expected):
    snapshot = make.snapshot(
        [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"})], [make.pod("old", {"app": "web"}, node="n1")]
    )
    term = {"weight": 1, "podAffinityTerm": {"topologyKey": ZONE, "labelSelector": WEB}}
    assert winners(make.pod(affinity={field: {PREFERRED: [term]}}), snapshot) == expected


def test_pods_that_are_there_attract_what_they_want_near(make):
    term = {"weight": 1, "podAffinityTerm": {"topologyKey": ZONE, "labelSelector": WEB}}
    lonely = make.pod("old", node="n1", affinity={"podAffinity": {PREFERRED: [term]}})
    snapshot = make.snapshot([make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"})], [lonely])
    assert winners(make.pod(labels={"app": "web"}), snapshot) == ["n1"]


def test_a_soft_spread_prefers_the_emptier_zone_and_scores_no_node_without_the_label(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "a"}), make.node("n3", {ZONE: "b"}), make.node("n4")]
    pods = [make.pod("p1", {"app": "web"}, node="n1"), make.pod("p2", node="n3"), make.pod("p3", node="n3")]
    constraint = {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": WEB}
    pod = make.pod(labels={"app": "web"}, topologySpreadConstraints=[constraint])
    assert winners(pod, make.snapshot(nodes, pods)) == ["n3"]


def test_siblings_are_spread_over_nodes_and_zones_without_being_asked(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "a"}), make.node("n3", {ZONE: "b"})]
    pods = [make.pod("p1", {"app": "web"}, node="n1")]
    spread = make.snapshot(nodes, pods, siblings=selector_of(WEB))
    assert winners(make.pod(labels={"app": "web"}), spread) == ["n3"]


def test_the_node_with_more_free_resources_wins(make):
    big, small = {"cpu": "8", "memory": "8Gi"}, {"cpu": "2", "memory": "2Gi"}
    ask = [{"name": "c", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]
    snapshot = make.snapshot([make.node("n1", allocatable=small), make.node("n2", allocatable=big)])
    assert winners(make.pod(containers=ask), snapshot) == ["n2"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100m", 100),
        ("1", 1000),
        ("1.5", 1500),
        ("1Ki", 1024_000),
        ("1k", 1_000_000),
        ("1e3", 1_000_000),
        ("1n", 1),
        (2, 2000),
    ],
)
def test_quantities_are_read_exactly_and_rounded_up(text, value):
    assert milli(text) == value


@pytest.mark.parametrize("text", ["", "one", "1 Gi", "1KiB", "--1"])
def test_what_is_not_a_quantity_is_refused(text):
    with pytest.raises(ValueError, match="not a quantity"):
        milli(text)


def container(cpu, **more):
    return {"name": "c", "resources": {"requests": {"cpu": cpu}}, **more}


@pytest.mark.parametrize(
    ("spec", "cpu"),
    [
        ({"containers": [container("1"), container("500m")]}, 1500),
        ({"containers": [container("1")], "initContainers": [container("3"), container("2")]}, 3000),
        ({"containers": [container("1")], "initContainers": [container("2", restartPolicy="Always")]}, 3000),
        (
            {
                "containers": [container("1")],
                "initContainers": [container("1", restartPolicy="Always"), container("4")],
            },
            5000,
        ),
        ({"containers": [container("1")], "overhead": {"cpu": "250m"}}, 1250),
        ({"containers": [{"name": "c", "resources": {"limits": {"cpu": "2"}}}]}, 2000),
    ],
)
def test_a_pod_asks_for_its_containers_or_its_largest_stage_of_initialisation(spec, cpu):
    assert requests_of({"spec": spec})["cpu"] == cpu
