"""Profiles: which requirements a verdict is about, and which optional features an implementation may claim."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from podnet.api.problems import UsageProblem
from podnet.suite.catalogue import CORE, FEATURE, Catalogue, Requirement
from podnet.suite.locate import profiles_dir
from podnet.suite.located import Located, read_yaml

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
    """What a run judges. ``requirements`` are the core ids, all of which must pass; ``parameters`` are limits."""

    name: str
    title: str
    document: str
    last_updated: str
    requirements: tuple[str, ...]
    features: Mapping[str, Feature]
    parameters: Mapping[str, int] = field(default_factory=dict)


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
    a file that is wrong in itself or does not fit the catalogue.
    """
    directory = directory or profiles_dir()
    known = known_profiles(directory)
    if name not in known:
        raise UsageProblem(f"unknown profile {name!r}; known profiles: {', '.join(known) or 'none'}")
    fields = read_yaml(directory / f"{name}.yaml").fields(
        "a profile", required=("name", "title", "document", "requirements", "features"), optional=("parameters",)
    )
    if fields["name"].text("name") != name:
        fields["name"].fail(f"name must be that of the file, {name!r}")
    document = fields["document"].fields("document", required=("title", "last_updated"))
    features = {
        entry: _feature(entry, value, catalogue=catalogue)
        for entry, value in fields["features"].mapping("features").items()
    }
    parameters = fields["parameters"].mapping("parameters") if "parameters" in fields else {}
    return Profile(
        name=name,
        title=fields["title"].text("title"),
        document=document["title"].text("title"),
        last_updated=document["last_updated"].text("last_updated"),
        requirements=tuple(_core(entry, catalogue) for entry in _distinct(fields["requirements"])),
        features=features,
        parameters={parameter: value.number(parameter) for parameter, value in parameters.items()},
    )


def claims(
    profile: Profile, *, declared: Mapping[str, bool] | None = None, flags: Mapping[str, bool] | None = None
) -> tuple[Claim, ...]:
    """Which features count in a run: the command line wins over the implementation, that over the profile.

    ``declared`` and ``flags`` map names of features to claimed or not. Raises UsageProblem for an unknown feature.
    """
    declared, flags = declared or {}, flags or {}
    unknown = sorted({*declared, *flags} - set(profile.features))
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
    requirement = _known(entry, catalogue)
    if requirement.feature != CORE:
        entry.fail(f"{requirement.id} belongs to the feature {requirement.feature}, so it cannot be core")
    return requirement.id


def _feature(name: str, value: Located, *, catalogue: Catalogue) -> Feature:
    if not FEATURE.fullmatch(name):
        value.fail(f"{name!r} is not a name of a feature (MatchExpressions)")
    fields = value.fields(f"feature {name}", required=("description", "default", "requirements"))
    ids = []
    for entry in _distinct(fields["requirements"]):
        requirement = _known(entry, catalogue)
        if requirement.feature not in {CORE, name}:
            entry.fail(f"{requirement.id} belongs to the feature {requirement.feature}, not to {name}")
        ids.append(requirement.id)
    return Feature(
        name=name,
        description=fields["description"].text("description"),
        default=fields["default"].flag("default"),
        requirements=tuple(ids),
    )


def _known(entry: Located, catalogue: Catalogue) -> Requirement:
    requirement = catalogue.get(str(entry.value))
    if requirement is None:
        entry.fail(f"unknown requirement {entry.value!r}")
    if requirement.excluded:
        entry.fail(f"{requirement.id} is excluded from testing, so no profile can ask for it")
    return requirement


def _distinct(value: Located) -> tuple[Located, ...]:
    seen = set()
    for entry in value.items("requirements"):
        name = entry.text("a requirement")
        if name in seen:
            entry.fail(f"{name} is there twice")
        seen.add(name)
    return value.items("requirements")
