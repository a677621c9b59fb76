"""Finds out in one play who else would have played the same, so that they need not.

The fake is deterministic: as long as two implementations decide alike, a scenario goes the same way with either. While
one of them plays, the others are its shadows: each decision that it or a shadow overrides is put to the shadow as well,
with the same arguments. The first different answer means that the shadow has to play the scenario itself; none means
that its result is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from podnet.reference import Reference
from podnet.reference.running import Running
from podnet.reference.selecting import Selecting

SHARED = ("inventory", "vpc", "podnetworkings")
"""What the reference is given at its installation and every decision may read."""
DECISIONS = tuple(
    name
    for part in (Selecting, Running)
    for name, value in vars(part).items()
    if callable(value) and not name.startswith("_")
)
HANDED_A_DECISION = frozenset({"after_update"})
"""Decisions that are handed another one as a function: a shadow's own must not be asked behind its back."""
INCIDENTAL = frozenset(
    {"name", "version", "features", "__init__", "__module__", "__doc__", "__dict__", "__weakref__", "__annotations__"}
    | {"__init_subclass__", "__subclasshook__"}
)
"""What may differ without any difference in what is done."""


def followed(kind: type) -> frozenset[str] | None:
    """The decisions that a class overrides; None if it differs in anything else, so that it must be played itself."""
    if not issubclass(kind, Reference) or any(hasattr(kind, name) for name in SHARED):
        return None
    differing = {
        name for name in dir(Reference) if getattr(kind, name) is not getattr(Reference, name, None)
    } - INCIDENTAL
    if not differing <= set(DECISIONS) or (differing & HANDED_A_DECISION and len(differing) > 1):
        return None
    return frozenset(differing)


@dataclass(frozen=True)
class Follower:
    """An implementation and the decisions that it takes otherwise; None if it can neither follow nor be followed."""

    factory: Callable[[], Any]
    decisions: frozenset[str] | None

    @classmethod
    def of(cls, factory: Callable[[], Any]) -> Follower:
        """The follower that a factory makes; one that cannot be made does not follow."""
        try:
            made = factory()
        except Exception:
            return cls(factory, None)
        own = vars(made).keys().isdisjoint(dir(Reference))
        return cls(factory, followed(type(made)) if own else None)


class Shadows:
    """Implementations that follow one play of another.

    ``parted``: by name, those that have decided otherwise so far, and at which question; -1 for one that cannot follow.
    Two can only be alike all through if they part from a third one at the same question.
    """

    def __init__(self, leader: Follower, followers: Mapping[str, Follower]) -> None:
        alone = leader.decisions is None
        self.parted = {name: -1 for name, one in followers.items() if alone or one.decisions is None}
        self._questions = 0
        self._leader = leader
        self._followers = followers
        self._shadows: dict[str, Any] = {}
        self._begun = False
        self._following: dict[str, dict[str, None]] = {name: {} for name in DECISIONS}
        self._listening = True
        self._silent: list[frozenset[str]] = []
        for name, one in followers.items():
            if leader.decisions is not None and one.decisions is not None:
                self._shadows[name] = one.factory()
                for decision in one.decisions | leader.decisions:
                    self._following[decision][name] = None

    def implementation(self) -> Any:
        """The one that plays, anew each time: what it knew is gone, and so is what its shadows knew.

        Raises whatever its factory raises.
        """
        made = self._leader.factory()
        if not self._shadows:
            return made
        if self._begun:
            self._shadows = {name: self._followers[name].factory() for name in self._shadows}
        self._begun = True
        made.__class__ = _watched_class(type(made))
        object.__setattr__(made, "_shadows", self)
        return made

    def share(self, name: str, value: Any) -> None:
        """Give the shadows what the one that plays has been given."""
        for shadow in self._shadows.values():
            setattr(shadow, name, value)

    def compare(self, decision: str, own: Callable[[], Any], *, ask: Callable[[Any], Any]) -> Any:
        """The ``own`` answer of the one that plays, after it was compared with that of every shadow it concerns."""
        self._questions += 1
        question, followers = self._questions, self._following[decision]
        if not self._listening or not followers:
            return own()
        asked = [name for name in followers if not any(name in silent for silent in self._silent)]
        # A shadow's answer stands for all that the one that plays asks itself on the way to its own.
        self._silent.append(frozenset(followers))
        try:
            answer = own()
        finally:
            self._silent.pop()
        self._listening = False
        try:
            for name in asked:
                if not _agrees(ask, self._shadows[name], answer):
                    self._part(name, question)
        finally:
            self._listening = True
        return answer

    def _part(self, name: str, question: int) -> None:
        self.parted[name] = question
        for followers in self._following.values():
            followers.pop(name, None)


def _agrees(ask: Callable[[Any], Any], shadow: Any, answer: Any) -> bool:
    try:
        return bool(ask(shadow) == answer)
    except Exception:  # whatever it raises, the one that plays does not
        return False


_WATCHED: dict[type, Any] = {}


def _watched_class(kind: type) -> Any:
    """The class with every decision watched; made once for each."""
    if kind not in _WATCHED:

        def share(self: Any, name: str, value: Any) -> None:
            object.__setattr__(self, name, value)
            if name in SHARED:
                self._shadows.share(name, value)

        decisions = {name: _watched(name, kind) for name in DECISIONS}
        _WATCHED[kind] = type(f"Watched{kind.__name__}", (kind,), {**decisions, "__setattr__": share})
    return _WATCHED[kind]


def _watched(decision: str, kind: type) -> Callable[..., Any]:
    inherited = getattr(kind, decision)

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        def ask(shadow: Any) -> Any:
            return getattr(shadow, decision)(*arguments, **named)

        shadows: Shadows = self._shadows
        return shadows.compare(decision, lambda: inherited(self, *arguments, **named), ask=ask)

    return method
