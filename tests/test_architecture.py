"""The house stays in order: layers, the size of rooms, what steps may know, and what is declared is what is used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("podnet", "steps", "fixtures", "conformance", "benchmarks", "tools", "tests")
SHIPPED = ("podnet", "steps", "fixtures")
LIMIT = 300


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def test_imports_point_downwards_only():
    command = [Path(sysconfig.get_path("scripts"), "lint-imports"), "--no-cache", "--no-logo"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_file_is_longer_than_a_reader_can_keep_in_mind():
    sizes = {str(path.relative_to(ROOT)): len(path.read_bytes().splitlines()) for path in sources(*FOLDERS)}
    assert {path: size for path, size in sizes.items() if size > LIMIT} == {}


def test_every_folder_has_sources_so_that_the_other_tests_see_them():
    assert {folder: bool(sources(folder)) for folder in SHIPPED} == dict.fromkeys(SHIPPED, True)


@pytest.mark.parametrize("path", sources("steps"), ids=lambda path: path.name)
def test_steps_know_the_harness_and_never_an_implementation_or_a_cluster(path: Path):
    known = ("podnet.api", "podnet.harness")
    own = [name for name in imports(path) if name.split(".")[0] == "podnet"]
    assert [name for name in own if not name.startswith(known)] == []
    assert [name for name in imports(path) if name.split(".")[0] == "kubernetes"] == []


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    modules = {name.split(".")[0] for path in sources(*SHIPPED) for name in imports(path)}
    foreign = modules - set(sys.stdlib_module_names) - {"podnet"}
    distributions = packages_distributions()
    used = {normal(distributions[module][0]) for module in foreign}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    declared = {normal(re.split(r"[<>=!~ ]", requirement, maxsplit=1)[0]) for requirement in requirements}
    assert used == declared


def test_every_pinned_version_lies_within_the_declared_bounds():
    from packaging.requirements import Requirement

    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *settings["build-system"]["requires"],
        *settings["project"]["dependencies"],
        *settings["project"]["optional-dependencies"]["containers"],
        *settings["dependency-groups"]["dev"],
    ]
    requirements = [Requirement(text) for text in wanted]
    outside = [str(one) for one in requirements if pins.get(normal(one.name), "none") not in one.specifier]
    assert outside == [], "renew constraints.txt: tox -e lock"


def test_the_lower_bounds_are_those_that_tox_tests():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = {requirement.partition(",")[0].replace(">=", "==") for requirement in project["dependencies"]}
    section = (ROOT / "tox.ini").read_text(encoding="utf-8").partition("[testenv:lowest]")[2].partition("[testenv")[0]
    assert set(re.findall(r"^    (\S+==\S+)$", section, re.MULTILINE)) == bounds


def test_the_constraints_name_no_place_to_fetch_from():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    form = re.compile(r"[\w.-]+==[\w.!+]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not form.fullmatch(line)] == []


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
