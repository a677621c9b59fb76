"""Which requirement a wrong answer about selectors breaks: the mistake that explains everything that was seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from podnet.generated.oracle import Labels, applies, satisfied, selected
from podnet.generated.space import Selectors

Rule = Callable[[Selectors, Labels, Labels], bool]
"""Whether selectors take a pod: selectors, labels of the pod, labels of its namespace."""


@dataclass(frozen=True)
class Seen:
    """A pod of which is known whether it was on the PodNetworking."""

    labels: Labels
    namespace_labels: Labels
    taken: bool


def requirement_of(selectors: Selectors, seen: Iterable[Seen], *, among: Collection[str]) -> str:
    """The requirement that is broken where these pods were seen on, or not on, a PodNetworking with these selectors.

    One of ``among``, the requirements that the batch is about.
    """
    told = list(seen)
    for requirement, rule in MISTAKES:
        if (
            told
            and requirement in among
            and all(rule(selectors, one.labels, one.namespace_labels) is one.taken for one in told)
        ):
            return requirement
    return next(requirement for requirement in USUAL if requirement in among)


def _namespace_reads_both(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    return applies(selectors, pod=pod, namespace={**namespace, **pod})


def _pod_reads_both(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    return applies(selectors, pod={**namespace, **pod}, namespace=namespace)


def _either(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    alone = ({"podSelector": selectors.get("podSelector")}, {"namespaceSelector": selectors.get("namespaceSelector")})
    return any(applies(one, pod=pod, namespace=namespace) for one in alone)


def _only_pods(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    return applies({"podSelector": selectors.get("podSelector")}, pod=pod, namespace=namespace)


def _only_namespaces(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    return applies({"namespaceSelector": selectors.get("namespaceSelector")}, pod=pod, namespace=namespace)


def _any_label(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    return all(
        (not one.get("matchLabels") or any(labels.get(key) == value for key, value in one["matchLabels"].items()))
        and all(satisfied(entry, labels) for entry in one.get("matchExpressions") or ())
        for one, labels in ((selectors.get("podSelector"), pod), (selectors.get("namespaceSelector"), namespace))
        if one is not None
    )


def _not_in_default(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    return bool(namespace) and applies(selectors, pod=pod, namespace=namespace)


def _needs_pod_labels(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    return bool(pod) and applies(selectors, pod=pod, namespace=namespace)


def _only_labels(selectors: Selectors, pod: Labels, namespace: Labels) -> bool:
    pairs = ((selectors.get("podSelector"), pod), (selectors.get("namespaceSelector"), namespace))
    return all(
        selected({"matchLabels": one.get("matchLabels")} if one.get("matchLabels") else one, labels)
        for one, labels in pairs
        if one is not None
    )


MISTAKES: tuple[tuple[str, Rule], ...] = (
    ("SEL-8", _namespace_reads_both),
    ("SEL-8", _pod_reads_both),
    ("SEL-2", _only_pods),
    ("SEL-2", _only_namespaces),
    ("SEL-2", _either),
    ("SEL-5", _any_label),
    ("SEL-6", _only_labels),
    ("SEL-3", _not_in_default),
    ("SEL-4", _needs_pod_labels),
)
"""Ways to misread selectors, and the requirements that they break."""


USUAL = ("SEL-6", "SEL-7", "SEL-2", "SEL-1", "SEL-4")
"""What is broken where no mistake explains it: what the kind of selectors is there for."""
