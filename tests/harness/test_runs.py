"""Whole runs of a small suite: what becomes of each scenario, the verdict and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from processes import podnet, states, verdicts
from scratch_suite import Suite, scenario

SOON = {"PODNET_DEADLINE": "0.8"}
"""For what hangs: it takes all of the time, so there should not be much."""
ENDINGS = {
    "all is well": ("passed", 0, ""),
    "it fails": ("failed", 1, "the implementation does something else"),
    "it asserts": ("failed", 1, "arithmetic"),
    "it raises": ("errored", 4, "ValueError: something broke"),
    "it is written wrongly": ("errored", 4, "the scenario is wrong: no such thing"),
    "it does not apply": ("not-applicable", 3, "there is no such cloud"),
    "it cannot be seen": ("not-observable", 3, "it is dark"),
    "its process ends": ("errored", 4, "its process ended with signal SIGKILL in the middle of it"),
    "its process crashes": ("errored", 4, "its process ended with signal SIGABRT in the middle of it"),
    "it hangs": ("errored", 4, "it did not end within 0.8 s of wall clock; it was interrupted at words.py:"),
    "it hangs whatever is done to it": ("errored", 4, "it did not end within 0.8 s and could not be interrupted"),
}
"""By the last step of a scenario: its state, the exit code of the run, and why."""
VERDICTS = {0: "conformant", 1: "non-conformant", 3: "incomplete", 4: "incomplete"}


def why(one: dict[str, Any]) -> str:
    return one["reason"] or (one["failure"] or {"message": ""})["message"]


def passing_and(suite: Suite, step: str, *, tag: str = "TST-2") -> None:
    suite.one("Given all is well")
    suite.one(f"{'Given' if step == 'all is well' else 'Then'} {step}", tag=tag, name="two")


@pytest.mark.parametrize("step", ENDINGS)
def test_the_way_a_scenario_ends_decides_state_verdict_and_exit_code(step: str, suite: Suite):
    state, code, reason = ENDINGS[step]
    passing_and(suite, step)
    done, report = suite.conformance(env=SOON if "hangs" in step else None)
    assert (done.code, report["verdict"], done.err) == (code, VERDICTS[code], ""), done.out
    assert states(report) == {"one/one": "passed", "two/two": state}
    assert reason in why(report["scenarios"][1])
    assert verdicts(report, "passed") == ({"TST-1", "TST-2"} if code == 0 else {"TST-1"})
    assert report["run"]["complete"] is True
    assert suite.podnet("report", "check", suite.report).code == 0


@pytest.mark.parametrize("step", ENDINGS)
def test_under_a_selection_the_exit_code_speaks_of_it_and_there_is_no_verdict(step: str, suite: Suite):
    passing_and(suite, step)
    env = SOON if "hangs" in step else None
    done, report = suite.conformance("--select", "TST-2", env=env)
    assert (done.code, report["verdict"], report["run"]["complete"]) == (ENDINGS[step][1], "incomplete", False)
    assert states(report)["one/one"] == "deselected"
    done, _ = suite.conformance("--select", "TST-1", env=env)
    assert done.code == 0


def test_a_should_that_fails_is_a_warning(suite: Suite):
    suite.catalogue("TST-1", "TST-2", "OPT-1", level="SHOULD")
    passing_and(suite, "it fails")
    done, report = suite.conformance()
    assert (done.code, report["verdict"]) == (0, "conformant")
    assert (states(report)["two/two"], verdicts(report, "warned")) == ("warned", {"TST-2"})
    assert report["scenarios"][1]["failure"]["actual"] == ["that", "and that"]


def test_what_belongs_to_a_feature_is_played_only_if_it_is_claimed(suite: Suite):
    passing_and(suite, "it fails", tag="OPT-1")
    suite.one("Given all is well", tag="TST-2", name="three")
    done, report = suite.conformance()
    assert (done.code, states(report)["two/two"]) == (0, "not-applicable")
    assert why(report["scenarios"][2]) == "the feature Option is not claimed"
    done, report = suite.conformance("--feature", "Option")
    assert (done.code, report["verdict"], states(report)["two/two"]) == (1, "non-conformant", "failed")


def test_what_no_profile_asks_for_is_not_played(suite: Suite):
    passing_and(suite, "it fails", tag="TST-3")
    done, report = suite.conformance()
    assert (done.code, states(report)["two/two"]) == (3, "not-applicable")
    assert verdicts(report, "untested") >= {"TST-2"}


@pytest.mark.parametrize("jobs", [2, 5])
def test_scenarios_played_at_the_same_time_have_no_part_in_each_other(jobs: int, suite: Suite):
    suite.feature("mixed", *(scenario(f"well {number}", "Given all is well") for number in range(8)))
    for number, step in enumerate(["it fails", "its process ends", "it raises", "it cannot be seen"]):
        suite.one(f"Then {step}", tag="TST-2", name=f"bad-{number}")
    done, report = suite.conformance("--jobs", jobs)
    found = states(report)
    bad = [found[f"bad-{number}/bad-{number}"] for number in range(4)]
    assert bad == ["failed", "errored", "errored", "not-observable"]
    assert sum(state == "passed" for state in found.values()) == 8
    assert (done.code, report["run"]["jobs"]) == (1, jobs)
    assert suite.podnet("report", "check", suite.report).code == 0


def test_what_is_left_after_a_scenario_was_interrupted_is_played_elsewhere(suite: Suite):
    suite.feature(
        "order",
        scenario("first", "Then it hangs"),
        scenario("second", 'Given it leaves its number in "second"', tag="TST-2"),
        scenario("third", 'Given it leaves its number in "third"', tag="TST-2"),
    )
    folder = suite.root.parent
    _, report = suite.conformance(env={**SOON, "SCRATCH": str(folder)})
    assert list(states(report).values()) == ["errored", "passed", "passed"]
    assert (folder / "second").read_text() == (folder / "third").read_text(), "a child is kept while all goes well"


def test_a_run_is_given_up_after_three_scenarios_that_come_to_no_end(suite: Suite):
    suite.feature("ends", *(scenario(f"{number}", "Then its process ends") for number in range(5)))
    done, report = suite.conformance()
    assert list(states(report).values()) == ["errored"] * 3 + ["deselected"] * 2
    assert why(report["scenarios"][4]).startswith("not tried: ")
    assert (done.code, report["run"]["complete"], report["run"]["interrupted"]) == (4, False, False)


def test_a_scenario_that_comes_to_an_end_in_between_renews_the_hope(suite: Suite):
    steps = ["Then its process ends", "Then its process ends", "Given all is well"]
    suite.feature("ends", *(scenario(f"{number}", steps[number % 3]) for number in range(9)))
    _, report = suite.conformance()
    assert "deselected" not in states(report).values()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_ends_after_so_many_failures(jobs: int, suite: Suite):
    suite.feature("many", *(scenario(f"{number}", "Then it fails") for number in range(8)))
    done, report = suite.conformance("--max-fail", 2, "--jobs", jobs)
    counts = report["footer"]["counts"]
    assert 2 <= counts["failed"] <= 1 + jobs  # what is under way is played to its end
    assert counts["deselected"] == 8 - counts["failed"]
    assert why(report["scenarios"][7]) == "not played: the run ends after 2 failed scenarios"
    assert (done.code, report["verdict"], report["run"]["complete"]) == (1, "non-conformant", False)
    assert suite.podnet("report", "check", suite.report).code == 0


def test_the_worst_of_several_attempts_counts_and_all_are_listed(suite: Suite):
    passing_and(suite, 'it fails if its seed begins with "6"')
    done, report = suite.conformance("--seed", 5, "--seeds", 3, "--jobs", 2)
    one, two = report["scenarios"]
    assert [(attempt["seed"], attempt["state"]) for attempt in one["attempts"]] == [
        (5, "passed"),
        (6, "passed"),
        (7, "passed"),
    ]
    assert [attempt["state"] for attempt in two["attempts"]] == ["passed", "failed", "passed"]
    assert (two["state"], done.code) == ("failed", 1)
    assert two["failure"]["rerun"].endswith("--select features/two.feature:4 --seed 6")
    assert suite.podnet("report", "check", suite.report).code == 0


def test_what_was_seen_to_break_counts_also_where_the_other_attempts_were_not_made(suite: Suite):
    suite.feature("ends", scenario("one", "Then its process ends"), scenario("two", "Given all is well", tag="TST-2"))
    _, report = suite.conformance("--seeds", 5)
    assert states(report) == {"ends/one": "errored", "ends/two": "deselected"}
    assert len(report["scenarios"][0]["attempts"]) == 3
    assert suite.podnet("report", "check", suite.report).code == 0


def test_the_state_of_the_cluster_is_kept_as_asked(suite: Suite):
    passing_and(suite, "it fails")
    kept = {}
    for keep in ("never", "failed", "always"):
        _, report = suite.conformance("--keep", keep)
        folder = suite.report / "state"
        kept[keep] = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        saved = report["scenarios"][1]["failure"]["saved"]
        assert saved == ("" if keep == "never" else "state/two-two--seed-0.yaml")
    assert kept == {
        "never": [],
        "failed": ["two-two--seed-0.yaml"],
        "always": ["one-one--seed-0.yaml", "two-two--seed-0.yaml"],
    }


def test_a_failure_stays_a_failure_where_the_state_cannot_be_kept(suite: Suite):
    suite.one('Given it leaves its number in "report/state"', "Then it fails")
    done, report = suite.conformance(env={"SCRATCH": str(suite.root.parent)})
    assert (done.code, states(report)) == (1, {"one/one": "failed"})
    assert "the state of the cluster could not be saved: " in report["scenarios"][0]["failure"]["details"]


def test_a_fixture_that_breaks_when_it_is_taken_down_is_no_pass(suite: Suite):
    suite.write(
        "fixtures/more.py",
        "import pytest\n\n\n@pytest.fixture\ndef lamp():\n    yield 'on'\n    raise OSError('it went out')\n",
    )
    suite.write("steps/more.py", STEP.format(sentence="there is light", function="def step(lamp):\n    assert lamp"))
    suite.one("Given there is light")
    done, report = suite.conformance()
    assert (done.code, states(report)) == (4, {"one/one": "errored"})
    assert why(report["scenarios"][0]) == "OSError: it went out"


def test_a_step_that_asks_for_what_nobody_gives_is_no_pass(suite: Suite):
    suite.write("steps/more.py", STEP.format(sentence="there is light", function="def step(lamp):\n    pass"))
    suite.one("Given there is light")
    done, report = suite.conformance()
    assert (done.code, states(report)) == (4, {"one/one": "errored"})
    assert why(report["scenarios"][0]) == "the scenario is wrong: there is no fixture 'lamp'"


def test_what_a_step_makes_is_there_for_the_next_one(suite: Suite):
    given = '@given(sentence("a lamp"), target_fixture="lamp")\ndef lamp():\n    return "on"\n'
    step = STEP.format(sentence="there is light", function='def step(lamp):\n    assert lamp == "on"')
    suite.write("steps/more.py", step + given)
    suite.one("Given a lamp", "And there is light")
    assert states(suite.conformance()[1]) == {"one/one": "passed"}


STEP = """\
from pytest_bdd import given

from podnet.harness.sentences import sentence


@given(sentence("{sentence}"))
{function}


"""


def test_settings_and_plugins_of_the_surroundings_have_no_say(suite: Suite, tmp_path: Path):
    suite.one("Given all is well")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit(1)\n")
    surroundings = {"PYTEST_ADDOPTS": "--nonsense", "PYTEST_PLUGINS": "podnet_is_not_there"}
    done, report = suite.conformance(cwd=tmp_path, env=surroundings)
    assert (done.err, states(report)) == ("", {"one/one": "passed"})


def test_every_event_is_in_the_stream_in_its_order(suite: Suite):
    passing_and(suite, "it fails")
    suite.one("Given all is well", tag="TST-3", name="zero")
    suite.conformance()
    lines = (suite.report / "events.jsonl").read_text().splitlines()
    told = [
        (event["event"], event.get("id") or event.get("scenario", {}).get("id")) for event in map(json.loads, lines)
    ]
    assert told == [
        ("run-started", None),
        ("scenario-finished", "zero/zero"),
        ("scenario-started", "one/one"),
        ("scenario-finished", "one/one"),
        ("scenario-started", "two/two"),
        ("scenario-finished", "two/two"),
        ("run-finished", None),
    ]


def test_without_a_report_nothing_is_written(suite: Suite, tmp_path: Path):
    suite.one("Given all is well")
    folder = tmp_path / "empty"
    folder.mkdir()
    assert suite.podnet("conformance", "--implementation", suite.implementation, cwd=folder).code == 3
    assert list(folder.iterdir()) == []


def test_a_run_in_another_folder_leads_to_the_same_report(suite: Suite):
    assert podnet("report", "check", suite.root / "nothing").code == 2
