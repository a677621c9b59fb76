"""All feature files of the suite at once, so that what must run is known before the first scenario does."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from podnet.api.problems import UsageProblem
from podnet.suite.catalogue import Catalogue
from podnet.suite.gherkin_file import FeatureReader, Problem
from podnet.suite.scenarios import FeatureFile, ScenarioSpec
from podnet.suite.tags import Vocabulary


class FeatureProblems(UsageProblem):
    """Everything that is wrong in the feature files; the text has one line ``file:line: message`` for each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load_features(
    directory: Path, *, catalogue: Catalogue | None = None, features: Collection[str] | None = None
) -> tuple[FeatureFile, ...]:
    """Every ``*.feature`` under the directory, by path.

    With ``catalogue`` and ``features`` (names of a profile) tags may name nothing else. Paths are relative to the
    parent of the directory, which is the root of the suite. Raises FeatureProblems with all problems of all files.
    """
    vocabulary = Vocabulary.of(catalogue, features)
    files: list[FeatureFile] = []
    problems: list[Problem] = []
    for path in sorted(path for path in directory.rglob("*.feature") if path.is_file()):
        reader = FeatureReader(path, features=directory, vocabulary=vocabulary)
        file = reader.read()
        problems += reader.problems
        if file is not None:
            files.append(file)
    if problems:
        raise FeatureProblems(tuple(problems))
    return tuple(files)


def scenarios_of(files: tuple[FeatureFile, ...]) -> tuple[ScenarioSpec, ...]:
    """The scenarios of all files, in order."""
    return tuple(scenario for file in files for scenario in file.scenarios)
