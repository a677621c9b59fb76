"""The requirements of the document as data, so that a tag, a verdict and a failure text all name the same promise."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, cast, get_args

from podnet.suite.located import CatalogueError, Located, read_yaml

Level = Literal["MUST", "MUST-d", "SHOULD", "MAY", "ARB", "PRE", "NS", "UNDEF"]
"""MUST: stated; MUST-d: follows from what is stated; SHOULD, MAY: as usual; ARB: said to be arbitrary;
PRE: a prerequisite on the environment or the user; NS: said to be not supported; UNDEF: the document is silent."""

Observation = Literal[
    "api", "annotations", "vswitch", "security-groups", "zone", "ip", "phase", "nodes", "capacity", "diagnostics"
]
"""What must be visible for a requirement to be judged. ``api``: the resource itself; ``capacity``: idle addresses, or
that they can be used up and come back; ``diagnostics``: what the suite itself prints."""

CORE = "core"
ID = re.compile(r"[A-Z]{2,4}-[1-9]\d*|T(?:-[A-Z]{2,})+")
"""Those of the document are numbered (SEL-2), those of the dialect of Terway are named (T-SG-ALL)."""
AMBIGUITY = re.compile(r"A-[1-9]\d*")
FEATURE = re.compile(r"[A-Z][A-Za-z0-9]*")


@dataclass(frozen=True)
class Requirement:
    """One statement of the document, or of a dialect.

    ``quote`` is verbatim (white space folded) from ``lines`` of the document; a statement of a dialect names ``files``
    of its source instead. ``feature`` is ``core`` or the name of the optional feature that it belongs to. ``excluded``
    says why no scenario can or should test it; empty if one can. ``dialect`` is the profile that alone knows it, empty
    for the document's own.
    """

    id: str
    level: Level
    text: str
    lines: tuple[int, ...]
    quote: str
    observe: tuple[Observation, ...]
    feature: str
    area: str
    ambiguity: tuple[str, ...] = ()
    note: str = ""
    excluded: str = ""
    files: tuple[str, ...] = ()
    dialect: str = ""

    @property
    def prefix(self) -> str:
        """The part of the id before the number: ``SEL``."""
        return self.id.partition("-")[0]


@dataclass(frozen=True)
class Catalogue:
    """All requirements, in the order of the document's areas."""

    requirements: tuple[Requirement, ...]

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self.requirements)

    def __len__(self) -> int:
        return len(self.requirements)

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    @cached_property
    def _by_id(self) -> Mapping[str, Requirement]:
        return {requirement.id: requirement for requirement in self.requirements}

    def get(self, id: str) -> Requirement | None:
        """The requirement of this id, or None."""
        return self._by_id.get(id)

    def select(self, selector: str) -> tuple[Requirement, ...]:
        """The requirement of this id, or all whose ids have this prefix (``SEL``); empty if there is none."""
        if selector in self._by_id:
            return (self._by_id[selector],)
        return tuple(requirement for requirement in self.requirements if requirement.prefix == selector)

    @cached_property
    def digest(self) -> str:
        """``sha256:`` and the hexadecimal digest of the content; formatting and comments do not count."""
        content = json.dumps([asdict(requirement) for requirement in self.requirements], sort_keys=True)
        return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


def load_catalogue(directory: Path) -> Catalogue:
    """Read every ``*.yaml`` of the directory. Raises CatalogueError (``file:line: message``)."""
    areas: dict[int, tuple[Located, tuple[Requirement, ...]]] = {}
    seen: dict[str, Path] = {}
    for path in sorted(directory.glob("*.yaml")):
        area = read_yaml(path).fields("an area", required=("title", "position", "requirements"), optional=("dialect",))
        title, position = area["title"].text("title"), area["position"].number("position")
        dialect = area["dialect"].text("dialect") if "dialect" in area else ""
        if position in areas:
            area["position"].fail(f"position {position} is taken by {areas[position][0].path.name}")
        requirements = []
        for entry in area["requirements"].items("requirements"):
            requirement = _requirement(entry, area=title, dialect=dialect)
            if requirement.id in seen:
                entry.fail(f"{requirement.id} is in {seen[requirement.id].name} already")
            seen[requirement.id] = path
            requirements.append(requirement)
        areas[position] = (area["position"], tuple(requirements))
    if not areas:
        raise CatalogueError("holds no requirements (*.yaml)", path=directory)
    return Catalogue(tuple(entry for position in sorted(areas) for entry in areas[position][1]))


def _requirement(entry: Located, *, area: str, dialect: str) -> Requirement:
    fields = entry.fields(
        "a requirement",
        required=("id", "level", "text", "source", "observe", "feature"),
        optional=("ambiguity", "note", "excluded"),
    )
    source = fields["source"].fields("source", required=("files",) if dialect else ("lines", "quote"))
    return Requirement(
        id=_matching(fields["id"], ID, "an id (SEL-2)"),
        level=cast("Level", _one_of(fields["level"], get_args(Level), "level")),
        text=fields["text"].text("text"),
        lines=tuple(line.number("a line") for line in source["lines"].items("lines")) if "lines" in source else (),
        quote=source["quote"].text("quote") if "quote" in source else "",
        observe=cast(
            "tuple[Observation, ...]",
            tuple(_one_of(word, get_args(Observation), "observe") for word in fields["observe"].items("observe")),
        ),
        feature=_feature(fields["feature"]),
        area=area,
        ambiguity=_ambiguities(fields.get("ambiguity")),
        note=fields["note"].text("note") if "note" in fields else "",
        excluded=fields["excluded"].text("excluded") if "excluded" in fields else "",
        files=tuple(file.text("a file") for file in source["files"].items("files")) if "files" in source else (),
        dialect=dialect,
    )


def _feature(value: Located) -> str:
    return CORE if value.value == CORE else _matching(value, FEATURE, f"{CORE} or a feature (MatchExpressions)")


def _ambiguities(value: Located | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(_matching(word, AMBIGUITY, "an ambiguity (A-7)") for word in value.items("ambiguity"))


def _matching(value: Located, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(value.value, str) or not pattern.fullmatch(value.value):
        value.fail(f"{value.value!r} is not {what}")
    return value.value


def _one_of(value: Located, known: tuple[str, ...], what: str) -> str:
    if value.value not in known:
        value.fail(f"{what} {value.value!r} is unknown; known are {', '.join(known)}")
    return cast("str", value.value)
