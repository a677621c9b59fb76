"""Pods that want to be near other pods, or far from them: required terms as filters, preferred ones as scores.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from podnet.api.objects import Obj, labels_of, namespace_of
from podnet.api.selectors import Requirement, Selector
from podnet.kube.scheduler.occupants import Alike
from podnet.kube.scheduler.refusal import Judge, Refusal
from podnet.kube.scheduler.snapshot import NodeState, Snapshot, selector_of

AFFINITY_RULES = Refusal(("node(s) didn't match pod affinity rules",), final=True)
ANTI_AFFINITY_RULES = Refusal(("node(s) didn't match pod anti-affinity rules",))
EXISTING_ANTI_AFFINITY_RULES = Refusal(("node(s) didn't satisfy existing pods anti-affinity rules",))

HARD_AFFINITY_WEIGHT = 1
"""What the required affinity of a pod that is there already counts in the score of one that it wants near."""

Field = Literal["podAffinity", "podAntiAffinity"]
Pair = tuple[str, str]
"""A topology key with one of its values: a domain."""


@dataclass(frozen=True)
class Term:
    """A PodAffinityTerm of the pod in ``home``; ``weight`` is 0 where it is required."""

    topology_key: str
    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector
    weight: int = 0

    @classmethod
    def of(cls, term: Obj, pod: Obj, *, weight: int = 0) -> Term:
        """The term as ``pod`` writes it. Without namespaces and a selector of them it means those of the pod itself."""
        namespaces = frozenset(term.get("namespaces") or ())
        if not namespaces and term.get("namespaceSelector") is None:
            namespaces = frozenset((namespace_of(pod),))
        return cls(
            str(term.get("topologyKey") or ""),
            _with_label_keys(selector_of(term.get("labelSelector")), term, labels_of(pod)),
            namespaces,
            selector_of(term.get("namespaceSelector")),
            weight,
        )

    def matches(self, pod: Obj, snapshot: Snapshot) -> bool:
        """Whether the term speaks of this pod."""
        return self.speaks_of(namespace_of(pod), labels_of(pod), snapshot=snapshot)

    def speaks_of(self, namespace: str, labels: Mapping[str, str], *, snapshot: Snapshot) -> bool:
        """Whether the term speaks of pods with these labels in a namespace."""
        return self.selector.matches(labels) and (
            namespace in self.namespaces or self.namespace_selector.matches(snapshot.namespace_labels(namespace))
        )


def _with_label_keys(selector: Selector, term: Obj, labels: Mapping[str, str]) -> Selector:
    """Add ``matchLabelKeys`` and ``mismatchLabelKeys``: the pod's own values of these labels."""
    added = [
        Requirement(key, operator, (labels[key],))
        for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in term.get(field) or ()
        if key in labels
    ]
    return Selector((*selector.requirements, *added), selector.nothing) if added else selector


def required_terms(pod: Obj, field: Field) -> Sequence[Term]:
    """The terms that scheduling must obey."""
    rules = _rules(pod, field)
    return [Term.of(term, pod) for term in rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ()]


def preferred_terms(pod: Obj, field: Field) -> Sequence[Term]:
    """The terms that scheduling should obey, with their weights (1 to 100)."""
    rules = _rules(pod, field)
    return [
        Term.of(item.get("podAffinityTerm") or {}, pod, weight=int(item.get("weight") or 0))
        for item in rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    ]


def _rules(pod: Obj, field: Field) -> Obj:
    affinity = (pod.get("spec") or {}).get("affinity") or {}
    return affinity.get(field) or {}


def pod_affinity(pod: Obj, snapshot: Snapshot) -> Judge | None:
    """Refuse nodes that are not near, or not far, enough; None if no pod has a say in this."""
    near, far = required_terms(pod, "podAffinity"), required_terms(pod, "podAntiAffinity")
    forbidden = _forbidden_pairs(pod, snapshot)
    if not near and not far and not forbidden:
        return None
    near_pairs = _domains(near, snapshot)
    far_pairs = set().union(*(_domains([term], snapshot) for term in far)) if far else set()
    near_keys, far_keys = {term.topology_key for term in near}, {term.topology_key for term in far}
    first_of_its_kind = bool(near) and not near_pairs and all(term.matches(pod, snapshot) for term in near)

    def judge(state: NodeState) -> Refusal | None:
        labels = state.labels
        if any(key not in labels for key in near_keys):
            return AFFINITY_RULES
        if not first_of_its_kind and any((key, labels[key]) not in near_pairs for key in near_keys):
            return AFFINITY_RULES
        if any(key in labels and (key, labels[key]) in far_pairs for key in far_keys):
            return ANTI_AFFINITY_RULES
        if any(labels.get(key) == value for key, value in forbidden):
            return EXISTING_ANTI_AFFINITY_RULES
        return None

    return judge


def _domains(terms: Sequence[Term], snapshot: Snapshot) -> set[Pair]:
    """The domains, by the keys of the terms, of the nodes with a pod of which all of them speak."""
    if not terms:
        return set()
    keys = {term.topology_key for term in terms}
    return {
        (key, state.labels[key])
        for state in snapshot.nodes
        if any(key in state.labels for key in keys)
        and any(_all_speak_of(terms, pods, snapshot) for pods in state.pods.alike)
        for key in keys
        if key in state.labels
    }


def _all_speak_of(terms: Sequence[Term], pods: Alike, snapshot: Snapshot) -> bool:
    return all(term.speaks_of(pods.namespace, pods.labels, snapshot=snapshot) for term in terms)


def _forbidden_pairs(pod: Obj, snapshot: Snapshot) -> set[Pair]:
    """The domains from which pods that are there already exclude this one."""
    return {
        (term.topology_key, state.labels[term.topology_key])
        for state in snapshot.nodes
        for other in state.pods.opinionated
        for term in required_terms(other, "podAntiAffinity")
        if term.topology_key in state.labels and term.matches(pod, snapshot)
    }


def pod_affinity_scores(pod: Obj, snapshot: Snapshot, states: Sequence[NodeState]) -> Sequence[int] | None:
    """Preferences of the pod, and of the pods that are there for it, from 0 to 100; None if there are none."""
    wishes = [
        *preferred_terms(pod, "podAffinity"),
        *(_negative(term) for term in preferred_terms(pod, "podAntiAffinity")),
    ]
    weights: Counter[Pair] = Counter()
    for state in snapshot.nodes:
        for term, times in (*_fulfilled(wishes, state, snapshot), *_wanted(pod, state, snapshot)):
            if term.topology_key in state.labels:
                weights[term.topology_key, state.labels[term.topology_key]] += term.weight * times
    if not weights:
        return None
    raw = [
        sum(weight for (key, value), weight in weights.items() if state.labels.get(key) == value) for state in states
    ]
    lowest, highest = min(raw), max(raw)
    if lowest == highest:
        return [0] * len(raw)
    return [(score - lowest) * 100 // (highest - lowest) for score in raw]


def _fulfilled(wishes: Sequence[Term], state: NodeState, snapshot: Snapshot) -> Iterable[tuple[Term, int]]:
    """The wishes of the new pod that pods on this node fulfil, and how many do."""
    for pods in state.pods.alike if wishes else ():
        for term in wishes:
            if term.speaks_of(pods.namespace, pods.labels, snapshot=snapshot):
                yield term, pods.count


def _wanted(pod: Obj, state: NodeState, snapshot: Snapshot) -> Iterable[tuple[Term, int]]:
    """The wishes of pods on this node that the new pod fulfils."""
    for other in state.pods.opinionated:
        for term in _wishes_of(other):
            if term.matches(pod, snapshot):
                yield term, 1


def _wishes_of(pod: Obj) -> Iterable[Term]:
    """What a pod that is there already wants of a new one; its required anti-affinity is a filter."""
    yield from (_weighted(term, HARD_AFFINITY_WEIGHT) for term in required_terms(pod, "podAffinity"))
    yield from preferred_terms(pod, "podAffinity")
    yield from (_negative(term) for term in preferred_terms(pod, "podAntiAffinity"))


def _negative(term: Term) -> Term:
    return _weighted(term, -term.weight)


def _weighted(term: Term, weight: int) -> Term:
    return Term(term.topology_key, term.selector, term.namespaces, term.namespace_selector, weight)
