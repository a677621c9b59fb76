"""What runs on GitHub is what runs at home: steps are targets of the Makefile, and actionlint finds nothing."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from processes import podnet

from podnet.controlplane.binaries import actionlint_folder

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
Job = dict[str, Any]


def loaded(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def jobs() -> dict[str, Job]:
    return {f"{path.stem}/{name}": job for path in WORKFLOWS for name, job in loaded(path)["jobs"].items()}


def commands(job: Job) -> list[list[str]]:
    return [shlex.split(step["run"]) for step in job["steps"] if "run" in step]


def options(words: list[str]) -> list[str]:
    """What a call of make passes on."""
    return [option for word in words if word.startswith("ARGS=") for option in shlex.split(word.removeprefix("ARGS="))]


def reports(job: Job) -> set[str]:
    """The folders of the reports of all judgements; empty where one leaves none."""
    judged = [options(words) for words in commands(job) if "conformance" in words]
    return {words[words.index("--report") + 1] if "--report" in words else "" for words in judged}


@pytest.fixture(scope="module")
def actionlint() -> Path:
    """The program, built where Go is; without it there is nothing to run but in CI."""
    if not shutil.which("go") and not os.environ.get("CI"):
        pytest.skip("Go is not installed, which builds actionlint: https://go.dev/doc/install")
    build = [sys.executable, "tools/build.py", "actionlint"]
    done = subprocess.run(
        build, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return actionlint_folder() / "actionlint"


def lint(actionlint: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    # Without the other linters that it would call if they happen to be installed.
    command = [actionlint, "-no-color", "-shellcheck=", "-pyflakes=", *paths]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_workflows_are_well_formed(actionlint: Path):
    done = lint(actionlint, *WORKFLOWS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_workflow_that_is_not_well_formed_would_be_found(actionlint: Path, tmp_path: Path):
    (tmp_path / "bad.yml").write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("matrix.python", "matrix.snake"))
    assert lint(actionlint, tmp_path / "bad.yml").returncode == 1


def test_there_are_one_for_changes_and_one_for_nights():
    assert [path.stem for path in WORKFLOWS] == ["ci", "nightly"]
    assert {name for name in jobs() if name.startswith("nightly/")} >= {"nightly/fake", "nightly/local", "nightly/k3d"}
    assert len(jobs()["nightly/k3d"]["strategy"]["matrix"]["k3s"]) >= 3


@pytest.mark.parametrize("name", jobs())
def test_every_step_is_a_target_of_the_makefile_with_options_that_exist(name: str):
    phony = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())
    assert commands(jobs()[name]) != []
    for words in commands(jobs()[name]):
        make, target, *_ = words
        assert (make, target in phony, len(words) <= 3) == ("make", True, True)
        if target == "conformance":
            # The last of two options counts; what would be played does not depend on who is judged.
            done = podnet("conformance", *options(words), "--implementation", "reference", "--dry-run")
            assert done.code == 0, done.err


@pytest.mark.parametrize("name", jobs())
def test_every_run_leaves_its_report_however_it_ends(name: str):
    job = jobs()[name]
    uploads = [step for step in job["steps"] if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert {step["with"]["path"] for step in uploads} == reports(job)
    assert [step for step in uploads if step["if"] != "always()" or step["with"]["if-no-files-found"] != "error"] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_runs_with_more_rights_or_longer_than_it_needs(path: Path):
    workflow = loaded(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert set(workflow["concurrency"]) == {"group", "cancel-in-progress"}
    assert [name for name, job in workflow["jobs"].items() if "permissions" in job] == []
    assert [name for name, job in workflow["jobs"].items() if not job["timeout-minutes"] <= 120] == []
    text = path.read_text(encoding="utf-8")
    assert len(PINNED.findall(text)) == text.count("uses:")
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")
