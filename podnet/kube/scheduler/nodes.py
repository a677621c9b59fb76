"""What a pod asks of one node by itself (taints, labels, name), which the DaemonSet controller must know as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from podnet.api.objects import Obj, labels_of, name_of
from podnet.api.selectors import Requirement

HARD_EFFECTS = frozenset({"NoSchedule", "NoExecute"})


def tolerates(toleration: Obj, taint: Obj) -> bool:
    """Whether one toleration covers one taint.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")


def tolerated(taint: Obj, tolerations: Iterable[Obj]) -> bool:
    """Whether any of the tolerations covers the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)


def untolerated_taint(
    taints: Iterable[Obj], tolerations: Sequence[Obj], *, effects: frozenset[str] = HARD_EFFECTS
) -> Obj | None:
    """The first taint with one of the effects that nothing tolerates."""
    for taint in taints:
        if taint.get("effect") in effects and not tolerated(taint, tolerations):
            return taint
    return None


@dataclass(frozen=True)
class NodeTerm:
    """A NodeSelectorTerm: all expressions (on labels) and all fields (on ``metadata.name``) must hold.

    A term without any requirement matches no node.
    """

    expressions: tuple[Requirement, ...] = ()
    fields: tuple[Requirement, ...] = ()

    @classmethod
    def of(cls, term: Obj) -> NodeTerm:
        """The term as the API writes it."""
        return cls(_requirements(term.get("matchExpressions")), _requirements(term.get("matchFields")))

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing, which means that it matches nothing."""
        return not self.expressions and not self.fields

    def matches(self, node: Obj) -> bool:
        """Whether the node satisfies the term."""
        labels = labels_of(node)
        return (
            not self.empty
            and all(requirement.matches(labels) for requirement in self.expressions)
            and (not self.fields or self._fields_match(node))
        )

    def _fields_match(self, node: Obj) -> bool:
        fields = {"metadata.name": name_of(node)}
        return all(requirement.matches(fields) for requirement in self.fields)

    def names(self) -> frozenset[str] | None:
        """The only node names that can match, if the term pins names; None if it does not."""
        pinned = [frozenset(item.values) for item in self.fields if item.operator == "In"]
        return frozenset.intersection(*pinned) if pinned else None


def _requirements(expressions: Sequence[Obj] | None) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(item["key"], item["operator"], tuple(item.get("values") or ())) for item in expressions or ()
    )


@dataclass(frozen=True)
class NodeRequirement:
    """``spec.nodeSelector`` and the required node affinity of a pod; ``terms`` is None where it has no affinity.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
    """

    labels: tuple[tuple[str, str], ...] = ()
    terms: tuple[NodeTerm, ...] | None = None

    @classmethod
    def of(cls, pod: Obj) -> NodeRequirement:
        """What this pod requires."""
        spec = pod.get("spec") or {}
        required = _node_affinity(pod).get("requiredDuringSchedulingIgnoredDuringExecution")
        terms = None
        if required is not None:
            terms = tuple(NodeTerm.of(term) for term in required.get("nodeSelectorTerms") or ())
        return cls(tuple((spec.get("nodeSelector") or {}).items()), terms)

    @property
    def empty(self) -> bool:
        """Whether every node will do."""
        return not self.labels and self.terms is None

    def matches(self, node: Obj) -> bool:
        """Whether the node satisfies the selector and one of the terms."""
        labels = labels_of(node)
        if any(labels.get(key) != value for key, value in self.labels):
            return False
        return self.terms is None or any(term.matches(node) for term in self.terms)

    def names(self) -> frozenset[str] | None:
        """The only node names that can match, if every term pins names; None if one does not."""
        names: frozenset[str] = frozenset()
        for term in self.terms or ():
            pinned = term.names()
            if pinned is None:
                return None
            names |= pinned
        return names if self.terms else None


def preferred_node_terms(pod: Obj) -> Sequence[tuple[int, NodeTerm]]:
    """The preferred node affinity of a pod: weights (1 to 100) with their terms; empty terms prefer nothing."""
    preferred = _node_affinity(pod).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    terms = ((int(item.get("weight") or 0), NodeTerm.of(item.get("preference") or {})) for item in preferred)
    return [(weight, term) for weight, term in terms if weight and not term.empty]


def _node_affinity(pod: Obj) -> Obj:
    affinity = (pod.get("spec") or {}).get("affinity") or {}
    return affinity.get("nodeAffinity") or {}
