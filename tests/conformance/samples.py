"""The sample implementations by name, found in their files without importing them: only podnet's children do that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from processes import IMPLEMENTATIONS


@dataclass(frozen=True)
class Sample:
    """A class of tests/implementations; ``about`` is its docstring."""

    file: str
    name: str
    about: str

    @property
    def argument(self) -> str:
        """What ``--implementation`` takes."""
        return f"{IMPLEMENTATIONS / self.file}:{self.name}"


def samples(pattern: str) -> list[Sample]:
    """The classes of all files of this name, in the order of the files."""
    return list(_find(pattern))


def named(pattern: str, name: str) -> Sample:
    """The one class of this name."""
    (found,) = (sample for sample in _find(pattern) if sample.name == name)
    return found


def _find(pattern: str) -> Iterator[Sample]:
    for path in sorted(IMPLEMENTATIONS.glob(pattern)):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield Sample(path.name, node.name, ast.get_docstring(node) or "")
