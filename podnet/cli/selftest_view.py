"""What ``podnet selftest`` shows: everything that is not as it should be by name, and the figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click

from podnet.selftest.outcome import Outcome, without_killer
from podnet.selftest.rounds import Round
from podnet.suite.catalogue import Catalogue

WORDS = {
    "survived": "SURVIVED",
    "misblamed": "KILLED FOR SOMETHING ELSE",
    "changed": "NOT AS THE MATRIX SAYS",
    "unstable": "DIFFERENT WITH ANOTHER SEED",
    "false alarm": "FALSE ALARM",
    "errored": "ERRORED",
}


@dataclass(frozen=True)
class Selftest:
    """A whole self-test. ``requirements``: those that need a killer; ``seconds`` on the wall clock."""

    rounds: tuple[Round, ...]
    requirements: tuple[str, ...]
    catalogue: Catalogue
    seconds: float

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of every miniature under every profile."""
        return tuple(outcome for one in self.rounds for outcome in one.outcomes)

    @cached_property
    def unguarded(self) -> tuple[str, ...]:
        """The requirements without a killer, in the order of the catalogue."""
        ids = [one.id for one in self.catalogue if one.id in self.requirements]
        return without_killer(ids, self.outcomes)

    @cached_property
    def reference_failed(self) -> tuple[str, ...]:
        """What the reference was found to violate, or came to no verdict about."""
        told = [told for one in self.rounds for told in one.reference.values()]
        return tuple(sorted({text for one in told for text in (*one.failed, *one.errored)}))

    @cached_property
    def good(self) -> bool:
        """Whether everything is as it should be."""
        return all(one.good for one in self.outcomes) and not self.unguarded and not self.reference_failed

    def count(self, *kinds: str) -> Counter[str]:
        """Judgements by how often they were passed, over miniatures of these kinds."""
        return Counter(one.judgement for one in self.outcomes if one.miniature.kind in kinds)


def render(selftest: Selftest, *, colour: bool) -> str:
    """The whole as text."""
    return "\n".join(_lines(selftest, colour=colour))


def _lines(selftest: Selftest, *, colour: bool) -> Iterator[str]:
    for one in selftest.outcomes:
        if not one.good:
            yield from _complaint(one, colour=colour)
    for text in selftest.reference_failed:
        yield _red(f"THE REFERENCE FAILED  {text}", colour=colour)
    for id_ in selftest.unguarded:
        yield _red(f"WITHOUT A KILLER  {id_}: {selftest.catalogue.get(id_).text}", colour=colour)  # type: ignore[union-attr]  # it comes from there
    wrong, legal, dialects = selftest.count("wrong"), selftest.count("legal"), selftest.count("dialect")
    alone = sum(one.good and one.found == (one.miniature.breaks,) for one in selftest.outcomes)
    yield f"wrong           {wrong.total()}: {_counts(wrong)}; {alone} of them for the declared requirement alone"
    yield f"legal           {legal.total()}: {_counts(legal)}"
    if dialects:
        yield f"dialects        {dialects.total()}: {_counts(dialects)}"
    if selftest.requirements:
        killed = len(selftest.requirements) - len(selftest.unguarded)
        yield f"requirements    {len(selftest.requirements)}: {killed} with a killer, {len(selftest.unguarded)} without"
    yield from map(_plays, selftest.rounds)
    yield f"took            {selftest.seconds:.1f} s"
    yield "self-test       " + ("passed" if selftest.good else _red("failed", colour=colour))


def _plays(one: Round) -> str:
    seeds = len(one.outcomes[0].told)
    with_seeds = f", {seeds} seeds" if seeds > 1 else ""
    possible = len(one.outcomes) * one.scenarios * seeds
    return f"plays           {one.profile}: {one.plays} stand for {possible} ({one.scenarios} scenarios{with_seeds})"


def _complaint(one: Outcome, *, colour: bool) -> Iterator[str]:
    miniature = one.miniature
    yield _red(f"{WORDS[one.judgement]}  {miniature.name} ({one.profile})", colour=colour)
    yield f"    {miniature.breaks or miniature.kind}: {miniature.sentence}"
    yield f"    {miniature.path}:{miniature.line}"
    if one.judgement == "errored":
        yield from (f"    {text}" for text in sorted({text for told in one.told.values() for text in told.errored})[:5])
        return
    yield f"    expected: {', '.join(one.expected) or 'nothing'}"
    found = dict.fromkeys(told.failed for told in one.told.values())
    yield f"    found:    {' | '.join(', '.join(row) or 'nothing' for row in found)}"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in counter.most_common())


def _red(text: str, *, colour: bool) -> str:
    return click.style(text, fg="red") if colour else text


def as_json(selftest: Selftest) -> str:
    """The whole as JSON: ``miniatures``, ``unguarded``, ``reference_failed``, ``rounds``, ``seconds``, ``passed``."""
    told: dict[str, Any] = {
        "passed": selftest.good,
        "seconds": round(selftest.seconds, 1),
        "reference_failed": selftest.reference_failed,
        "unguarded": selftest.unguarded,
        "rounds": [{"profile": one.profile, "scenarios": one.scenarios, "plays": one.plays} for one in selftest.rounds],
        "miniatures": [
            {
                "name": one.miniature.name,
                "kind": one.miniature.kind,
                "breaks": one.miniature.breaks,
                "profile": one.profile,
                "judgement": one.judgement,
                "expected": one.expected,
                "failed": {str(seed): told.failed for seed, told in one.told.items()},
                "undecided": {str(seed): told.undecided for seed, told in one.told.items()},
                "errored": {str(seed): told.errored for seed, told in one.told.items() if told.errored},
            }
            for one in selftest.outcomes
        ],
    }
    return json.dumps(told, indent=2)
