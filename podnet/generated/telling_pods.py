"""Tells of pods and workloads: how they come and go, and what the model says of where they must be."""

from __future__ import annotations

from dataclasses import replace

from podnet.generated.choices import Choices
from podnet.generated.model import Group, Model, Plane
from podnet.generated.oracle import Labels
from podnet.generated.story import Writer

PODS = ({"app": "web"}, {"app": "api"}, {"app": "web", "tier": "front"}, {"tier": "front"})
KINDS = ("Deployment", "StatefulSet", "Job")
ENDINGS = ("are deleted", "are deleted by force", "are evicted")
OWN = ""
"""The namespace of a scenario that names none."""
MOST_PODS = 6

ON_A_PLANE = (
    "ANN-1",
    "ANN-2",
    "ANN-3",
    "CAP-5",
    "IPA-1",
    "IPA-2",
    "MUL-3",
    "SG-2",
    "VSW-1",
    "VSW-2",
    "VSW-4",
    "ZON-1",
    "ZON-2",
)
"""What the cross-checks judge of pods that run on a PodNetworking."""


class PodTeller:
    """Tells what happens to pods. ``shown``: some were seen on a PodNetworking, so that an absence proves something."""

    def __init__(self, choices: Choices, *, model: Model) -> None:
        self.choices = choices
        self.model = model
        self.script = Writer()
        self.names = 0
        self.shown = False

    def create_pods(self) -> None:
        """Bare pods, at once."""
        labels, namespace = self._draw_pod()
        self._create(self._name("pods"), labels, namespace, count=2 + self.choices.below(MOST_PODS - 1), again=False)

    def _create(self, name: str, labels: Labels, namespace: str, *, count: int, again: bool) -> None:
        """``again``: there were pods of these names before."""
        planes = self.model.matching(labels, namespace=namespace)
        group = Group(name, namespace, labels, count, planes, self.model.reachable(planes))
        where = f' in the namespace "{namespace}"'
        self.script.when(f'{count} pods "{name}" labelled "{pairs(labels)}" are created at once{where}')
        self.script.stake("MUL-4" if len(planes) > 1 else "IPA-1")
        if self.model.have_room(group.vswitches, count=count):
            self._must_run(group, again=again)
            self.model.add(group)
        else:
            requirement = "MUL-4" if len(planes) > 1 else "MAT-3" if again else "CAP-2"
            self.script.bound(group.pods, planes=planes, requirement=requirement)
            self._may_not_run(group)

    def _draw_pod(self) -> tuple[Labels, str]:
        """Labels and the namespace of a pod; more often than not, some PodNetworking is meant for it."""
        labels, namespace = self.choices.pick(PODS), self.choices.pick(list(self.model.namespaces))
        if self.model.planes and not self.choices.rarely():
            selector = self.model.planes[self.choices.pick(list(self.model.planes))].selector
            labels = selector.get("podSelector", {}).get("matchLabels", labels)
            wanted = selector.get("namespaceSelector", {}).get("matchLabels", {}).items()
            fitting = [name for name, own in self.model.namespaces.items() if wanted <= own.items()]
            namespace = namespace if namespace in fitting or not fitting else self.choices.pick(fitting)
        return labels, namespace

    def _must_run(self, group: Group, *, again: bool) -> None:
        planes = group.planes
        if not planes:
            self.script.then(f'the pods "{group.name}" eventually use the default plane')
        elif len(planes) == 1:
            self.script.then(f'the pods "{group.name}" eventually use the PodNetworking "{planes[0]}"')
        else:
            self.script.then(f'the pods "{group.name}" eventually use one of the PodNetworkings "{", ".join(planes)}"')
        self._stake(group, again=again)

    def _stake(self, group: Group, *, again: bool) -> None:
        """Whom to blame if the pods do not run, or run elsewhere: what happened before says what is most likely."""
        planes, model = group.planes, self.model
        self.shown |= bool(planes)
        if not planes:
            missing, wrong = "DEF-2", "DEF-2"
        elif group.kind and len(planes) == 1 and model.planes[planes[0]].fixed:
            missing, wrong = "IPA-1", "ALC-5"
        else:
            missing = "MUL-4" if len(planes) > 1 else "IPA-1"
            wrong = "MUL-4" if len(planes) > 1 else _selected_by(model.planes[planes[0]])
        if again:
            wrong = "MAT-3"
        elif wrong not in ("ALC-5", "MUL-4") and model.edited & {group.namespace, *(planes or model.edited)}:
            wrong = "MAT-4"
        if group.vswitches & model.released:
            missing = "ALC-2" if group.vswitches & model.elastic else "ALC-7"
        self.script.stake(
            missing, wrong=wrong, judged=("DEF-1", "DEF-3", wrong) if not planes else (*ON_A_PLANE, wrong)
        )

    def _may_not_run(self, group: Group) -> None:
        """Pods that need not all find an address. They go at once: what waits may or may not get one later (CAP-4)."""
        (vswitch, *others) = group.vswitches
        room = None if others or len(group.planes) > 1 else self.model.room(vswitch)
        if room is None or not (room or self.shown):
            self.script.when("2 minutes pass")
        elif room:
            self.script.then(f'exactly {room} of the pods "{group.name}" run, and the others never do')
            missing = "ALC-2" if vswitch in self.model.released else "IPA-1"
            self.script.stake(missing, wrong="CAP-2", judged=("CAP-2",), room=room)
            self.shown = True
        else:
            self.script.then(f'none of the pods "{group.name}" ever runs or has an address')
            self.script.stake("CAP-2", judged=("CAP-2",))
        self._end(group)

    def create_pinned(self) -> None:
        """A pod that asks for the node of a zone itself."""
        labels, _ = self._draw_pod()
        planes = self.model.matching(labels, namespace=OWN)
        zones = [zone for zone in self.model.cloud.zones if not zone.startswith("new")]
        zone = self.choices.pick(zones if planes else self.model.cloud.default_zones())
        group = Group(self._name("pod"), OWN, labels, 1, planes, self.model.reachable(planes, zone=zone))
        if len(planes) > 1 or not self.model.have_room(group.vswitches, count=1):
            return  # which of several it gets decides whether it can run at all
        if planes and not group.vswitches and not self.shown:
            return  # that it never runs shows nothing beside nothing that does
        self.script.when(f'the pod "{group.name}" labelled "{pairs(labels)}" is created for the zone "{zone}"')
        if planes and not group.vswitches:
            self.script.then(f'the pod "{group.name}" never runs and never has an address')
            self.script.stake("ZON-3", judged=("ZON-3",))
            self._end(group)
            return
        self.script.then(f'each of the pods "{group.name}" eventually runs in one of the zones "{zone}"')
        self.script.stake("VSW-2" if planes else "ZON-5", wrong="ZON-3", judged=("ZON-3",) if planes else ("ZON-5",))
        self.model.add(group)

    def create_workload(self) -> None:
        """A workload, if all of its pods find an address: others make pods forever."""
        kind, count, (labels, namespace) = self.choices.pick(KINDS), 1 + self.choices.below(3), self._draw_pod()
        planes = self.model.matching(labels, namespace=namespace)
        group = Group(self._name(kind.lower()), namespace, labels, count, planes, self.model.reachable(planes), kind)
        if self.model.have_room(group.vswitches, count=count):
            who = f'the {kind} "{group.name}" of {count} pods labelled "{pairs(labels)}"'
            self.script.when(f'{who} is created in the namespace "{namespace}"')
            self.script.stake("MUL-4" if len(planes) > 1 else "IPA-1")
            self._workload_must_run(group, again=False)
            self.model.add(group)

    def _workload_must_run(self, group: Group, *, again: bool) -> None:
        who, planes = f"the {group.count} pods of {_workload(group)}", group.planes
        if not planes:
            self.script.then(f"{who} eventually use the default plane")
        elif len(planes) == 1:
            self.script.then(f'{who} eventually use the PodNetworking "{planes[0]}"')
        else:
            names = ", ".join(planes)
            self.script.then(f'the network of each of {who} comes wholly from one of the PodNetworkings "{names}"')
        self._stake(group, again=again)

    def restart(self) -> None:
        """All pods of a workload are replaced, and matched afresh."""
        names = [name for name, group in self.model.groups.items() if group.kind in ("Deployment", "StatefulSet")]
        if not names:
            return
        old = self.model.groups[self.choices.pick(names)]
        planes = self.model.matching(old.labels, namespace=old.namespace)
        new = replace(old, planes=planes, vswitches=self.model.reachable(planes))
        if self.model.have_room(old.vswitches | new.vswitches, count=old.count):
            self.script.when(f"{_workload(old)} is restarted")
            self.model.remove(old.name)
            self._workload_must_run(new, again=True)
            self.model.add(new)

    def end_pods(self) -> None:
        """Pods or a workload are deleted."""
        if self.model.groups:
            self._end(self.model.remove(self.choices.pick(list(self.model.groups))))

    def _end(self, group: Group) -> None:
        if group.kind:
            self.script.when(f"{_workload(group)} is deleted")
        elif group.namespace == OWN:
            self.script.when(f'the pod "{group.name}" is deleted')
        else:
            self.script.when(f'the pods "{group.name}" {self.choices.pick(ENDINGS)}')
        self.script.stake("ALC-2")
        self.model.released |= group.vswitches

    def _name(self, what: str) -> str:
        self.names += 1
        return f"{what}-{self.names}"


def _workload(group: Group) -> str:
    return f'the {group.kind} "{group.name}" in the namespace "{group.namespace}"'


def _selected_by(plane: Plane) -> str:
    if len(plane.selector) == 2:
        return "SEL-2"
    return "SEL-1" if "podSelector" in plane.selector else "SEL-4"


def pairs(labels: Labels) -> str:
    """Labels as a step writes them."""
    return ", ".join(f"{key}={value}" for key, value in labels.items())
