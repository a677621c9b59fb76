"""Finds the few PodNetworkings that could match a pod among thousands, so that admission takes as long with any number.

It narrows down and decides nothing: what it returns still has to be matched.
"""

from __future__ import annotations

from collections.abc import Mapping

from podnet.api.podnetworking import PodNetworking

Label = tuple[str, str, str]
"""Whose label (``pod`` or ``namespace``), its key and its value."""


class Lookup:
    """PodNetworkings by a label without which they match nobody. ``at`` keeps the order in which they were added."""

    def __init__(self) -> None:
        self._serial = 0
        self._at: dict[str, tuple[int, PodNetworking, tuple[Label, ...]]] = {}
        self._by_label: dict[Label, dict[str, None]] = {}
        self._others: dict[str, None] = {}

    def put(self, podnetworking: PodNetworking) -> None:
        """Add one, or replace the one of its name, which keeps its place in the order."""
        name = podnetworking.name
        known = self._at.get(name)
        self.remove(name)
        if known is None:
            self._serial += 1
        labels = self._rarest(podnetworking)
        self._at[name] = (known[0] if known else self._serial, podnetworking, labels)
        if not labels:
            self._others[name] = None
        for label in labels:
            self._by_label.setdefault(label, {})[name] = None

    def remove(self, name: str) -> None:
        """Forget the one of this name, if there is one."""
        known = self._at.pop(name, None)
        self._others.pop(name, None)
        for label in known[2] if known else ():
            names = self._by_label[label]
            del names[name]
            if not names:
                del self._by_label[label]

    def plausible(
        self, *, pod_labels: Mapping[str, str], namespace_labels: Mapping[str, str]
    ) -> tuple[PodNetworking, ...]:
        """All that could match a pod with these labels, in the order in which they were added, and perhaps others."""
        names = dict(self._others)
        for whose, labels in (("pod", pod_labels), ("namespace", namespace_labels)):
            for key, value in labels.items():
                names.update(self._by_label.get((whose, key, value)) or {})
        return tuple(found[1] for found in sorted((self._at[name] for name in names), key=lambda item: item[0]))

    def _rarest(self, podnetworking: PodNetworking) -> tuple[Label, ...]:
        """Labels of which a pod or its namespace must have one; of several such sets that which fewest others have."""
        sets = [
            tuple((whose, requirement.key, value) for value in requirement.values)
            for whose, selector in (("pod", podnetworking.pods), ("namespace", podnetworking.namespaces))
            for requirement in selector.requirements
            if requirement.operator == "In"
        ]
        return min(sets, key=self._crowd, default=())

    def _crowd(self, labels: tuple[Label, ...]) -> int:
        return sum(1 + len(self._by_label.get(label, ())) for label in labels)
