"""Legal: any choice among matching PodNetworkings, and any among listed vSwitches."""

from __future__ import annotations

from random import Random

from _miniature import kind_of

from podnet.api.objects import controller_of
from podnet.engine.place import REQUIRED
from podnet.reference import Reference


class ChoosesByName(Reference):
    """Legal (A-10, MUL-2): Of several PodNetworkings the first by name is chosen."""

    def choose(self, matching, *, pod, identity):
        return min(matching, key=lambda one: one.name)


class ChoosesByNameBackwards(Reference):
    """Legal (A-10, MUL-2): Of several PodNetworkings the last by name is chosen."""

    def choose(self, matching, *, pod, identity):
        return max(matching, key=lambda one: one.name)


class ChoosesTheOldest(Reference):
    """Legal (A-10, MUL-2): Of several PodNetworkings the one that was created first is chosen."""

    def choose(self, matching, *, pod, identity):
        return matching[0]


class ChoosesTheYoungest(Reference):
    """Legal (A-10, MUL-2): Of several PodNetworkings the one that was created last is chosen."""

    def choose(self, matching, *, pod, identity):
        return matching[-1]


class ChoosesAtRandom(Reference):
    """Legal (A-10, MUL-5): Of several PodNetworkings one is chosen at random, each time anew."""

    def __init__(self):
        super().__init__()
        self.random = Random(1)

    def choose(self, matching, *, pod, identity):
        return self.random.choice(matching)


class ChoosesInTurn(Reference):
    """Legal (A-10, MUL-5): Several PodNetworkings are chosen in turn, so that no two replicas have the same."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def choose(self, matching, *, pod, identity):
        self.count += 1
        return matching[self.count % len(matching)]


class ChoosesOnceForAll(Reference):
    """Legal (A-10, MUL-2): What was chosen once among some PodNetworkings is chosen among them for ever."""

    def __init__(self):
        super().__init__()
        self.chosen = {}

    def choose(self, matching, *, pod, identity):
        names = frozenset(one.name for one in matching)
        name = self.chosen.setdefault(names, matching[-1].name)
        return next(one for one in matching if one.name == name)


class ChoosesOnceForAController(Reference):
    """Legal (A-10, MUL-2): All pods of a controller get the same PodNetworking, as long as that matches."""

    def __init__(self):
        super().__init__()
        self.chosen = {}

    def choose(self, matching, *, pod, identity):
        owner = (controller_of(pod) or {}).get("uid", identity)
        kept = [one for one in matching if one.name == self.chosen.get(owner)]
        chosen = kept[0] if kept else super().choose(matching, pod=pod, identity=owner)
        self.chosen[owner] = chosen.name
        return chosen


class ChoosesTheMoreSpecific(Reference):
    """Legal (A-10, MUL-2): Of several PodNetworkings one with a podSelector is preferred, then one of type Fixed."""

    def choose(self, matching, *, pod, identity):
        return max(matching, key=lambda one: (one.pod_selector is not None, one.allocation_type))


class VSwitchInOrder(Reference):
    """Legal (A-11, VSW-3): The vSwitches are used in the order of the list."""

    def choose_vswitch(self, candidates, *, pod):
        return candidates[0]


class VSwitchInReverse(Reference):
    """Legal (A-11, VSW-3): The vSwitches are used from the end of the list."""

    def choose_vswitch(self, candidates, *, pod):
        return candidates[-1]


class VSwitchAtRandom(Reference):
    """Legal (A-11, VSW-3): A listed vSwitch is chosen at random."""

    def __init__(self):
        super().__init__()
        self.random = Random(2)

    def choose_vswitch(self, candidates, *, pod):
        return self.random.choice(candidates)


class VSwitchWithMostRoom(Reference):
    """Legal (A-11, VSW-3): The vSwitch with the most idle addresses is chosen."""

    def choose_vswitch(self, candidates, *, pod):
        return max(candidates, key=self.vpc.idle)


class VSwitchWithLeastRoom(Reference):
    """Legal (A-11, VSW-3): The vSwitch with the fewest idle addresses is filled first."""

    def choose_vswitch(self, candidates, *, pod):
        return min(candidates, key=self.vpc.idle)


class VSwitchByKind(Reference):
    """Legal (A-11, VSW-3): The pods of controllers use the last listed vSwitch, others the first."""

    def choose_vswitch(self, candidates, *, pod):
        return candidates[-1] if kind_of(pod) else candidates[0]


class OneZoneAtAdmission(Reference):
    """Legal (A-11, ZON-1): A pod that asks nothing of its node is bound to one zone of the list when it is created."""

    def constrain(self, pod_spec, *, zones):
        affinity = pod_spec.get("affinity") or {}
        asks = any(pod_spec.get(field) for field in ("nodeName", "nodeSelector", "topologySpreadConstraints"))
        asks = asks or REQUIRED in (affinity.get("nodeAffinity") or {}) or "podAntiAffinity" in affinity
        return super().constrain(pod_spec, zones=zones if asks else zones[-1:])
