"""What the documents show is what happens: every command runs, every sample is printed, every place exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from podnet.cli import main
from podnet.report import verdict

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *("docs/contract.md", "docs/implementers.md", "examples/go/README.md", "features/README.md"),
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXIT_CODE = re.compile(r"# exit code (\d+)$")
TOP = ("features", "steps", "fixtures", "conformance", "podnet", "tests", "benchmarks", "tools", "docs", "examples")
DEV = """\
#!/bin/sh
# Stands in for ./dev where the environment is there already.
case $1 in
conformance | selftest | cluster) exec "$INTERPRETER" -m podnet "$@" ;;
run) shift 2; exec "$INTERPRETER" -m podnet "$@" ;;
*) exit 9 ;;
esac
"""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class Reader:
    """Somebody who types what a document says, in a folder that holds the files that it shows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        dev = folder / "dev"
        dev.write_text(DEV)
        dev.chmod(0o755)
        shutil.copy(ROOT / "Makefile", folder)
        (folder / "fixtures").symlink_to(ROOT / "fixtures")
        self.temporary = folder / "temporary"  # whose clusters are nobody else's
        self.temporary.mkdir()
        for name, text in shown_files().items():
            (folder / name).write_text(text, encoding="utf-8")

    def types(self, command: str) -> Ran:
        environment = {
            **os.environ,
            "INTERPRETER": sys.executable,
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.temporary),
        }
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(README) if found == kind]


def commands() -> list[str]:
    lines = [line for text in blocks("sh") for line in text.splitlines()]
    return [line for line in lines if shutil.which("make") or not line.startswith("make")]


def shown_files() -> dict[str, str]:
    """The files that README shows, under the last name that it gives in the text before."""
    files = {}
    for found in BLOCK.finditer(README):
        suffix = {"python": "py", "yaml": "yaml"}.get(found[1])
        if suffix:
            files[re.findall(rf"`(\w+\.{suffix})`", README[: found.start()])[-1]] = found[2]
    return files


def without_numbers(text: str) -> str:
    return re.sub(r"\d+", "N", text)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Ran]:
    reader = Reader(tmp_path_factory.mktemp("reader"))
    return {command: reader.types(command) for command in commands()}


def test_readme_shows_commands_files_and_samples():
    assert len(commands()) >= 8
    assert set(shown_files()) == {"last_group.py", "cloud.yaml"}
    assert len(blocks("text")) >= 3


@pytest.mark.parametrize("command", commands())
def test_a_command_of_readme_ends_as_it_says(ran: Mapping[str, Ran], command: str):
    told = EXIT_CODE.search(command)
    expected = int(told[1]) if told else 0
    assert ran[command].code == expected, ran[command].out + ran[command].err


@pytest.mark.parametrize("sample", blocks("text"))
def test_a_sample_of_readme_is_what_is_printed(ran: Mapping[str, Ran], sample: str):
    printed = [without_numbers(done.out) for done in ran.values()]
    assert any(without_numbers(sample) in text for text in printed), "no command of README prints this any more"


def test_the_example_implementation_has_ten_lines_and_breaks_what_readme_says(ran: Mapping[str, Ran]):
    example = shown_files()["last_group.py"]
    assert len(example.splitlines()) <= 10
    (whole,) = (done.out for command, done in ran.items() if "last_group.py" in command and "--report" in command)
    assert "non-conformant" in whole


def test_readme_and_help_name_the_same_options(tmp_path: Path):
    told = Reader(tmp_path).types("./dev conformance --help").out
    section = README.partition("## Options of")[2].partition("\n## ")[0]
    options = set(re.findall(r"--[a-z][a-z-]+", told)) - {"--help"}
    assert set(re.findall(r"--[a-z][a-z-]+", section.partition("| exit code")[0])) == options


def test_readme_names_the_exit_codes():
    codes = {
        verdict.CONFORMANT,
        verdict.NON_CONFORMANT,
        main.USAGE,
        verdict.INCOMPLETE,
        main.ENVIRONMENT,
        main.INTERRUPTED,
    }
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)} == codes


def test_commands_of_contributing_run(tmp_path: Path):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = [
        code for code in re.findall(r"`(\./dev [^`]+)`", text) if re.match(r"\./dev (conformance|run podnet)", code)
    ]
    assert len(found) >= 3
    reader = Reader(tmp_path)
    assert {command: reader.types(command).code for command in found} == dict.fromkeys(found, 0)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_that_a_document_names_exists(document: str):
    text = (ROOT / document).read_text(encoding="utf-8")
    base = (ROOT / document).parent
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("https://")]
    assert [link for link in links if not (base / link).exists()] == []
    named = {path for path in re.findall(r"`([\w./-]+)`", text) if path.split("/")[0] in TOP and "/" in path}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_architecture_names_every_layer():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    layers = {path.parent.name for path in (ROOT / "podnet").glob("*/__init__.py")}
    assert set(re.findall(r"^      (\w+)/", text, re.MULTILINE)) == layers


def test_the_reading_guide_names_every_folder_of_the_specification():
    text = (ROOT / "features" / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Words")[0]
    folders = {path.name for path in (ROOT / "features").iterdir() if path.is_dir()}
    assert set(re.findall(r"`(\w+)/`", table)) == folders
