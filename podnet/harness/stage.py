"""What all scenarios of a run have in common: target, inventory, implementation, budgets, where states are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from podnet.api.errors import ApiError, Unreachable
from podnet.api.inventory import Inventory
from podnet.api.problems import EnvironmentProblem
from podnet.harness.judgement import Judge, with_details
from podnet.harness.plan import Planned
from podnet.harness.saved_state import save_state
from podnet.harness.tables import records
from podnet.harness.vocabulary import BoundStep
from podnet.harness.witness import Witness
from podnet.harness.world import Setting, World
from podnet.report.model import ScenarioResult
from podnet.targets.base import Budgets, Judged, Target

Keep = Literal["never", "failed", "always"]

VSWITCH_TABLES = ("the vSwitches", "the vSwitches also")
"""The sentences whose tables are bound together, before the first step runs."""
SCENARIO_DEADLINE = Budgets.scenario
"""Seconds on the wall clock that one scenario may take before it counts as stuck."""


@dataclass(frozen=True)
class Stage:
    """Everything that a scenario needs and does not change. ``states``: the folder for the state of clusters."""

    target: Target
    inventory: Inventory
    implementation: Judged
    manifests: Path
    judge: Judge
    keep: Keep = "failed"
    states: Path | None = None
    budgets: Budgets = field(default_factory=Budgets)
    deadline: float = SCENARIO_DEADLINE
    witness: Witness | None = None

    @contextmanager
    def world(self, planned: Planned, *, seed: int) -> Iterator[World]:
        """The world of one scenario. The seed of its cluster is its own, whatever ran before it."""
        own_seed = f"{seed}/{planned.spec.id}"
        tables = [
            step.datatable for step in planned.spec.steps if step.text in VSWITCH_TABLES and step.datatable is not None
        ]
        roles = [
            row
            for table in tables
            for row in records(table, required=["vSwitch", "zone"], optional=["kind", "room", "beside"])
        ]
        with self.target.cluster(
            inventory=self.inventory, implementation=self.implementation, seed=own_seed
        ) as cluster:
            setting = Setting(
                cluster=cluster,
                inventory=self.inventory,
                seed=own_seed,
                manifests=self.manifests,
                roles=roles,
                rules=planned.rules,
                budgets=self.budgets,
                witness=self.witness,
            )
            yield World(setting)

    def conclude(
        self, planned: Planned, world: World, *, seed: int, step: BoundStep | None, problem: BaseException | None
    ) -> ScenarioResult:
        """The result of an attempt whose cluster is still there; the cluster's state is saved where that is wanted."""
        result = self.judge.judge(
            planned,
            problem=problem,
            step=step,
            seed=seed,
            findings=tuple(world.findings),
            troubles=world.setting.cluster.troubles(),
        )
        result = replace(result, waits=tuple(world.waiting.waits))
        bad = result.failure is not None or bool(result.findings)
        if self.states is None or self.keep == "never" or (self.keep == "failed" and not bad):
            return result
        try:
            saved = save_state(world.api, folder=self.states, scenario=planned.spec.id, seed=seed)
        except (ApiError, Unreachable, EnvironmentProblem, OSError) as error:
            # What was found counts, also where the state of the cluster is lost.
            return with_details(result, f"the state of the cluster could not be saved: {error}")
        return replace(result, failure=replace(result.failure, saved=saved)) if result.failure else result

    def broken(self, planned: Planned, *, problem: BaseException, seed: int) -> ScenarioResult:
        """The result of an attempt that came to no end of its own, or to no beginning."""
        return self.judge.judge(planned, problem=problem, step=None, seed=seed)
