"""Every wrong sample is rejected for the requirement that it breaks; some of them for exactly the right ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import conformance, podnet, verdicts
from samples import Sample, named, samples

from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue

WRONG = samples("wrong_*.py")
EVERYTHING_THAT_FAILS = {
    "PodSelectorSeesNamespaceLabels": {"SEL-8"},
    "MixesTwo": {"MUL-3", "SG-2"},
    "FirstFiftyOnly": {"MAT-4"},
    "NoPodEniOnDeployments": {"ANN-1"},
    "ReservedAddress": {"CAP-5"},
    "FixedIsKept": {"ALC-7"},
}
"""By sample, all requirements that a whole run finds violated. A change here is a change of what the suite can tell."""
SEEN_ON_THE_WAY = ("NoPodEniOnDeployments",)
"""Samples that no scenario about their requirement catches: a cross-check sees them in scenarios about others."""


def broken(sample: Sample) -> str:
    return sample.about.partition(":")[0]


def test_every_wrong_sample_names_a_requirement_that_can_be_tested():
    catalogue = load_catalogue(locate.requirements_dir())
    known = {requirement.id for requirement in catalogue if not requirement.excluded}
    assert len(WRONG) > 40
    assert {sample.name: broken(sample) for sample in WRONG if broken(sample) not in known} == {}


@pytest.mark.parametrize(
    "sample", [one for one in WRONG if one.name not in EVERYTHING_THAT_FAILS], ids=lambda one: one.name
)
def test_a_wrong_implementation_is_rejected_for_what_it_breaks(sample: Sample, tmp_path: Path):
    requirement = broken(sample)
    done, report = conformance("--implementation", sample.argument, "--select", requirement, report=tmp_path / "report")
    assert (done.code, done.err) == (1, ""), done.out
    assert requirement in verdicts(report, "failed")
    assert report["verdict"] == "incomplete"  # only a selection ran


@pytest.mark.parametrize("name", EVERYTHING_THAT_FAILS)
def test_a_wrong_implementation_is_rejected_for_nothing_else(name: str, tmp_path: Path):
    sample = named("wrong_*.py", name)
    done, report = conformance("--implementation", sample.argument, report=tmp_path / "report")
    assert (done.code, report["verdict"]) == (1, "non-conformant"), done.err
    assert broken(sample) in EVERYTHING_THAT_FAILS[name]
    assert verdicts(report, "failed") == EVERYTHING_THAT_FAILS[name]
    assert report["footer"]["counts"]["errored"] == 0
    assert podnet("report", "check", tmp_path / "report").code == 0


@pytest.mark.parametrize("name", SEEN_ON_THE_WAY)
def test_what_a_cross_check_sees_counts_under_a_selection_that_names_its_requirement(name: str, tmp_path: Path):
    sample = named("wrong_*.py", name)
    options = ["--implementation", sample.argument, "--select", "EXM-1"]
    done, report = conformance(*options, "--select", broken(sample), report=tmp_path / "both")
    assert report["footer"]["counts"]["failed"] == 0
    assert (done.code, verdicts(report, "failed")) == (1, {broken(sample)})
    done, report = conformance(*options, report=tmp_path / "one")
    assert done.code == 0, "the exit code speaks of what was selected"
    assert verdicts(report, "failed") == {broken(sample)}, "the report tells everything that was seen"
