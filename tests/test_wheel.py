"""The wheel, far from any checkout, does what the checkout does.

It is built by way of the sdist and installed into an empty environment. Beside it lie links to the distributions that
its metadata asks for, and to what those ask for, as they are installed here: exactly what pip would fetch, without the
network. A dependency that podnet uses and does not declare is missing there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from importlib.metadata import PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
SUITE = ("features", "steps", "fixtures", "conformance")
WITHOUT_CHECKOUT = {"PATH": "/usr/bin:/bin"}


@dataclass(frozen=True)
class Built:
    sdist: Path
    wheel: Path


@dataclass(frozen=True)
class Installed:
    python: Path
    podnet: Path
    site: Path
    elsewhere: Path

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in command]
        return subprocess.run(
            words, cwd=self.elsewhere, env=WITHOUT_CHECKOUT, capture_output=True, text=True, check=False
        )

    def says(self, code: str) -> str:
        result = self.run(self.python, "-c", code)
        assert result.returncode == 0, result.stderr
        return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    out = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("an empty environment")
    call(sys.executable, "-m", "venv", "--without-pip", home)
    python = home / "bin" / "python"
    call(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", built.wheel)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    (metadata,) = site.glob("podnet-*.dist-info")
    for name in needed(PathDistribution(metadata)):
        link(name, site)
    return Installed(python, home / "bin" / "podnet", site, tmp_path_factory.mktemp("elsewhere"))


def test_the_wheel_holds_the_library_and_the_whole_suite(built: Built):
    names = set(zipfile.ZipFile(built.wheel).namelist())
    expected = {f"podnet/suite/{path}" for folder in SUITE for path in files_of(ROOT / folder, ROOT)}
    expected |= files_of(ROOT / "podnet", ROOT)
    assert {"podnet/py.typed", "podnet/report/report.schema.json", "podnet/reference/crds/podenis.yaml"} <= expected
    assert expected - names == set()
    assert {name for name in names - expected if ".dist-info/" not in name} == set()


def test_the_sdist_is_the_checkout_and_nothing_of_the_machine(built: Built):
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "dev", "constraints.txt", "tests/test_wheel.py", "features/README.md"} <= names
    assert [name for name in names if name.startswith((".venv", ".tox", ".git/", "build", "dist"))] == []


def test_the_wheel_asks_for_what_it_needs_and_says_what_it_is(built: Built):
    with zipfile.ZipFile(built.wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert "Requires-Dist: pytest-bdd" in metadata


def test_podnet_runs_from_the_wheel(installed: Installed):
    result = installed.run(installed.podnet, "conformance", "--select", "SEL-2")
    assert (result.returncode, result.stderr) == (0, "")
    code = "import podnet.suite.locate as locate; print(locate.suite_root())"
    assert installed.says(code).strip() == str(installed.site / "podnet" / "suite")


def test_the_wheel_and_the_checkout_come_to_the_same_results(installed: Installed, tmp_path: Path):
    result = installed.run(installed.podnet, "conformance", "--report", tmp_path / "wheel")
    assert (result.returncode, result.stderr) == (0, "")
    call(sys.executable, "-m", "podnet", "conformance", "--report", tmp_path / "checkout")
    assert results(tmp_path / "wheel") == results(tmp_path / "checkout")
    assert installed.run(installed.podnet, "report", "check", tmp_path / "checkout").returncode == 0


def test_help_from_the_wheel_waits_for_no_heavy_import(installed: Installed):
    code = (
        "import json, sys; from podnet.cli.main import main; main(['--help']); main(['conformance', '--help']);"
        "print(); print(json.dumps(sorted(sys.modules)))"
    )
    printed = installed.says(code)
    assert "conformance" in printed
    loaded = {name.partition(".")[0] for name in json.loads(printed.splitlines()[-1])}
    assert "podnet" in loaded
    assert loaded & {"kubernetes", "pytest", "_pytest", "pytest_bdd", "gherkin", "yaml", "jsonschema_rs"} == set()


def results(report: Path) -> tuple[str, dict[str, str], dict[str, str]]:
    found = json.loads((report / "report.json").read_text(encoding="utf-8"))
    scenarios = {scenario["id"]: scenario["state"] for scenario in found["scenarios"]}
    return found["verdict"], scenarios, {one["id"]: one["verdict"] for one in found["requirements"]}


def files_of(folder: Path, root: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix() for path in found}


def needed(package: PathDistribution) -> set[str]:
    """The names of all distributions that a package needs, and that those need, on this machine."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in package.requires or ()]
    while waiting:
        requirement = waiting.pop()
        if requirement.name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(requirement.name)
        waiting += [Requirement(text) for text in distribution(requirement.name).requires or ()]
    return found


def link(name: str, site: Path) -> None:
    """Make an installed distribution visible in another environment."""
    package = distribution(name)
    for top in {path.parts[0] for path in package.files or () if path.parts[0] not in {"..", "__pycache__"}}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(package.locate_file(top))))


def call(*command: object) -> None:
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
