"""The step definitions of the suite, looked up directly: pytest-bdd scans all registered fixtures twice for each step.

Definitions are written with pytest-bdd's own decorators and stay usable by it. Here they are matched before the first
scenario runs, so that what pytest-bdd would find out late, or never, is refused early: undefined and ambiguous steps,
coroutines (which it never awaits, and passes), duplicates.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from podnet.api.problems import UsageProblem
from podnet.suite.importing import import_file
from podnet.suite.scenarios import ScenarioSpec, StepSpec

DOCSTRING, DATATABLE = "docstring", "datatable"


@dataclass(frozen=True)
class Definition:
    """One step definition. ``where`` is ``file:line``; ``keyword_type`` is given, when or then."""

    keyword_type: str
    sentence: str
    where: str
    function: Callable[..., object]
    context: StepFunctionContext
    parameters: frozenset[str]
    optional: frozenset[str]

    def arguments(self, text: str) -> dict[str, Any] | None:
        """The values that the sentence gives, None if it is another sentence."""
        found = self.context.parser.parse_arguments(text)
        if found is None:
            return None
        converters = self.context.converters
        return {key: converters[key](value) if key in converters else value for key, value in found.items()}


@dataclass(frozen=True)
class BoundStep:
    """A step and the one definition that fits it."""

    spec: StepSpec
    definition: Definition
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class BoundScenario:
    """A scenario that can run: every step has its definition."""

    spec: ScenarioSpec
    steps: tuple[BoundStep, ...]


class Vocabulary:
    """All step definitions. ``problems`` are those of the definitions themselves, each ``file:line: message``."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._by_type: dict[str, list[Definition]] = {"given": [], "when": [], "then": []}
        self._found: dict[tuple[str, str], list[tuple[Definition, dict[str, Any]]]] = {}
        self.problems: list[str] = []
        known: dict[tuple[str, str], Definition] = {}
        for definition in definitions:
            self._inspect(definition)
            key = (definition.keyword_type, definition.sentence)
            if key in known:
                self.problems.append(
                    f"{definition.where}: the step {key[1]!r} is defined already at {known[key].where}"
                )
                continue
            known[key] = definition
            self._by_type[definition.keyword_type].append(definition)

    def _inspect(self, definition: Definition) -> None:
        if inspect.iscoroutinefunction(definition.function) or inspect.isasyncgenfunction(definition.function):
            self.problems.append(
                f"{definition.where}: a step cannot be async: nothing would await it, and it would pass"
            )
        elif inspect.isgeneratorfunction(definition.function):
            self.problems.append(
                f"{definition.where}: a step cannot be a generator: nothing would run it, and it would pass"
            )

    def lookup(self, step: StepSpec) -> list[tuple[Definition, dict[str, Any]]]:
        """Every definition that fits, with the values that the sentence gives it."""
        key = (step.keyword_type, step.text)
        if key not in self._found:
            self._found[key] = [
                (definition, arguments)
                for definition in self._by_type[step.keyword_type]
                if (arguments := definition.arguments(step.text)) is not None
            ]
        return self._found[key]

    def bind(self, scenario: ScenarioSpec, *, problems: list[str]) -> BoundScenario | None:
        """The scenario with its definitions; what is wrong is added to ``problems``, once for each line."""
        steps: list[BoundStep] = []
        for step in scenario.steps:
            found = self.lookup(step)
            problem = _problem(step, found)
            if problem:
                text = f"{scenario.path}:{step.line}: {problem}"
                if text not in problems:
                    problems.append(text)
            else:
                steps.append(BoundStep(step, *found[0]))
        return BoundScenario(scenario, tuple(steps)) if len(steps) == len(scenario.steps) else None


def _problem(step: StepSpec, found: list[tuple[Definition, dict[str, Any]]]) -> str | None:
    sentence = f"{step.keyword_type.capitalize()} {step.text}"
    if not found:
        return f"no step definition fits {sentence!r}; see steps/ for the vocabulary"
    if len(found) > 1:
        places = ", ".join(f"{definition.where} ({definition.sentence!r})" for definition, _ in found)
        return f"several step definitions fit {sentence!r}: {places}"
    parameters = found[0][0].parameters
    for name, present in ((DOCSTRING, step.docstring is not None), (DATATABLE, step.datatable is not None)):
        if present and name not in parameters:
            return f"{sentence!r} takes no {name}"
        if name in parameters and not present:
            return f"{sentence!r} needs a {name}"
    return None


def load_vocabulary(directory: Path) -> Vocabulary:
    """Import every module of the directory and collect its definitions. Raises UsageProblem if one cannot be."""
    definitions: list[Definition] = []
    for path in sorted(directory.glob("*.py")):
        if path.stem != "__init__":
            definitions += _definitions(path)
    if not definitions:
        raise UsageProblem(f"{directory}: there are no step definitions here")
    return Vocabulary(definitions)


def _definitions(path: Path) -> list[Definition]:
    before = set(map(id, step_function_context_registry.values()))
    import_file(path, name=f"podnet_steps.{path.stem}", what="the step definitions")
    found: list[Definition] = []
    for context in list(step_function_context_registry.values()):
        if id(context) in before:
            continue
        code = inspect.unwrap(context.step_func).__code__
        where = f"{path.parent.name}/{path.name}:{code.co_firstlineno}"
        signature = inspect.signature(context.step_func).parameters
        optional = frozenset(name for name, one in signature.items() if one.default is not inspect.Parameter.empty)
        found.extend(
            Definition(
                keyword_type, context.parser.name, where, context.step_func, context, frozenset(signature), optional
            )
            for keyword_type in ([context.type] if context.type else ["given", "when", "then"])
        )
    return found
