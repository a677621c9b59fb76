"""The oracle says what the documentation says, and everybody else agrees with it in the whole small scope."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from podnet.api.selectors import from_label_selector
from podnet.generated import oracle
from podnet.generated.oracle import applies, satisfied, selected
from podnet.generated.space import KINDS, alone, diagonals, empty, label_sets
from podnet.harness.ledger import WrittenPlane

WHOLE = [*alone(), *empty()]


@pytest.mark.parametrize(
    ("operator", "values", "absent", "listed", "other"),
    [
        ("In", ["x"], False, True, False),
        ("NotIn", ["x"], True, False, True),
        ("Exists", None, False, True, True),
        ("DoesNotExist", None, True, False, False),
    ],
)
def test_each_operator_means_what_the_documentation_says(operator, values, absent, listed, other):
    requirement = {"key": "k", "operator": operator, **({"values": values} if values else {})}
    found = [satisfied(requirement, labels) for labels in ({"other": "x"}, {"k": "x"}, {"k": "y"})]
    assert found == [absent, listed, other]


def test_an_operator_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="Near"):
        satisfied({"key": "k", "operator": "Near"}, {})


def test_requirements_are_anded_and_an_empty_selector_selects_everything():
    both = {"matchLabels": {"a": "1"}, "matchExpressions": [{"key": "b", "operator": "Exists"}]}
    assert [selected(both, labels) for labels in ({"a": "1", "b": ""}, {"a": "1"}, {"b": ""})] == [True, False, False]
    assert all(selected(one, {}) for one in empty())


@pytest.mark.parametrize(
    ("selectors", "taken"),
    [
        ({}, False),
        ({"podSelector": {"matchLabels": {"a": "1"}}}, True),
        ({"podSelector": {"matchLabels": {"a": "2"}}}, False),
        ({"namespaceSelector": {"matchLabels": {"n": "1"}}}, True),
        ({"podSelector": {}, "namespaceSelector": {"matchLabels": {"a": "1"}}}, False),
        ({"podSelector": {"matchLabels": {"n": "1"}}}, False),
        ({"podSelector": {"matchLabels": {"a": "1"}}, "namespaceSelector": {"matchLabels": {"n": "2"}}}, False),
    ],
)
def test_both_selectors_must_be_satisfied_each_by_labels_of_its_own(selectors, taken):
    assert applies(selectors, pod={"a": "1"}, namespace={"n": "1"}) is taken


def test_the_selectors_of_the_api_agree_with_the_oracle_about_every_selector_and_every_labels():
    parsed = [(one, from_label_selector(one)) for one in WHOLE]
    wrong = [
        (one, labels)
        for one, own in parsed
        for labels in label_sets()
        if own.matches(labels) is not selected(one, labels)
    ]
    assert len(WHOLE) > 200
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_cross_checks_agree_with_the_oracle_about_every_podnetworking(kind):
    cells = diagonals()[0] if len(kind.members()) > 100 else [cell for part in diagonals() for cell in part]
    for selectors in kind.members():
        plane = WrittenPlane("one", {"selector": selectors})
        for pod, namespace in cells:
            taken = plane.selects(pod_labels=pod, namespace_labels=namespace)
            assert taken is applies(selectors, pod=pod, namespace=namespace), (selectors, pod, namespace)


def test_the_oracle_shares_no_code_with_anybody():
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert modules == ["__future__", "collections.abc", "typing"]
