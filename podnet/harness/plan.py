"""What will run: every scenario of the suite is accounted for before the first one starts.

pytest-bdd lets scenarios vanish (duplicate names, empty ones) and finds undefined steps only at run time. The plan is
made by gherkin's own parser, refuses all of these, and afterwards the report must hold every scenario of the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from podnet.api.problems import UsageProblem
from podnet.harness.racing import misuse
from podnet.harness.vocabulary import BoundScenario, Vocabulary, load_vocabulary
from podnet.report.model import ScenarioResult, State
from podnet.suite.catalogue import Catalogue
from podnet.suite.dialect import DOCUMENT, Rules
from podnet.suite.features import load_features, scenarios_of
from podnet.suite.profile import Claim, Profile, needed_features
from podnet.suite.scenarios import ScenarioSpec

if TYPE_CHECKING:
    from podnet.harness.stage import Stage

LAST_LINE = 10**9
"""Beyond the end of any file."""


Play = Callable[["Planned", "Stage", int], ScenarioResult]
"""Plays one attempt with a seed, on as many clusters as it takes."""


@dataclass(frozen=True)
class Planned:
    """One scenario of the suite. ``why_not`` says why it does not run: (state, reason), or None if it does.

    ``play`` plays what has no steps of its own before it is played: a generated case. ``options`` are those of the
    command line without which the scenario is not there. ``rules``: what the profile expects of every pod.
    """

    bound: BoundScenario
    features: tuple[str, ...]
    why_not: tuple[State, str] | None = None
    play: Play | None = None
    options: tuple[str, ...] = ()
    rules: Rules = DOCUMENT

    @property
    def spec(self) -> ScenarioSpec:
        """What the feature file says."""
        return self.bound.spec


@dataclass(frozen=True)
class Plan:
    """All scenarios of a profile, in the order of files and lines, and the step definitions that they are bound to.

    ``rules``: what the profile expects of every pod.
    """

    scenarios: tuple[Planned, ...]
    rules: Rules = DOCUMENT
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(()), compare=False, repr=False)

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
    """The plan of a run: the scenarios of the suite that are about nothing but what the profile knows.

    Raises UsageProblem with everything that is wrong in features and steps, one line for each.
    """
    problems: list[str] = []
    vocabulary = load_vocabulary(steps)
    problems += vocabulary.problems
    specs = scenarios_of(
        load_features(features, catalogue=catalogue, features=sorted({*profile.features, *profile.elsewhere}))
    )
    if not specs:
        raise UsageProblem(f"{features}: there are no scenarios here")
    bound = [scenario for spec in specs if (scenario := vocabulary.bind(spec, problems=problems)) is not None]
    problems += [problem for spec in specs if (problem := misuse(spec))]
    if problems:
        raise UsageProblem("\n".join(problems))
    _refuse_selection(selectors, profile=profile, specs=specs, catalogue=catalogue)
    bound = [scenario for scenario in bound if profile.includes(scenario.spec, catalogue=catalogue)]
    specs = tuple(scenario.spec for scenario in bound)
    chosen = select(specs, selectors=selectors, catalogue=catalogue)
    claimed = {claim.feature for claim in claims if claim.claimed}
    scored = {*profile.requirements, *(one for name in claimed for one in profile.features[name].requirements)}
    return Plan(
        tuple(
            replace(
                _planned(scenario, chosen=chosen, claimed=claimed, scored=scored, catalogue=catalogue),
                rules=profile.rules,
            )
            for scenario in bound
        ),
        profile.rules,
        vocabulary,
    )


def _refuse_selection(
    selectors: Sequence[str], *, profile: Profile, specs: Sequence[ScenarioSpec], catalogue: Catalogue
) -> None:
    """Raises UsageProblem for a requirement, a file or a folder that is another profile's."""
    others = [spec for spec in specs if not profile.includes(spec, catalogue=catalogue)]
    for selector in selectors:
        requirement = catalogue.get(selector)
        if requirement is not None and not profile.knows(requirement):
            why = profile.departs_from(selector) or f"only the profile {requirement.dialect} has it"
            raise UsageProblem(f"{selector} is no part of the profile {profile.name}: {why}")
        if others and (found := _by_path(others, selector=selector)) and found == _by_path(specs, selector=selector):
            raise UsageProblem(f"{selector} is about what the profile {profile.name} does not have")


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
