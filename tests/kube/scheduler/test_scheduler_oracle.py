"""The filters agree with the definitions, spelled out naively, on random small clusters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.kube.scheduler.filters import feasible
from podnet.kube.scheduler.snapshot import Snapshot, node_states, occupancy_of

ZONE, HOST = "zone", "host"
KEYS = st.sampled_from([ZONE, HOST])
APPS = st.sampled_from(["x", "y"])
SELECTORS = st.one_of(
    st.none(),
    st.just({}),
    APPS.map(lambda app: {"matchLabels": {"app": app}}),
    APPS.map(lambda app: {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": [app]}]}),
)
EFFECTS = st.sampled_from(["NoSchedule", "NoExecute", "PreferNoSchedule"])
TAINTS = st.fixed_dictionaries(
    {"key": st.sampled_from(["k1", "k2"]), "effect": EFFECTS}, optional={"value": st.sampled_from(["v", "w"])}
)
TOLERATIONS = st.fixed_dictionaries(
    {},
    optional={
        "key": st.sampled_from(["k1", "k2"]),
        "operator": st.sampled_from(["Exists", "Equal"]),
        "value": st.sampled_from(["v", "w"]),
        "effect": EFFECTS,
    },
).filter(lambda item: item.get("key") or item.get("operator") == "Exists")
EXPRESSIONS = st.one_of(
    st.builds(
        lambda key, operator, values: {"key": key, "operator": operator, "values": values},
        KEYS,
        st.sampled_from(["In", "NotIn"]),
        st.lists(st.sampled_from(["a", "b", "n0", "n1"]), min_size=1, max_size=2),
    ),
    st.builds(
        lambda key, operator: {"key": key, "operator": operator}, KEYS, st.sampled_from(["Exists", "DoesNotExist"])
    ),
)
POD_TERMS = st.fixed_dictionaries(
    {"topologyKey": KEYS, "labelSelector": SELECTORS},
    optional={
        "namespaces": st.just(["other"]),
        "namespaceSelector": st.sampled_from([{}, {"matchLabels": {"t": "o"}}]),
    },
)
SPREADS = st.fixed_dictionaries(
    {
        "topologyKey": KEYS,
        "maxSkew": st.integers(1, 2),
        "whenUnsatisfiable": st.sampled_from(["DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"]),
        "labelSelector": SELECTORS,
    },
    optional={
        "minDomains": st.integers(1, 3),
        "nodeAffinityPolicy": st.sampled_from(["Honor", "Ignore"]),
        "nodeTaintsPolicy": st.sampled_from(["Honor", "Ignore"]),
    },
)
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
NAMESPACE_LABELS = {"own": {}, "other": {"t": "o"}}


@st.composite
def nodes_of(draw):
    count = draw(st.integers(1, 4))
    nodes = []
    for index in range(count):
        labels = {HOST: f"n{index}"} if draw(st.booleans()) or index else {}
        if zone := draw(st.sampled_from(["a", "b", None])):
            labels[ZONE] = zone
        taints = draw(st.lists(TAINTS, max_size=1))
        metadata = {"name": f"n{index}", "labels": labels}
        nodes.append({"metadata": metadata, "spec": {"taints": taints}, "status": {"allocatable": {"pods": "110"}}})
    return nodes


@st.composite
def pod_of(draw, name, nodes=None):
    affinity = {}
    if nodes is None and draw(st.booleans()):
        terms = draw(st.lists(st.lists(EXPRESSIONS, max_size=2), max_size=2))
        affinity["nodeAffinity"] = {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": term} for term in terms]}}
    for field in ("podAffinity", "podAntiAffinity"):
        if draw(st.integers(0, 2)) == 0:
            affinity[field] = {REQUIRED: draw(st.lists(POD_TERMS, min_size=1, max_size=2))}
    spec = {"affinity": affinity, "tolerations": draw(st.lists(TOLERATIONS, max_size=2))}
    if nodes is None:
        spec["topologySpreadConstraints"] = draw(st.lists(SPREADS, max_size=2))
        if draw(st.integers(0, 3)) == 0:
            spec["nodeSelector"] = {ZONE: draw(st.sampled_from(["a", "b"]))}
    else:
        spec["nodeName"] = draw(st.sampled_from(nodes))["metadata"]["name"]
    metadata = {"name": name, "namespace": draw(st.sampled_from(["own", "other"])), "labels": {}}
    if app := draw(st.sampled_from(["x", "y", None])):
        metadata["labels"]["app"] = app
    if nodes is not None and draw(st.integers(0, 5)) == 0:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    phase = draw(st.sampled_from(["Running", "Running", "Running", "Succeeded"])) if nodes is not None else "Pending"
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase}}


@st.composite
def clusters(draw):
    nodes = draw(nodes_of())
    pods = [draw(pod_of(f"p{index}", nodes)) for index in range(draw(st.integers(0, 5)))]
    return nodes, pods, draw(pod_of("new"))


# --- the definitions, as naively as they can be put


def selects(selector, labels):
    if selector is None:
        return False
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    return all(labels.get(item["key"]) not in item["values"] for item in selector.get("matchExpressions", []))


def tolerates_hard_taints(pod, node):
    for taint in node["spec"]["taints"]:
        if taint["effect"] == "PreferNoSchedule":
            continue
        if not any(
            item.get("effect", taint["effect"]) == taint["effect"]
            and item.get("key", taint["key"]) == taint["key"]
            and (item.get("operator") == "Exists" or item.get("value", "") == taint.get("value", ""))
            for item in pod["spec"]["tolerations"]
        ):
            return False
    return True


def expression_holds(item, labels):
    value = labels.get(item["key"])
    return {
        "In": value in item.get("values", []),
        "NotIn": value not in item.get("values", []),
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[item["operator"]]


def node_fits(pod, node):
    labels = node["metadata"]["labels"]
    if any(labels.get(key) != value for key, value in pod["spec"].get("nodeSelector", {}).items()):
        return False
    affinity = pod["spec"]["affinity"].get("nodeAffinity")
    if affinity is None:
        return True
    terms = [term["matchExpressions"] for term in affinity[REQUIRED]["nodeSelectorTerms"]]
    return any(term and all(expression_holds(item, labels) for item in term) for term in terms)


def speaks_of(term, owner, other):
    namespace = other["metadata"]["namespace"]
    if "namespaces" not in term and "namespaceSelector" not in term:
        named = namespace == owner["metadata"]["namespace"]
    else:
        named = namespace in term.get("namespaces", []) or selects(
            term.get("namespaceSelector"), NAMESPACE_LABELS[namespace]
        )
    return named and selects(term["labelSelector"], other["metadata"]["labels"])


def same_domain(key, one, other):
    first, second = one["metadata"]["labels"].get(key), other["metadata"]["labels"].get(key)
    return first is not None and first == second


def company_fits(pod, node, placed):
    near = pod["spec"]["affinity"].get("podAffinity", {}).get(REQUIRED, [])
    far = pod["spec"]["affinity"].get("podAntiAffinity", {}).get(REQUIRED, [])
    if any(term["topologyKey"] not in node["metadata"]["labels"] for term in near):
        return False
    friends = [(other, place) for other, place in placed if all(speaks_of(term, pod, other) for term in near)]
    with_domain = [
        place for _, place in friends if any(term["topologyKey"] in place["metadata"]["labels"] for term in near)
    ]
    alone = not with_domain and all(speaks_of(term, pod, pod) for term in near)
    if not alone and not all(
        any(same_domain(term["topologyKey"], node, place) for _, place in friends) for term in near
    ):
        return False
    for other, place in placed:
        if any(speaks_of(term, pod, other) and same_domain(term["topologyKey"], node, place) for term in far):
            return False
        theirs = other["spec"]["affinity"].get("podAntiAffinity", {}).get(REQUIRED, [])
        if any(speaks_of(term, other, pod) and same_domain(term["topologyKey"], node, place) for term in theirs):
            return False
    return True


def spread_fits(pod, node, nodes, placed):
    constraints = [
        item for item in pod["spec"]["topologySpreadConstraints"] if item["whenUnsatisfiable"] == "DoNotSchedule"
    ]
    for constraint in constraints:
        key = constraint["topologyKey"]
        if key not in node["metadata"]["labels"]:
            return False
        eligible = [
            place
            for place in nodes
            if all(item["topologyKey"] in place["metadata"]["labels"] for item in constraints)
            and (constraint.get("nodeAffinityPolicy") == "Ignore" or node_fits(pod, place))
            and (constraint.get("nodeTaintsPolicy") != "Honor" or tolerates_hard_taints(pod, place))
        ]
        counts = {place["metadata"]["labels"][key]: 0 for place in eligible}
        for other, place in placed:
            if (
                place in eligible
                and "deletionTimestamp" not in other["metadata"]
                and other["metadata"]["namespace"] == pod["metadata"]["namespace"]
                and constraint["labelSelector"]  # an empty one counts nobody
                and selects(constraint["labelSelector"], other["metadata"]["labels"])
            ):
                counts[place["metadata"]["labels"][key]] += 1
        fewest = 0 if len(counts) < constraint.get("minDomains", 1) else min(counts.values())
        here = counts.get(node["metadata"]["labels"][key], 0)
        itself = 1 if selects(constraint["labelSelector"], pod["metadata"]["labels"]) else 0
        if here + itself - fewest > constraint["maxSkew"]:
            return False
    return True


@settings(max_examples=600, deadline=None)
@given(clusters())
def test_the_feasible_nodes_are_exactly_those_that_every_definition_allows(cluster):
    nodes, pods, pod = cluster
    places = {node["metadata"]["name"]: node for node in nodes}
    placed = [(other, places[other["spec"]["nodeName"]]) for other in pods if other["status"]["phase"] == "Running"]
    expected = [
        node["metadata"]["name"]
        for node in nodes
        if tolerates_hard_taints(pod, node)
        and node_fits(pod, node)
        and company_fits(pod, node, placed)
        and spread_fits(pod, node, nodes, placed)
    ]
    found = feasible(pod, Snapshot(node_states(nodes, occupancy_of(pods)), NAMESPACE_LABELS.__getitem__))
    assert [state.name for state in found.states] == expected
    assert sum(found.reasons.values()) == len(nodes) - len(expected)
