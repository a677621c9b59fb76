"""Generated cases in whole runs: right implementations pass, wrong ones fail, and what a failure shows is enough."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from processes import IMPLEMENTATIONS, MINIATURES, ROOT, conformance, podnet, states

WRONG_SELECTORS = f"{MINIATURES / 'selectors.py'}:PodDecides"
WRONG_WORLDS = f"{MINIATURES / 'multiple_matches.py'}:DefaultWhenSeveralMatch"


def failures(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in report["scenarios"] if one["state"] == "failed"]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("wrong") / "report"
    done, report = conformance(
        "--select", "generated/selectors.feature", "--generated", 6, "--implementation", WRONG_SELECTORS, report=folder
    )
    assert (done.code, done.err) == (1, "")
    return report


def test_the_reference_passes_and_the_report_holds_together(tmp_path: Path):
    done, report = conformance("--select", "generated", "--generated", 6, "--seed", 4, report=tmp_path / "report")
    assert (done.code, done.err) == (0, ""), done.out
    assert sum(state == "passed" for state in states(report).values()) == 6
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_generated_cases_join_what_is_selected():
    done = podnet("conformance", "--select", "MUL-4", "--generated", 3, "--dry-run")
    played = [line.split()[0] for line in done.out.splitlines()[:-1]]
    assert [path for path in played if path.startswith("generated/")] == [
        "generated/selectors.feature:1",
        "generated/selectors.feature:2",
        "generated/worlds.feature:1",
    ]
    assert any(path.startswith("features/multiple_matches/") for path in played)


def test_a_wrong_implementation_fails_for_what_it_breaks(wrong: dict[str, Any]):
    (first, *_) = failures(wrong)
    assert first["requirements"] == ["SEL-2"]
    assert {one["id"] for one in wrong["requirements"] if one["verdict"] == "failed"} == {"SEL-2"}


def test_the_rerun_of_a_failure_fails_in_the_same_way(wrong: dict[str, Any], tmp_path: Path):
    (first, *_) = failures(wrong)
    words = shlex.split(first["failure"]["rerun"])[2:]
    done, report = conformance(*words, report=tmp_path / "report")
    (again,) = failures(report)
    assert done.code == 1
    for one in (first, again):
        one.pop("took")
        one["failure"].pop("saved", None)
    assert again == first


def test_the_scenario_of_a_failure_can_be_pasted_into_a_feature_file(wrong: dict[str, Any], tmp_path: Path):
    (first, *_) = failures(wrong)
    for name in ("steps", "fixtures", "conformance"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "features").mkdir()
    text = first["failure"]["details"]
    (tmp_path / "features" / "pasted.feature").write_text(f"Feature: Pasted\n{text}\n", encoding="utf-8")
    right = podnet("conformance", "--select", "SEL-2", suite=tmp_path)
    assert (right.code, right.err) == (0, ""), right.out
    judged = podnet("conformance", "--select", "SEL-2", "--implementation", WRONG_SELECTORS, suite=tmp_path)
    assert judged.code == 1, judged.out


def test_a_world_that_breaks_something_is_shown_with_its_cloud(tmp_path: Path):
    done, report = conformance(
        "--select", "generated/worlds.feature:1", "--generated", 4, "--implementation", WRONG_WORLDS,
        report=tmp_path / "report",
    )  # fmt: skip
    assert (done.code, done.err) == (1, ""), done.out
    shown = [one for one in failures(report) if one["requirements"] == ["MUL-4"]]
    details = shown[0]["failure"]["details"]
    assert "Scenario: World" in details
    assert "kind: Inventory" in details


def test_the_same_seed_gives_the_same_report(tmp_path: Path):
    found = []
    for name in ("one", "other"):
        _, report = conformance("--select", "generated", "--generated", 2, "--seed", 9, report=tmp_path / name)
        for scenario in report["scenarios"]:
            scenario.pop("took")
        found.append(report["scenarios"])
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--select", "generated/worlds.feature:9", "--generated", "4"], "numbered from :1"),
        (["--select", "generated/worlds.feature:1"], "unknown selector"),
        (["--generated", "many"], "not a valid integer"),
    ],
)
def test_a_case_that_there_is_not_is_refused(options: list[str], words: str):
    done = podnet("conformance", *options)
    assert (done.code, words in done.err) == (2, True), done.err


def test_what_is_not_claimed_is_not_generated():
    done = podnet("conformance", "--select", "generated", "--generated", 40, "--no-feature", "EmptySelector",
                  "--no-feature", "MatchExpressions", "--dry-run")  # fmt: skip
    assert "Empty" not in done.out
    assert "SEL-6" not in done.out
    assert "SEL-2" in done.out


def test_other_runs_do_not_wait_for_hypothesis():
    code = "import sys; from podnet.cli import conformance_run; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(("name", "state"), [("Raises", "failed"), ("NeverRests", "errored"), ("Exits", "errored")])
def test_an_implementation_that_misbehaves_ends_no_run(name: str, state: str, tmp_path: Path):
    done, report = conformance(
        "--select", "generated", "--generated", 2, "--implementation", IMPLEMENTATIONS / f"misbehaving.py:{name}",
        report=tmp_path / "report",
    )  # fmt: skip
    found = [one for one in report["scenarios"] if one["path"].startswith("generated/")]
    assert [one["state"] for one in found] == [state, state], done.out
    assert state == "errored" or all(len(one["requirements"]) == 1 for one in found)
