"""Tells a world step by step: every step is drawn at random, and the model says what must follow from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from podnet.generated.batches import flow
from podnet.generated.choices import Choices
from podnet.generated.clouds import draw_cloud
from podnet.generated.model import Model, Plane
from podnet.generated.story import Story
from podnet.generated.telling_pods import ON_A_PLANE, OWN, PodTeller, pairs

NAMES = ("green", "amber", "blue")
SPARE = "pink"
"""A security group that is never the first one."""
SELECTORS = (
    {"podSelector": {"matchLabels": {"app": "web"}}},
    {"namespaceSelector": {"matchLabels": {"team": "blue"}}},
    {"podSelector": {"matchLabels": {"app": "web"}}, "namespaceSelector": {"matchLabels": {"team": "blue"}}},
    {"podSelector": {"matchLabels": {"app": "web"}}},
    {"podSelector": {"matchLabels": {"app": "web", "tier": "front"}}},
    {"namespaceSelector": {"matchLabels": {"team": "red"}}},
    {"podSelector": {"matchLabels": {"app": "api"}}},
)
TEAMS = ("blue", "red")
REFILL = {"refill": "yes"}


class Teller(PodTeller):
    """Tells one world. ``tell`` may be called once. ``fixed``: whether Fixed means what the document says."""

    def __init__(self, choices: Choices, *, new_zone: bool, fixed: bool) -> None:
        self.fixed = fixed
        super().__init__(choices, model=Model(draw_cloud(choices, new_zone=new_zone)))

    def tell(self, *, length: int) -> Story:
        """A world of up to ``length`` random steps, after which everything is deleted and an emptied vSwitch filled."""
        self.set_up()
        steps = (
            self.create_pods, self.create_pods, self.create_again, self.create_pods, self.create_workload,
            self.create_again, self.change_plane, self.end_pods, self.create_pinned, self.create_workload, self.restart,
            self.label_pod, self.move_namespace, self.recreate_plane, self.end_plane, self.create_plane,
        )  # fmt: skip
        for _ in range(length):
            self.choices.perhaps(self._one_of(steps))
        self.tear_down()
        return self.script.story(self.model.cloud)

    def _one_of(self, steps: Sequence[Callable[[], None]]) -> Callable[[], None]:
        def step() -> None:
            self.choices.pick(steps)()

        return step

    def set_up(self) -> None:
        """The cloud, the namespaces and one to three PodNetworkings."""
        self.script.given("the vSwitches", table=self.model.cloud.table())
        self.model.namespaces.update(left={"team": "blue"}, right={"team": "red"}, plain={})
        rows = [(name, pairs(labels)) for name, labels in self.model.namespaces.items()]
        self.script.given("the namespaces", table=[("namespace", "labels"), *rows])
        self.create_plane()
        for _ in NAMES[1:]:
            self.choices.perhaps(self.create_plane)

    def create_again(self) -> None:
        """Bare pods are deleted, and created again by the same names; something has often changed in between."""
        bare = [group for group in self.model.groups.values() if not group.kind and group.namespace != OWN]
        if bare:
            old = self.choices.pick(bare)
            self._end(self.model.remove(old.name))
            if not self.choices.rarely():
                self.choices.pick((self.change_plane, self.change_plane, self.label_namespace, self.end_plane))()
            self._create(old.name, old.labels, old.namespace, count=old.count, again=True)

    def create_plane(self) -> None:
        """Another PodNetworking."""
        free = [name for name in NAMES if name not in self.model.planes]
        if free:
            plane = self._draw_plane(self.choices.pick(free))
            self._write('the PodNetworking "{}" is created', plane)

    def change_plane(self) -> None:
        """A PodNetworking gets another selector, or other vSwitches and security groups."""
        if self.model.planes:
            old = self.model.planes[self.choices.pick(list(self.model.planes))]
            new = self._draw_plane(old.name)
            new = replace(new, selector=old.selector) if self.choices.often() else replace(old, selector=new.selector)
            if new != old:
                self._write('the PodNetworking "{}" is changed to', new)
                self.model.edited.add(new.name)

    def end_plane(self) -> None:
        """A PodNetworking is deleted, whoever uses it."""
        if self.model.planes:
            name = self.choices.pick(list(self.model.planes))
            del self.model.planes[name]
            self.script.when(f'the PodNetworking "{name}" is deleted')
            self.script.stake("API-1")
            self.model.edited.add(name)

    def recreate_plane(self) -> None:
        """A PodNetworking is deleted and created again as it was."""
        if self.model.planes:
            name = self.choices.pick(list(self.model.planes))
            self.script.when(f'the PodNetworking "{name}" is deleted and created again')
            self.script.stake("API-1")
            self.model.edited.add(name)

    def _draw_plane(self, name: str) -> Plane:
        others = [other for other in (*NAMES, SPARE, "default") if other != name]
        return Plane(
            name,
            selector=self.choices.pick(SELECTORS),
            groups=(name, *(self.choices.some(others, most=3) if self.choices.often() else ())),
            vswitches=tuple(self.choices.some(list(self.model.cloud.vswitches), most=3 if self.choices.often() else 1)),
            fixed=self.choices.often() and self.fixed,
        )

    def _write(self, sentence: str, plane: Plane) -> None:
        self.model.planes[plane.name] = plane
        self.script.when(sentence.format(plane.name), docstring=spec_of(plane))
        self.script.stake("ALC-1" if plane.fixed else "API-1")

    def label_pod(self) -> None:
        """A pod gets another label, which must change nothing."""
        bare = [group for group in self.model.groups.values() if not group.kind and group.namespace != OWN]
        if bare:
            group = self.choices.pick(bare)
            labels, _ = self._draw_pod()
            where = f'in the namespace "{group.namespace}"'
            self.script.when(f'the pod "{group.pods[0]}" {where} is labelled "{pairs(labels)}"')
            self.script.stake("MAT-2")
            self.model.edited.add(group.name)

    def label_namespace(self) -> None:
        """A namespace gets another label, or loses it, which must change nothing for the pods that are there."""
        name = self.choices.pick([name for name in self.model.namespaces if name])
        labels = self.model.namespaces[name]
        team = self.choices.pick([team for team in TEAMS if team != labels.get("team")])
        if "team" in labels and self.choices.rarely():
            del labels["team"]
            self.script.when(f'the namespace "{name}" loses the label "team"')
        else:
            labels["team"] = team
            self.script.when(f'the namespace "{name}" is labelled "team={team}"')
        self.script.stake("MAT-2")
        self.model.edited.add(name)

    def move_namespace(self) -> None:
        """A namespace gets another label, or loses it, and new pods are matched by what it bears now."""
        self.label_namespace()
        self.create_pods()

    def tear_down(self) -> None:
        """Everything is deleted, and a vSwitch that was used must have all of its addresses again."""
        if self.model.edited and self.model.groups:
            self.script.when("15 minutes pass")
            self.script.stake("MAT-2", judged=("MAT-2",))
        for name in list(self.model.groups):
            self._end(self.model.remove(name))
        small = [name for name in self.model.cloud.vswitches if not name.startswith("wide")]
        used = [name for name in small if name in self.model.released]
        if not used and self.shown:
            return  # something was seen to work, and nothing can have leaked
        for name in list(self.model.planes):
            del self.model.planes[name]
            self.script.when(f'the PodNetworking "{name}" is deleted')
            self.script.stake("API-1")
        vswitch = self.choices.pick(used or list(self.model.cloud.vswitches))
        plane = Plane("again", {"podSelector": {"matchLabels": REFILL}}, (SPARE,), (vswitch,))
        self._write('the PodNetworking "{}" is created', plane)
        if used:
            self.script.then(f'the vSwitch "{vswitch}" can be filled with pods labelled "{pairs(REFILL)}"')
            requirement = "ALC-2" if vswitch in self.model.elastic else "ALC-7"
            self.script.stake(requirement, judged=(requirement, "CAP-5", "IPA-2"))
        else:
            self.script.when(f'the pod "control" labelled "{pairs(REFILL)}" is created')
            self.script.then('the pod "control" eventually uses the PodNetworking "again"')
            self.script.stake("IPA-1", wrong="MAT-4" if self.model.edited else "SEL-1", judged=ON_A_PLANE)


def spec_of(plane: Plane) -> str:
    """The spec of a PodNetworking as a step writes it."""
    lines = [f"selector: {flow(plane.selector)}"]
    if plane.fixed:
        lines.insert(0, "allocationType: {type: Fixed}")
    return "\n".join(
        [*lines, f"securityGroupIDs: [{_names(plane.groups)}]", f"vSwitchOptions: [{_names(plane.vswitches)}]"]
    )


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)
