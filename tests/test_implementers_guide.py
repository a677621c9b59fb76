"""Whoever types what the guide for implementers says, from its first line to its last, sees what it says."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from planes import left_in, need_programs
from processes import ROOT

from podnet.controlplane.binaries import KUBECTL, find

GUIDE = (ROOT / "docs" / "implementers.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXIT_CODE = re.compile(r"# exit code (\d+)$")
LONG = "# takes a while"
PATIENCE = 900.0
"""Seconds. Most of them are for a compiler that has never seen client-go."""
DEV = """\
#!/bin/sh
# Stands in for ./dev where the environment is there already.
case $1 in
setup) ;;
control-plane) exec "$INTERPRETER" "$ROOT/tools/build.py" "$@" ;;
conformance | cluster | doctor) exec "$INTERPRETER" -m podnet "$@" ;;
example) cd examples/go && exec go build -o ../../example . ;;
run) shift 2; exec "$INTERPRETER" -m podnet "$@" ;;
*) exit 9 ;;
esac
"""


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(GUIDE) if found == kind]


def script() -> str:
    """All commands, each of which has to end as the guide says; what takes a while is rehearsed."""
    lines = []
    for line in "".join(blocks("sh")).splitlines():
        told = EXIT_CODE.search(line)
        complaint = shlex.quote(f"the guide says otherwise of: {line}")
        lines += [
            line.replace(LONG, "--dry-run"),
            f"[ $? -eq {told[1] if told else 0} ] || {{ echo {complaint} >&2; exit 9; }}",
        ]
    return "\n".join(lines)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with all that the guide takes from a checkout."""
    if not shutil.which("go") and not os.environ.get("CI"):
        pytest.skip("Go is not installed, which builds the example: https://go.dev/doc/install")
    need_programs()
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("examples", "fixtures"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "dev").write_text(DEV)
    (folder / "dev").chmod(0o755)
    for name, text in zip(re.findall(r"`([\w-]+\.yaml)`:$", GUIDE, re.MULTILINE), blocks("yaml"), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def without_numbers(text: str) -> str:
    return re.sub(r"\d+", "N", text)


def test_every_command_of_the_guide_does_what_it_says_and_leaves_nothing(checkout: Path, tmp_path: Path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    kubectl = find(KUBECTL)
    assert kubectl is not None
    environment = {
        **os.environ,
        "INTERPRETER": sys.executable,
        "ROOT": str(ROOT),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{kubectl.path.parent}:{os.environ['PATH']}",
        "TMPDIR": str(temporary),
        "HOME": str(checkout),  # kubectl keeps a cache there
        **{variable: go(variable) for variable in ("GOCACHE", "GOENV", "GOMODCACHE")},
        "PODNET_CACHE": str(kubectl.path.parent.parent),
    }
    typed = subprocess.Popen(
        ["sh", "-c", script()],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        out, err = typed.communicate(timeout=PATIENCE)
    finally:
        end_all(typed, environment=environment, checkout=checkout)
    assert typed.returncode == 0, out + err
    assert [sample for sample in blocks("text") if without_numbers(sample) not in without_numbers(out)] == []
    assert left_in(temporary) == []
    # A single scenario has a single cluster, whatever the number of cores.
    assert [path.name for path in (checkout / "results" / "implementation").iterdir()] == ["1.log"]


def go(variable: str) -> str:
    return subprocess.run(["go", "env", variable], capture_output=True, text=True, check=True).stdout.strip()


def end_all(typed: subprocess.Popen[str], *, environment: dict[str, str], checkout: Path) -> None:
    """Whatever the guide has started goes, also if it was not typed to its end."""
    subprocess.run(
        ["./dev", "cluster", "down", "guide"], cwd=checkout, env=environment, capture_output=True, check=False
    )
    with contextlib.suppress(ProcessLookupError):
        os.killpg(typed.pid, signal.SIGKILL)
    typed.wait()


def test_the_guide_shows_what_it_is_tested_for():
    assert len("".join(blocks("sh")).splitlines()) >= 15
    assert len(blocks("text")) >= 2
    assert GUIDE.count(LONG) == 1
