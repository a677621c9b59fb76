"""The sample implementations by name, found in their files without importing them: only podnet's children do that."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from processes import IMPLEMENTATIONS, MINIATURES

REQUIREMENT = re.compile(r"[A-Z]+-\d+")


@dataclass(frozen=True)
class Sample:
    """A class of tests/implementations or conformance/miniatures; ``about`` is its docstring."""

    argument: str
    name: str
    about: str

    @property
    def broken(self) -> str:
        """The id of the requirement that it breaks, or what stands in its place."""
        return self.about.partition(":")[0]

    @property
    def profile(self) -> str:
        """The profile that asks for what it breaks."""
        return "terway" if self.broken.startswith("T-") else "ack-serverless"


def samples(pattern: str) -> list[Sample]:
    """The classes of all files of this name, in the order of the files."""
    return list(_find(pattern))


def wrong() -> list[Sample]:
    """The miniatures that break a requirement of the document, not of another dialect."""
    return [sample for sample in _find("*.py") if REQUIREMENT.fullmatch(sample.broken)]


def named(name: str) -> Sample:
    """The one class of this name."""
    (found,) = (sample for sample in _find("*.py") if sample.name == name)
    return found


def _find(pattern: str) -> Iterator[Sample]:
    for folder in (IMPLEMENTATIONS, MINIATURES):
        for path in sorted(folder.glob(pattern)):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    yield Sample(f"{path}:{node.name}", node.name, ast.get_docstring(node) or "")
