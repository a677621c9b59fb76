"""Scenarios as values: what a feature file says, before anybody runs it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

KeywordType = Literal["given", "when", "then"]

Table = tuple[tuple[str, ...], ...]
"""The rows of a data table, the header first, each a tuple of cells."""

_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_NOT_IN_LABEL = re.compile(r"[^A-Za-z0-9._=]+")
LABEL_LENGTH = 60


@dataclass(frozen=True)
class StepSpec:
    """One step of one scenario, the columns of an outline filled in.

    ``keyword`` is as written (``And``), ``keyword_type`` what it stands for. ``docstring`` and ``datatable`` are None
    where there is none; ``docstring_media`` is the word behind the opening quotes, or empty.
    """

    keyword_type: KeywordType
    keyword: str
    text: str
    line: int
    docstring: str | None = None
    docstring_media: str = ""
    datatable: Table | None = None
    background: bool = False


@dataclass(frozen=True)
class ScenarioSpec:
    """One scenario that must run: an outline counts once for each row of its examples.

    ``id`` is unique in the suite and does not change when lines move: ``selection/both_selectors/the-name``, with
    ``[row]`` for a row of an outline. ``path`` is relative to the root of the suite, with slashes. ``line`` is where
    the scenario begins, ``outline_row`` the line of its row. ``outline`` is the name as it stands in the file, columns
    not filled in. ``tags`` are without the @ and include those of the feature, the rule and the examples.
    """

    id: str
    path: str
    line: int
    name: str
    tags: frozenset[str]
    requirements: tuple[str, ...]
    feature_tags: tuple[str, ...]
    steps: tuple[StepSpec, ...]
    feature_name: str
    rule_name: str = ""
    outline: str = ""
    outline_row: int | None = None

    @property
    def place(self) -> int:
        """The line to point at: that of the row, or of the scenario."""
        return self.outline_row or self.line


@dataclass(frozen=True)
class FeatureFile:
    """One ``.feature`` file. ``description`` is the free text under its name."""

    path: str
    name: str
    description: str
    line: int
    language: str
    scenarios: tuple[ScenarioSpec, ...]


def slug(text: str) -> str:
    """Words in lower case joined by hyphens: the readable part of an id."""
    return _NOT_IN_SLUG.sub("-", text.lower()).strip("-")


def row_labels(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """What tells the rows of an outline apart in ids: as many of the first cells as it takes, else the number."""
    for width in range(1, max(map(len, rows), default=0) + 1):
        labels = tuple(",".join(_NOT_IN_LABEL.sub("-", cell).strip("-") for cell in cells[:width]) for cells in rows)
        if len(set(labels)) == len(labels) and all(label and len(label) <= LABEL_LENGTH for label in labels):
            return labels
    # A number moves when a row is put before it, so it is only the last resort.
    return tuple(str(number) for number in range(1, len(rows) + 1))
