"""Wrong miniatures are rejected for the requirement that they break; some of them for exactly the right ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import conformance, podnet, verdicts
from samples import named, wrong

from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.profile import load_profile

WRONG = wrong()
EVERYTHING_THAT_FAILS = {
    "PodSelectorSeesNamespaceLabels": {"SEL-8"},
    "MixesTwo": {"MUL-3"},
    "FirstFiftyOnly": {"MAT-4"},
    "NoPodEniOnDeployments": {"ANN-1"},
    "ReservedAddress": {"CAP-5"},
    "FixedIsKept": {"ALC-7"},
}
"""By sample, all requirements that a whole run finds violated. A change here is a change of what the suite can tell."""
SEEN_ON_THE_WAY = {"NoPodEniUnderFixed": "ALC-5"}
"""Samples that no scenario about their requirement catches: a cross-check sees them in scenarios about another one."""


def test_a_miniature_breaks_every_obligation_of_the_system():
    catalogue = load_catalogue(locate.requirements_dir())
    core = load_profile("ack-serverless", catalogue=catalogue).requirements
    obligations = {one.id for one in catalogue if one.id in core and one.level in ("MUST", "MUST-d")}
    assert len(WRONG) > 130
    assert obligations - {sample.broken for sample in WRONG} == set()


def test_a_sample_of_the_miniatures_is_judged_exactly_as_the_kill_matrix_says():
    listed = [line.split()[0] for line in podnet("selftest", "--list").out.splitlines()]
    assert len(listed) > 350
    done = podnet("selftest", *listed[::36])
    assert (done.code, done.err) == (0, ""), done.out


@pytest.mark.parametrize("name", EVERYTHING_THAT_FAILS)
def test_a_wrong_implementation_is_rejected_for_nothing_else(name: str, tmp_path: Path):
    sample = named(name)
    done, report = conformance("--implementation", sample.argument, report=tmp_path / "report")
    assert (done.code, report["verdict"]) == (1, "non-conformant"), done.err
    assert sample.broken in EVERYTHING_THAT_FAILS[name]
    assert verdicts(report, "failed") == EVERYTHING_THAT_FAILS[name]
    assert report["footer"]["counts"]["errored"] == 0
    assert podnet("report", "check", tmp_path / "report").code == 0


@pytest.mark.parametrize("name", SEEN_ON_THE_WAY)
def test_what_a_cross_check_sees_counts_under_a_selection_that_names_its_requirement(name: str, tmp_path: Path):
    sample = named(name)
    options = ["--implementation", sample.argument, "--select", SEEN_ON_THE_WAY[name]]
    done, report = conformance(*options, "--select", sample.broken, report=tmp_path / "both")
    assert report["footer"]["counts"]["failed"] == 0
    assert (done.code, verdicts(report, "failed")) == (1, {sample.broken})
    done, report = conformance(*options, report=tmp_path / "one")
    assert done.code == 0, "the exit code speaks of what was selected"
    assert verdicts(report, "failed") == {sample.broken}, "the report tells everything that was seen"
