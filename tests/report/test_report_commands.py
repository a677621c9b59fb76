"""The report on a command: its log lies beside it, and what it has left is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_samples import make, write_all

from podnet.api.problems import UsageProblem
from podnet.report.check import check_report
from podnet.report.files import LOGS, prepare_report_dir, read_report
from podnet.report.model import Implementation, Report
from podnet.report.view import render_report

COMMAND = Implementation("./operator --fast", "", "exec", "exec:./operator --fast")


def judged() -> Report:
    report = make()
    run = replace(report.run, left=("Node zone-1", "ClusterRole operator"))
    return replace(report, implementation=COMMAND, run=run)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return write_all(judged(), tmp_path)


def log(directory: Path, name: str = "1.log") -> None:
    (directory / LOGS).mkdir(exist_ok=True)
    (directory / LOGS / name).write_text("ready\n")


def test_a_command_with_its_log_holds_together_and_its_remains_are_named(directory: Path):
    log(directory)
    assert check_report(directory) == ()
    report = read_report(directory)
    assert report.run.left == ("Node zone-1", "ClusterRole operator")
    assert "left behind     Node zone-1, ClusterRole operator" in render_report(report)
    assert "left behind" not in render_report(make())


def test_a_command_without_a_log_is_not_proven(directory: Path):
    assert check_report(directory) == (f"{directory / LOGS}: lacks the log of the implementation",)


def test_a_log_without_a_command_is_somebody_else_s(tmp_path: Path):
    write_all(make(), tmp_path)
    log(tmp_path)
    assert check_report(tmp_path) == (f"{tmp_path / LOGS}: has a log, but the implementation was no command",)


def test_what_is_no_log_is_named(directory: Path):
    log(directory)
    log(directory, "notes.txt")
    assert check_report(directory) == (f"{directory / LOGS / 'notes.txt'}: is no log",)


def test_the_log_of_an_earlier_run_goes_with_its_report(directory: Path):
    log(directory)
    prepare_report_dir(directory)
    assert list(directory.iterdir()) == []


def test_a_folder_of_that_name_that_podnet_did_not_write_is_not_touched(tmp_path: Path):
    log(tmp_path)
    with pytest.raises(UsageProblem, match=r"it holds what podnet did not write \(implementation\)"):
        prepare_report_dir(tmp_path)
    assert (tmp_path / LOGS / "1.log").exists()
