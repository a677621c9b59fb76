"""Owners and what they own, at random: who goes when one of them is deleted, and who stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from podnet.api.client import Propagation
from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, NAMESPACES, NODES, SECRETS, Resource

HOLD = "example.com/hold"
MOST_DELETIONS = 2
NOBODY = "11111111-2222-3333-4444-555555555555"
KINDS: Mapping[str, Resource] = {"ConfigMap": CONFIG_MAPS, "Secret": SECRETS, "Node": NODES}
_POLICIES: tuple[Propagation | None, ...] = (None, "Background", "Foreground", "Orphan")


@dataclass(frozen=True)
class Thing:
    """An object; ``place`` is empty for one without a namespace."""

    name: str
    kind: str
    place: str

    @property
    def resource(self) -> Resource:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Owning:
    """``what`` gets a reference to ``owner``; ``broken`` says how the reference is wrong."""

    what: Thing
    owner: Thing
    blocks: bool
    controls: bool
    broken: Literal["", "uid", "name", "kind"] = ""

    def reference(self, uid: str) -> Obj:
        """The owner reference."""
        version, kind = self.owner.resource.api_version, self.owner.kind
        name = self.owner.name if self.broken != "name" else "nobody"
        found: Obj = {"apiVersion": version, "kind": kind, "name": name, "uid": NOBODY if self.broken == "uid" else uid}
        if self.broken == "kind":
            found |= {"apiVersion": "example.com/v1", "kind": "Unknown", "uid": NOBODY}
        if self.blocks:
            found["blockOwnerDeletion"] = True
        if self.controls:
            found["controller"] = True
        return found


@dataclass(frozen=True)
class Graph:
    """Things that are tied to each other, some of them held; the ``deletions``; a place that ``ends`` after these."""

    places: tuple[str, str]
    things: tuple[Thing, ...]
    ties: tuple[Owning, ...]
    held: tuple[Thing, ...]
    deletions: tuple[tuple[Thing, Propagation | None], ...]
    ends: str


def graph(number: int) -> Graph:
    """The graph of this number, in two namespaces of its own."""
    random = Random(f"garbage {number}")
    places = (f"garbage-{number}-a", f"garbage-{number}-b")
    things = tuple(_thing(random, places, f"garbage-{number}-{index}") for index in range(random.randint(3, 7)))
    # Whether dependents that do not block go or stay when their owner goes first is a race of a real collector.
    blocking = random.random() < 0.5
    policies = _POLICIES if blocking else tuple(policy for policy in _POLICIES if policy != "Foreground")
    ties: list[Owning] = []
    for index, thing in enumerate(things):
        controlled = False
        for owner in random.sample(things, random.choice((0, 1, 1, 1, 2, 2))):
            if owner is thing or (things.index(owner) > index and random.random() < 0.7):
                continue  # cycles are rare
            controls = not controlled and random.random() < 0.5
            controlled = controlled or controls
            broken = random.choice(("uid", "name", "kind")) if random.random() < 0.12 else ""
            ties.append(
                Owning(thing, owner, blocks=blocking or random.random() < 0.5, controls=controls, broken=broken)
            )
    held = tuple(thing for thing in things if random.random() < 0.25)
    doomed = random.sample(things, random.randint(1, MOST_DELETIONS))
    deletions = tuple((thing, random.choice(policies)) for thing in doomed)
    ends = random.choice(places) if random.random() < 0.4 else ""
    return Graph(places, things, tuple(ties), held, deletions, ends)


def _thing(random: Random, places: tuple[str, str], name: str) -> Thing:
    kind = random.choice(("ConfigMap", "ConfigMap", "Secret", "Node"))
    return Thing(name, kind, "" if kind == "Node" else random.choice((places[0], places[0], places[1])))


RESOURCES = (CONFIG_MAPS, SECRETS, NODES, NAMESPACES)
