"""What is refused about a PodNetworking, and how the refusal names the field."""

from __future__ import annotations

import pytest

from podnet.engine.admit import refusals

GOOD = {
    "allocationType": {"type": "Elastic"},
    "selector": {"podSelector": {"matchLabels": {"a": "b"}}},
    "securityGroupIDs": ["sg-1"],
    "vSwitchOptions": ["vsw-1"],
}


def said(**changes):
    return [str(problem) for problem in refusals({"spec": {**GOOD, **changes}})]


def test_the_manifest_of_the_document_is_accepted():
    assert said() == []


def test_one_to_five_security_groups_are_accepted_and_six_are_not():
    assert said(securityGroupIDs=[f"sg-{number}" for number in range(5)]) == []
    assert said(securityGroupIDs=["sg-1"] * 5) == []
    assert said(securityGroupIDs=[f"sg-{number}" for number in range(6)]) == [
        "spec.securityGroupIDs: Too many: 6: must have at most 5 items"
    ]


@pytest.mark.parametrize("field", ["releaseStrategy", "releaseAfter"])
def test_fixed_refuses_release_parameters_and_elastic_ignores_them(field):
    [refusal] = said(allocationType={"type": "Fixed", field: "TTL"})
    assert refusal.startswith(f"spec.allocationType.{field}: Forbidden: ")
    assert said(allocationType={"type": "Elastic", field: "TTL"}) == []
    assert said(allocationType={"type": "Fixed"}) == []


@pytest.mark.parametrize("which", ["podSelector", "namespaceSelector"])
def test_a_malformed_selector_is_named_by_its_field(which):
    bad = {"matchExpressions": [{"key": "a", "operator": "In", "values": []}]}
    [refusal] = said(selector={which: bad})
    assert refusal.startswith(f"spec.selector.{which}.matchExpressions[0].values: Required value: must be specified")


@pytest.mark.parametrize("field", ["securityGroupIDs", "vSwitchOptions"])
@pytest.mark.parametrize("empty", [[], None])
def test_a_plane_needs_a_vswitch_and_a_security_group(field, empty):
    [refusal] = said(**{field: empty})
    assert refusal.startswith(f"spec.{field}: Required value: ")


def test_selectors_that_are_empty_or_absent_are_accepted():
    assert said(selector={}) == []
    assert said(selector=None) == []
    assert said(selector={"podSelector": {}, "namespaceSelector": None}) == []


@pytest.mark.parametrize("nonsense", [None, [], "x", {"selector": []}, {"allocationType": "Fixed"}])
def test_nonsense_is_refused_without_an_error(nonsense):
    assert refusals({"spec": nonsense})
