"""Where the document leaves a choice, every choice passes; and what shows too little is neither right nor wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import conformance, podnet, states, verdicts
from samples import named

WHERE_IT_MATTERS = {
    "ChoosesByName": ("MUL", "MAT"),
    "ChoosesByNameBackwards": (),
    "VSwitchInOrder": ("VSW", "ZON", "CAP"),
    "VSwitchWithMostRoom": ("VSW", "ZON", "CAP"),
    "StartsLate": (),
    "IgnoresReleaseParameters": ("ALC", "API"),
    "FailsWhenFull": (),
    "ProviderFailed": ("CAP", "ALC-2"),
    "LegacyZoneLabel": ("ZON", "NOD", "VSW", "MUL"),
    "NoPodEni": ("SG", "VSW", "ANN", "DEF"),
    "NoAnnotationsOfEci": ("SG", "VSW", "ANN", "DEF"),
    "KeepsAddressesOfTerminalPods": ("ALC", "CAP", "SEL-4"),
    "PodEniOnEveryPod": ("DEF", "ANN", "SEL-2"),
    "JobsRunOn": ("SEL-4", "ALC", "SEL-9"),
}
"""By miniature, the areas where its freedom could be held against it; () is a run of everything."""


@pytest.mark.parametrize("name", WHERE_IT_MATTERS)
def test_a_legal_implementation_passes(name: str, tmp_path: Path):
    selectors = [word for area in WHERE_IT_MATTERS[name] for word in ("--select", area)]
    argument = named(name).argument
    done, report = conformance("--implementation", argument, *selectors, report=tmp_path / "report")
    assert (done.code, done.err) == (0, ""), done.out
    assert report["verdict"] == ("incomplete" if selectors else "conformant")
    assert verdicts(report, "failed", "errored", "warned", "not-observable") == set()
    assert {"passed"} <= set(states(report).values()) <= {"passed", "not-applicable", "deselected"}


def test_what_cannot_be_seen_is_neither_passed_nor_failed(tmp_path: Path):
    argument = named("PublishesNothing").argument
    done, report = conformance("--implementation", argument, report=tmp_path / "report")
    assert (done.code, report["verdict"]) == (3, "incomplete"), done.out
    assert verdicts(report, "not-observable") >= {"SG-2", "SG-4"}
    assert verdicts(report, "failed", "errored") == set()
    reasons = {one["reason"] for one in report["scenarios"] if one["state"] == "not-observable"}
    assert reasons == {"neither a PodENI nor eci-security-group tells the security group"}
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_a_selection_of_what_cannot_be_seen_is_incomplete(tmp_path: Path):
    argument = named("PublishesNothing").argument
    done, _ = conformance("--implementation", argument, "--select", "SG-2", report=tmp_path / "report")
    assert done.code == 3
