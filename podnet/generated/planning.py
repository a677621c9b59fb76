"""Which generated cases a run plays: they join the plan, so that the report must account for every one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import islice

from podnet.api.problems import UsageProblem
from podnet.generated.selectors import SelectorCase
from podnet.generated.space import EMPTY, EXPRESSIONS, sequence
from podnet.generated.worlds import REQUIREMENTS, WorldCase
from podnet.harness.plan import Plan, Planned, Play
from podnet.harness.vocabulary import BoundScenario
from podnet.report.model import State
from podnet.suite.catalogue import Catalogue
from podnet.suite.profile import Claim, Profile, needed_features
from podnet.suite.scenarios import ScenarioSpec

FOLDER = "generated"
SELECTORS, WORLDS = f"{FOLDER}/selectors.feature", f"{FOLDER}/worlds.feature"
"""Where generated cases seem to stand: no file, but a place to select them by, with their number for a line."""


def is_generated(selector: str) -> bool:
    """Whether a selector is about generated cases."""
    return selector == FOLDER or selector.startswith(f"{FOLDER}/")


def with_generated(
    make: Callable[..., Plan],
    *,
    count: int,
    selectors: Sequence[str],
    catalogue: Catalogue,
    profile: Profile,
    claims: Sequence[Claim],
) -> Plan:
    """The plan that ``make(selectors=...)`` makes of the other selectors, and ``count`` generated cases.

    Selectors that name generated cases choose among these; without one, all of them are played. Raises UsageProblem
    for one that names none.
    """
    own = [selector for selector in selectors if is_generated(selector)]
    others = [selector for selector in selectors if not is_generated(selector)]
    plan = make(selectors=others)
    scenarios = plan.scenarios if others or not own else tuple(map(_deselected, plan.scenarios))
    claimed = frozenset(claim.feature for claim in claims if claim.claimed)
    scored = {*profile.requirements, *(one for name in claimed for one in profile.features[name].requirements)}
    cases = _Cases(plan, count=count, claimed=claimed, scored=frozenset(scored), catalogue=catalogue).all()
    chosen = {case.spec.id for selector in own for case in _chosen(selector, cases)} if own else None
    return replace(
        plan,
        scenarios=(
            *scenarios,
            *(case if chosen is None or case.spec.id in chosen else _deselected(case) for case in cases),
        ),
    )


def _deselected(planned: Planned) -> Planned:
    return replace(planned, why_not=("deselected", "not selected"))


def _chosen(selector: str, cases: Sequence[Planned]) -> list[Planned]:
    path, _, line = selector.partition(":")
    found = [case for case in cases if path in (FOLDER, case.spec.path) and (not line or line == str(case.spec.line))]
    if not found:
        raise UsageProblem(
            f"the selector {selector!r} selects no generated case; --generated {len(cases)} makes"
            f" {sum(case.spec.path == SELECTORS for case in cases)} of {SELECTORS} and"
            f" {sum(case.spec.path == WORLDS for case in cases)} of {WORLDS}, numbered from :1"
        )
    return found


class _Cases:
    def __init__(
        self, plan: Plan, *, count: int, claimed: Collection[str], scored: frozenset[str], catalogue: Catalogue
    ) -> None:
        self.vocabulary = plan.vocabulary
        self.rules = plan.rules
        self.count = count
        self.claimed = claimed
        self.scored = scored
        self.catalogue = catalogue

    def all(self) -> list[Planned]:
        """Selectors and worlds half and half; once all selectors are tried, worlds alone."""
        features = tuple(name for name in (EXPRESSIONS, EMPTY) if name in self.claimed)
        selectors = list(islice(sequence(features), (self.count + 1) // 2))
        found = []
        for number, (kind, member) in enumerate(selectors, start=1):
            case = SelectorCase(kind, member, self.vocabulary)
            name = f"Selectors {number}: {kind.title}"
            found.append(self._planned(SELECTORS, number, name=name, requirements=kind.requirements, play=case))
        for number in range(1, self.count - len(selectors) + 1):
            world = WorldCase(number, frozenset(self.claimed), self.vocabulary, self.scored)
            found.append(self._planned(WORLDS, number, name=f"World {number}", requirements=REQUIREMENTS, play=world))
        return found

    def _planned(self, path: str, number: int, *, name: str, requirements: tuple[str, ...], play: Play) -> Planned:
        judged = tuple(one for one in requirements if one in self.scored)
        spec = ScenarioSpec(
            id=f"{path.removesuffix('.feature')}/{number}",
            path=path,
            line=number,
            name=name,
            tags=frozenset(judged or requirements),
            requirements=judged or requirements,
            feature_tags=(),
            steps=(),
            feature_name=FOLDER,
        )
        why_not: tuple[State, str] | None = None
        if not judged:
            why_not = ("not-applicable", "the profile does not score what it is about")
        features = needed_features(spec.requirements, (), self.catalogue)
        options = ("--generated", str(self.count))
        return Planned(BoundScenario(spec, ()), features, why_not, play, options, self.rules)
