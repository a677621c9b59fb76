"""An implementation that breaks down is an errored scenario or a finding: never a pass, and never the end of podnet."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from processes import conformance, podnet, states, verdicts
from samples import Sample, named, samples

SOON = {"PODNET_DEADLINE": "0.8"}
"""Seconds after which a scenario counts as hanging; whoever hangs takes all of them."""


@pytest.mark.parametrize("sample", samples("misbehaving.py"), ids=lambda one: one.name)
def test_an_implementation_that_breaks_down_never_passes_and_takes_nothing_with_it(sample: Sample, tmp_path: Path):
    options = ["--implementation", sample.argument, "--select", "EXM-1"]
    begun = time.monotonic()
    done, report = conformance(*options, report=tmp_path / "report", env=SOON)
    assert time.monotonic() - begun < 60
    assert done.code in {1, 4}, done.out
    assert done.err == ""
    assert {state for state in states(report).values() if state != "deselected"} <= {"failed", "errored"}
    assert "EXM-1" in verdicts(report, "failed", "errored")
    assert report["verdict"] == "incomplete"
    assert all(one["failure"]["message"] for one in report["scenarios"] if one["state"] != "deselected")
    assert podnet("report", "check", tmp_path / "report").code == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Raises", "ValueError('no idea')"),
        ("RaisesInAController", "KeyError('no idea')"),
        ("RaisesButRecovers", "RuntimeError('not yet')"),
        ("Hangs", "it did not end within 0.8 s of wall clock; it was interrupted at misbehaving.py:"),
        ("HangsAndResists", "could not be interrupted; its process was killed"),
        ("Exits", "its process ended with exit status 0 in the middle of it"),
        ("RaisesAtInstall", "OSError: no licence"),
        ("NeverRests", "the cluster does not come to rest"),
    ],
)
def test_the_failure_says_what_the_implementation_did(name: str, words: str, tmp_path: Path):
    options = ["--implementation", named(name).argument, "--select", "EXM-3"]
    env = None if name == "NeverRests" else SOON  # how restless it is, is counted by another clock
    _, report = conformance(*options, report=tmp_path / "report", env=env)
    (told,) = (one["failure"] for one in report["scenarios"] if one["failure"])
    assert words in told["message"] + told["details"]
    assert "EXM-3" not in verdicts(report, "passed")


def test_a_run_is_given_up_when_the_implementation_ends_every_process(tmp_path: Path):
    argument = named("Exits").argument
    done, report = conformance("--implementation", argument, report=tmp_path / "report")
    assert (done.code, report["verdict"], report["run"]["complete"]) == (4, "incomplete", False)
    counts = report["footer"]["counts"]
    assert counts["errored"] >= 3
    reasons = {one["reason"] for one in report["scenarios"] if one["state"] == "deselected"}
    assert reasons == {"not tried: the implementation ended or blocked its process several times in a row"}
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_one_that_raises_now_and_then_is_not_conformant_however_well_it_ends(tmp_path: Path):
    argument = named("RaisesButRecovers").argument
    done, report = conformance("--implementation", argument, "--select", "SEL", report=tmp_path / "report")
    assert (done.code, report["verdict"]) == (4, "incomplete")
    counts = report["footer"]["counts"]
    assert counts["errored"] > 20
    assert counts["passed"] < 10  # where nothing chooses a vSwitch, nothing is raised


@pytest.mark.parametrize(
    ("decision", "answer"),
    [
        ("choose", "7"),
        ("plane", "'x'"),
        ("annotations", "None"),
        ("addresses", "object()"),
        ("node", "[]"),
        ("custom_resource_definitions", "7"),
    ],
)
def test_nonsense_as_an_answer_is_held_against_who_gives_it(decision: str, answer: str, tmp_path: Path):
    file = tmp_path / "own.py"
    method = f"def {decision}(self, *_, **__): return {answer}"
    file.write_text(f"from podnet.reference import Reference\nclass Own(Reference):\n    {method}\n")
    options = ["--implementation", f"{file}:Own", "--select", "EXM-2"]
    done, report = conformance(*options, report=tmp_path / "report")
    assert (done.code in {1, 4}, done.err) == (True, ""), done.out
    assert "passed" not in states(report).values()
