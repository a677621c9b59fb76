"""Small worlds are played in every order; what goes wrong in one of them is found, and can be played again."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from processes import conformance, podnet, verdicts

EDIT = "features/concurrency/edits.feature:20"
BY_NAME_SEEN = "features/concurrency/last_address.feature:55"
RELEASE = "features/allocation/release.feature"


def attempts(report):
    (scenario,) = (one for one in report["scenarios"] if one["state"] != "deselected")
    return scenario["attempts"]


def test_the_reference_passes_in_every_order_and_they_are_counted(tmp_path: Path):
    done, report = conformance("--select", EDIT, "--seeds", 2, report=tmp_path / "report")
    assert (done.code, done.err) == (0, "")
    *seeded, enumerated = attempts(report)
    assert [(one["seed"], one["schedules"]) for one in seeded] == [(0, 0), (1, 0)]
    # Creation, scheduling, start and a last look of the pod; edit and status of the PodNetworking: 6! / (4! * 2!).
    assert (enumerated["schedules"], enumerated["reason"]) == (15, "")
    assert f"enumerated      15 schedules, all of them: {EDIT}" in done.out
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_without_seeds_the_order_is_that_of_the_one_seed(tmp_path: Path):
    done, report = conformance("--select", EDIT, report=tmp_path / "report")
    assert (done.code, attempts(report), "enumerated" in done.out) == (0, [], False)


LATE_GROUP = '''
from dataclasses import replace
from podnet.reference import Reference

class LateGroup(Reference):
    """MAT-2: A pod gets the vSwitch as of its creation, and the security group as of its start."""
    def plane_of(self, pod):
        plane = super().plane_of(pod)
        podnetworking = self.podnetworkings.get(plane.podnetworking)
        if podnetworking is None or (pod.get("status") or {}).get("podIP"):
            return plane
        return replace(plane, security_groups=self.effective_security_groups(podnetworking))
'''


def test_what_goes_wrong_in_one_order_is_found_and_played_again_by_its_schedule(tmp_path: Path):
    (tmp_path / "late_group.py").write_text(LATE_GROUP)
    arguments = ["--implementation", f"{tmp_path / 'late_group.py'}:LateGroup", "--select", EDIT]
    seeds = [conformance(*arguments, "--seed", seed, report=tmp_path / f"{seed}")[0].code for seed in range(6)]
    lucky = seeds.index(0)
    done, report = conformance(*arguments, "--seed", lucky, "--seeds", 1, report=tmp_path / "every")
    assert done.code == 1
    assert " schedules, the last one went wrong: " in done.out
    (scenario,) = (one for one in report["scenarios"] if one["state"] == "failed")
    assert [one["state"] for one in scenario["attempts"]] == ["passed", "failed"]
    rerun = shlex.split(scenario["failure"]["rerun"])
    assert rerun[-2] == "--schedule"
    again, replayed = conformance(*rerun[2:], report=tmp_path / "again")
    (same,) = (one for one in replayed["scenarios"] if one["state"] == "failed")
    assert again.code == 1
    for field in ("step", "expected", "actual", "rerun"):
        assert same["failure"][field] == scenario["failure"][field]
    assert Path(tmp_path / "again" / same["failure"]["saved"]).is_file()


def test_a_schedule_that_does_not_fit_is_an_error_of_the_run(tmp_path: Path):
    done, report = conformance("--select", EDIT, "--schedule", "9", report=tmp_path / "report")
    (scenario,) = (one for one in report["scenarios"] if one["state"] == "errored")
    assert (done.code, "the schedule chooses number 9" in scenario["failure"]["message"]) == (4, True)


MOODY = '''
import itertools
from podnet.reference import Reference

class Moody(Reference):
    """Its pods start late every other time that it is started, whatever the seed and the order."""
    moods = itertools.cycle((0.0, 1.0))
    def __init__(self):
        super().__init__()
        self.mood = next(self.moods)
    def delay(self, pod):
        return self.mood
'''


def test_one_that_does_not_work_by_the_order_alone_may_do_so(tmp_path: Path):
    (tmp_path / "moody.py").write_text(MOODY)
    arguments = ["--implementation", f"{tmp_path / 'moody.py'}:Moody", "--select", EDIT, "--seeds", 1]
    done, report = conformance(*arguments, report=tmp_path / "report")
    assert done.code == 0
    assert attempts(report)[-1]["reason"] == "the same order of work has not led to the same again"


BY_NAME = '''
from podnet.api.objects import key_of
from podnet.reference import Reference

class ByName(Reference):
    """IPA-2: a pod that is created again reports the address that its name had before, whoever has that now."""
    def __init__(self):
        super().__init__()
        self.known = {}
    def addresses(self, eni, *, pod):
        return self.known.setdefault(key_of(pod), super().addresses(eni, pod=pod))
'''


def test_what_no_single_order_need_show_is_found_in_all_of_them(tmp_path: Path):
    (tmp_path / "by_name.py").write_text(BY_NAME)
    arguments = ["--implementation", f"{tmp_path / 'by_name.py'}:ByName", "--select", BY_NAME_SEEN]
    seeds = [conformance(*arguments, "--seed", seed, report=tmp_path / f"{seed}")[0].code for seed in range(6)]
    lucky = seeds.index(0)
    done, report = conformance(*arguments, "--seed", lucky, "--seeds", 1, report=tmp_path / "every")
    assert done.code == 1
    assert "IPA-2" in verdicts(report, "failed")


@pytest.mark.parametrize(
    "fault", ["conflict=0.1", "server-error=0.1", "lost-answer=0.1", "watch-expired=0.1", "restart=0.02"]
)
def test_the_reference_keeps_its_promises_while_faults_strike(fault: str, tmp_path: Path):
    done, report = conformance("--select", RELEASE, "--fault", fault, report=tmp_path / "report")
    assert done.code == 0, done.out
    assert report["run"]["faults"] == [fault]
    assert f"verdict         incomplete while faults were injected: {fault} (only a selection ran)" in done.out
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_with_faults_only_seeds_are_played(tmp_path: Path):
    arguments = ["--select", EDIT, "--seeds", 2, "--fault", "conflict"]
    done, report = conformance(*arguments, report=tmp_path / "report")
    assert (done.code, [one["schedules"] for one in attempts(report)]) == (0, [0, 0])
