"""The ledger knows which PodNetworkings there were when a pod was created, and which of them it matched then."""

from __future__ import annotations

import pytest
from handmade import BLUE, GREEN, pod
from hypothesis import given
from hypothesis import strategies as st

from podnet.harness.ledger import Ledger, WrittenPlane, matching
from podnet.harness.manifests import PodShape, workload
from podnet.suite.dialect import Rules


def test_a_pod_that_was_seen_keeps_the_planes_of_its_time():
    ledger = Ledger()
    ledger.write("blue", BLUE)
    ledger.see([pod(app="blue")], namespace_labels={})
    ledger.write("blue", {**BLUE, "securityGroupIDs": ["sg-last"]})
    ledger.write("green", GREEN)
    assert ledger.planes("uid-web") == {"blue": WrittenPlane("blue", BLUE)}
    assert set(ledger.planes()) == {"blue", "green"}
    assert ledger.planes()["blue"].security_groups == ("sg-last",)


def test_a_pod_that_was_not_seen_has_those_of_now():
    ledger = Ledger()
    ledger.write("blue", BLUE)
    ledger.write("blue", GREEN)
    assert ledger.planes("uid-new")["blue"].vswitches == ("green-1",)


def test_a_plane_that_was_deleted_is_gone_for_new_pods_only():
    ledger = Ledger()
    ledger.write("blue", BLUE)
    ledger.see([pod()], namespace_labels={})
    ledger.write("blue", None)
    assert set(ledger.planes("uid-web")) == {"blue"}
    assert ledger.planes() == {}
    ledger.write("blue", GREEN)
    assert ledger.planes()["blue"].spec == GREEN


def test_only_the_first_look_at_a_pod_counts():
    ledger = Ledger()
    ledger.write("blue", BLUE)
    ledger.see([pod(app="blue")], namespace_labels={})
    ledger.write("green", GREEN)
    ledger.see([pod(app="green")], namespace_labels={})
    assert (set(ledger.planes("uid-web")), ledger.matching["uid-web"]) == ({"blue"}, {"blue"})


@given(st.lists(st.sampled_from(["write", "delete", "see"]), max_size=12))
def test_a_pod_sees_exactly_what_was_written_before_it(events: list[str]):
    ledger, now, known = Ledger(), {}, {}
    for number, event in enumerate(events):
        if event == "see":
            ledger.see([{"metadata": {"uid": str(number)}}], namespace_labels={})
            known[str(number)] = dict(now)
        else:
            spec = {"securityGroupIDs": [str(number)]} if event == "write" else None
            ledger.write("blue", spec)
            now = {"blue": WrittenPlane("blue", spec)} if spec else {}
    assert {uid: ledger.planes(uid) for uid in known} == known
    assert ledger.planes() == now


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ({"podSelector": {"matchLabels": {"app": "blue"}}}, True),
        ({"podSelector": {"matchLabels": {"app": "green"}}}, False),
        ({"namespaceSelector": {"matchLabels": {"team": "a"}}}, True),
        ({"podSelector": {"matchLabels": {"app": "blue"}}, "namespaceSelector": {"matchLabels": {"team": "b"}}}, False),
        ({"podSelector": {"matchLabels": {"team": "a"}}}, False),
        ({"podSelector": {}}, True),
        ({"podSelector": {"matchExpressions": [{"key": "app", "operator": "Nonsense"}]}}, False),
        ({}, False),
        (None, False),
    ],
)
def test_who_matches_is_told_by_the_meaning_of_label_selectors(selector: object, matches: bool):
    written = {"one": WrittenPlane("one", {"selector": selector})}
    assert matching(written, pod(app="blue"), {"team": "a"}) == ({"one"} if matches else set())


def test_the_namespace_of_a_pod_counts_with_its_labels_of_then():
    ledger = Ledger()
    ledger.write("team", {"selector": {"namespaceSelector": {"matchLabels": {"team": "a"}}}})
    ledger.see([pod("in")], namespace_labels={"ns": {"team": "a"}})
    ledger.see([pod("out")], namespace_labels={"other": {"team": "a"}})
    assert (ledger.matching["uid-in"], ledger.matching["uid-out"]) == ({"team"}, frozenset())


@pytest.mark.parametrize(("effective", "groups"), [("first", {"sg-b"}), ("all", {"sg-b", "sg-a"})])
def test_which_security_groups_take_effect_is_a_rule_of_the_profile(effective: str, groups: set[str]):
    ledger = Ledger(Rules(effective=effective))
    ledger.write("blue", {"securityGroupIDs": ["sg-b", "sg-a"]})
    assert ledger.planes()["blue"].effective_security_groups == groups


def test_what_the_suite_wrote_on_a_template_counts_for_the_pods_that_are_made_from_it():
    ledger = Ledger()
    ledger.submit_template("ns", workload("Deployment", "web", count=1, shape=PodShape(annotations={"a": "template"})))
    made = pod("web-x")
    made["metadata"]["labels"] = {"workload": "web"}
    other = pod("plain")
    assert (ledger.submitted(made), ledger.submitted(other)) == ({"a": "template"}, {})
    ledger.submit("ns", {"metadata": {"name": "plain", "annotations": {"a": "own"}}})
    assert ledger.submitted(other) == {"a": "own"}
