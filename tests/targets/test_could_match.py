"""Whether a PodNetworking could match a pod of the suite: what is said to be impossible never happens."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.api.podnetworking import PodNetworking
from podnet.api.selectors import from_label_selector
from podnet.engine.select import matches
from podnet.targets.could_match import Possible, could_match

WORDS = ("app", "web", "tier", "team")
FOREIGN = ("shop", "owner")
PODS = Possible(frozenset(WORDS), free=frozenset({"hash"}))
NAMESPACES = Possible(frozenset(WORDS), prefixed={"kubernetes.io/metadata.name": "podnet-1-"})

keys = st.sampled_from([*WORDS, *FOREIGN, "hash", "kubernetes.io/metadata.name"])
values = st.sampled_from([*WORDS, *FOREIGN, "", "podnet-1-web", "podnet-1", "x0"])


@st.composite
def selectors(draw: st.DrawFn) -> dict[str, Any] | None:
    if draw(st.booleans()) and draw(st.booleans()):
        return None
    operators = st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"])
    expressions = []
    for _ in range(draw(st.integers(0, 3))):
        operator = draw(operators)
        named = draw(st.lists(values, min_size=1, max_size=3)) if operator in ("In", "NotIn") else None
        expressions.append({"key": draw(keys), "operator": operator, **({"values": named} if named else {})})
    return {"matchLabels": draw(st.dictionaries(keys, values, max_size=2)), "matchExpressions": expressions}


def labels_of(possible: Possible) -> st.SearchStrategy[dict[str, str]]:
    """Labels that objects can have: whatever the scenarios write, and what is always there."""
    written = st.dictionaries(st.sampled_from(WORDS), st.sampled_from([*WORDS, ""]))
    free = st.dictionaries(st.sampled_from(sorted(possible.free)), values) if possible.free else st.just({})
    always = st.fixed_dictionaries(
        {key: st.sampled_from(["", "web", "x0"]).map(prefix.__add__) for key, prefix in possible.prefixed.items()}
    )
    return st.tuples(written, free, always).map(lambda found: {**found[0], **found[1], **found[2]})


@settings(max_examples=300, deadline=None)
@given(pods=selectors(), namespaces=selectors(), pod=labels_of(PODS), namespace=labels_of(NAMESPACES))
def test_what_matches_a_pod_with_possible_labels_is_never_called_harmless(
    pods: Any, namespaces: Any, pod: dict[str, str], namespace: dict[str, str]
):
    one = PodNetworking("foreign", pod_selector=pods, namespace_selector=namespaces)
    if matches(one, pod_labels=pod, namespace_labels=namespace):
        assert could_match(one, pods=PODS, namespaces=NAMESPACES) is not None


@settings(max_examples=300, deadline=None)
@given(pods=selectors(), namespaces=selectors())
def test_the_labels_that_are_told_are_possible_and_do_match(pods: Any, namespaces: Any):
    one = PodNetworking("foreign", pod_selector=pods, namespace_selector=namespaces)
    found = could_match(one, pods=PODS, namespaces=NAMESPACES)
    if found is not None:
        assert matches(one, pod_labels=found.pod, namespace_labels=found.namespace)
        assert all(PODS.value(key, value) for key, value in found.pod.items())
        assert all(NAMESPACES.value(key, value) for key, value in found.namespace.items())
        assert found.namespace["kubernetes.io/metadata.name"].startswith("podnet-1-")


@pytest.mark.parametrize(
    ("selector", "possible"),
    [
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": ""}}, True),
        ({"matchLabels": {"app": "shop"}}, False),
        ({"matchLabels": {"owner": "web"}}, False),
        ({"matchLabels": {"hash": "7d4b"}}, True),
        ({"matchExpressions": [{"key": "owner", "operator": "DoesNotExist"}]}, True),
        ({"matchExpressions": [{"key": "owner", "operator": "Exists"}]}, False),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["shop"]}]}, True),
        ({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_a_podselector_is_weighed_against_the_words_of_the_scenarios(selector: dict[str, Any], possible: bool):
    one = PodNetworking("foreign", pod_selector=selector)
    assert (could_match(one, pods=PODS, namespaces=NAMESPACES) is not None) is possible


def test_namespaces_of_the_suite_are_not_those_of_others():
    chosen = PodNetworking("foreign", namespace_selector={"matchLabels": {"kubernetes.io/metadata.name": "shop"}})
    assert could_match(chosen, pods=PODS, namespaces=NAMESPACES) is None
    name = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]}
    everybody = PodNetworking("foreign", namespace_selector={"matchExpressions": [name]})
    assert could_match(everybody, pods=PODS, namespaces=NAMESPACES) is not None


def test_one_without_selectors_and_one_whose_selector_means_nothing_match_nobody():
    assert could_match(PodNetworking("foreign"), pods=PODS, namespaces=NAMESPACES) is None
    broken = {"matchExpressions": [{"key": "app", "operator": "Like"}]}
    assert could_match(PodNetworking("broken", pod_selector=broken), pods=PODS, namespaces=NAMESPACES) is None


def test_where_nothing_is_known_of_the_labels_every_selector_that_can_be_satisfied_could_match():
    anything = Possible(anything=True)
    assert anything.witness(from_label_selector({"matchLabels": {"owner": "shop"}})) == {"owner": "shop"}
