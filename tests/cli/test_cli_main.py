import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from podnet import __version__
from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.cli import main as cli_main
from podnet.cli.main import VERBS, Verb, cli, main

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"kubernetes", "pytest", "pytest_bdd", "yaml", "gherkin", "jsonschema_rs", "podnet.harness", "podnet.kube"}


def podnet(*args: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, or ``code`` instead of it."""
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "podnet.cli.main", *args]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | int | None]:
    """A verb ``boom`` that raises or returns the one value of this list."""
    outcome: list[BaseException | int | None] = []

    @click.command()
    def boom() -> int | None:
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    monkeypatch.setattr(sys.modules[__name__], "boom", boom, raising=False)
    monkeypatch.setattr(cli_main, "VERBS", {**VERBS, "boom": Verb(__name__, "boom", "Fail.")})
    return outcome


def test_help_names_every_verb_and_imports_none_of_them() -> None:
    done = podnet(
        code="import sys\nfrom podnet.cli.main import main\nassert main(['--help']) == 0\n"
        f"print('heavy:', sorted({HEAVY!r} & set(sys.modules)))"
    )
    assert done.returncode == 0, done.stderr
    assert "heavy: []" in done.stdout
    for verb in VERBS.values():
        assert verb.help in done.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_the_list_of_verbs_says_what_the_verb_says_of_itself(verb: str) -> None:
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    assert command.name == verb
    assert command.get_short_help_str(limit=200) == VERBS[verb].help


def test_the_version_is_printed() -> None:
    done = podnet("--version")
    assert (done.returncode, done.stdout) == (0, f"podnet {__version__}\n")


@pytest.mark.parametrize(
    "args", [[], ["nonsense"], ["--nonsense"], ["report"], ["report", "show"], ["requirements", "list", "--xml"]]
)
def test_a_wrong_command_line_ends_with_2_and_words_on_stderr(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err


@pytest.mark.parametrize(("outcome", "code"), [(None, 0), (0, 0), (3, 3), (SystemExit(5), 5)])
def test_the_exit_code_is_what_the_verb_says(
    failing: list[BaseException | int | None], outcome: BaseException | int | None, code: int
) -> None:
    failing.append(outcome)
    if isinstance(outcome, SystemExit):
        with pytest.raises(SystemExit) as caught:
            main(["boom"])
        assert caught.value.code == code
    else:
        assert main(["boom"]) == code


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (UsageProblem("wrong", path="a.yaml", line=3), 2, "error: a.yaml:3: wrong\n"),
        (UsageProblem("wrong", path="a.yaml"), 2, "error: a.yaml: wrong\n"),
        (UsageProblem("one\ntwo"), 2, "error: one\nerror: two\n"),
        (EnvironmentProblem("no cluster"), 4, "error: no cluster\n"),
        (KeyboardInterrupt(), 130, ""),
        (click.exceptions.Exit(3), 3, ""),
    ],
)
def test_a_problem_is_one_line_and_an_exit_code(
    failing: list[BaseException | int | None],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    text: str,
) -> None:
    failing.append(error)
    assert main(["boom"]) == code
    assert capsys.readouterr().err == text


def test_a_bug_shows_where_it_is_and_says_whose_it_is(
    failing: list[BaseException | int | None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(KeyError("zone"))
    assert main(["boom"]) == 4
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == f"error: this is a bug in podnet {__version__}, not a finding: KeyError: 'zone'"


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "podnet.cli.main", "requirements", "list"),
        ("-c", "import sys, podnet.cli.main as m; m._invoke = lambda _: print('late'); sys.exit(m.main([]))"),
    ],
)
def test_a_reader_that_has_gone_is_no_finding(arguments: tuple[str, ...]) -> None:
    writer = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert writer.stdout is not None
    writer.stdout.close()
    _, errors = writer.communicate(timeout=60)
    assert (writer.returncode, errors) == (141, b"")
