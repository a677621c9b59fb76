"""The batches cover the small scope exhaustively, each in a way that can prove something."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from podnet.generated.oracle import applies
from podnet.generated.space import (
    EMPTY,
    EXPRESSIONS,
    KINDS,
    MOST,
    batch,
    diagonals,
    groups,
    label_sets,
    sequence,
    size,
    wanted,
)

EVERYTHING = (EXPRESSIONS, EMPTY)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_selector_meets_every_combination_of_labels(kind):
    count = len(groups(kind)) * len(diagonals())
    tried = {
        (json.dumps(selectors), json.dumps(cell))
        for number in range(count)
        for found in [batch(kind, number, seed="1")]
        for selectors in found.selectors
        for cell in found.cells
    }
    wanted_ = {json.dumps(one) for one in kind.members()}
    cells = [json.dumps((pod, namespace)) for pod in label_sets() for namespace in label_sets()]
    missing = [(one, cell) for one in wanted_ for cell in cells if (one, cell) not in tried]
    assert missing == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_pod_matches_two_of_a_group_and_some_pod_matches_one(kind):
    cells = [cell for part in diagonals() for cell in part]
    for group in groups(kind):
        taking = [sum(applies(one, pod=pod, namespace=other) for one in group) for pod, other in cells]
        assert (len(group) <= MOST, max(taking)) == (True, 1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_batch_has_a_control(kind):
    for number in range(len(groups(kind)) * len(diagonals())):
        found = batch(kind, number, seed="2")
        assert any(wanted(found.selectors, cell) is not None for cell in found.cells), number


def test_the_first_batches_are_of_every_kind_that_is_claimed():
    assert {kind for kind, _ in islice(sequence(EVERYTHING), len(KINDS))} == set(KINDS)
    names = {kind.feature for kind, _ in sequence(())}
    assert names == {""}


def test_the_number_of_batches_is_that_of_the_documentation():
    assert (size(EVERYTHING), size(())) == (2970, 261)


def test_another_seed_tries_something_else_first():
    kind = KINDS[1]
    assert batch(kind, 0, seed="1") == batch(kind, 0, seed="1")
    assert len({json.dumps(batch(kind, 0, seed=str(seed)).selectors) for seed in range(5)}) > 1
