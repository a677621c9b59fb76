"""One form of the code, and types that hold: the same checks that an editor runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECKS = {
    "rules": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "types": ["mypy"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_code_passes_the_check_of_its(name: str):
    result = subprocess.run(
        [sys.executable, "-m", *CHECKS[name]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)
