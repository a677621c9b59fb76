"""From the options of ``podnet conformance`` to a run, its report and its exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from podnet.api.inventory import Inventory
from podnet.api.problems import UsageProblem
from podnet.cli.inputs import deadline_of_environment, read_inventory
from podnet.cli.inventory import inventory_text
from podnet.cli.orders import read_faults, read_order
from podnet.cli.rerun import command_line
from podnet.cli.targets import SOMEBODYS, completed, jobs_of, read_target
from podnet.harness.collector import load_fixtures
from podnet.harness.implementation import Candidate, find_implementation
from podnet.harness.plan import Plan, make_plan
from podnet.harness.run import Order
from podnet.harness.stage import SCENARIO_DEADLINE
from podnet.harness.witness import Witness, find_witness
from podnet.kube.injection import Injection
from podnet.report.model import InventoryFile
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.profile import Claim, Profile, claims, load_profile
from podnet.targets.base import Target


@dataclass(frozen=True)
class Prepared:
    """Everything that is known before the first scenario; whatever is wrong with the input has been said by now."""

    catalogue: Catalogue
    profile: Profile
    claims: tuple[Claim, ...]
    candidate: Candidate
    inventory: Inventory
    inventory_file: InventoryFile
    inventory_text: str
    plan: Plan
    fixtures: tuple[ModuleType, ...]
    deadline: float
    target: Target
    order: Order
    faults: tuple[Injection, ...]
    argv: tuple[str, ...]
    command: tuple[str, ...]
    selection: tuple[str, ...]
    report: Path | None
    keep: Any
    witness: Witness | None


def prepare(*, argv: tuple[str, ...], **options: Any) -> Prepared:
    """Read and check everything. Raises UsageProblem for what cannot be used."""
    options = completed(options)
    catalogue = load_catalogue(locate.requirements_dir())
    profile = load_profile(options["profile"], catalogue=catalogue)
    inventory, inventory_file = read_inventory(options["inventory"])
    faults = read_faults(options["faults"])
    deadline = deadline_of_environment()
    candidate = find_implementation(options["implementation"], seconds=deadline or SCENARIO_DEADLINE)
    target = read_target(options, faults=faults, judged=candidate.judged)
    claimed = claims(profile, declared=candidate.declared, flags=_flags(options["features"], options["no_features"]))
    make = partial(
        make_plan,
        features=locate.features_dir(),
        steps=locate.steps_dir(),
        catalogue=catalogue,
        profile=profile,
        claims=claimed,
    )
    plan = _plan(make, options, catalogue=catalogue, profile=profile, claims=claimed)
    if target.name == SOMEBODYS:
        from podnet.cli.guest import foresee_plan

        foresee_plan(target, plan)
    return Prepared(
        catalogue=catalogue,
        profile=profile,
        claims=claimed,
        candidate=candidate,
        inventory=inventory,
        inventory_file=inventory_file,
        inventory_text=inventory_text(options["inventory"])[0],
        plan=plan,
        fixtures=load_fixtures(locate.suite_root() / "fixtures"),
        deadline=deadline or target.budgets.scenario,
        target=target,
        order=read_order(options, plan=plan, jobs=jobs_of(options)),
        faults=faults,
        argv=argv,
        command=command_line(options),
        selection=tuple(options["selectors"]),
        report=options["report"],
        keep=options["keep"],
        witness=find_witness(options["observer"]) if options["observer"] is not None else None,
    )


def _plan(
    make: Callable[..., Plan],
    options: Mapping[str, Any],
    *,
    catalogue: Catalogue,
    profile: Profile,
    claims: Sequence[Claim],
) -> Plan:
    if not options["generated"]:
        return make(selectors=options["selectors"])
    from podnet.generated.planning import with_generated  # it imports hypothesis, which other runs need not wait for

    return with_generated(
        make,
        count=options["generated"],
        selectors=options["selectors"],
        catalogue=catalogue,
        profile=profile,
        claims=claims,
    )


def _flags(features: Sequence[str], no_features: Sequence[str]) -> dict[str, bool]:
    both = sorted(set(features) & set(no_features))
    if both:
        raise UsageProblem(f"--feature and --no-feature both name {', '.join(both)}")
    return {**dict.fromkeys(features, True), **dict.fromkeys(no_features, False)}
