"""The report tells how many orders of work it saw, and what was done to the cluster meanwhile."""

from __future__ import annotations

from pathlib import Path

from report_samples import PASSING, make, scenario, write_all

from podnet.report.check import check_report
from podnet.report.model import Attempt
from podnet.report.view import render_report, render_summary


def with_attempts(*attempts: Attempt):
    return make((*PASSING[:-1], scenario("groups/first/one", "SG-2", attempts=attempts)))


def test_all_schedules_are_told_from_the_first_ones() -> None:
    seeded = Attempt(41, "passed", 0.1)
    every = render_report(with_attempts(seeded, Attempt(41, "passed", 2.0, schedules=1248)))
    assert "enumerated      1,248 schedules, all of them: features/groups/first.feature:3" in every
    more = Attempt(41, "passed", 2.0, schedules=2000, reason="there are more than 2,000")
    assert "enumerated      first 2,000 schedules, there are more than 2,000: " in render_report(with_attempts(more))
    assert "enumerated" not in render_report(with_attempts(seeded))


def test_the_verdict_says_which_faults_were_injected(tmp_path: Path) -> None:
    report = make(faults=("conflict=0.05", "restart=0.01"))
    last = render_summary(report).splitlines()[-1]
    assert last == f"verdict         {report.verdict} while faults were injected: conflict=0.05, restart=0.01"
    assert check_report(write_all(report, tmp_path)) == ()
