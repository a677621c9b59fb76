"""A run that is interrupted, killed, or finds the disk full still tells the truth, and leaves nobody behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import podnet, read_report, states
from scratch_suite import Suite, scenario

PATIENCE = 60.0
WAITS = ('Given it leaves its number in "{name}"', 'Then it waits for "never"')


def eventually(ready: Callable[[], bool], *, process: subprocess.Popen[str] | None = None) -> None:
    """Wait until something is so; the test fails if the process ends before, or if it takes too long."""
    limit = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < limit, "it took too long"
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process exists and has not merely left its number behind."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def default_sigint() -> None:
    # A shell that starts pytest in the background has Ctrl-C switched off, and podnet would respect that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Run:
    """A run of a suite whose second scenario waits for ever, in as many copies as there are jobs."""

    def __init__(self, suite: Suite, *, jobs: int = 1, env: dict[str, str] | None = None) -> None:
        self.suite, self.jobs = suite, jobs
        suite.feature("a", scenario("first", "Given all is well"))
        waits = [[step.format(name=f"pid-{number}") for step in WAITS] for number in range(jobs)]
        suite.feature("b", *(scenario(f"waits {number}", *steps) for number, steps in enumerate(waits)))
        suite.feature("c", scenario("last", "Given all is well", tag="TST-2"))
        words = ["conformance", "--report", suite.report, "--implementation", suite.implementation, "--jobs", jobs]
        self.process = suite.start(*words, env=env, preexec_fn=default_sigint, start_new_session=True)
        eventually(lambda: all(self._numbers()) and self._told(), process=self.process)
        self.children = [int(number) for number in self._numbers()]

    def _numbers(self) -> list[str]:
        files = [self.suite.root.parent / f"pid-{number}" for number in range(self.jobs)]
        return [file.read_text() if file.exists() else "" for file in files]

    def _told(self) -> bool:
        return '"scenario-finished"' in (self.suite.report / "events.jsonl").read_text()

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_says_so_and_tells_what_it_knows(number: signal.Signals, jobs: int, suite: Suite):
    run = Run(suite, jobs=jobs)
    assert all(alive(child) for child in run.children)
    run.process.send_signal(number)
    code, out, err = run.end()
    assert (code, err) == (130, "")
    assert out.rstrip().endswith("incomplete (the run was interrupted)")
    report = read_report(suite.report)
    assert (report["verdict"], report["run"]["complete"], report["run"]["interrupted"]) == ("incomplete", False, True)
    assert list(states(report).values()) == ["passed"] + ["deselected"] * (jobs + 1)
    assert {one["reason"] for one in report["scenarios"][1:]} == {"the run was interrupted"}
    assert not any(alive(child) for child in run.children)
    assert podnet("report", "check", suite.report).code == 0


def test_a_signal_to_all_processes_of_a_terminal_is_one_interruption(suite: Suite):
    run = Run(suite)
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.end()[0] == 130
    assert read_report(suite.report)["run"]["interrupted"] is True
    assert podnet("report", "check", suite.report).code == 0


def test_impatience_does_not_spoil_the_report(suite: Suite):
    run = Run(suite)
    while run.process.poll() is None:
        run.process.send_signal(signal.SIGINT)
        time.sleep(0.001)
    assert (run.end()[0], read_report(suite.report)["run"]["interrupted"]) == (130, True)
    assert podnet("report", "check", suite.report).code == 0


def test_an_interruption_while_the_implementation_is_made_leaves_nothing(suite: Suite):
    suite.one("Given all is well")
    pid = suite.root.parent / "pid"
    code = f"import os, pathlib\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\nwhile True: pass\n"
    file = suite.write("hangs.py", code)
    words = ["conformance", "--report", suite.report, "--implementation", f"{file}:Own"]
    process = suite.start(*words, preexec_fn=default_sigint)
    eventually(lambda: pid.exists() and bool(pid.read_text()), process=process)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, "")
    assert not suite.report.exists()
    assert not alive(int(pid.read_text()))


def test_a_run_that_was_killed_has_no_last_line_its_children_end_and_nothing_is_left(suite: Suite, tmp_path: Path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run = Run(suite, env={"PODNET_DEADLINE": "3", "TMPDIR": str(temporary)})
    run.process.kill()
    assert run.end()[0] == -signal.SIGKILL
    events = [json.loads(line) for line in (suite.report / "events.jsonl").read_text().splitlines()]
    assert [event["event"] for event in events][-1] != "run-finished"
    done = podnet("report", "check", suite.report)
    assert done.code == 1
    assert "the run was cut off: there is no last line" in done.out
    eventually(lambda: not any(alive(child) for child in run.children))
    assert list(temporary.iterdir()) == []


def test_a_full_disk_is_said_in_one_sentence(suite: Suite):
    suite.feature("many", *(scenario(f"number {number}", "Given all is well") for number in range(40)))
    limit = 9000

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    words = ["conformance", "--report", suite.report, "--implementation", suite.implementation]
    process = suite.start(*words, preexec_fn=little)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (4, "")
    assert err == "error: the run cannot be finished: [Errno 27] File too large\n"
    assert (suite.report / "events.jsonl").stat().st_size > limit / 2, "it broke in the middle of the run"
    assert not (suite.report / "report.json").exists()
    assert "the run was cut off" in podnet("report", "check", suite.report).out


def test_two_runs_at_once_have_nothing_to_do_with_each_other(suite: Suite):
    suite.feature("some", *(scenario(f"number {number}", "Given all is well") for number in range(5)))
    reports = [suite.root.parent / name for name in ("one", "two")]
    words = ["conformance", "--implementation", suite.implementation, "--report"]
    runs = [suite.start(*words, report) for report in reports]
    ended = [(run.communicate(timeout=PATIENCE)[1], run.returncode) for run in runs]
    assert ended == [("", 3), ("", 3)]
    assert [podnet("report", "check", report).code for report in reports] == [0, 0]
    assert [set(states(read_report(report)).values()) for report in reports] == [{"passed"}, {"passed"}]
