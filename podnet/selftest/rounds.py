"""One round of the self-test for each profile: its miniatures, its plan, and what became of every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from podnet.api.inventory import Inventory
from podnet.harness.collector import CollectorPlugin
from podnet.harness.interruption import Interruptions
from podnet.harness.judgement import Judge
from podnet.harness.plan import make_plan
from podnet.harness.stage import Stage
from podnet.reference import Reference
from podnet.selftest.matrix import Matrix
from podnet.selftest.outcome import Outcome, Told, outcome_of, told_of
from podnet.selftest.plays import REFERENCE, Ensemble, Plays
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue
from podnet.suite.implementations import FromFile
from podnet.suite.miniatures import Miniature
from podnet.suite.presuppositions import Presuppositions
from podnet.suite.profile import Profile, claims, known_profiles, load_profile
from podnet.targets.base import ImplementationFactory
from podnet.targets.fake import FakeTarget

CORE_PROFILE = "ack-serverless"
"""The profile of the document, to which the reference conforms."""


@dataclass(frozen=True)
class Conditions:
    """What all rounds have in common. ``told`` hears how many plays of how many are done."""

    catalogue: Catalogue
    presuppositions: Presuppositions
    inventory: Inventory
    fixtures: Sequence[ModuleType]
    seeds: Sequence[int]
    jobs: int
    deadline: float
    sharing: bool
    interruptions: Interruptions
    told: Callable[[int, int], None]


@dataclass(frozen=True)
class Round:
    """What one profile's round came to. ``reference``: by seed, what was said of the reference, if it played.

    ``scenarios`` is how many the plan has, ``plays`` how many were played, with all miniatures and seeds.
    """

    profile: str
    outcomes: tuple[Outcome, ...]
    reference: Mapping[int, Told]
    scenarios: int
    plays: int


def profiles_of(miniature: Miniature, *, profiles: Sequence[Profile]) -> Iterator[str]:
    """The profiles under which a miniature is judged.

    A wrong one: by the first profile that scores what it breaks, that of the document before others. A dialect: by the
    document's profile and its own.
    """
    if miniature.kind == "dialect":
        yield from (CORE_PROFILE, miniature.profile)
    elif miniature.kind == "legal":
        yield CORE_PROFILE
    else:
        yield next((one.name for one in profiles if miniature.breaks in scored(one)), CORE_PROFILE)


def scored(profile: Profile) -> frozenset[str]:
    """Every requirement that a profile may ask for, optional features included."""
    optional = (id_ for feature in profile.features.values() for id_ in feature.requirements)
    return frozenset((*profile.requirements, *optional))


def load_profiles(catalogue: Catalogue) -> list[Profile]:
    """All profiles, that of the document first."""
    names = sorted(known_profiles(), key=lambda name: (name != CORE_PROFILE, name))
    return [load_profile(name, catalogue=catalogue) for name in names]


def play_round(profile: Profile, miniatures: Iterable[Miniature], *, matrix: Matrix, conditions: Conditions) -> Round:
    """Play the whole suite of a profile with all of these miniatures."""
    chosen = {one.name: one for one in miniatures}
    factories: dict[str, ImplementationFactory] = {
        name: FromFile(one.path, one.class_name) for name, one in chosen.items()
    }
    if profile.name == CORE_PROFILE:
        factories[REFERENCE] = Reference
    plan = make_plan(
        features=locate.features_dir(),
        steps=locate.steps_dir(),
        catalogue=conditions.catalogue,
        profile=profile,
        claims=claims(profile, declared=_claimed(Reference, profile)),
    )
    stage = Stage(
        target=FakeTarget(),
        inventory=conditions.inventory,
        implementation=Reference,
        manifests=locate.manifests_dir(),
        judge=Judge(conditions.catalogue, command=("podnet", "conformance")),
        keep="never",
        deadline=conditions.deadline,
    )
    root: Path = locate.suite_root()
    plays = Plays(
        CollectorPlugin(plan, stage=stage, root=root, fixtures=conditions.fixtures, seed=conditions.seeds[0]),
        stage=stage,
        root=root,
        ensemble=Ensemble(
            factories,
            unclaimed={name: _unclaimed(factory, profile) for name, factory in factories.items()},
            sharing=conditions.sharing,
        ),
        seeds=conditions.seeds,
        jobs=conditions.jobs,
        interruptions=conditions.interruptions,
        told=conditions.told,
    )
    plays.run()

    def told(name: str) -> dict[int, Told]:
        return {
            seed: told_of(results.values(), catalogue=conditions.catalogue, presuppositions=conditions.presuppositions)
            for (player, seed), results in plays.results.items()
            if player == name
        }

    outcomes = tuple(
        outcome_of(one, profile=profile.name, told=told(name), matrix=matrix) for name, one in chosen.items()
    )
    return Round(profile.name, outcomes, told(REFERENCE), len(plan.to_run), plays.played)


def _claimed(factory: ImplementationFactory, profile: Profile) -> dict[str, bool]:
    """The features of a profile that an implementation claims."""
    return {name: True for name in getattr(factory(), "features", ()) if name in profile.features}


def _unclaimed(factory: ImplementationFactory, profile: Profile) -> frozenset[str]:
    declared = _claimed(factory, profile)
    return frozenset(one.feature for one in claims(profile, declared=declared) if not one.claimed)
