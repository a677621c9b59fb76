"""Profiles: which requirements a verdict is about, and which optional features an implementation may claim."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from podnet.api.problems import UsageProblem
from podnet.suite.catalogue import CORE, FEATURE, Catalogue, Requirement
from podnet.suite.dialect import DOCUMENT, Departure, Dialect, Rules, known, read_departure, read_rules
from podnet.suite.locate import profiles_dir
from podnet.suite.located import Located, read_yaml
from podnet.suite.scenarios import ScenarioSpec

ClaimSource = Literal["default", "declared", "flag"]
"""Who says whether a feature is claimed: the profile, the implementation itself, or the command line."""


@dataclass(frozen=True)
class Feature:
    """Something optional. ``requirements``: the ids that it adds, or of which it tests more than the core does."""

    name: str
    description: str
    default: bool
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """What a run judges. ``requirements`` are the core ids, all of which must pass; ``parameters`` are limits.

    ``departure``: what it does not take over from another profile; ``dialects``: the profiles that contradict this one.
    ``elsewhere``: the features that only other profiles have.
    """

    name: str
    title: str
    document: str
    last_updated: str
    requirements: tuple[str, ...]
    features: Mapping[str, Feature]
    parameters: Mapping[str, int] = field(default_factory=dict)
    rules: Rules = DOCUMENT
    departure: Departure | None = None
    dialects: tuple[Dialect, ...] = ()
    elsewhere: frozenset[str] = frozenset()

    def knows(self, requirement: Requirement) -> bool:
        """Whether a requirement is part of it: one of the document or its own, and not one that it departs from."""
        return requirement.dialect in ("", self.name) and not self.departs_from(requirement.id)

    def departs_from(self, id: str) -> str:
        """Why it does not take over a requirement; empty if it does."""
        return self.departure.reasons.get(id, "") if self.departure else ""

    def includes(self, scenario: ScenarioSpec, *, catalogue: Catalogue) -> bool:
        """Whether a scenario is about nothing but what the profile knows: one of another dialect says nothing here."""
        requirements = [found for id_ in scenario.requirements if (found := catalogue.get(id_)) is not None]
        features = needed_features(scenario.requirements, scenario.feature_tags, catalogue)
        return all(map(self.knows, requirements)) and set(features) <= set(self.features)


@dataclass(frozen=True)
class Claim:
    """Whether a feature is claimed, and who said so."""

    feature: str
    claimed: bool
    source: ClaimSource


def known_profiles(directory: Path | None = None) -> tuple[str, ...]:
    """The names of the profiles that the suite has."""
    return tuple(sorted(path.stem for path in (directory or profiles_dir()).glob("*.yaml")))


def load_profile(name: str, *, catalogue: Catalogue, directory: Path | None = None) -> Profile:
    """The profile of this name.

    Raises UsageProblem for an unknown name (it lists the known ones) and CatalogueError (``file:line: message``) for
    a file that is wrong in itself or does not fit the catalogue. All profiles are read: they know of each other.
    """
    directory = directory or profiles_dir()
    names = known_profiles(directory)
    if name not in names:
        raise UsageProblem(f"unknown profile {name!r}; known profiles: {', '.join(names) or 'none'}")
    profiles = {one: _read(one, catalogue=catalogue, directory=directory) for one in names}
    profile = profiles[name]
    others = [one for one in profiles.values() if one is not profile]
    return replace(
        profile,
        dialects=tuple(_dialects(others, base=name)),
        elsewhere=frozenset(feature for one in others for feature in one.features) - set(profile.features),
    )


def _dialects(profiles: Iterable[Profile], *, base: str) -> Iterable[Dialect]:
    for one in profiles:
        if one.departure is not None and one.departure.base == base:
            yield Dialect(one.name, tuple(one.departure.contradicted))


def _read(name: str, *, catalogue: Catalogue, directory: Path) -> Profile:
    fields = read_yaml(directory / f"{name}.yaml").fields(
        "a profile",
        required=("name", "title", "document", "requirements", "features"),
        optional=("parameters", "rules", "departs_from"),
    )
    if fields["name"].text("name") != name:
        fields["name"].fail(f"name must be that of the file, {name!r}")
    document = fields["document"].fields("document", required=("title", "last_updated"))
    features = {
        entry: _feature(entry, value, catalogue=catalogue)
        for entry, value in fields["features"].mapping("features").items()
    }
    parameters = fields["parameters"].mapping("parameters") if "parameters" in fields else {}
    departs = fields.get("departs_from")
    departure = read_departure(departs, catalogue=catalogue, profiles=known_profiles(directory)) if departs else None
    profile = Profile(
        name=name,
        title=fields["title"].text("title"),
        document=document["title"].text("title"),
        last_updated=document["last_updated"].text("last_updated"),
        requirements=tuple(_core(entry, catalogue) for entry in _distinct(fields["requirements"])),
        features=features,
        parameters={parameter: value.number(parameter) for parameter, value in parameters.items()},
        rules=read_rules(fields["rules"], catalogue=catalogue) if "rules" in fields else DOCUMENT,
        departure=departure,
    )
    _refuse_foreign(profile, catalogue=catalogue, at=fields["requirements"])
    return profile


def _refuse_foreign(profile: Profile, *, catalogue: Catalogue, at: Located) -> None:
    """Raises CatalogueError where a profile asks for what it departs from, or for what only another dialect knows."""
    for requirement in catalogue:
        asked = (profile.requirements, *(feature.requirements for feature in profile.features.values()))
        if any(requirement.id in ids for ids in asked) and not profile.knows(requirement):
            why = "departs from it" if profile.departs_from(requirement.id) else f"is not {requirement.dialect}"
            at.fail(f"{requirement.id} cannot be asked for: the profile {profile.name} {why}")


def claims(
    profile: Profile, *, declared: Mapping[str, bool] | None = None, flags: Mapping[str, bool] | None = None
) -> tuple[Claim, ...]:
    """Which features count in a run: the command line wins over the implementation, that over the profile.

    ``declared`` and ``flags`` map names of features to claimed or not. An implementation is judged by more than one
    profile, so what it declares may also be a feature of another one: that is no claim here. Raises UsageProblem for
    an unknown feature.
    """
    declared, flags = declared or {}, flags or {}
    unknown = sorted({*declared} - set(profile.features) - profile.elsewhere | {*flags} - set(profile.features))
    if unknown:
        raise UsageProblem(
            f"unknown feature {', '.join(unknown)}; profile {profile.name} has {', '.join(sorted(profile.features))}"
        )
    result = []
    for name in sorted(profile.features):
        if name in flags:
            result.append(Claim(name, flags[name], "flag"))
        elif name in declared:
            result.append(Claim(name, declared[name], "declared"))
        else:
            result.append(Claim(name, profile.features[name].default, "default"))
    return tuple(result)


def needed_features(requirements: Collection[str], tagged: Collection[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The features that must be claimed for a scenario to apply: those of its tags and those of its requirements."""
    known = (catalogue.get(name) for name in requirements)
    names = {requirement.feature for requirement in known if requirement is not None} - {CORE}
    return tuple(sorted(names | set(tagged)))


def _core(entry: Located, catalogue: Catalogue) -> str:
    requirement = known(entry, catalogue)
    if requirement.feature != CORE:
        entry.fail(f"{requirement.id} belongs to the feature {requirement.feature}, so it cannot be core")
    return requirement.id


def _feature(name: str, value: Located, *, catalogue: Catalogue) -> Feature:
    if not FEATURE.fullmatch(name):
        value.fail(f"{name!r} is not a name of a feature (MatchExpressions)")
    fields = value.fields(f"feature {name}", required=("description", "default", "requirements"))
    ids = []
    for entry in _distinct(fields["requirements"]):
        requirement = known(entry, catalogue)
        if requirement.feature not in {CORE, name}:
            entry.fail(f"{requirement.id} belongs to the feature {requirement.feature}, not to {name}")
        ids.append(requirement.id)
    return Feature(
        name=name,
        description=fields["description"].text("description"),
        default=fields["default"].flag("default"),
        requirements=tuple(ids),
    )


def _distinct(value: Located) -> tuple[Located, ...]:
    seen = set()
    for entry in value.items("requirements"):
        name = entry.text("a requirement")
        if name in seen:
            entry.fail(f"{name} is there twice")
        seen.add(name)
    return value.items("requirements")
