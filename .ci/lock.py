"""Writes constraints.txt: every package that podnet, its tests and its build need, with the hashes of all its files."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Every package that podnet, its tests and its build use, with the hashes of all files of that version, so that an
# install is the same everywhere. Renew it with: tox -e lock
"""
OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",  # a need for setuptools or pip would be left out otherwise, and then nothing can be installed
    "--strip-extras",
    "--no-header",
    "--no-annotate",
    "--no-emit-options",  # where packages come from is the business of each machine
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
]


def main() -> None:
    """Resolve for the interpreter that runs this, and replace the file."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *settings["build-system"]["requires"],
        *settings["project"]["dependencies"],
        *settings["dependency-groups"]["dev"],
    ]
    with tempfile.TemporaryDirectory() as folder:
        asked, found = Path(folder, "asked.in"), Path(folder, "found.txt")
        asked.write_text("\n".join(wanted), encoding="utf-8")
        # Local files would give hashes of their own, which are nobody else's.
        environment = {**os.environ, "PIP_FIND_LINKS": "", "PIP_NO_INDEX": ""}
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, "--output-file", found.name, asked.name]
        subprocess.run(command, check=True, cwd=folder, env=environment)
        (ROOT / "constraints.txt").write_text(HEADER + found.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
