"""The zone constraint against a brute-force reading of node affinity."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.api.names import TOPOLOGY_ZONE
from podnet.api.objects import clone
from podnet.engine.place import REQUIRED, constrain

NODES = [
    ({TOPOLOGY_ZONE: zone, "disk": disk} if zone else {"disk": disk}, name)
    for name, (zone, disk) in enumerate(product(["h", "i", "j", ""], ["ssd", "hdd"]))
]


def holds(expression, labels):
    value, values = labels.get(expression["key"]), expression.get("values", [])
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    raise AssertionError(expression)


def fits(spec, labels, name):
    """Whether a pod may run on a node, straight from the documentation of nodeSelector and node affinity."""
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED)
    if required is None:
        return True
    for term in required["nodeSelectorTerms"]:
        by_label, by_field = term.get("matchExpressions") or [], term.get("matchFields") or []
        if not by_label and not by_field:
            continue
        if all(holds(item, labels) for item in by_label) and all(
            holds(item, {"metadata.name": f"node-{name}"}) for item in by_field
        ):
            return True
    return False


EXPRESSIONS = st.one_of(
    st.builds(
        lambda key, operator, values: {"key": key, "operator": operator, "values": values},
        st.sampled_from([TOPOLOGY_ZONE, "disk"]),
        st.sampled_from(["In", "NotIn"]),
        st.lists(st.sampled_from(["h", "i", "ssd", "hdd"]), min_size=1, max_size=2),
    ),
    st.builds(
        lambda key, operator: {"key": key, "operator": operator},
        st.sampled_from([TOPOLOGY_ZONE, "disk"]),
        st.sampled_from(["Exists", "DoesNotExist"]),
    ),
)
FIELDS = st.lists(
    st.builds(lambda name: {"key": "metadata.name", "operator": "In", "values": [f"node-{name}"]}, st.integers(0, 7)),
    max_size=1,
)
TERMS = st.fixed_dictionaries(
    {}, optional={"matchExpressions": st.lists(EXPRESSIONS, max_size=2), "matchFields": FIELDS}
)
NODE_AFFINITY = st.fixed_dictionaries(
    {},
    optional={
        REQUIRED: st.fixed_dictionaries({"nodeSelectorTerms": st.lists(TERMS, min_size=1, max_size=3)}),
        "preferredDuringSchedulingIgnoredDuringExecution": st.just([{"weight": 1, "preference": {}}]),
    },
)
SPECS = st.fixed_dictionaries(
    {"containers": st.just([{"name": "c"}])},
    optional={
        "nodeSelector": st.dictionaries(st.just("disk"), st.sampled_from(["ssd", "hdd"])),
        "affinity": st.none()
        | st.fixed_dictionaries({}, optional={"nodeAffinity": st.none() | NODE_AFFINITY, "podAffinity": st.just({})}),
    },
)


@given(spec=SPECS, zones=st.lists(st.sampled_from(["h", "i", "j"]), min_size=1, max_size=3, unique=True))
@settings(max_examples=250)
def test_a_constrained_pod_runs_exactly_where_it_would_have_run_within_the_zones(spec, zones):
    before = clone(spec)
    constrained = constrain(spec, zones=zones)
    for labels, name in NODES:
        expected = fits(spec, labels, name) and labels.get(TOPOLOGY_ZONE) in zones
        assert fits(constrained, labels, name) is expected
    assert spec == before
    assert constrain(constrained, zones=zones) == constrained


def test_what_the_pod_demands_otherwise_stays():
    affinity = {"podAntiAffinity": {"x": 1}, "nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [1]}}
    spec = constrain({"containers": [], "affinity": affinity}, zones=["h"])
    assert spec["affinity"]["podAntiAffinity"] == {"x": 1}
    assert spec["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"] == [1]


def test_without_zones_nothing_changes():
    spec = {"containers": []}
    assert constrain(spec, zones=()) is spec
