"""The few tags that a scenario may carry, because a misspelt one would quietly mean nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from podnet.suite.catalogue import FEATURE, ID, Catalogue

ALONE = "alone"
"""The scenario concerns everybody's pods, so nothing else may run beside it."""

EVERY_ORDER = "every-order"
"""The scenario is small enough for what it lets happen at once to be played in every order."""

FEATURE_TAG = "feature:"
NOTE = re.compile(r"note:\S+")
FORMS = "@SEL-2 (a requirement), @feature:NAME, @alone, @every-order, @note:WORD"


@dataclass(frozen=True)
class Vocabulary:
    """What tags may name. ``excluded`` maps the ids that must not be tested to the reason; None checks nothing."""

    requirements: Collection[str] | None = None
    excluded: Mapping[str, str] = field(default_factory=dict)
    features: Collection[str] | None = None

    @classmethod
    def of(cls, catalogue: Catalogue | None, features: Collection[str] | None) -> Vocabulary:
        """The vocabulary of a catalogue and the names of a profile's features."""
        if catalogue is None:
            return cls(features=features)
        excluded = {requirement.id: requirement.excluded for requirement in catalogue if requirement.excluded}
        return cls({requirement.id for requirement in catalogue}, excluded, features)

    def problem(self, tag: str) -> str:
        """What is wrong with a tag (without its @); empty for nothing."""
        if ID.fullmatch(tag):
            if self.requirements is not None and tag not in self.requirements:
                return f"unknown requirement @{tag}"
            if tag in self.excluded:
                return f"@{tag} is excluded from testing: {self.excluded[tag]}"
            return ""
        if tag.startswith(FEATURE_TAG):
            name = tag.removeprefix(FEATURE_TAG)
            if not FEATURE.fullmatch(name) or (self.features is not None and name not in self.features):
                return f"unknown feature @{tag}" + (f"; known are {', '.join(self.features)}" if self.features else "")
            return ""
        return (
            "" if tag in {ALONE, EVERY_ORDER} or NOTE.fullmatch(tag) else f"unknown tag @{tag}; known forms are {FORMS}"
        )


def requirements_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The requirement ids among the tags, in their order, each once."""
    return tuple(dict.fromkeys(tag for tag in tags if ID.fullmatch(tag)))


def features_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The names of the features among the tags, sorted."""
    return tuple(sorted({tag.removeprefix(FEATURE_TAG) for tag in tags if tag.startswith(FEATURE_TAG)}))
