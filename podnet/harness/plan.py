"""What will run: every scenario of the suite is accounted for before the first one starts.

pytest-bdd lets scenarios vanish (duplicate names, empty ones) and finds undefined steps only at run time. The plan is
made by gherkin's own parser, refuses all of these, and afterwards the report must hold every scenario of the plan.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from podnet.api.problems import UsageProblem
from podnet.harness.vocabulary import BoundScenario, load_vocabulary
from podnet.report.model import State
from podnet.suite.catalogue import Catalogue
from podnet.suite.features import load_features, scenarios_of
from podnet.suite.profile import Claim, Profile, needed_features
from podnet.suite.scenarios import ScenarioSpec

LAST_LINE = 10**9
"""Beyond the end of any file."""


@dataclass(frozen=True)
class Planned:
    """One scenario of the suite. ``why_not`` says why it does not run: (state, reason), or None if it does."""

    bound: BoundScenario
    features: tuple[str, ...]
    why_not: tuple[State, str] | None = None

    @property
    def spec(self) -> ScenarioSpec:
        """What the feature file says."""
        return self.bound.spec


@dataclass(frozen=True)
class Plan:
    """All scenarios of the suite, in the order of files and lines."""

    scenarios: tuple[Planned, ...]

    @property
    def to_run(self) -> tuple[Planned, ...]:
        """Those that run."""
        return tuple(planned for planned in self.scenarios if planned.why_not is None)


def make_plan(
    *,
    features: Path,
    steps: Path,
    catalogue: Catalogue,
    profile: Profile,
    claims: Sequence[Claim],
    selectors: Sequence[str] = (),
) -> Plan:
    """The plan of a run. Raises UsageProblem with everything that is wrong in features and steps, one line for each."""
    problems: list[str] = []
    vocabulary = load_vocabulary(steps)
    problems += vocabulary.problems
    specs = scenarios_of(load_features(features, catalogue=catalogue, features=profile.features))
    if not specs:
        raise UsageProblem(f"{features}: there are no scenarios here")
    bound = [scenario for spec in specs if (scenario := vocabulary.bind(spec, problems=problems)) is not None]
    if problems:
        raise UsageProblem("\n".join(problems))
    chosen = select(specs, selectors=selectors, catalogue=catalogue)
    claimed = {claim.feature for claim in claims if claim.claimed}
    scored = {*profile.requirements, *(one for name in claimed for one in profile.features[name].requirements)}
    return Plan(
        tuple(
            _planned(scenario, chosen=chosen, claimed=claimed, scored=scored, catalogue=catalogue) for scenario in bound
        )
    )


def _planned(
    bound: BoundScenario,
    *,
    chosen: Collection[str],
    claimed: Collection[str],
    scored: Collection[str],
    catalogue: Catalogue,
) -> Planned:
    spec = bound.spec
    features = needed_features(spec.requirements, spec.feature_tags, catalogue)
    missing = [feature for feature in features if feature not in claimed]
    if spec.id not in chosen:
        return Planned(bound, features, ("deselected", "not selected"))
    if missing:
        return Planned(bound, features, ("not-applicable", f"the feature {', '.join(missing)} is not claimed"))
    if not any(requirement in scored for requirement in spec.requirements):
        return Planned(bound, features, ("not-applicable", "the profile does not score what it is about"))
    return Planned(bound, features)


def select(specs: Sequence[ScenarioSpec], *, selectors: Sequence[str], catalogue: Catalogue) -> frozenset[str]:
    """The ids of the scenarios that the selectors choose; all without selectors.

    A selector is a requirement (SEL-2), an area (SEL), or the path of a feature file or folder with an optional
    ``:LINE``. Raises UsageProblem for one that is none of these or selects nothing.
    """
    if not selectors:
        return frozenset(spec.id for spec in specs)
    chosen: set[str] = set()
    for selector in selectors:
        found = _by_requirement(specs, selector=selector, catalogue=catalogue)
        if found is None:
            found = _by_path(specs, selector=selector)
        if found is None:
            raise UsageProblem(
                f"unknown selector {selector!r}: give a requirement (SEL-2), an area (SEL), or a feature path with an"
                " optional :LINE; `podnet requirements list` shows the requirements"
            )
        if not found:
            raise UsageProblem(f"the selector {selector!r} selects no scenario")
        chosen |= found
    return frozenset(chosen)


def _by_requirement(specs: Sequence[ScenarioSpec], *, selector: str, catalogue: Catalogue) -> set[str] | None:
    wanted = {requirement.id for requirement in catalogue.select(selector)}
    return {spec.id for spec in specs if wanted & set(spec.requirements)} if wanted else None


def _by_path(specs: Sequence[ScenarioSpec], *, selector: str) -> set[str] | None:
    path, colon, line = selector.rpartition(":")
    if not colon or not line.isdigit():
        path, line = selector, ""
    elif not path.endswith(".feature"):
        return None  # a folder has no lines
    path = Path(path).as_posix().rstrip("/")
    inside = [spec for spec in specs if _is_under(spec.path, path)]
    if not inside:
        return None
    return {spec.id for spec in inside if not line or _spans(spec, int(line), inside)}


def _is_under(path: str, wanted: str) -> bool:
    """Whether a path of the suite is meant: given relative to the suite, to its features, or with leading folders."""
    candidates = (path, path.removeprefix("features/"))
    return any(wanted == one or one.startswith(f"{wanted}/") for one in candidates) or wanted.endswith(f"/{path}")


def _spans(spec: ScenarioSpec, line: int, others: Sequence[ScenarioSpec]) -> bool:
    """Whether a line belongs to the scenario: its row of the examples, or anything from its first line to the next."""
    if any(other.outline_row == line for other in others):
        return spec.outline_row == line
    begin = spec.line
    following = [other.line for other in others if other.line > begin]
    return begin <= line < min(following, default=LAST_LINE)
