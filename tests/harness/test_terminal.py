"""What a run shows: progress and colour on a terminal, plain text anywhere else, nothing where nobody listens."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from processes import states
from scratch_suite import Suite, scenario

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
CLEAR = "\r\x1b[K"


@pytest.fixture
def mixed(suite: Suite) -> Suite:
    suite.feature("mixed", scenario("good", "Given all is well"), scenario("bad", "Then it fails", tag="TST-2"))
    return suite


def words(suite: Suite, *more: object) -> list[object]:
    return ["conformance", "--implementation", suite.implementation, "--jobs", 1, *more]


def on_a_terminal(suite: Suite, *, out: bool, err: bool, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run with a terminal behind standard output, standard error or both; returns what each of them got."""
    ends = {name: os.openpty() for name, wanted in (("stdout", out), ("stderr", err)) if wanted}
    process = suite.start(*words(suite), env=env, text=False, **{name: ours for name, (_, ours) in ends.items()})
    for _, ours in ends.values():
        os.close(ours)
    seen = {name: read_terminal(theirs) for name, (theirs, _) in ends.items()}
    rest = dict(zip(("stdout", "stderr"), process.communicate(timeout=60), strict=True))
    texts = [(seen.get(name) or rest[name] or b"").decode() for name in ("stdout", "stderr")]
    return process.returncode, texts[0], texts[1]


def read_terminal(number: int) -> bytes:
    content = b""
    while True:
        try:
            some = os.read(number, 4096)
        except OSError:  # this is how a terminal says that nobody is at its other end any more
            some = b""
        if not some:
            os.close(number)
            return content
        content += some


def test_where_no_terminal_is_the_output_is_plain_and_there_is_no_progress(mixed: Suite):
    done, _ = mixed.conformance()
    assert done.err == ""
    assert CONTROL.findall(done.out) == []


def test_on_a_terminal_there_is_one_line_of_progress_that_leaves_no_trace(mixed: Suite):
    code, out, err = on_a_terminal(mixed, out=False, err=True)
    assert code == 1
    assert CONTROL.findall(out) == []
    shown = err.split(CLEAR)
    assert "0/2  mixed/good" in shown
    assert "1/2  mixed/bad" in shown
    assert "2/2, 1 failed  mixed/bad" in shown
    assert (shown[-1], "\n" in err) == ("", False)


def test_on_a_terminal_the_report_has_colours(mixed: Suite):
    _, out, err = on_a_terminal(mixed, out=True, err=False)
    assert err == ""
    assert "\x1b[31mnon-conformant\x1b[0m" in out
    assert "\x1b[32mpassed" in out


def test_who_wants_no_colours_gets_none(mixed: Suite):
    _, out, _ = on_a_terminal(mixed, out=True, err=False, env={"NO_COLOR": "1"})
    assert "\x1b" not in out


def test_what_an_implementation_prints_cannot_steer_the_terminal(suite: Suite):
    nasty = "\x1b[2J\x1b[32mverdict conformant\x07\r\x9b1m"
    suite.write("nasty.py", f"class Own:\n  name = version = '1'\n  def install(self, _): raise OSError({nasty!r})\n")
    suite.one("Given all is well")
    argument = f"{suite.root / 'nasty.py'}:Own"
    done, report = suite.conformance("--implementation", argument)
    assert states(report) == {"one/one": "errored"}
    assert nasty in report["scenarios"][0]["failure"]["message"], "the report keeps what was said"
    assert CONTROL.findall(done.out) == []
    assert r"\x1b[2J" in done.out
    suite.implementation = argument
    _, out, _ = on_a_terminal(suite, out=True, err=False)
    assert "\x1b[2J" not in out
    assert "\x07" not in out


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_run_without_standard_streams_comes_to_the_same_end(closed: str, mixed: Suite):
    mixed.start("--version").communicate(timeout=60)  # lays the package beside the suite
    command = f'exec "$@" {closed}'
    line = [
        "sh",
        "-c",
        command,
        "sh",
        os.sys.executable,
        "-m",
        "podnet",
        *map(str, words(mixed, "--report", mixed.report)),
    ]
    run = subprocess.run(line, cwd=mixed.root, env=environment(mixed), capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == ""
    assert (mixed.report / "report.json").exists()


def environment(suite: Suite) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(suite.root), "SCRATCH": str(suite.root.parent)}


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_letters_that_the_output_does_not_have_are_no_reason_to_fail(encoding: str, suite: Suite):
    suite.write("own.py", "class Own:\n  name = '阿里 \\udc80'\n  version = '1'\n  def install(self, _): pass\n")
    suite.one("Given all is well", name="one")
    suite.one("Given all is well", tag="TST-2", name="two")
    suite.implementation = f"{suite.root / 'own.py'}:Own"
    process = suite.start(*words(suite, "--report", suite.report), env={"PYTHONIOENCODING": encoding})
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "conformant" in out
    assert Path(suite.report / "report.json").exists()
