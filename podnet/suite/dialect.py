"""Where two profiles contradict each other: what each of them expects of every pod, and which ids tell them apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from podnet.suite.catalogue import Catalogue, Requirement
from podnet.suite.located import Located

Effective = Literal["first", "all"]
"""Which of the listed security groups take effect."""


@dataclass(frozen=True)
class Rules:
    """What holds for every pod and every PodNetworking, whatever a scenario is about: the cross-checks go by it.

    ``effective``: which of the listed security groups a pod has; ``group_requirement``: what it violates otherwise.
    ``fills_empty_lists``: an empty list of a new PodNetworking becomes that of the default plane. ``settled``: the
    values of ``status.status`` by which a PodNetworking says that it has been dealt with; none if nothing says so.
    """

    effective: Effective = "first"
    group_requirement: str = "SG-2"
    fills_empty_lists: bool = False
    settled: tuple[str, ...] = ()


DOCUMENT = Rules()
"""Those of the document for ACK Serverless clusters."""


@dataclass(frozen=True)
class Dialect:
    """Another profile that contradicts the one at hand: an implementation of it fails ``contradicts`` here."""

    profile: str
    contradicts: tuple[str, ...]


@dataclass(frozen=True)
class Departure:
    """What a profile does not take over from ``base``, with the reason for each.

    ``contradicted``: it says otherwise; ``dropped``: it says nothing, or more than that.
    """

    base: str
    contradicted: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why an id is not part of the profile."""
        return {**self.contradicted, **self.dropped}


def read_rules(value: Located, *, catalogue: Catalogue) -> Rules:
    """The rules that a profile states. Raises CatalogueError."""
    fields = value.fields("rules", required=("security_groups",), optional=("empty_lists", "settled"))
    groups = fields["security_groups"].fields("security_groups", required=("effective", "requirement"))
    effective = groups["effective"].text("effective")
    if effective not in get_args(Effective):
        groups["effective"].fail(f"effective {effective!r} is unknown; known are {', '.join(get_args(Effective))}")
    if "empty_lists" in fields and fields["empty_lists"].text("empty_lists") != "filled":
        fields["empty_lists"].fail("empty_lists can only be filled")
    return Rules(
        effective=cast("Effective", effective),
        group_requirement=known(groups["requirement"], catalogue).id,
        fills_empty_lists="empty_lists" in fields,
        settled=tuple(word.text("a status") for word in fields["settled"].items("settled"))
        if "settled" in fields
        else (),
    )


def read_departure(value: Located, *, catalogue: Catalogue, profiles: Collection[str]) -> Departure:
    """What a profile says that it does not take over from one of the ``profiles``. Raises CatalogueError."""
    fields = value.fields("departs_from", required=("profile", "contradicts"), optional=("drops",))
    base = fields["profile"].text("profile")
    if base not in profiles:
        fields["profile"].fail(f"there is no profile {base!r}; known are {', '.join(profiles)}")
    contradicted = _reasons(fields["contradicts"], catalogue=catalogue)
    dropped = _reasons(fields["drops"], catalogue=catalogue) if "drops" in fields else {}
    for id_ in dropped:
        if id_ in contradicted:
            fields["drops"].fail(f"{id_} is contradicted, so it need not be dropped")
    return Departure(base, contradicted, dropped)


def _reasons(value: Located, *, catalogue: Catalogue) -> dict[str, str]:
    reasons = {}
    for id_, reason in value.mapping("a list of requirements with reasons").items():
        if id_ not in catalogue:
            reason.fail(f"unknown requirement {id_!r}")
        reasons[id_] = reason.text("a reason")
    return reasons


def known(entry: Located, catalogue: Catalogue) -> Requirement:
    """The requirement that an entry names. Raises CatalogueError for one that is unknown, or that nothing tests."""
    requirement = catalogue.get(str(entry.value))
    if requirement is None:
        entry.fail(f"unknown requirement {entry.value!r}")
    if requirement.excluded:
        entry.fail(f"{requirement.id} is excluded from testing, so no profile can ask for it")
    return requirement
