"""Even spreading of pods over domains: ``topologySpreadConstraints`` as a filter and as a score.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log

from podnet.api.names import HOSTNAME, TOPOLOGY_ZONE
from podnet.api.objects import Obj, labels_of, namespace_of
from podnet.api.selectors import Requirement, Selector
from podnet.kube.scheduler.nodes import NodeRequirement, untolerated_taint
from podnet.kube.scheduler.refusal import Judge, Refusal
from podnet.kube.scheduler.snapshot import NodeState, Snapshot, selector_of, tolerations_of

CONSTRAINTS = Refusal(("node(s) didn't match pod topology spread constraints",))
MISSING_LABEL = Refusal(("node(s) didn't match pod topology spread constraints (missing required label)",), final=True)


@dataclass(frozen=True)
class Constraint:
    """One entry of ``topologySpreadConstraints``, with ``matchLabelKeys`` made part of the selector."""

    max_skew: int
    topology_key: str
    selector: Selector
    min_domains: int = 1
    honor_affinity: bool = True
    honor_taints: bool = False

    @classmethod
    def of(cls, constraint: Obj, pod: Obj) -> Constraint:
        """The constraint as ``pod`` writes it."""
        selector, labels = selector_of(constraint.get("labelSelector")), labels_of(pod)
        added = [
            Requirement(key, "In", (labels[key],)) for key in constraint.get("matchLabelKeys") or () if key in labels
        ]
        return cls(
            int(constraint.get("maxSkew") or 1),
            str(constraint.get("topologyKey") or ""),
            Selector((*selector.requirements, *added), selector.nothing),
            int(constraint.get("minDomains") or 1),
            constraint.get("nodeAffinityPolicy", "Honor") != "Ignore",
            constraint.get("nodeTaintsPolicy", "Ignore") == "Honor",
        )


class _Counts:
    """How many pods of a namespace a selector selects on a node; those that are leaving do not count.

    With an empty selector, which selects every pod, upstream counts none.
    """

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._known: dict[tuple[int, str], int] = {}

    def count(self, selector: Selector, state: NodeState) -> int:
        if not selector.requirements:
            return 0
        key = id(selector), state.name
        if key not in self._known:
            staying = (pods for pods in state.pods.alike if pods.namespace == self._namespace and not pods.leaving)
            self._known[key] = sum(pods.count for pods in staying if selector.matches(pods.labels))
        return self._known[key]


class _Policies:
    """Which nodes a constraint looks at."""

    def __init__(self, pod: Obj) -> None:
        self._required = NodeRequirement.of(pod)
        self._tolerations = tolerations_of(pod)

    def include(self, constraint: Constraint, state: NodeState) -> bool:
        if constraint.honor_affinity and not self._required.matches(state.node):
            return False
        return not constraint.honor_taints or untolerated_taint(state.taints, self._tolerations) is None


def _constraints(pod: Obj, action: str) -> Sequence[Constraint]:
    spec = pod.get("spec") or {}
    return [
        Constraint.of(item, pod)
        for item in spec.get("topologySpreadConstraints") or ()
        if item.get("whenUnsatisfiable", "DoNotSchedule") == action
    ]


def _has_keys(labels: Mapping[str, str], constraints: Iterable[Constraint]) -> bool:
    return all(constraint.topology_key in labels for constraint in constraints)


def topology_spread(pod: Obj, snapshot: Snapshot) -> Judge | None:
    """Refuse nodes that would make the spread too uneven; None without a constraint that must hold."""
    constraints = _constraints(pod, "DoNotSchedule")
    if not constraints:
        return None
    policies, here = _Policies(pod), _Counts(namespace_of(pod))
    looked_at = [state for state in snapshot.nodes if _has_keys(state.labels, constraints)]
    limits: list[tuple[Constraint, Mapping[str, int], int]] = []
    for constraint in constraints:
        counts: dict[str, int] = {}
        for state in looked_at:
            if policies.include(constraint, state):
                domain = state.labels[constraint.topology_key]
                counts[domain] = counts.get(domain, 0) + here.count(constraint.selector, state)
        fewest = min(counts.values()) if len(counts) >= constraint.min_domains else 0
        itself = int(constraint.selector.matches(labels_of(pod)))
        limits.append((constraint, counts, constraint.max_skew + fewest - itself))

    def judge(state: NodeState) -> Refusal | None:
        for constraint, counts, most in limits:
            domain = state.labels.get(constraint.topology_key)
            if domain is None:
                return MISSING_LABEL
            if counts.get(domain, 0) > most:
                return CONSTRAINTS
        return None

    return judge


def topology_spread_scores(pod: Obj, snapshot: Snapshot, states: Sequence[NodeState]) -> Sequence[int] | None:
    """How much a node would even out the spread, from 0 to 100; None if nothing asks for it.

    A pod without constraints of its own is spread from its siblings over nodes, and less strictly over zones.
    """
    asks = bool((pod.get("spec") or {}).get("topologySpreadConstraints"))
    if asks:
        constraints = _constraints(pod, "ScheduleAnyway")
    elif snapshot.siblings is not None:
        constraints = [Constraint(3, HOSTNAME, snapshot.siblings), Constraint(5, TOPOLOGY_ZONE, snapshot.siblings)]
    else:
        constraints = []
    if not constraints:
        return None
    scored = [state for state in states if not asks or _has_keys(state.labels, constraints)]
    looked_at = [state for state in snapshot.nodes if not asks or _has_keys(state.labels, constraints)]
    raw = dict.fromkeys((state.name for state in scored), 0.0)
    policies, here = _Policies(pod), _Counts(namespace_of(pod))
    for constraint in constraints:
        counts = dict.fromkeys((_domain(constraint, state) for state in scored), 0)
        for state in looked_at:
            domain = _domain(constraint, state)
            if domain in counts and (constraint.topology_key == HOSTNAME or policies.include(constraint, state)):
                counts[domain] += here.count(constraint.selector, state)
        domains = len(scored) if constraint.topology_key == HOSTNAME else len(counts)
        for state in scored:
            if constraint.topology_key in state.labels:
                domain = _domain(constraint, state)
                raw[state.name] += counts.get(domain, 0) * log(domains + 2) + constraint.max_skew - 1
    return _fewest_best([floor(raw[state.name] + 0.5) if state.name in raw else None for state in states])


def _domain(constraint: Constraint, state: NodeState) -> str:
    """The domain of a node. Each node is taken as a domain of its own for the hostname key, whatever the label."""
    return state.name if constraint.topology_key == HOSTNAME else state.labels.get(constraint.topology_key, "")


def _fewest_best(raw: Sequence[int | None]) -> Sequence[int]:
    """Turn counts around and into 0 to 100; None stands for a node that is not scored and gets 0."""
    known = [score for score in raw if score is not None]
    lowest, highest = min(known, default=0), max(known, default=0)
    return [
        0 if score is None else 100 if highest == 0 else 100 * (highest + lowest - score) // highest for score in raw
    ]
