"""Which scenarios test which requirement, so that a statement that nobody tests is seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from podnet.suite.catalogue import Catalogue, Requirement
from podnet.suite.scenarios import ScenarioSpec


@dataclass(frozen=True)
class Trace:
    """A requirement and the scenarios that carry its id, in the order of the files."""

    requirement: Requirement
    scenarios: tuple[ScenarioSpec, ...]

    @property
    def unmapped(self) -> bool:
        """Whether no scenario tests it although one should."""
        return not self.scenarios and not self.requirement.excluded


def trace(catalogue: Catalogue, scenarios: Iterable[ScenarioSpec]) -> tuple[Trace, ...]:
    """One entry for each requirement, in the order of the catalogue."""
    by_id: dict[str, list[ScenarioSpec]] = {}
    for scenario in scenarios:
        for requirement in scenario.requirements:
            by_id.setdefault(requirement, []).append(scenario)
    return tuple(Trace(requirement, tuple(by_id.get(requirement.id, ()))) for requirement in catalogue)
