"""Makes room for a pod that fits nowhere: which pods of lower priority would have to end, and on which node.

Source: pkg/scheduler/framework/plugins/defaultpreemption of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from podnet.api.objects import Obj, condition_of, is_terminating, labels_of, name_of, namespace_of
from podnet.kube.scheduler.filters import Feasible, counted, judges, refusal
from podnet.kube.scheduler.occupants import occupants
from podnet.kube.scheduler.refusal import Refusal
from podnet.kube.scheduler.snapshot import NodeState, Snapshot, selector_of

NO_VICTIMS = Refusal(("No preemption victims found for incoming pod",), final=True)
NOT_HELPFUL = Refusal(("Preemption is not helpful for scheduling",), final=True)
NEVER = "not eligible due to preemptionPolicy=Never."
WAITING = "not eligible due to a terminating pod on the nominated node."
BY_SCHEDULER = "PreemptionByScheduler"
_LOWEST = 2**31


@dataclass(frozen=True)
class Room:
    """A node that would have room without these pods, the most important first; ``violations`` of budgets by that."""

    node: str
    victims: Sequence[Obj]
    violations: int


def priority_of(pod: Obj) -> int:
    """``spec.priority``; a pod without one has 0."""
    return int(pod["spec"].get("priority") or 0)


def expecting(states: Sequence[NodeState], pod: Obj) -> Sequence[NodeState]:
    """The nodes as they will be when the pod has the place that others leave for it."""
    node = (pod.get("status") or {}).get("nominatedNodeName")
    if not node or pod["spec"].get("nodeName"):
        return states
    return [replace(state, pods=occupants((*state.pods.all, pod))) if state.name == node else state for state in states]


def make_room(pod: Obj, snapshot: Snapshot, found: Feasible, *, budgets: Iterable[Obj]) -> Room | str:
    """Where to make room for a pod that all nodes refuse; or what kube-scheduler says of why it cannot."""
    if pod["spec"].get("preemptionPolicy") == "Never":
        return NEVER
    by_name = {state.name: state for state in snapshot.nodes}
    if _waits(pod, by_name, found.refused):
        return WAITING
    known = list(budgets)
    statuses: dict[str, Refusal] = dict.fromkeys(by_name, NOT_HELPFUL)
    rooms: list[Room] = []
    for name, refused in found.refused.items():
        if not refused.final:
            room = _room(pod, snapshot, by_name[name], known)
            if isinstance(room, Room):
                rooms.append(room)
            else:
                statuses[name] = room
    return min(rooms, key=_cost) if rooms else counted(statuses)


def _waits(pod: Obj, nodes: Mapping[str, NodeState], refused: Mapping[str, Refusal]) -> bool:
    """Whether victims of the pod are still ending on the node that was to be its own."""
    nominated = (pod.get("status") or {}).get("nominatedNodeName") or ""
    state = nodes.get(nominated)
    if state is None or (nominated in refused and refused[nominated].final):
        return False
    return any(priority_of(other) < priority_of(pod) and _ends_by_preemption(other) for other in state.pods.all)


def _ends_by_preemption(pod: Obj) -> bool:
    condition = condition_of(pod, "DisruptionTarget") or {}
    return is_terminating(pod) and (condition.get("status"), condition.get("reason")) == ("True", BY_SCHEDULER)


def _room(pod: Obj, snapshot: Snapshot, state: NodeState, budgets: Sequence[Obj]) -> Room | Refusal:
    lower = sorted((other for other in state.pods.all if priority_of(other) < priority_of(pod)), key=_importance)
    if not lower:
        return NO_VICTIMS
    gone = {id(other) for other in lower}
    against = _refused_without(pod, snapshot, state, gone)
    if against is not None:
        return against
    violating, others = _by_budget(lower, budgets)
    violations = 0
    for group in (violating, others):  # as many as possible may stay, those with a budget first
        for other in group:
            if _refused_without(pod, snapshot, state, gone - {id(other)}) is None:
                gone.discard(id(other))
            elif group is violating:
                violations += 1
    return Room(state.name, [other for other in lower if id(other) in gone], violations)


def _refused_without(pod: Obj, snapshot: Snapshot, state: NodeState, gone: set[int]) -> Refusal | None:
    left = replace(state, pods=occupants(other for other in state.pods.all if id(other) not in gone))
    nodes = [left if one is state else one for one in snapshot.nodes]
    return refusal(judges(pod, replace(snapshot, nodes=nodes)), left)


def _by_budget(pods: Sequence[Obj], budgets: Sequence[Obj]) -> tuple[Sequence[Obj], Sequence[Obj]]:
    """The pods whose end would violate a budget, and the others."""
    allowed = [int((budget.get("status") or {}).get("disruptionsAllowed") or 0) for budget in budgets]
    violating: list[Obj] = []
    others: list[Obj] = []
    for pod in pods:
        broken = False
        for index, budget in enumerate(budgets):
            if namespace_of(budget) == namespace_of(pod) and _covers(budget, pod):
                allowed[index] -= 1
                broken = broken or allowed[index] < 0
        (violating if broken else others).append(pod)
    return violating, others


def _covers(budget: Obj, pod: Obj) -> bool:
    selector = selector_of(budget["spec"].get("selector"))
    ending = (budget.get("status") or {}).get("disruptedPods") or {}
    return bool(selector.requirements) and selector.matches(labels_of(pod)) and name_of(pod) not in ending


def _importance(pod: Obj) -> tuple[int, str]:
    """Sorts the most important first: by priority, then by how long it has run."""
    return -priority_of(pod), _started(pod)


def _started(pod: Obj) -> str:
    return str((pod.get("status") or {}).get("startTime") or "9999")


def _cost(room: Room) -> tuple[int, int, int, int, tuple[int, ...]]:
    """What upstream compares, in its order; where all is equal the first node is taken."""
    highest = priority_of(room.victims[0])
    oldest = min(_started(pod) for pod in room.victims if priority_of(pod) == highest)
    total = sum(priority_of(pod) + _LOWEST for pod in room.victims)
    return room.violations, highest, total, len(room.victims), tuple(-ord(letter) for letter in oldest)
