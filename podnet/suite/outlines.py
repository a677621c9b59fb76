"""Outlines and their rows, because a column that is misspelt or unused makes rows that test nothing.

gherkin-official's compiler keeps neither lines nor keywords and fills a column in by regular expressions, one after
the other; here each ``<column>`` is filled in once, as pytest-bdd does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from podnet.suite.scenarios import row_labels

Node = Mapping[str, Any]
"""A node of gherkin-official's syntax tree (its ``parser_types``)."""

Report = Callable[[int, str], None]
"""Takes the line and the text of a problem."""

COLUMN = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True)
class Row:
    """One row of examples.

    ``label`` tells it apart from the others in ids, ``name`` is the name of the outline filled in, no two rows alike;
    ``tags`` are those of its table.
    """

    line: int
    label: str
    name: str
    values: Mapping[str, str]
    tags: Sequence[Node] = ()


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every ``<column>`` that has a value replaced by it."""
    return COLUMN.sub(lambda found: values.get(found.group(1), found.group(0)), text) if "<" in text else text


def columns_in(scenario: Node) -> dict[str, int]:
    """Every ``<column>`` that the name and the steps of a scenario mention, and the line of the first mention."""
    mentioned: dict[str, int] = {}
    for line, text in _texts(scenario):
        for column in COLUMN.findall(text):
            mentioned.setdefault(column, line)
    return mentioned


def rows_of(scenario: Node, *, report: Report) -> tuple[Row, ...]:
    """The rows of all examples of an outline. What is wrong with them goes to ``report``."""
    mentioned = columns_in(scenario)
    found: list[tuple[int, tuple[str, ...], Mapping[str, str], Sequence[Node]]] = []
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for examples in scenario["examples"]:
        line = examples["location"]["line"]
        body = examples.get("tableBody") or ()
        if not body:
            report(line, "the examples have no rows, so nothing would run")
            continue
        header = tuple(cell["value"] for cell in examples["tableHeader"]["cells"])
        _check_header(header, mentioned, line=examples["tableHeader"]["location"]["line"], report=report)
        for row in body:
            cells = tuple(cell["value"] for cell in row["cells"])
            values = dict(zip(header, cells, strict=True))
            first = seen.setdefault(tuple(sorted(values.items())), row["location"]["line"])
            if first != row["location"]["line"]:
                report(row["location"]["line"], f"the row says the same as the one in line {first}")
            found.append((row["location"]["line"], cells, values, examples["tags"]))
    labels = row_labels([cells for _, cells, _, _ in found])
    names = [fill(scenario["name"], values) for _, _, values, _ in found]
    if len(set(names)) < len(names):
        names = [f"{name} [{label}]" for name, label in zip(names, labels, strict=True)]
    return tuple(
        Row(line, label, name, values, tags)
        for (line, _, values, tags), label, name in zip(found, labels, names, strict=True)
    )


def _check_header(header: tuple[str, ...], mentioned: Mapping[str, int], *, line: int, report: Report) -> None:
    for column in sorted(set(header)):
        if not column:
            report(line, "a column has no name")
        elif header.count(column) > 1:
            report(line, f"column <{column}> is there twice")
        elif column not in mentioned:
            report(line, f"column <{column}> is used by no step")
    for column, place in mentioned.items():
        if column not in header:
            report(place, f"<{column}> is not a column of the examples in line {line}")


def _texts(scenario: Node) -> Iterator[tuple[int, str]]:
    yield scenario["location"]["line"], scenario["name"]
    for step in scenario["steps"]:
        line = step["location"]["line"]
        yield line, step["text"]
        if "docString" in step:
            yield step["docString"]["location"]["line"], step["docString"]["content"]
        for row in step.get("dataTable", {}).get("rows", ()):
            for cell in row["cells"]:
                yield row["location"]["line"], cell["value"]
