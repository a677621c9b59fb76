"""The example in Go is what it says: it builds, it keeps the contract, and its verdict is the one written beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from planes import need_programs
from processes import ROOT, conformance, podnet, verdicts

EXAMPLE = ROOT / "examples" / "go"
EXPECTED: dict[str, Any] = yaml.safe_load((EXAMPLE / "verdict.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, from the caches of Go where it has been built before, else in a minute or two."""
    if not shutil.which("go") and not os.environ.get("CI"):
        pytest.skip("Go is not installed, which builds the example: https://go.dev/doc/install")
    need_programs()
    program = tmp_path_factory.mktemp("built") / "example"
    for words in (["go", "vet", "."], ["go", "build", "-o", program, "."]):
        done = subprocess.run(
            words, cwd=EXAMPLE, env={**os.environ, "GOWORK": "off"}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return program


def test_the_example_is_judged_as_it_says(example: Path, tmp_path: Path):
    places = [*EXPECTED["passed"], *EXPECTED["failed"].values()]
    done, report = conformance(
        *("--target", "local", "--jobs", 2, "--implementation", f"exec:{example}", "--feature", "SGLimitEnforced"),
        *("--timeout-scale", 0.4),  # what is missing comes never, and need not be waited for as long as what is late
        *(word for place in places for word in ("--select", place)),
        report=tmp_path / "report",
    )
    assert done.code == 1, done.out + done.err
    assert verdicts(report, "passed") >= set(EXPECTED["passed"])
    assert verdicts(report, "failed") == set(EXPECTED["failed"])
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_an_example_without_a_cluster_says_so_and_ends(example: Path, tmp_path: Path):
    environment = {
        **os.environ,
        "KUBECONFIG": str(tmp_path / "none"),
        "PODNET_INVENTORY": "",
        "PODNET_WEBHOOK_HOST": "",
    }
    done = subprocess.run([example], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "ready" in done.stdout) == (1, False)
    assert str(tmp_path / "none") in done.stderr


def test_its_modules_are_pinned_and_name_no_place_to_fetch_from():
    text = (EXAMPLE / "go.mod").read_text(encoding="utf-8")
    assert "replace" not in text
    assert (EXAMPLE / "go.sum").exists()
