"""Who is selected: both selectors, either, neither, and malformed ones."""

from __future__ import annotations

import pytest

from podnet.api.podnetworking import PodNetworking
from podnet.engine.select import arbitrary, matches, matching

POD = {"matchLabels": {"app": "web"}}
NAMESPACE = {"matchLabels": {"team": "a"}}


def does(podnetworking, pod_labels=None, namespace_labels=None):
    return matches(podnetworking, pod_labels=pod_labels or {}, namespace_labels=namespace_labels or {})


@pytest.mark.parametrize("pod", [True, False])
@pytest.mark.parametrize("namespace", [True, False])
def test_both_selectors_must_match(pod, namespace):
    both = PodNetworking("p", pod_selector=POD, namespace_selector=NAMESPACE)
    assert does(both, {"app": "web"} if pod else {"app": "db"}, {"team": "a"} if namespace else {}) is (
        pod and namespace
    )


def test_a_pod_selector_alone_selects_in_any_namespace():
    plane = PodNetworking("p", pod_selector=POD)
    assert does(plane, {"app": "web", "more": "x"})
    assert not does(plane, {}, {"app": "web"})


def test_a_namespace_selector_alone_selects_every_pod_there():
    plane = PodNetworking("p", namespace_selector=NAMESPACE)
    assert does(plane, {}, {"team": "a"})
    assert not does(plane, {"team": "a"}, {})


def test_empty_selectors_match_everything_and_absent_ones_nothing():
    assert does(PodNetworking("p", pod_selector={}))
    assert does(PodNetworking("p", namespace_selector={}))
    assert not does(PodNetworking("p"), {"app": "web"}, {"team": "a"})


@pytest.mark.parametrize(
    "bad", [{"matchExpressions": [{"key": "a", "operator": "NotIn"}]}, [], "x", {"matchLabels": 3}]
)
def test_a_malformed_selector_matches_nobody_even_beside_a_good_one(bad):
    assert not does(PodNetworking("p", pod_selector=bad), {"app": "web"})
    assert not does(PodNetworking("p", pod_selector=POD, namespace_selector=bad), {"app": "web"}, {"team": "a"})
    assert not does(PodNetworking("p", pod_selector=bad, namespace_selector={}), {"app": "web"})


def test_matching_keeps_all_that_match_in_order():
    one, two = PodNetworking("1", pod_selector=POD), PodNetworking("2", pod_selector={})
    other = PodNetworking("3", pod_selector={"matchLabels": {"app": "db"}})
    assert matching([two, other, one], pod_labels={"app": "web"}, namespace_labels={}) == (two, one)


def test_arbitrary_is_the_same_for_one_identity_and_reaches_every_option():
    assert {arbitrary("abc", identity="pod") for _ in range(5)} == {arbitrary("abc", identity="pod")}
    assert {arbitrary("abc", identity=f"pod-{number}") for number in range(50)} == set("abc")
