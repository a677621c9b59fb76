"""What a run is going to create, as far as its scenarios tell before they are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Foreseen:
    """``words``: all words of the scenarios, so that no label of theirs has another key or value.

    ``podnetworkings``: the names that they may get, ``families`` what the names of others begin with. ``namespaces``:
    the scenarios' own names. ``counts``: how many objects of a kind are created in all, at least. ``unknown``: some
    scenarios do not tell beforehand.
    """

    words: frozenset[str] = frozenset()
    podnetworkings: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    scenarios: int = 0
    unknown: bool = False

    def names(self, podnetworking: str) -> bool:
        """Whether a PodNetworking of the suite may be called so."""
        family = podnetworking.rpartition("-")[0]
        return podnetworking in self.podnetworkings or family in self.families
