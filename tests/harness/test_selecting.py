"""Which scenarios a selector chooses, and that a dry run lists them and does nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import podnet
from scratch_suite import Suite, scenario

OUTLINE = """\
@TST-2
Scenario Outline: outlined <step>
  Given <step>

  Examples:
    | step                |
    | all is well         |
    | "a word" is printed |
"""


@pytest.fixture
def chapters(suite: Suite) -> Suite:
    """Two folders, three files: lines and requirements as the tests say."""
    suite.feature("light/lamps", scenario("on", "Given all is well"), scenario("off", "Given all is well"))
    suite.feature("light/suns", scenario("up", "Given all is well", tag="TST-3"))
    suite.feature("sound", OUTLINE, scenario("bang", "Given all is well", tag="OPT-1"))
    return suite


ON, OFF, BANG = "features/light/lamps.feature:4", "features/light/lamps.feature:8", "features/sound.feature:13"
ROWS = ["features/sound.feature:9", "features/sound.feature:10"]


def listed(suite: Suite, *words: object, implementation: str = "") -> list[str]:
    done = suite.podnet("conformance", "--dry-run", "--implementation", implementation or suite.implementation, *words)
    assert (done.code, done.err) == (0, "")
    *scenarios, last = done.out.splitlines()
    assert last == f"{len(scenarios)} of 6 scenarios would be played"
    return [line.split()[0] for line in scenarios]


def test_a_dry_run_lists_what_would_be_played(chapters: Suite):
    assert listed(chapters) == [ON, OFF, *ROWS]
    assert listed(chapters, "--feature", "Option") == [ON, OFF, *ROWS, BANG]


def test_a_dry_run_writes_and_plays_nothing(chapters: Suite, tmp_path: Path):
    folder = tmp_path / "empty"
    folder.mkdir()
    chapters.one('Given it leaves its number in "trace"', name="trace")
    words = ["--dry-run", "--implementation", chapters.implementation, "--report", chapters.report]
    done = chapters.podnet("conformance", *words, cwd=folder, env={"SCRATCH": str(folder)})
    assert (done.code, "trace" in done.out) == (0, True)
    assert list(folder.iterdir()) == []
    assert not chapters.report.exists()


@pytest.mark.parametrize(
    ("selectors", "chosen"),
    [
        (["TST-1"], [ON, OFF]),
        (["TST"], [ON, OFF, *ROWS]),
        (["features/light/lamps.feature"], [ON, OFF]),
        (["light/lamps.feature"], [ON, OFF]),
        (["./features/light/lamps.feature"], [ON, OFF]),
        (["features/light"], [ON, OFF]),
        (["features/light/"], [ON, OFF]),
        (["features"], [ON, OFF, *ROWS]),
        (["features/light/lamps.feature:4"], [ON]),
        (["features/light/lamps.feature:5"], [ON]),
        (["features/light/lamps.feature:9"], [OFF]),
        (["features/light/lamps.feature:4000"], [OFF]),
        (["features/sound.feature:9"], ROWS[:1]),
        (["features/sound.feature:10"], ROWS[1:]),
        (["features/sound.feature:4"], ROWS),
        (["features/sound.feature:8"], ROWS),
        (["TST-2", "light/lamps.feature:4"], [ON, *ROWS]),
        (["TST-3"], []),
    ],
    ids=" ".join,
)
def test_a_selector_chooses(selectors: list[str], chosen: list[str], chapters: Suite):
    words = [word for selector in selectors for word in ("--select", selector)]
    assert listed(chapters, *words) == chosen


def test_the_path_of_a_file_may_be_absolute(chapters: Suite):
    assert listed(chapters, "--select", f"{chapters.root}/features/light/lamps.feature:4") == [ON]


def test_what_is_selected_and_does_not_apply_proves_nothing(chapters: Suite):
    done, report = chapters.conformance("--select", "OPT-1")
    assert (done.code, report["verdict"]) == (3, "incomplete")
    assert report["footer"]["counts"]["not-applicable"] == 1


def test_a_part_that_passes_does_not_hide_that_another_does_not_apply(chapters: Suite):
    done, report = chapters.conformance("--select", "features/sound.feature")
    assert report["footer"]["counts"] | {"passed": 2, "not-applicable": 1} == report["footer"]["counts"]
    assert done.code == 0


def test_the_rerun_of_a_failure_selects_that_failure(suite: Suite):
    suite.feature("two", scenario("good", "Given all is well"), scenario("bad", "Then it fails"))
    rerun = suite.conformance()[1]["scenarios"][1]["failure"]["rerun"]
    assert rerun.endswith("--select features/two.feature:8 --seed 0")
    assert listed_of(suite, "features/two.feature:8") == "features/two.feature:8"


def listed_of(suite: Suite, selector: str) -> str:
    words = ["--dry-run", "--implementation", suite.implementation, "--select", selector]
    return suite.podnet("conformance", *words).out.split()[0]


def test_the_specification_itself_can_be_listed():
    done = podnet("conformance", "--dry-run")
    lines = done.out.splitlines()
    assert done.code == 0
    assert len(lines) > 100
    assert all(line.startswith("features/") for line in lines[:-1])
