import json
from pathlib import Path

import pytest

from podnet.cli.main import main
from podnet.report.assemble import assemble
from podnet.report.events import EventWriter, RunStarted
from podnet.report.files import write_at_once, write_report
from podnet.report.junit import render_junit
from podnet.report.model import Environment, Failure, Implementation, Run, ScenarioResult
from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.profile import claims, load_profile


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The report of a run that selected one scenario of the real catalogue, which failed."""
    catalogue = load_catalogue(locate.requirements_dir())
    profile = load_profile("ack-serverless", catalogue=catalogue)
    failure = Failure("the pod is on another plane", keyword="Then", step="it uses the plane", rerun="podnet ...")
    report = assemble(
        catalogue=catalogue,
        profile=profile,
        claims=claims(profile),
        scenarios=[
            ScenarioResult(
                "selection/x/y", "Y", "features/selection/x.feature", 4, ("SEL-2",), (), "failed", failure=failure
            )
        ],
        version="0.1.0",
        run=Run(complete=False, argv=("podnet",), seed=7, selection=("SEL-2",)),
        implementation=Implementation("mine", "2.0", "python", "mine.py:Mine"),
        environment=Environment("fake", "1.36.0", "3.11.7"),
    )
    started = RunStarted(
        report.suite, report.run, report.implementation, report.environment, report.profile, ("selection/x/y",)
    )
    with EventWriter(tmp_path / "events.jsonl", started) as events:
        events.scenario_started("selection/x/y")
        events.scenario_finished(report.scenarios[0])
        events.run_finished(report)
    write_report(report, tmp_path)
    write_at_once(tmp_path / "junit.xml", render_junit(report))
    return tmp_path


def test_show_prints_the_report_in_plain_text_when_the_output_is_no_terminal(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "show", str(directory)]) == 0
    text = capsys.readouterr().out
    assert text.startswith(
        "mine 2.0 on fake (Kubernetes 1.36.0), profile ack-serverless\npodnet 0.1.0, seed 7, selected SEL-2\n"
    )
    assert "FAIL  features/selection/x.feature:4   Y   SEL-2\n  Then it uses the plane\n" in text
    assert text.splitlines()[-1] == "verdict         incomplete (only a selection ran)"
    assert "\x1b" not in text


def test_check_says_that_a_report_holds_together(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "check", str(directory)]) == 0
    assert capsys.readouterr().out == f"{directory}: the report holds together\n"


def test_check_ends_with_1_and_names_what_does_not_fit(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = directory / "report.json"
    data = json.loads(path.read_text())
    data["verdict"] = "conformant"
    path.write_text(json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False) + "\n")
    assert main(["report", "check", str(directory)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"{path}: the verdict is incomplete by the scenarios, not conformant" in lines


@pytest.mark.parametrize("verb", ["show", "check"])
@pytest.mark.parametrize("content", [None, "", "{}", "no json"])
def test_what_is_no_report_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "report.json").write_text(content)
    assert main(["report", verb, str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: {tmp_path / 'report.json'}")
