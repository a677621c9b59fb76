"""The small scope in which label selectors are tried exhaustively, cut into batches that fit into one cluster each.

Two keys with two values each, for pods and namespaces alike, so that who reads the wrong labels is seen. A selector
alone has one or two requirements; where both are set, each has one (or two labels). All of them are put to every
combination of the labels of a pod and of its namespace. What the keys and values are called is decided by the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

from podnet.generated.oracle import applies

Selectors = Mapping[str, Any]
"""``spec.selector`` of a PodNetworking."""
Labels = Mapping[str, str]
Cell = tuple[Labels, Labels]
"""The labels of a pod, and those of its namespace."""

KEYS, VALUES = ("a", "b"), ("0", "1")
MOST = 3
"""PodNetworkings in one cluster."""
EXPRESSIONS, EMPTY = "MatchExpressions", "EmptySelector"


@cache
def label_sets() -> tuple[Labels, ...]:
    """Every set of labels over the keys and values, the empty one first."""
    return tuple(
        {key: value for key, value in zip(KEYS, chosen, strict=True) if value is not None}
        for chosen in product((None, *VALUES), repeat=len(KEYS))
    )


def _labels(selectors: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in selectors if "matchExpressions" not in one)


@cache
def single() -> tuple[Mapping[str, Any], ...]:
    """Every selector with one requirement: a label, or an expression with each operator and set of values."""
    found: list[Mapping[str, Any]] = [{"matchLabels": {key: value}} for key in KEYS for value in VALUES]
    sets = [list(chosen) for size in (1, 2) for chosen in combinations(VALUES, size)]
    for key in KEYS:
        expressions: list[Mapping[str, Any]] = [
            *({"key": key, "operator": operator, "values": chosen} for operator in ("In", "NotIn") for chosen in sets),
            *({"key": key, "operator": operator} for operator in ("Exists", "DoesNotExist")),
        ]
        found += [{"matchExpressions": [expression]} for expression in expressions]
    return tuple(found)


@cache
def alone() -> tuple[Mapping[str, Any], ...]:
    """Every selector with one or two different requirements. One key cannot have two values in matchLabels."""
    found = list(single())
    for one, other in combinations(single(), 2):
        labels = {**one.get("matchLabels", {}), **other.get("matchLabels", {})}
        if len(labels) < len(one.get("matchLabels", {})) + len(other.get("matchLabels", {})):
            continue
        expressions = [*one.get("matchExpressions", ()), *other.get("matchExpressions", ())]
        found.append(
            {
                **({"matchLabels": labels} if labels else {}),
                **({"matchExpressions": expressions} if expressions else {}),
            }
        )
    return tuple(found)


def empty() -> tuple[Mapping[str, Any], ...]:
    """Every way to write a selector that asks for nothing."""
    return {}, {"matchLabels": {}}, {"matchExpressions": []}


def _both(pods: Sequence[Mapping[str, Any]], namespaces: Sequence[Mapping[str, Any]]) -> Iterator[Selectors]:
    for pod, namespace in product(pods, namespaces):
        yield {"podSelector": pod, "namespaceSelector": namespace}


def _with_expressions(selectors: Selectors) -> bool:
    return any("matchExpressions" in one for one in selectors.values())


@dataclass(frozen=True)
class Kind:
    """A part of the space. ``requirements`` are what its batches judge, ``feature`` what must be claimed for it."""

    name: str
    title: str
    requirements: tuple[str, ...]
    feature: str
    members: Callable[[], Sequence[Selectors]]


def _labels_of_both() -> list[Selectors]:
    return list(_both(_labels(alone()), _labels(alone())))


def _expressions_of_both() -> list[Selectors]:
    return [one for one in _both(single(), single()) if _with_expressions(one)]


def _empties() -> list[Selectors]:
    labels = _labels(single())
    found: list[Selectors] = [{}]
    found += [{"podSelector": one} for one in empty()] + [{"namespaceSelector": one} for one in empty()]
    return [*found, *_both(empty(), empty()), *_both(empty(), labels), *_both(labels, empty())]


def _expressions() -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in alone() if "matchExpressions" in one)


KINDS = (
    Kind("pod-labels", "matchLabels for pods", ("SEL-1", "SEL-3", "SEL-5", "SEL-8"), "",
         lambda: [{"podSelector": one} for one in _labels(alone())]),
    Kind("pod-expressions", "matchExpressions for pods", ("SEL-3", "SEL-6", "SEL-8"), EXPRESSIONS,
         lambda: [{"podSelector": one} for one in _expressions()]),
    Kind("both-labels", "matchLabels for pods and for namespaces", ("SEL-2", "SEL-5", "SEL-8"), "", _labels_of_both),
    Kind("namespace-expressions", "matchExpressions for namespaces", ("SEL-4", "SEL-6", "SEL-8"), EXPRESSIONS,
         lambda: [{"namespaceSelector": one} for one in _expressions()]),
    Kind("namespace-labels", "matchLabels for namespaces", ("SEL-4", "SEL-5", "SEL-8"), "",
         lambda: [{"namespaceSelector": one} for one in _labels(alone())]),
    Kind("both-expressions", "matchExpressions beside another selector", ("SEL-2", "SEL-6", "SEL-8"), EXPRESSIONS,
         _expressions_of_both),
    Kind("empty", "Empty selectors", ("SEL-2", "SEL-7", "SEL-8"), EMPTY, _empties),
)  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """What is tried in one cluster: selectors of which no two take the same pod, and the pods."""

    kind: Kind
    selectors: tuple[Selectors, ...]
    cells: tuple[Cell, ...]


def wanted(selectors: Sequence[Selectors], cell: Cell) -> int | None:
    """Which of the selectors takes the pod; None if none does."""
    pod, namespace = cell
    return next((at for at, one in enumerate(selectors) if applies(one, pod=pod, namespace=namespace)), None)


@cache
def diagonals() -> tuple[tuple[Cell, ...], ...]:
    """All combinations of the labels of pods and namespaces, in parts in which each set of labels comes once."""
    sets = label_sets()
    return tuple(
        tuple((pod, sets[(row + shift) % len(sets)]) for row, pod in enumerate(sets)) for shift in range(len(sets))
    )


_CONTROL: Selectors = {"podSelector": {"matchLabels": {KEYS[0]: VALUES[0]}}}
"""Joins those that take nobody: an absence proves nothing beside nothing."""


@cache
def groups(kind: Kind) -> tuple[tuple[Selectors, ...], ...]:
    """All members of a kind, put together so that each pod matches one at most and some pod matches one.

    The same for every seed: how many batches there are must not depend on it.
    """
    cells = [cell for diagonal in diagonals() for cell in diagonal]
    order = list(kind.members())
    Random(kind.name).shuffle(order)
    taken = [(one, frozenset(at for at, cell in enumerate(cells) if wanted([one], cell) is not None)) for one in order]
    found: list[tuple[list[Selectors], set[int]]] = []
    for one, pods in sorted(taken, key=lambda entry: not entry[1]):  # what takes nobody needs company that does
        for members, covered in found:
            if len(members) < MOST and not covered & pods:
                members.append(one)
                covered |= pods
                break
        else:
            found.append(([one], set(pods)) if pods else ([_CONTROL, one], set(range(len(cells)))))
    return tuple(tuple(members) for members, _ in found)


def sequence(claimed: Sequence[str]) -> Iterator[tuple[Kind, int]]:
    """The claimed part of the space, batch by batch: kinds in turn, each with the number of the batch in its kind."""
    left = {kind: len(groups(kind)) * len(diagonals()) for kind in KINDS if not kind.feature or kind.feature in claimed}
    for number in range(max(left.values())):
        yield from ((kind, number) for kind in left if number < left[kind])


def size(claimed: Sequence[str]) -> int:
    """How many batches there are in all."""
    return sum(1 for _ in sequence(claimed))


def batch(kind: Kind, number: int, *, seed: str) -> Batch:
    """A batch of a kind, the first being 0. The seed shuffles their order: new selectors before new labels for them."""
    random = Random(f"{seed}/{kind.name}")
    order = [(group, random.randrange(len(diagonals()))) for group in groups(kind)]
    random.shuffle(order)
    turn, at = divmod(number, len(order))
    group, start = order[at]
    return Batch(kind, group, _with_control(group, diagonals()[(start + turn) % len(diagonals())]))


def _with_control(group: Sequence[Selectors], cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells, and one that is taken if none of them is: an absence proves nothing without it."""
    if any(wanted(group, cell) is not None for cell in cells):
        return cells
    every = (cell for diagonal in diagonals() for cell in diagonal)
    return (*cells, next(cell for cell in every if wanted(group, cell) is not None))
