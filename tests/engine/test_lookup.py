"""Narrowing down hides nobody who matches, keeps the order, and looks at few."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podnet.api.podnetworking import PodNetworking
from podnet.engine import select
from podnet.engine.lookup import Lookup

KEYS, VALUES = st.sampled_from("ab"), st.sampled_from("xyz")
LABELS = st.dictionaries(KEYS, VALUES)
EXPRESSIONS = st.one_of(
    st.builds(
        lambda key, operator, values: {"key": key, "operator": operator, "values": sorted(values)},
        KEYS,
        st.sampled_from(["In", "NotIn"]),
        st.sets(VALUES, min_size=1),
    ),
    st.builds(
        lambda key, operator: {"key": key, "operator": operator}, KEYS, st.sampled_from(["Exists", "DoesNotExist"])
    ),
)
SELECTORS = st.one_of(
    st.none(),
    st.builds(
        lambda labels, expressions: {"matchLabels": labels, "matchExpressions": expressions},
        LABELS,
        st.lists(EXPRESSIONS, max_size=2),
    ),
    st.just({"matchExpressions": [{"key": "a", "operator": "Unknown"}]}),
)
NAMES = st.sampled_from(["one", "two", "three", "four"])
STEPS = st.lists(
    st.one_of(
        NAMES,  # remove it
        st.builds(
            lambda name, pods, namespaces: PodNetworking(name, pod_selector=pods, namespace_selector=namespaces),
            NAMES,
            SELECTORS,
            SELECTORS,
        ),
    ),
    max_size=12,
)


@given(steps=STEPS, pod_labels=LABELS, namespace_labels=LABELS)
def test_whoever_matches_is_found_in_the_order_of_a_dictionary(steps, pod_labels, namespace_labels):
    lookup, known = Lookup(), {}
    for step in steps:
        if isinstance(step, str):
            lookup.remove(step)
            known.pop(step, None)
        else:
            lookup.put(step)
            known[step.name] = step
    labels = {"pod_labels": pod_labels, "namespace_labels": namespace_labels}
    found = lookup.plausible(**labels)
    assert select.matching(found, **labels) == select.matching(known.values(), **labels)
    assert [one.name for one in found] == [name for name in known if name in {one.name for one in found}]


def test_few_are_looked_at_also_where_all_have_a_label_in_common():
    lookup = Lookup()
    for number in range(1000):
        labels = {"app": "web", "number": str(number)}
        lookup.put(PodNetworking(f"plane-{number}", pod_selector={"matchLabels": labels}))
    found = lookup.plausible(pod_labels={"app": "web", "number": "7", "other": "x"}, namespace_labels={})
    assert "plane-7" in {one.name for one in found}
    assert len(found) <= 3
