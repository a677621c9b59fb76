"""What happens at once comes in any order that the cluster chooses, and waits for nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from podnet.harness.outcome import AuthoringError
from podnet.harness.racing import AT_ONCE, in_turn, misuse
from podnet.harness.waiting import Waiting
from podnet.suite.scenarios import ScenarioSpec, StepSpec
from podnet.targets.base import Budgets


def step(text: str, keyword_type: Any = "when") -> Any:
    return SimpleNamespace(spec=StepSpec(keyword_type, "When", text, 1))


class Cluster:
    """Chooses the last of what waits; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def next_of(self, waiting):
        self.asked.append(tuple(waiting))
        return waiting[-1]


def played(*steps: Any) -> tuple[list[str], Cluster, list[str]]:
    cluster, told = Cluster(), []
    race = SimpleNamespace(passed=lambda: told.append("passed"), end=lambda: told.append("end"))
    world: Any = SimpleNamespace(setting=SimpleNamespace(cluster=cluster), race=race)
    return [one.spec.text for one in in_turn(steps, world=world)], cluster, told


def test_steps_come_as_they_are_written_where_nothing_happens_at_once():
    order, cluster, told = played(step("a"), step("b"), step("c", "then"))
    assert (order, cluster.asked, told) == (["a", "b", "c"], [], [])


def test_what_happens_at_once_comes_in_the_order_that_the_cluster_chooses():
    order, cluster, told = played(step("a"), step(AT_ONCE), step("b"), step("c"), step("d", "then"), step("e"))
    assert order == ["a", AT_ONCE, "c", "b", "d", "e"]
    assert cluster.asked == [(0, 1), (0,)]
    assert told == ["passed", "passed", "end"]


def test_what_comes_after_that_waits_for_the_step_before_it():
    order, cluster, _ = played(step(AT_ONCE), step("b"), step("after that c"), step("d"))
    assert order == [AT_ONCE, "d", "b", "after that c"]
    assert cluster.asked == [(0, 2), (0,), (1,)]


@pytest.mark.parametrize("texts", [["a"], [AT_ONCE, "a", AT_ONCE]])
def test_a_scenario_for_every_order_lets_things_happen_at_once(texts: list[str]):
    steps = tuple(StepSpec("when", "When", text, 5) for text in texts)
    spec = ScenarioSpec("x/y/z", "features/x.feature", 4, "z", frozenset({"every-order"}), ("SEL-1",), (), steps, "y")
    assert misuse(spec).startswith("features/x.feature:4: @every-order needs the step")


def test_a_step_that_waits_cannot_be_among_those_that_happen_at_once():
    cluster: Any = SimpleNamespace(elapsed=0.0)
    waiting = Waiting(cluster, budgets=Budgets())
    waiting.racing = True
    with pytest.raises(AuthoringError, match="waits for something"):
        waiting.eventually(lambda: None)
    waiting.rest()  # nor does anything rest
