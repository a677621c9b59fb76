"""Whose turn it is."""

from __future__ import annotations

import pytest

from podnet.operator.backoff import delay
from podnet.operator.queues import Queues


def queues(*names: str) -> Queues:
    made = Queues()
    for name in names:
        made.add(name)
    return made


def test_a_key_that_is_put_twice_is_taken_once():
    found = queues("pods")
    for key in ("a", "b", "a"):
        found.put(("pods", key))
    assert [found.take(0.0) for _ in range(3)] == [("pods", "a"), ("pods", "b"), None]


def test_a_thousand_pods_keep_no_node_waiting():
    found = queues("pods", "nodes")
    for number in range(1000):
        found.put(("pods", number))
    found.put(("nodes", "zone"))
    assert ("nodes", "zone") in {found.take(0.0), found.take(0.0)}


def test_a_key_that_is_busy_waits_until_it_is_done_and_holds_nobody_up():
    found = queues("pods")
    found.put(("pods", "a"))
    assert found.take(0.0) == ("pods", "a")
    found.put(("pods", "a"))
    found.put(("pods", "b"))
    assert [found.take(0.0) for _ in range(2)] == [("pods", "b"), None]
    found.done(("pods", "a"))
    assert found.take(0.0) == ("pods", "a")


def test_a_key_comes_back_at_its_moment_and_of_several_moments_at_the_first():
    found = queues("pods")
    found.put_at(("pods", "a"), 5.0)
    found.put_at(("pods", "a"), 3.0)
    found.put_at(("pods", "a"), 4.0)
    assert found.take(2.9) is None
    assert found.next_moment() == 3.0
    assert found.take(3.0) == ("pods", "a")
    found.done(("pods", "a"))
    assert found.take(9.0) is None


def test_a_name_belongs_to_one_controller():
    found = queues("pods")
    with pytest.raises(ValueError, match="'pods' is registered already"):
        found.add("pods")
    assert found.depths == {"pods": 0}


def test_delays_grow_to_a_limit():
    assert [delay(failures) for failures in (1, 2, 3)] == [0.05, 0.1, 0.2]
    assert delay(10_000) == 60.0
    assert delay(10_000, longest=2.0) == 2.0
