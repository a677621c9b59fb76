"""A folder of tiny features, run for real: what becomes of each, and of the whole run, alone and beside the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from processes import states, verdicts
from scratch_suite import IDS, Suite

TINY = Path(__file__).parent / "tiny"
SOON = {"PODNET_DEADLINE": "0.8"}
STATES = {
    "passing/all-is-well": "passed",
    "passing/all-is-well-with-row[one]": "passed",
    "passing/all-is-well-with-row[two]": "passed",
    "failing/the-implementation-does-something-else": "failed",
    "failing/an-assertion-does-not-hold": "failed",
    "erroring/a-step-raises": "errored",
    "erroring/the-scenario-itself-is-wrong": "errored",
    "erroring/the-process-is-killed-midway": "errored",
    "hanging/a-step-comes-to-no-end": "errored",
    "skipping/it-does-not-apply-here": "not-applicable",
    "skipping/nothing-shows-it": "not-observable",
    "skipping/nobody-claims-it": "not-applicable",
}
"""What becomes of every scenario of ``tiny/played``."""
ALONE = {"passing": (0, 3), "failing": (1, 1), "erroring": (4, 4), "hanging": (4, 4), "skipping": (3, 3)}
"""By file, the exit code of a run of it alone: of its selection, and of a suite that has nothing else."""
REFUSED = {
    "duplicated": "duplicated.feature:8: ",
    "empty": "empty.feature:4: ",
    "no_rows": "no_rows.feature:",
    "undefined": "undefined.feature:6: no step definition fits 'Then pigs fly'",
    "untagged": "untagged.feature:3: ",
}


@pytest.fixture
def tiny(suite: Suite) -> Suite:
    """A suite whose features are those of ``tiny/played``."""
    suite.catalogue(*IDS, "TST-4")
    profile = suite.root / "conformance" / "profiles" / "ack-serverless.yaml"
    profile.write_text(profile.read_text().replace("[TST-1, TST-2]", "[TST-1, TST-2, TST-3, TST-4]"))
    for path in (TINY / "played").glob("*.feature"):
        shutil.copy2(path, suite.root / "features")
    return suite


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_scenario_becomes_what_it_should_however_many_are_played_at_once(jobs: int, tiny: Suite):
    done, report = tiny.conformance("--jobs", jobs, env=SOON)
    assert (done.code, report["verdict"], done.err) == (1, "non-conformant", "")
    assert states(report) == STATES
    assert verdicts(report, "passed") == {"TST-1"}
    assert verdicts(report, "failed") == {"TST-2"}
    assert verdicts(report, "errored") == {"TST-3"}
    assert verdicts(report, "not-observable") == {"TST-4"}
    assert verdicts(report, "not-applicable") == {"OPT-1"}
    assert report["run"]["complete"] is True
    assert tiny.podnet("report", "check", tiny.report).code == 0


@pytest.mark.parametrize("name", ALONE)
def test_a_file_alone_decides_the_exit_code_of_its_run(name: str, tiny: Suite):
    selected, alone = ALONE[name]
    done, report = tiny.conformance("--select", f"features/{name}.feature", env=SOON)
    assert (done.code, report["verdict"]) == (selected, "incomplete")
    for path in (tiny.root / "features").glob("*.feature"):
        if path.stem != name:
            path.unlink()
    done, report = tiny.conformance(env=SOON)
    assert (done.code, report["verdict"]) == (alone, "non-conformant" if alone == 1 else "incomplete")
    assert states(report) == {id_: state for id_, state in STATES.items() if id_.startswith(f"{name}/")}


@pytest.mark.parametrize("name", REFUSED)
def test_a_feature_that_could_vanish_is_refused_before_anything_is_played(name: str, tiny: Suite):
    shutil.copy2(TINY / "refused" / f"{name}.feature", tiny.root / "features")
    done = tiny.podnet("conformance", "--implementation", tiny.implementation, "--report", tiny.report)
    assert (done.code, done.out) == (2, "")
    assert REFUSED[name] in done.err
    assert not tiny.report.exists()
