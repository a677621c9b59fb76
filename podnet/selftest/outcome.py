"""Compares what the suite says of each miniature with the kill matrix and with what the miniature says of itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from podnet.report.model import RequirementResult, ScenarioResult
from podnet.report.verdict import requirement_verdict, with_roots
from podnet.selftest.matrix import Matrix, Row
from podnet.suite.catalogue import Catalogue
from podnet.suite.miniatures import Miniature
from podnet.suite.presuppositions import Presuppositions

Judgement = Literal["killed", "survived", "misblamed", "passed", "false alarm", "errored", "unstable", "changed"]
GOOD: frozenset[Judgement] = frozenset({"killed", "passed"})


@dataclass(frozen=True)
class Told:
    """What a run said of one player: what failed, what is undecided because of that, and which scenarios broke down."""

    failed: Row
    undecided: Row
    errored: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one miniature under one profile. ``told`` is by seed, ``expected`` is the row of the matrix."""

    miniature: Miniature
    profile: str
    expected: Row
    told: Mapping[int, Told]
    judgement: Judgement

    @property
    def good(self) -> bool:
        """Whether the suite does with it what it should."""
        return self.judgement in GOOD

    @property
    def found(self) -> Row:
        """Every requirement that failed with any seed."""
        return tuple(sorted({id_ for told in self.told.values() for id_ in told.failed}))


def told_of(results: Iterable[ScenarioResult], *, catalogue: Catalogue, presuppositions: Presuppositions) -> Told:
    """The verdicts of a run, by the same arithmetic as in a report."""
    states: dict[str, list[ScenarioResult]] = {}
    violated: set[str] = set()
    errored = []
    for result in results:
        for id_ in result.requirements:
            states.setdefault(id_, []).append(result)
        violated |= {finding.requirement for finding in result.findings}
        if result.state == "errored":
            message = result.failure.message if result.failure else ""
            errored.append(f"{result.path}:{result.line}: {message}")
    verdicts = with_roots(
        [
            RequirementResult(
                id=one.id,
                level=one.level,
                feature=one.feature,
                scored=True,
                verdict=requirement_verdict(
                    [result.state for result in states.get(one.id, ())],
                    level=one.level,
                    violated=one.id in violated,
                    excluded=bool(one.excluded),
                ),
                presupposes=presuppositions.get(one.id, ()),
            )
            for one in catalogue
        ]
    )
    return Told(
        failed=tuple(sorted(one.id for one in verdicts if one.verdict in ("failed", "warned"))),
        undecided=tuple(sorted(one.id for one in verdicts if one.verdict == "undecided")),
        errored=tuple(errored),
    )


def outcome_of(miniature: Miniature, *, profile: str, told: Mapping[int, Told], matrix: Matrix) -> Outcome:
    """What became of a miniature."""
    expected = matrix.row(profile, miniature.name)
    judgement = _judgement(miniature, profile=profile, told=list(told.values()), expected=expected)
    return Outcome(miniature, profile, expected, told, judgement)


def _judgement(miniature: Miniature, *, profile: str, told: Sequence[Told], expected: Row) -> Judgement:
    if any(one.errored for one in told):
        return "errored"
    if any(one.failed != told[0].failed for one in told):
        return "unstable"
    failed = told[0].failed
    if miniature.kind == "legal" or miniature.profile == profile:
        return "false alarm" if failed else "passed"
    if not failed:
        return "survived"
    if miniature.kind == "wrong" and miniature.breaks not in failed:
        return "misblamed"
    if failed != expected:
        return "changed"
    return "killed"


def without_killer(ids: Collection[str], outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """The requirements that no wrong miniature which declares them is rejected for."""
    killed = {one.miniature.breaks for one in outcomes if one.miniature.breaks in one.found}
    return tuple(id_ for id_ in ids if id_ not in killed)
