"""Whether somebody else's PodNetworking could match a pod of the suite: asked before the suite creates anything.

The answer errs on one side only. Every label that a pod or a namespace of the run can have is among those that are
considered possible; some that none will have are among them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from podnet.api.label_syntax import value_problems
from podnet.api.podnetworking import PodNetworking
from podnet.api.selectors import Requirement, Selector

KEYS_OF_CONTROLLERS = frozenset(
    {
        "pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-name",
        "batch.kubernetes.io/job-completion-index",
        "controller-uid",
        "job-name",
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region",
    }
)
"""Labels that Kubernetes itself puts on pods; their values are nobody's choice."""


@dataclass(frozen=True)
class Possible:
    """Labels that objects can have: each key with any of its values, or without the key, independent of each other.

    ``words``: every key and value that somebody may write, in any combination. ``prefixed``: keys that are always
    there, with a value that begins so. ``free``: keys that may have any value. ``anything``: nothing is known.
    """

    words: frozenset[str] = frozenset()
    prefixed: Mapping[str, str] = field(default_factory=dict)
    free: frozenset[str] = frozenset()
    anything: bool = False

    def value(self, key: str, value: str) -> bool:
        """Whether an object can have this label."""
        if key in self.prefixed:
            return value.startswith(self.prefixed[key])
        if self.anything or key in self.free:
            return True
        return key in self.words and (not value or value in self.words)

    def witness(self, selector: Selector) -> Mapping[str, str] | None:
        """Labels, all of them possible, that the selector matches; None if there are none."""
        if selector.nothing:
            return None
        labels = {}
        for key in dict.fromkeys([*(one.key for one in selector.requirements), *self.prefixed]):
            wanted = [one for one in selector.requirements if one.key == key]
            options = self._options(key, wanted)
            found = next((one for one in options if all(each.matches(_only(key, one)) for each in wanted)), _NONE)
            if isinstance(found, _None):
                return None
            if found is not None:
                labels[key] = found
        return labels

    def _options(self, key: str, wanted: list[Requirement]) -> list[str | None]:
        """The values worth trying, None for no label: those that are named, and one that nobody names."""
        named = {value for one in wanted for value in one.values}
        values = [value for value in sorted(named) if self.value(key, value)]
        other = self._other(key, named)
        found: list[str | None] = [] if key in self.prefixed else [None]
        return [*found, *values, *([other] if other is not None else [])]

    def _other(self, key: str, named: set[str]) -> str | None:
        """A value that the label can have and nobody names."""
        if key in self.prefixed:
            return _new(self.prefixed[key], named)
        if self.anything or key in self.free:
            return _new("", named)
        possible = sorted(word for word in {"", *self.words} - named if not value_problems(word))
        return possible[0] if key in self.words and possible else None


class _None:
    """Stands for no option at all: None is the option to have no such label."""


_NONE = _None()


def _only(key: str, value: str | None) -> Mapping[str, str]:
    return {} if value is None else {key: value}


def _new(prefix: str, named: set[str]) -> str:
    return next(text for number in range(len(named) + 1) if (text := f"{prefix}x{number}") not in named)


@dataclass(frozen=True)
class Match:
    """Labels with which a pod and its namespace would be matched."""

    pod: Mapping[str, str]
    namespace: Mapping[str, str]


def could_match(podnetworking: PodNetworking, *, pods: Possible, namespaces: Possible) -> Match | None:
    """How it could match a pod of these labels in a namespace of those; None if it cannot."""
    if not podnetworking.selects:
        return None
    pod, namespace = pods.witness(podnetworking.pods), namespaces.witness(podnetworking.namespaces)
    return None if pod is None or namespace is None else Match(pod, namespace)
