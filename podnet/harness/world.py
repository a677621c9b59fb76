"""The world of one scenario: the plain Python API behind the vocabulary, so that steps stay one line long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

import yaml

from podnet.api.client import Api
from podnet.api.inventory import Inventory
from podnet.api.objects import Obj
from podnet.harness.audit import audit
from podnet.harness.binding import ROOMY, Binding, Role
from podnet.harness.capacity import Capacity
from podnet.harness.expectations import Expectations
from podnet.harness.ledger import Ledger
from podnet.harness.namespaces import Namespaces
from podnet.harness.observer import Observer
from podnet.harness.outcome import AuthoringError, NotApplicable
from podnet.harness.parts import Parts
from podnet.harness.placement import Placement
from podnet.harness.podnetworkings import PodNetworkings
from podnet.harness.pods import Pods
from podnet.harness.racing import Race
from podnet.harness.settling import SettledApi
from podnet.harness.submissions import Submissions
from podnet.harness.terway import Terway
from podnet.harness.waiting import Waiting
from podnet.harness.witness import Answer, Witness
from podnet.harness.workloads import Workloads
from podnet.report.model import Finding
from podnet.suite.dialect import DOCUMENT, Rules
from podnet.targets.base import Budgets, Cluster, Unable

Row = Mapping[str, str]


@dataclass(frozen=True)
class Setting:
    """Where a scenario takes place. ``roles`` are all rows of its "Given the vSwitches" tables, bound together.

    ``rules``: what every pod is held to, whatever the scenario is about. ``witness``: the one of ``--observer``.
    """

    cluster: Cluster
    inventory: Inventory
    seed: str
    manifests: Path
    roles: Sequence[Row] = ()
    rules: Rules = DOCUMENT
    budgets: Budgets = field(default_factory=Budgets)
    witness: Witness | None = None


class World:
    """Everything that the steps of one scenario share.

    ``controls`` and ``absences`` count what was seen to work and what was asserted not to be there: an absence proves
    nothing unless something of the same kind was seen to work in the same scenario.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.waiting = Waiting(setting.cluster, budgets=setting.budgets)
        self.api: Api = setting.cluster.api
        if setting.budgets.real:
            self.api = SettledApi(self.api, catch_up=self.waiting.catch_up)
        self.inventory = setting.inventory
        self.binding = Binding(setting.inventory, Random(setting.seed))
        self.ledger = Ledger(setting.rules)
        ask = self._ask if setting.witness is not None else None
        self.observer = Observer(self.api, inventory=setting.inventory, submitted=self.ledger.annotations, ask=ask)
        self.controls: set[str] = set()
        self.absences: dict[str, str] = {}
        self.findings: dict[Finding, None] = {}
        self._bound = False

    @cached_property
    def namespaces(self) -> Namespaces:
        """Creating, labelling and deleting namespaces."""
        return Namespaces(self)

    @cached_property
    def podnetworkings(self) -> PodNetworkings:
        """Writing PodNetworkings."""
        return PodNetworkings(self)

    @cached_property
    def submissions(self) -> Submissions:
        """PodNetworkings of which it is the question whether they are accepted."""
        return Submissions(self)

    @cached_property
    def pods(self) -> Pods:
        """Creating, editing and deleting bare pods."""
        return Pods(self)

    @cached_property
    def workloads(self) -> Workloads:
        """Creating and scaling Deployments, StatefulSets and Jobs."""
        return Workloads(self)

    @cached_property
    def capacity(self) -> Capacity:
        """Filling and emptying vSwitches."""
        return Capacity(self)

    @cached_property
    def expect(self) -> Expectations:
        """What the Then steps assert about planes as a whole."""
        return Expectations(self)

    @cached_property
    def race(self) -> Race:
        """What happens at once."""
        return Race(self)

    @cached_property
    def placement(self) -> Placement:
        """What the Then steps assert about zones and nodes."""
        return Placement(self)

    @cached_property
    def parts(self) -> Parts:
        """What the Then steps assert about single parts of a plane."""
        return Parts(self)

    @cached_property
    def terway(self) -> Terway:
        """What only the dialect of Terway promises."""
        return Terway(self)

    def _ask(self, pod: Obj, node: Obj) -> Answer:
        assert self.setting.witness is not None, "only asked where there is one"
        cluster = self.setting.cluster
        return self.setting.witness.ask(cluster.actual(pod), node=node, kubeconfig=cluster.kubeconfig)

    def bind(self) -> None:
        """Bind the vSwitches and zones that any step of the scenario names, all at once and only once."""
        if not self._bound:
            self._bound = True
            self._need_room_on_the_default_plane()
            self.binding.solve([Role.from_row(row) for row in self.setting.roles])
            self.namespaces.use()  # older than every PodNetworking: a scenario about younger ones says so

    def _need_room_on_the_default_plane(self) -> None:
        default = self.inventory.default.vswitches
        room = sum(self.inventory.vswitches_by_id[id_].capacity for id_ in default)
        if room < ROOMY:
            raise NotApplicable(f"the default plane has {room} idle addresses; unmatched pods need up to {ROOMY}")

    def stop(self) -> None:
        """End the process of the implementation. Not applicable where nobody can start it again."""
        self.waiting.catch_up()
        try:
            self.setting.cluster.stop()
        except Unable as problem:
            raise NotApplicable(f"the implementation cannot be restarted: {problem}") from None

    def start(self) -> None:
        """Start the implementation again after it was stopped, and let it find its way."""
        self.setting.cluster.start()
        self.waiting.rest()

    def restart(self) -> None:
        """End the process of the implementation and start it again, at once."""
        self.stop()
        self.start()

    def manifest(self, file: str) -> list[Obj]:
        """The documents of a manifest of the suite. Raises AuthoringError if there is no such file."""
        path = self.setting.manifests / file
        if not path.is_file():
            raise AuthoringError(f"there is no manifest {file!r} in {self.setting.manifests.name}/")
        return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]

    def control(self, kind: str) -> None:
        """Note that something of this kind was seen to work."""
        self.controls.add(kind)

    def absence(self, kind: str, *, step: str) -> None:
        """Note that the absence of something of this kind was asserted."""
        self.absences.setdefault(kind, step)

    def audit(self) -> None:
        """Look at all pods with the cross-checks X1 to X8 and keep what violates a requirement."""
        for finding in audit(self):
            self.findings.setdefault(finding)

    def close(self) -> None:
        """The checks at the end of a scenario that went well: the audit, and a control for every absence."""
        self.audit()
        for kind, step in self.absences.items():
            if kind not in self.controls:
                raise AuthoringError(
                    f"{step!r} asserts an absence, but nothing shows in this scenario that {kind} works"
                )
