"""On other clouds than the standard one the reference never fails; what a cloud cannot play is said, and is no pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import conformance, podnet, states, verdicts
from samples import named

INVENTORIES = Path(__file__).parent / "inventories"
CLOUDS = {
    "both_families.yaml": ((), 0, "conformant", 1),
    "many_vswitches.yaml": (("--no-feature", "DualStack"), 0, "conformant", 10),
    "several_blocks.yaml": ((), 3, "incomplete", 60),
    "two_zones.yaml": ((), 3, "incomplete", 155),
    "poor.yaml": ((), 3, "incomplete", 425),
}
"""By cloud: options, exit code and verdict on the reference, and how many scenarios may be left out at most."""


def test_every_cloud_is_tried():
    assert {path.name for path in INVENTORIES.iterdir()} == set(CLOUDS)


@pytest.mark.parametrize("name", CLOUDS)
def test_the_reference_never_fails_on_another_cloud(name: str, tmp_path: Path):
    options, code, verdict, most = CLOUDS[name]
    done, report = conformance("--inventory", INVENTORIES / name, *options, report=tmp_path / "report")
    assert (done.code, report["verdict"], done.err) == (code, verdict, ""), done.out
    assert set(states(report).values()) <= {"passed", "not-applicable"}
    assert verdicts(report, "failed", "warned", "errored", "not-observable") == set()
    assert report["footer"]["counts"]["not-applicable"] <= most
    assert report["footer"]["counts"]["passed"] >= 10
    assert podnet("report", "check", tmp_path / "report").code == 0


@pytest.mark.parametrize("name", ["two_zones.yaml", "poor.yaml"])
def test_what_a_cloud_cannot_play_is_said(name: str, tmp_path: Path):
    _, report = conformance("--inventory", INVENTORIES / name, "--select", "CAP", report=tmp_path / "report")
    reasons = [one["reason"] for one in report["scenarios"] if one["state"] == "not-applicable"]
    assert reasons
    assert all(reason.startswith("the inventory ") for reason in reasons), reasons
    assert any("a small vSwitch" in reason for reason in reasons)


def test_a_claim_that_a_cloud_cannot_play_leaves_the_verdict_open(tmp_path: Path):
    options = ["--inventory", INVENTORIES / "many_vswitches.yaml", "--select", "VSW-4"]
    done, report = conformance(*options, report=tmp_path / "report")
    (claim,) = (one for one in report["features"] if one["name"] == "DualStack")
    assert (done.code, claim["claimed"], claim["verdict"]) == (0, True, "untested")


@pytest.mark.parametrize("name", [name for name in CLOUDS if name != "poor.yaml"])
@pytest.mark.parametrize(("sample", "id_"), [("LastSecurityGroup", "SG-2"), ("EitherSelector", "SEL-2")])
def test_a_wrong_implementation_is_rejected_on_another_cloud_as_well(name: str, sample: str, id_: str, tmp_path: Path):
    options = ["--implementation", named(sample).argument, "--inventory", INVENTORIES / name]
    done, report = conformance(*options, "--select", id_, report=tmp_path / "report")
    assert (done.code, id_ in verdicts(report, "failed")) == (1, True), done.out


@pytest.mark.parametrize("seed", [3, 4])
def test_the_ids_behind_the_names_are_the_seeds_choice_and_none_fails(seed: int, tmp_path: Path):
    options = ["--inventory", INVENTORIES / "several_blocks.yaml", "--seed", seed, "--select", "VSW", "--select", "CAP"]
    done, _ = conformance(*options, report=tmp_path / "report")
    assert done.code == 0, done.out
