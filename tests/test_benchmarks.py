"""The benchmarks still run: whoever doubts a figure in README must be able to measure it."""

import subprocess
import sys
from pathlib import Path

import pytest
from planes import need_programs

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 300


def figures_of(name: str, *options: str) -> str:
    command = [sys.executable, str(ROOT / "benchmarks" / name), *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_cost_of_a_run_is_measured() -> None:
    assert "podnet conformance" in figures_of("overhead.py", "--runs", "1")


@pytest.mark.usefixtures("programs")
def test_the_in_process_api_is_measured_beside_a_real_one() -> None:
    printed = figures_of("fake.py", "--objects", "20", "--most", "40")
    assert "list 20 pods" in printed
    assert "20 to     40" in printed.splitlines()[-1]


@pytest.fixture
def programs() -> None:
    need_programs()
