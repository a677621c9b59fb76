"""``pytest -p podnet.harness.pytest_plugin features``: the scenarios as plain pytest items, for whoever writes them.

The reference on the in-process cluster and the standard inventory, in pytest's own process: ``-k``, ``-x`` and
``--pdb`` work as ever. For a verdict use ``podnet conformance``.
"""

from __future__ import annotations

import pytest

from podnet.cloud.inventory_file import parse_inventory
from podnet.harness.collector import CollectorPlugin, load_fixtures
from podnet.harness.implementation import find_implementation
from podnet.harness.judgement import Judge
from podnet.harness.plan import make_plan
from podnet.harness.stage import Stage
from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.implementations import REFERENCE
from podnet.suite.profile import claims, load_profile
from podnet.targets.fake import FakeTarget

PROFILE = "ack-serverless"
INVENTORY = "standard.yaml"


def pytest_configure(config: pytest.Config) -> None:
    """Plan the whole suite and collect what pytest is asked for."""
    catalogue = load_catalogue(locate.requirements_dir())
    profile = load_profile(PROFILE, catalogue=catalogue)
    candidate = find_implementation(REFERENCE)
    plan = make_plan(
        features=locate.features_dir(),
        steps=locate.steps_dir(),
        catalogue=catalogue,
        profile=profile,
        claims=claims(profile, declared=candidate.declared),
    )
    inventory = locate.inventories_dir() / INVENTORY
    stage = Stage(
        target=FakeTarget(),
        inventory=parse_inventory(inventory.read_text(encoding="utf-8"), path=str(inventory)),
        implementation=candidate.judged,
        manifests=locate.manifests_dir(),
        judge=Judge(catalogue, command=("podnet", "conformance")),
    )
    root = locate.suite_root()
    plugin = CollectorPlugin(plan, stage=stage, root=root, fixtures=load_fixtures(root / "fixtures"), seed=0)
    config.pluginmanager.register(plugin, "podnet-collector")
