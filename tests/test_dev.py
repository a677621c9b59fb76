"""``./dev`` makes the environment when it has to, and only then, whatever happened to an earlier attempt."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEV = Path(__file__).resolve().parent.parent / "dev"
INTERPRETER = """\
#!/bin/sh
# Stands in for Python: notes what it is asked to do, and makes environments that hold nothing but itself.
case "$*" in
*version_info*) [ -z "${OLD-}" ] || exit 1; printf '%s\\n' "${VERSION-3.11.0}" "$INTERPRETER" ;;
*fcntl*) exec "$REAL" "$@" ;;
"-I -m venv "*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; echo venv >>"$LOG" ;;
*"-m pip"*) echo pip >>"$LOG"; [ ! -e "$BROKEN" ] ;;
*) echo "$(pwd)"; for word; do echo "[$word]"; done ;;
esac
"""


class Checkout:
    """A folder with a space in its name that holds what ``dev`` needs."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.root.mkdir()
        shutil.copy(DEV, self.root)
        (self.root / "pyproject.toml").write_text("[project]\n")
        (self.root / "constraints.txt").write_text("click==1\n")
        interpreter = folder / "python stand-in"
        interpreter.write_text(INTERPRETER)
        interpreter.chmod(0o755)
        self.log = folder / "log"
        self.broken = folder / "broken"
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHON": str(interpreter),
            "INTERPRETER": str(interpreter),
            "REAL": sys.executable,
            "LOG": str(self.log),
            "BROKEN": str(self.broken),
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.root / "dev"), *arguments],
            cwd=self.root.parent,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def dev(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def done(self) -> list[str]:
        """What the stand-in was asked to do since the last look."""
        words = self.log.read_text().split() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return words


MADE = ["venv", "pip", "pip"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_environment_is_made_once_and_then_used_without_a_word(checkout: Checkout):
    code, _, told = checkout.dev("setup")
    assert (code, checkout.done()) == (0, MADE)
    assert "making" in told
    code, _, told = checkout.dev("conformance")
    assert (code, checkout.done(), told) == (0, [], "")


def test_the_command_gets_its_arguments_as_they_are_and_stays_where_it_was_called(checkout: Checkout):
    _, out, _ = checkout.dev("conformance", "--report", "a b", "*", "")
    where, *words = out.splitlines()
    assert where == str(checkout.root.parent)
    assert words == ["[-m]", "[podnet]", "[conformance]", "[--report]", "[a b]", "[*]", "[]"]


def test_the_tests_run_in_the_checkout_once_the_control_plane_is_built(checkout: Checkout):
    _, out, told = checkout.dev("test", "-k", "a or b")
    lines = out.splitlines()
    assert (lines[0], lines[-2:]) == (str(checkout.root), ["[-k]", "[a or b]"])
    assert told.splitlines()[-3:] == ["[tools/build.py]", "[control-plane]", "[--if-needed]"]


@pytest.mark.parametrize("target", ["control-plane", "k3d", "actionlint"])
def test_what_go_builds_is_built_from_anywhere(checkout: Checkout, target: str):
    _, out, _ = checkout.dev(target)
    assert out.splitlines()[1:] == [f"[{checkout.root}/tools/build.py]", f"[{target}]"]


def test_a_command_runs_with_docker(checkout: Checkout):
    _, out, _ = checkout.dev("with-docker", "--install", "make", "a test")
    assert out.splitlines()[1:] == [f"[{checkout.root}/tools/engine.py]", "[--install]", "[make]", "[a test]"]


def test_the_example_is_built_into_the_checkout_and_without_go_it_is_said_what_to_install(checkout: Checkout):
    tools = checkout.root.parent / "tools"
    tools.mkdir()
    for name in ("sh", "dirname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    (checkout.root / "examples" / "go").mkdir(parents=True)
    code, _, told = checkout.dev("example", PATH=str(tools))
    assert (code, "Go is not installed" in told) == (4, True)
    (tools / "go").write_text('#!/bin/sh\necho "$PWD"; for word; do echo "[$word]"; done\n')
    (tools / "go").chmod(0o755)
    _, out, _ = checkout.dev("example", PATH=str(tools))
    where, *words = out.splitlines()
    assert (where, words) == (f"{checkout.root}/examples/go", ["[build]", "[-o]", f"[{checkout.root}/example]", "[.]"])
    assert checkout.done() == []


def test_anything_runs_in_the_environment(checkout: Checkout):
    _, out, _ = checkout.dev("run", "python", "x y")
    assert out.splitlines()[1:] == ["[x y]"]
    assert checkout.dev("run", "sh", "-c", "exit 7")[0] == 7


def test_an_interrupted_attempt_is_thrown_away(checkout: Checkout):
    checkout.broken.touch()
    assert checkout.dev("conformance")[0] != 0
    assert checkout.done() == ["venv", "pip"]
    checkout.broken.unlink()
    leftover = checkout.root / ".venv" / "leftover"
    leftover.touch()
    assert checkout.dev("conformance")[0] == 0
    assert checkout.done() == MADE
    assert not leftover.exists()


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_change_of_what_it_is_made_from_makes_it_anew(checkout: Checkout, name: str):
    checkout.dev("setup")
    checkout.done()
    with (checkout.root / name).open("a") as file:
        file.write("# changed\n")
    checkout.dev("setup")
    assert checkout.done() == MADE


def test_another_interpreter_makes_it_anew(checkout: Checkout):
    checkout.dev("setup")
    checkout.done()
    checkout.dev("setup", VERSION="3.12.0")
    assert checkout.done() == MADE


def test_a_checkout_that_has_moved_makes_it_anew(checkout: Checkout):
    checkout.dev("setup")
    checkout.done()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    checkout.dev("setup")
    assert checkout.done() == MADE


def test_two_at_once_make_it_once(checkout: Checkout):
    processes = [checkout.start("setup") for _ in range(3)]
    assert [process.communicate(timeout=60) and process.returncode for process in processes] == [0, 0, 0]
    assert checkout.done() == MADE


def test_a_python_that_is_too_old_is_refused_with_the_way_out(checkout: Checkout):
    code, _, told = checkout.dev("conformance", OLD="1")
    assert (code, checkout.done()) == (4, [])
    assert "3.11" in told
    assert "PYTHON=" in told


def test_an_unknown_command_is_a_usage_error_and_no_command_shows_the_commands(checkout: Checkout):
    code, _, told = checkout.dev("confromance")
    assert (code, checkout.done()) == (2, [])
    assert (
        "conformance, selftest, cluster, doctor, test, control-plane, k3d, actionlint, example, with-docker, run, setup"
        in told
    )
    code, out, _ = checkout.dev()
    assert code == 2
    assert "./dev conformance" in out
    assert "set -eu" not in out
