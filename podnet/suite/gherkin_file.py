"""One feature file, read by gherkin-official and checked for everything that would make a scenario vanish or lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.dialect import Dialect
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser

from podnet.suite.outlines import COLUMN, Node, Row, fill, rows_of
from podnet.suite.scenarios import FeatureFile, KeywordType, ScenarioSpec, StepSpec, slug
from podnet.suite.tags import Vocabulary, features_of, requirements_of

_TYPES: Mapping[str, KeywordType] = {"Context": "given", "Action": "when", "Outcome": "then"}


@dataclass(frozen=True)
class Problem:
    """What is wrong in a feature file, and where."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class FeatureReader:
    """Reads one file. ``problems`` holds everything that is wrong with it, in the order of the lines."""

    def __init__(self, file: Path, *, features: Path, vocabulary: Vocabulary) -> None:
        self._file = file
        self._stem = file.relative_to(features).with_suffix("").as_posix()
        self._path = file.relative_to(features.parent).as_posix()
        self._vocabulary = vocabulary
        self._problems: set[Problem] = set()
        self._names: dict[str, int] = {}
        self._ids: dict[str, int] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, each once."""
        return tuple(sorted(self._problems, key=lambda problem: (problem.line, problem.message)))

    def read(self) -> FeatureFile | None:
        """The file, or None where ``problems`` says that there is nothing to work with."""
        feature = self._parse()
        if feature is None:
            return None
        line = feature["location"]["line"]
        if not feature["name"]:
            self._report(line, "the feature has no name")
        scenarios = tuple(self._scenarios(feature))
        if not self._names:
            self._report(line, "the feature has no scenario")
        return FeatureFile(
            path=self._path,
            name=feature["name"],
            description=feature["description"],
            line=line,
            language=feature["language"],
            scenarios=scenarios,
        )

    def _report(self, line: int, message: str) -> None:
        self._problems.add(Problem(self._path, line, message))

    def _parse(self) -> Node | None:
        content = self._file.read_bytes()
        try:
            document: Mapping[str, Any] = Parser().parse(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            self._report(content[: error.start].count(b"\n") + 1, "is not UTF-8")
            return None
        except CompositeParserException as error:
            for one in error.errors:
                self._syntax_error(one)
            return None
        feature: Node | None = document.get("feature")
        if feature is None:
            self._report(1, "is empty: there is no Feature in it")
        return feature

    def _syntax_error(self, error: ParserException) -> None:
        line, column = error.location["line"], error.location.get("column", 0)
        text = str(error).removeprefix(f"({line}:{column}): ")
        self._report(line, f"is not Gherkin: {text}")

    def _scenarios(self, feature: Node) -> Iterator[ScenarioSpec]:
        outer = _Surroundings(feature["name"], "", self._tags(feature["tags"]), (), feature["language"])
        for child in feature["children"]:
            if "background" in child:
                outer = outer.with_steps(self._block(child["background"], background=True))
            elif "scenario" in child:
                yield from self._scenario(child["scenario"], outer)
            else:
                yield from self._rule(child["rule"], outer)

    def _rule(self, rule: Node, outer: _Surroundings) -> Iterator[ScenarioSpec]:
        inner = outer.in_rule(rule["name"], self._tags(rule["tags"]))
        empty = True
        for child in rule["children"]:
            if "background" in child:
                inner = inner.with_steps(self._block(child["background"], background=True))
            else:
                empty = False
                yield from self._scenario(child["scenario"], inner)
        if empty:
            self._report(rule["location"]["line"], f"the rule {rule['name']!r} has no scenario")

    def _scenario(self, scenario: Node, outer: _Surroundings) -> Iterator[ScenarioSpec]:
        line, name = scenario["location"]["line"], scenario["name"]
        tags = (*outer.tags, *self._tags(scenario["tags"]))
        self._check_name(name, line)
        if not scenario["steps"]:
            self._report(line, f"the scenario {name!r} has no steps")
        dialect = Dialect.for_name(outer.language)
        is_outline = dialect is not None and scenario["keyword"] in dialect.scenario_outline_keywords
        if scenario["examples"]:
            rows: Sequence[Row | None] = rows_of(scenario, report=self._report)
        else:
            rows = (None,)
            self._check_no_columns(scenario, is_outline=is_outline)
        steps = (*outer.steps, *self._block(scenario, background=False))
        for row in rows:
            yield self._specification(scenario, outer, tags=tags, steps=steps, row=row)

    def _specification(
        self, scenario: Node, outer: _Surroundings, *, tags: Sequence[str], steps: Sequence[StepSpec], row: Row | None
    ) -> ScenarioSpec:
        line, outline = scenario["location"]["line"], scenario["name"]
        identity, name = f"{self._stem}/{slug(outline)}", outline
        if row is not None:
            tags = (*tags, *self._tags(row.tags))
            steps = tuple(_filled(step, row.values) for step in steps)
            identity, name = f"{identity}[{row.label}]", row.name
        requirements = requirements_of(tags)
        if not requirements:
            self._report(row.line if row else line, f"the scenario {outline!r} has no requirement tag (@SEL-2)")
        return ScenarioSpec(
            id=identity,
            path=self._path,
            line=line,
            name=name,
            tags=frozenset(tags),
            requirements=requirements,
            feature_tags=features_of(tags),
            steps=tuple(steps),
            feature_name=outer.feature,
            rule_name=outer.rule,
            outline=outline,
            outline_row=row.line if row else None,
        )

    def _check_name(self, name: str, line: int) -> None:
        if not slug(name):
            self._report(line, "the scenario has no name")
        elif name in self._names:
            self._report(line, f"the scenario {name!r} is in line {self._names[name]} already")
        elif slug(name) in self._ids:
            self._report(line, f"the scenario {name!r} differs from line {self._ids[slug(name)]} in no letter or digit")
        self._names.setdefault(name, line)
        self._ids.setdefault(slug(name), line)

    def _check_no_columns(self, scenario: Node, *, is_outline: bool) -> None:
        if is_outline:
            self._report(scenario["location"]["line"], f"the outline {scenario['name']!r} has no examples")
            return
        for step in scenario["steps"]:
            self._check_no_column(step, "a scenario that has no examples")

    def _check_no_column(self, step: Node, where: str) -> None:
        for column in COLUMN.findall(step["text"]):
            self._report(step["location"]["line"], f"<{column}> stands in {where}")

    def _block(self, container: Node, *, background: bool) -> tuple[StepSpec, ...]:
        """The steps of a scenario or a background; each block has to begin with a keyword that says its type."""
        kind: KeywordType | None = None
        steps = []
        for step in container["steps"]:
            kind = _TYPES.get(step["keywordType"], kind)
            if kind is None:
                keyword = step["keyword"].strip()
                self._report(step["location"]["line"], f"the first step must be Given, When or Then, not {keyword}")
                kind = "given"
            if background:
                self._check_no_column(step, "a background, where none is filled in")
            steps.append(_step(step, kind, background=background))
        return tuple(steps)

    def _tags(self, tags: Sequence[Node]) -> tuple[str, ...]:
        names = []
        for tag in tags:
            name = tag["name"].removeprefix("@")
            if problem := self._vocabulary.problem(name):
                self._report(tag["location"]["line"], problem)
            names.append(name)
        return tuple(names)


@dataclass(frozen=True)
class _Surroundings:
    """What a scenario inherits from its feature and its rule."""

    feature: str
    rule: str
    tags: tuple[str, ...]
    steps: tuple[StepSpec, ...]
    language: str

    def with_steps(self, steps: tuple[StepSpec, ...]) -> _Surroundings:
        return _Surroundings(self.feature, self.rule, self.tags, (*self.steps, *steps), self.language)

    def in_rule(self, rule: str, tags: tuple[str, ...]) -> _Surroundings:
        return _Surroundings(self.feature, rule, (*self.tags, *tags), self.steps, self.language)


def _step(step: Node, kind: KeywordType, *, background: bool) -> StepSpec:
    docstring, table = step.get("docString"), step.get("dataTable")
    return StepSpec(
        keyword_type=kind,
        keyword=step["keyword"].strip(),
        text=step["text"],
        line=step["location"]["line"],
        docstring=docstring["content"] if docstring else None,
        docstring_media=docstring.get("mediaType", "") if docstring else "",
        datatable=tuple(tuple(cell["value"] for cell in row["cells"]) for row in table["rows"]) if table else None,
        background=background,
    )


def _filled(step: StepSpec, values: Mapping[str, str]) -> StepSpec:
    if step.background:  # pytest-bdd and the Gherkin reference leave the columns of a background alone
        return step
    return StepSpec(
        keyword_type=step.keyword_type,
        keyword=step.keyword,
        text=fill(step.text, values),
        line=step.line,
        docstring=None if step.docstring is None else fill(step.docstring, values),
        docstring_media=step.docstring_media,
        datatable=step.datatable and tuple(tuple(fill(cell, values) for cell in row) for row in step.datatable),
    )
