"""What keeps a pod off a node, and in which words."""

import pytest

from podnet.kube.scheduler.filters import feasible

ZONE = "topology.kubernetes.io/zone"
DEDICATED = {"key": "dedicated", "value": "infra", "effect": "NoSchedule"}


def names(found):
    return [state.name for state in found.states]


def node_affinity(*terms):
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def expression(key, operator, *values):
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def near(key, *, anti=False, labels, **more):
    term = {"topologyKey": key, "labelSelector": {"matchLabels": labels}, **more}
    field = "podAntiAffinity" if anti else "podAffinity"
    return {field: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def test_without_nodes_the_message_says_so(make):
    assert feasible(make.pod(), make.snapshot([])).message == "no nodes available to schedule pods"


def test_the_message_counts_every_reason_in_the_words_of_kube_scheduler(make):
    nodes = [make.node("n1", taints=[DEDICATED]), make.node("n2"), make.node("n3", {"disk": "hdd"})]
    found = feasible(make.pod(nodeSelector={"disk": "ssd"}), make.snapshot(nodes))
    assert found.message == (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), "
        "2 node(s) didn't match Pod's node affinity/selector."
    )


@pytest.mark.parametrize(
    ("toleration", "tolerated"),
    [
        ({"key": "dedicated", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "dedicated", "value": "infra"}, True),
        ({"key": "dedicated", "operator": "Equal", "value": "infra", "effect": "NoSchedule"}, True),
        ({"key": "dedicated", "operator": "Equal", "value": "other"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_a_taint_is_tolerated_by_key_operator_value_and_effect(make, toleration, tolerated):
    snapshot = make.snapshot([make.node("n1", taints=[DEDICATED])])
    assert names(feasible(make.pod(tolerations=[toleration]), snapshot)) == (["n1"] if tolerated else [])


def test_a_taint_that_only_prefers_does_not_filter(make):
    snapshot = make.snapshot([make.node("n1", taints=[{**DEDICATED, "effect": "PreferNoSchedule"}])])
    assert names(feasible(make.pod(), snapshot)) == ["n1"]


def test_a_cordoned_node_is_left_out_unless_its_taint_is_tolerated(make):
    node = make.node("n1")
    node["spec"]["unschedulable"] = True
    assert feasible(make.pod(), make.snapshot([node])).message == (
        "0/1 nodes are available: 1 node(s) were unschedulable."
    )
    toleration = {"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}
    assert names(feasible(make.pod(tolerations=[toleration]), make.snapshot([node]))) == ["n1"]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (expression("disk", "In", "ssd", "nvme"), ["n1"]),
        (expression("disk", "NotIn", "ssd"), ["n2", "n3"]),
        (expression("disk", "Exists"), ["n1", "n2"]),
        (expression("disk", "DoesNotExist"), ["n3"]),
        (expression("cores", "Gt", "4"), ["n2"]),
        (expression("cores", "Lt", "8"), ["n1"]),
        ({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n3"]}]}, ["n3"]),
        ({}, []),
    ],
)
def test_required_node_affinity_understands_every_operator(make, term, expected):
    nodes = [
        make.node("n1", {"disk": "ssd", "cores": "4"}),
        make.node("n2", {"disk": "hdd", "cores": "8"}),
        make.node("n3"),
    ]
    assert names(feasible(make.pod(affinity=node_affinity(term)), make.snapshot(nodes))) == expected


def test_node_selector_terms_are_alternatives_and_the_node_selector_holds_in_addition(make):
    nodes = [make.node("n1", {"disk": "ssd"}), make.node("n2", {"disk": "nvme"}), make.node("n3", {"disk": "hdd"})]
    affinity = node_affinity(expression("disk", "In", "ssd"), expression("disk", "In", "hdd"))
    assert names(feasible(make.pod(affinity=affinity), make.snapshot(nodes))) == ["n1", "n3"]
    pinned = make.pod(affinity=affinity, nodeSelector={"kubernetes.io/hostname": "n3"})
    assert names(feasible(pinned, make.snapshot(nodes))) == ["n3"]


def test_a_pod_that_names_its_node_is_told_apart_from_one_that_does_not_match(make):
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}
    nodes = [make.node("n1", taints=[DEDICATED]), make.node("n2", taints=[DEDICATED])]
    assert feasible(make.pod(affinity=node_affinity(term)), make.snapshot(nodes)).message == (
        "0/2 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity], "
        "1 node(s) had untolerated taint(s)."
    )


def test_resources_count_what_is_asked_and_what_a_node_does_not_declare_it_does_not_have(make):
    full = make.node("n1", allocatable={"cpu": "1", "memory": "1Gi", "pods": "10"})
    undeclared = make.node("n2")
    ask = [{"name": "c", "resources": {"requests": {"cpu": "600m", "memory": "600Mi"}}}]
    there = make.pod("old", node="n1", containers=ask)
    found = feasible(make.pod(containers=ask), make.snapshot([full, undeclared], [there]))
    assert names(found) == []
    assert found.reasons == {"Insufficient cpu": 2, "Insufficient memory": 2}


def test_a_node_holds_as_many_pods_as_it_declares_and_finished_ones_do_not_count(make):
    node = make.node("n1", allocatable={"pods": "1"})
    there = make.pod("old", node="n1")
    assert feasible(make.pod(), make.snapshot([node], [there])).reasons == {"Too many pods": 1}
    there["status"]["phase"] = "Succeeded"
    assert names(feasible(make.pod(), make.snapshot([node], [there]))) == ["n1"]


def test_pod_affinity_follows_the_topology_key(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "a"}), make.node("n3", {ZONE: "b"}), make.node("n4")]
    there = make.pod("db", {"app": "db"}, node="n1")
    pod = make.pod(affinity=near(ZONE, labels={"app": "db"}))
    found = feasible(pod, make.snapshot(nodes, [there]))
    assert names(found) == ["n1", "n2"]
    assert found.reasons == {"node(s) didn't match pod affinity rules": 2}


def test_the_first_pod_of_a_group_may_start_where_the_topology_key_exists(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2")]
    pod = make.pod(labels={"app": "db"}, affinity=near(ZONE, labels={"app": "db"}))
    assert names(feasible(pod, make.snapshot(nodes))) == ["n1"]
    assert names(feasible({**pod, "metadata": {**pod["metadata"], "labels": {}}}, make.snapshot(nodes))) == []


def test_the_second_pod_of_a_group_goes_to_the_first_though_it_matches_itself(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"})]
    there = make.pod("first", {"app": "db"}, node="n2")
    pod = make.pod(labels={"app": "db"}, affinity=near(ZONE, labels={"app": "db"}))
    assert names(feasible(pod, make.snapshot(nodes, [there]))) == ["n2"]


def test_anti_affinity_holds_in_both_directions(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"}), make.node("n3")]
    plain = make.pod("web", {"app": "web"}, node="n1")
    shy = {"affinity": near(ZONE, anti=True, labels={"app": "web"})}
    found = feasible(make.pod(**shy), make.snapshot(nodes, [plain]))
    assert names(found) == ["n2", "n3"]
    assert found.reasons == {"node(s) didn't match pod anti-affinity rules": 1}
    found = feasible(make.pod(labels={"app": "web"}), make.snapshot(nodes, [make.pod("shy", node="n2", **shy)]))
    assert names(found) == ["n1", "n3"]
    assert found.reasons == {"node(s) didn't satisfy existing pods anti-affinity rules": 1}


def test_affinity_terms_speak_of_the_own_namespace_unless_they_name_others(make):
    node, there = make.node("n1", {ZONE: "a"}), make.pod("db", {"app": "db"}, node="n1", namespace="data")
    labels = {"data": {"team": "data"}}
    snapshot = make.snapshot([node], [there], namespace_labels=lambda name: labels.get(name, {}))

    def lands(**term):
        return bool(feasible(make.pod(affinity=near(ZONE, labels={"app": "db"}, **term)), snapshot).states)

    assert not lands()
    assert lands(namespaces=["data"])
    assert lands(namespaceSelector={})
    assert lands(namespaceSelector={"matchLabels": {"team": "data"}})
    assert not lands(namespaceSelector={"matchLabels": {"team": "web"}})


def test_terminating_pods_still_count_for_affinity_but_not_for_spreading(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"})]
    leaving = make.pod("old", {"app": "web"}, node="n1")
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    snapshot = make.snapshot(nodes, [leaving])
    shy = make.pod(affinity=near(ZONE, anti=True, labels={"app": "web"}))
    assert names(feasible(shy, snapshot)) == ["n2"]
    assert names(feasible(make.pod(labels={"app": "web"}, topologySpreadConstraints=[spread()]), snapshot)) == [
        "n1",
        "n2",
    ]


def spread(**more):
    selector = {"matchLabels": {"app": "web"}}
    return {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector, **more}


def test_topology_spread_keeps_the_skew_and_needs_the_label(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"}), make.node("n3")]
    there = make.pod("old", {"app": "web"}, node="n1")
    pod = make.pod(labels={"app": "web"}, topologySpreadConstraints=[spread()])
    found = feasible(pod, make.snapshot(nodes, [there]))
    assert names(found) == ["n2"]
    assert found.reasons == {
        "node(s) didn't match pod topology spread constraints": 1,
        "node(s) didn't match pod topology spread constraints (missing required label)": 1,
    }


def test_too_few_domains_count_as_an_empty_one(make):
    nodes, there = [make.node("n1", {ZONE: "a"})], [make.pod("old", {"app": "web"}, node="n1")]

    def lands(**more):
        pod = make.pod(labels={"app": "web"}, topologySpreadConstraints=[spread(**more)])
        return bool(feasible(pod, make.snapshot(nodes, there)).states)

    assert lands()
    assert lands(minDomains=1)
    assert not lands(minDomains=2)


def test_zones_that_the_pod_cannot_use_do_not_hold_it_back_unless_the_policy_ignores_affinity(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"})]
    there = [make.pod("old", {"app": "web"}, node="n1")]

    def lands(**more):
        constraint = spread(**more)
        pod = make.pod(labels={"app": "web"}, nodeSelector={ZONE: "a"}, topologySpreadConstraints=[constraint])
        return bool(feasible(pod, make.snapshot(nodes, there)).states)

    assert lands()
    assert not lands(nodeAffinityPolicy="Ignore")


def test_tainted_zones_hold_back_unless_the_policy_honors_taints(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"}, taints=[DEDICATED])]
    there = [make.pod("old", {"app": "web"}, node="n1")]

    def lands(**more):
        pod = make.pod(labels={"app": "web"}, topologySpreadConstraints=[spread(**more)])
        return bool(feasible(pod, make.snapshot(nodes, there)).states)

    assert not lands()
    assert lands(nodeTaintsPolicy="Honor")


def test_match_label_keys_restrict_the_spread_to_the_own_revision(make):
    nodes = [make.node("n1", {ZONE: "a"}), make.node("n2", {ZONE: "b"})]
    there = [make.pod("old", {"app": "web", "rev": "1"}, node="n1")]
    pod = make.pod(labels={"app": "web", "rev": "2"}, topologySpreadConstraints=[spread(matchLabelKeys=["rev"])])
    assert names(feasible(pod, make.snapshot(nodes, there))) == ["n1", "n2"]
