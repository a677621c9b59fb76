"""Scenarios that are made instead of read: steps as values, and the Gherkin that a person can paste into a feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from podnet.suite.scenarios import KeywordType, ScenarioSpec, StepSpec

INDENT = "  "


@dataclass
class Script:
    """A scenario while it is made. ``steps`` are in order, with the lines that they have in ``render``."""

    steps: list[StepSpec] = field(default_factory=list)

    def given(self, text: str, *, docstring: str | None = None, table: Sequence[Sequence[str]] | None = None) -> None:
        """A step that sets the scene."""
        self._add("given", text, docstring=docstring, table=table)

    def when(self, text: str, *, docstring: str | None = None, table: Sequence[Sequence[str]] | None = None) -> None:
        """A step that does something."""
        self._add("when", text, docstring=docstring, table=table)

    def then(self, text: str, *, docstring: str | None = None, table: Sequence[Sequence[str]] | None = None) -> None:
        """A step that asserts something."""
        self._add("then", text, docstring=docstring, table=table)

    def _add(
        self, kind: KeywordType, text: str, *, docstring: str | None, table: Sequence[Sequence[str]] | None
    ) -> None:
        rows = tuple(tuple(row) for row in table) if table is not None else None
        self.steps.append(StepSpec(kind, "", text, 0, docstring=docstring, datatable=rows))


def placed(spec: ScenarioSpec, steps: Sequence[StepSpec]) -> ScenarioSpec:
    """The scenario with these steps, each with its keyword and the line that ``render`` gives it."""
    found: list[StepSpec] = []
    line = 3
    for step in steps:
        before = found[-1].keyword_type if found else None
        keyword = "And" if step.keyword_type == before else step.keyword_type.capitalize()
        found.append(replace(step, keyword=keyword, line=line))
        line += 1 + sum(1 for _ in _below(step))
    return replace(spec, steps=tuple(found))


def render(spec: ScenarioSpec) -> str:
    """The scenario as it would stand in a feature file."""
    tags = (*spec.requirements, *(f"feature:{name}" for name in spec.feature_tags))
    lines = [" ".join(f"@{tag}" for tag in tags), f"Scenario: {spec.name}"]
    for step in spec.steps:
        lines.append(f"{INDENT}{step.keyword} {step.text}")
        lines += [f"{INDENT * 2}{line}".rstrip() for line in _below(step)]
    return "\n".join(lines)


def _below(step: StepSpec) -> Iterator[str]:
    """The lines under a step: its docstring in quotes, its table with aligned columns."""
    if step.docstring is not None:
        yield from ('"""', *step.docstring.splitlines(), '"""')
    if step.datatable is not None:
        widths = [max(map(len, column)) for column in zip(*step.datatable, strict=True)]
        for row in step.datatable:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield f"| {' | '.join(cells)} |"
