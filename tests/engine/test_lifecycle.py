"""When a pod ends: hooks, grace periods and Jobs."""

from __future__ import annotations

import pytest

from podnet.api.objects import parse_timestamp
from podnet.engine.lifecycle import completes_after, is_terminal, stops_at


def terminating(*, grace, sleeps, phase="Running"):
    return {
        "metadata": {"deletionTimestamp": "2026-01-01T00:01:00Z", "deletionGracePeriodSeconds": grace},
        "spec": {"containers": [{"lifecycle": {"preStop": {"sleep": {"seconds": sleep}}}} for sleep in sleeps]},
        "status": {"phase": phase},
    }


@pytest.mark.parametrize(
    ("grace", "sleeps", "ends"),
    [(60, [20], "00:00:20"), (60, [20, 45], "00:00:45"), (30, [45], "00:01:00"), (60, [60], "00:01:00")],
)
def test_a_pre_stop_sleep_holds_a_pod_but_never_beyond_its_grace(grace, sleeps, ends):
    assert stops_at(terminating(grace=grace, sleeps=sleeps)) == parse_timestamp(f"2026-01-01T{ends}Z")


def test_nothing_else_holds_a_pod():
    assert stops_at(terminating(grace=60, sleeps=[])) is None
    assert stops_at(terminating(grace=0, sleeps=[20])) is None
    assert stops_at(terminating(grace=60, sleeps=[20], phase="Pending")) is None
    pod = terminating(grace=60, sleeps=[])
    pod["spec"]["containers"] = [{"lifecycle": {"preStop": {"exec": {"command": ["x"]}}}}, {"lifecycle": None}]
    assert stops_at(pod) is None


def test_only_pods_of_jobs_complete_by_themselves():
    def owned(kind):
        return {"metadata": {"ownerReferences": [{"kind": kind, "controller": True}]}}

    assert completes_after(owned("Job")) == 5.0
    assert completes_after(owned("StatefulSet")) is None
    assert completes_after({"metadata": {}}) is None


def test_succeeded_and_failed_are_terminal():
    assert [is_terminal({"status": {"phase": phase}}) for phase in ("Succeeded", "Failed", "Running")] == [
        True,
        True,
        False,
    ]
    assert not is_terminal({})
