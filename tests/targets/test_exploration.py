"""Every order that can make a difference is played, on small machines whose orders are all known."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.kube.recording import Footprint
from podnet.targets.exploration import Diverged, Exploration, Prescribed, Redundant

THINGS = "xyz"
Outcome = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Piece:
    """Reads and writes things when it is done, and wakes others; woken twice before its turn, it is done once."""

    reads: frozenset[str]
    writes: frozenset[str]
    wakes: frozenset[str]


@dataclass
class Machine:
    """Pieces of work that begin ready or are woken. Who wrote a thing after having read what: that is the outcome."""

    pieces: dict[str, Piece]
    ready: list[str]

    def __post_init__(self) -> None:
        self.state = {thing: (thing,) for thing in THINGS}
        self.left = dict.fromkeys(self.pieces, 2)  # so that what wakes each other comes to an end
        self.memory: dict[str, tuple[object, ...]] = dict.fromkeys(self.pieces, ())

    def copy(self) -> Machine:
        twin = Machine(self.pieces, list(self.ready))
        twin.state, twin.left, twin.memory = dict(self.state), dict(self.left), dict(self.memory)
        return twin

    def do(self, name: str) -> Footprint:
        piece = self.pieces[name]
        self.ready.remove(name)
        self.left[name] -= 1
        seen = tuple(self.state[thing] for thing in sorted(piece.reads))
        self.memory[name] = (*self.memory[name], seen)
        for thing in sorted(piece.writes):
            self.state[thing] = (name, *map(str, self.memory[name]))
        for woken in sorted(piece.wakes):
            if woken not in self.ready and self.left[woken]:
                self.ready.append(woken)
        return Footprint(
            frozenset({*piece.reads, *(("task", woken) for woken in piece.wakes)}),
            frozenset({*piece.writes, ("task", name)}),
        )

    @property
    def outcome(self) -> object:
        return (tuple(sorted(self.state.items())), tuple(sorted(self.memory.items())))


def all_outcomes(machine: Machine) -> Iterator[object]:
    if not machine.ready:
        yield machine.outcome
    for name in machine.ready:
        twin = machine.copy()
        twin.do(name)
        yield from all_outcomes(twin)


def play(machine: Machine, turns: Exploration | Prescribed) -> object:
    while machine.ready:
        name = turns.choose(machine.ready)
        turns.done(machine.do(str(name)))
    return machine.outcome


def explored(machine: Machine) -> tuple[list[object], list[tuple[int, ...]]]:
    exploration, outcomes, schedules = Exploration(), [], []
    more = True
    while more:
        try:
            outcomes.append(play(machine.copy(), exploration))
        except Redundant:
            pass
        else:
            schedules.append(exploration.schedule)
        more = exploration.another()
    assert exploration.complete == len(outcomes)
    return outcomes, schedules


names = st.sampled_from("abcd")
some = st.frozensets(st.sampled_from(THINGS), max_size=2)
pieces = st.fixed_dictionaries(
    {name: st.builds(Piece, some, some, st.frozensets(names, max_size=1)) for name in "abcd"}
)


@settings(max_examples=150, deadline=None)
@given(pieces, st.lists(names, min_size=1, max_size=3, unique=True))
def test_every_outcome_is_reached(work: dict[str, Piece], ready: list[str]) -> None:
    machine = Machine(work, ready)
    outcomes, schedules = explored(machine)
    assert set(outcomes) == set(all_outcomes(machine))
    assert len(set(schedules)) == len(schedules)


@settings(max_examples=50, deadline=None)
@given(pieces, st.lists(names, min_size=1, max_size=3, unique=True))
def test_a_schedule_leads_to_the_same_outcome_again(work: dict[str, Piece], ready: list[str]) -> None:
    machine = Machine(work, ready)
    outcomes, schedules = explored(machine)
    for outcome, schedule in zip(outcomes, schedules, strict=True):
        assert play(machine.copy(), Prescribed(schedule)) == outcome


def machine_of(**pieces: tuple[str, str, str]) -> Machine:
    work = {name: Piece(*(frozenset(part) for part in parts)) for name, parts in pieces.items()}
    return Machine(work, [name for name in work if not any(name in piece.wakes for piece in work.values())])


def test_work_that_touches_nothing_in_common_is_played_in_one_order() -> None:
    machine = machine_of(a=("", "x", ""), b=("", "y", ""), c=("", "z", ""))
    assert len(explored(machine)[0]) == 1


def test_readers_are_not_ordered_among_themselves() -> None:
    machine = machine_of(a=("x", "y", ""), b=("x", "z", ""))
    assert len(explored(machine)[0]) == 1


def test_work_that_all_cares_for_the_same_is_played_in_every_order() -> None:
    machine = machine_of(a=("x", "x", ""), b=("x", "x", ""), c=("x", "x", ""), d=("x", "x", ""))
    assert len(explored(machine)[0]) == 24


def test_two_chains_are_interleaved_in_every_way() -> None:
    machine = machine_of(a=("x", "x", "b"), b=("x", "x", ""), c=("x", "x", "d"), d=("x", "x", ""))
    assert len(explored(machine)[0]) == 6


def test_somebody_who_does_not_work_by_the_order_alone_is_found_out() -> None:
    exploration = Exploration()
    first: list[Hashable] = ["a", "b"]
    for name in (exploration.choose(first), exploration.choose(["b"])):
        exploration.done(Footprint(frozenset(), frozenset({"x", ("task", name)})))
    assert exploration.another()
    with pytest.raises(Diverged, match="found"):
        exploration.choose(["a", "c"])


def test_a_schedule_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Diverged, match="number 2 of 2"):
        Prescribed([2]).choose(["a", "b"])


def test_beyond_the_end_of_a_schedule_the_first_comes_next() -> None:
    turns = Prescribed([1])
    assert [turns.choose(["a", "b"]), turns.choose(["a", "b"]), turns.choose(["b"])] == ["b", "a", "b"]
