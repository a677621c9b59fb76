"""The arithmetic of a rollout keeps its promises whatever the numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.kube.controllers.rollout import limits, new_size, old_sizes, resolve, scaled_sizes

SIZES = st.one_of(st.integers(0, 6), st.sampled_from(["0%", "10%", "25%", "50%", "100%"]))


def deployment(replicas, surge="25%", unavailable="25%"):
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"spec": {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}}


def replica_set(name, replicas, available=None, **annotations):
    marks = {f"deployment.kubernetes.io/{key.replace('_', '-')}": str(value) for key, value in annotations.items()}
    status = {"availableReplicas": replicas if available is None else available}
    return {"metadata": {"name": name, "annotations": marks}, "spec": {"replicas": replicas}, "status": status}


@pytest.mark.parametrize(
    ("value", "total", "up", "expected"),
    [("25%", 3, True, 1), ("25%", 3, False, 0), ("50%", 5, True, 3), (2, 10, False, 2), ("100%", 4, True, 4)],
)
def test_percentages_round_up_for_surge_and_down_for_what_may_be_missing(value, total, up, expected):
    assert resolve(value, total, up=up) == expected


def test_something_may_always_be_missing_where_nothing_may_be_added():
    assert limits(deployment(3, 0, 0)) == (0, 1)
    assert limits(deployment(3, 0, "10%")) == (0, 1)
    assert limits({"spec": {"replicas": 3, "strategy": {"type": "Recreate"}}}) == (0, 0)


@given(replicas=st.integers(0, 12), surge=SIZES, unavailable=SIZES, old=st.lists(st.integers(0, 12), max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_rollout_never_exceeds_its_limits_and_always_ends(replicas, surge, unavailable, old):
    """All pods become available at once; each round grows the new one, or shrinks the old ones."""
    wanted = deployment(replicas, surge, unavailable)
    most, least = replicas + limits(wanted)[0], replicas - limits(wanted)[1]
    sizes = {f"old{index}": size for index, size in enumerate(old)}
    new = 0
    for _ in range(100):
        sets = [replica_set(name, size) for name, size in sizes.items()]
        grown = new_size(wanted, sets, new)
        if grown != new:
            assert grown < new or grown + sum(sizes.values()) <= max(most, new + sum(sizes.values()))
            new = grown
            continue
        shrunk = dict(old_sizes(wanted, replica_set("new", new), sets))
        if shrunk == sizes:
            break
        assert new + sum(shrunk.values()) >= min(least, new + sum(sizes.values()))
        sizes = shrunk
    assert new == replicas
    assert sum(sizes.values()) == 0


def test_pods_that_are_not_available_are_given_up_first():
    old = [replica_set("broken", 3, 0), replica_set("good", 3)]
    assert old_sizes(deployment(4, 1, 1), replica_set("new", 1, 0), old) == {"broken": 0, "good": 3}


def test_while_new_pods_are_not_available_old_ones_stay():
    old = [replica_set("good", 4)]
    assert old_sizes(deployment(4, 1, 0), replica_set("new", 1, 0), old) == {"good": 4}


def test_pods_that_are_about_to_be_deleted_do_not_count_as_available():
    shrinking = [replica_set("gone", 0, 2), replica_set("old", 3, 4)]
    assert old_sizes(deployment(4, 1, 1), replica_set("new", 2, 1), shrinking) == {"gone": 0, "old": 2}


def test_scaling_in_the_middle_of_a_rollout_keeps_the_proportions():
    sets = [replica_set("old", 8, max_replicas=13), replica_set("new", 5, max_replicas=13)]
    sizes = scaled_sizes(deployment(15, 3, 2), sets[1], sets)
    assert sizes == {"old": 11, "new": 7}


@given(total=st.integers(0, 30), first=st.integers(1, 12), second=st.integers(1, 12), surge=st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_scaling_in_the_middle_of_a_rollout_reaches_exactly_what_is_allowed(total, first, second, surge):
    before = first + second
    sets = [replica_set("old", first, 0, max_replicas=before), replica_set("new", second, 0, max_replicas=before)]
    sizes = scaled_sizes(deployment(total, surge, 1), sets[1], sets)
    assert sum(sizes.values()) == (total + surge if total else 0)
    assert min(sizes.values()) >= 0
