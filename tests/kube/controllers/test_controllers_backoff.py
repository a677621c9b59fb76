"""Delays grow, and start afresh after a rest; conditions keep the moment since which they hold."""

from datetime import UTC, datetime, timedelta

from podnet.kube.conditions import with_condition, without_condition
from podnet.kube.controllers.backoff import LONGEST, Backoff, replacement_delay

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def test_the_first_attempt_is_free_and_each_further_one_waits_twice_as_long():
    backoff = Backoff()
    assert backoff.attempt("k", NOON) == 0
    assert backoff.attempt("k", NOON) == 1
    assert backoff.attempt("k", after(1)) == 0
    assert backoff.attempt("k", after(1)) == 2
    assert backoff.attempt("other", after(1)) == 0


def test_the_delay_has_an_end_and_is_forgotten_after_a_rest():
    backoff, moment = Backoff(), 0.0
    for _ in range(30):
        moment += backoff.attempt("k", after(moment))
        backoff.attempt("k", after(moment))
    assert backoff.attempt("k", after(moment)) == LONGEST
    rested = moment + 3 * LONGEST
    assert backoff.attempt("k", after(rested)) == 0
    assert backoff.attempt("k", after(rested)) == 1


def test_the_first_replacement_comes_at_once():
    assert [replacement_delay(failures) for failures in (0, 1, 2, 3, 4)] == [0, 0, 1, 2, 4]
    assert replacement_delay(100) == LONGEST


def test_a_condition_keeps_its_moment_while_its_status_stays():
    first = with_condition([{"type": "Other", "status": "True"}], "Ready", "True", now=NOON, reason="A", message="m")
    assert [item["type"] for item in first] == ["Other", "Ready"]
    second = with_condition(first, "Ready", "True", now=after(60), reason="B")
    assert (second[1]["reason"], second[1]["lastTransitionTime"]) == ("B", "2026-01-01T12:00:00Z")
    assert "message" not in second[1]
    third = with_condition(second, "Ready", "False", now=after(60))
    assert third[1]["lastTransitionTime"] == "2026-01-01T12:01:00Z"
    assert first[1]["status"] == "True"
    assert [item["type"] for item in without_condition(third, "Ready")] == ["Other"]
