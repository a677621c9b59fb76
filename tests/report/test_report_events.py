import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_samples import make, scenario, write_all

from podnet.api.problems import UsageProblem
from podnet.report.event_log import read_events
from podnet.report.events import EventWriter, RunStarted
from podnet.report.model import Report


@pytest.fixture
def stream(on_disk: Path) -> Path:
    return on_disk / "events.jsonl"


def started(report: Report) -> RunStarted:
    return RunStarted(
        suite=report.suite,
        run=report.run,
        implementation=report.implementation,
        environment=report.environment,
        profile=report.profile,
        scenarios=tuple(one.id for one in report.scenarios),
    )


def test_the_first_line_starts_the_run_and_the_last_one_ends_it(stream: Path, mixed: Report) -> None:
    lines = [json.loads(line) for line in stream.read_text().splitlines()]
    assert lines[0]["event"] == "run-started"
    assert lines[0]["schema"] == "podnet-events/1"
    assert lines[-1]["event"] == "run-finished"
    assert lines[-1]["counts"] == mixed.footer.counts
    assert lines[-1]["verdict"] == "non-conformant"


def test_a_whole_stream_gives_back_every_result(stream: Path, mixed: Report) -> None:
    log = read_events(stream)
    assert log.scenarios == mixed.scenarios
    assert log.problems == log.missing == log.running == ()
    assert not log.truncated


def test_what_does_not_run_ends_without_having_started(stream: Path) -> None:
    log = read_events(stream)
    assert "selection/empty/one" not in log.begun
    assert "selection/empty/one" in {one.id for one in log.scenarios}


def test_every_event_is_in_the_file_before_the_next_one_happens(tmp_path: Path, mixed: Report) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path, started(mixed)) as events:
        assert len(path.read_text().splitlines()) == 1
        events.scenario_started(mixed.scenarios[0].id)
        assert path.read_text().endswith("\n")
        assert read_events(path).running == (mixed.scenarios[0].id,)
        events.scenario_finished(mixed.scenarios[0])
        assert read_events(path).running == ()


def test_a_run_that_dies_leaves_a_stream_without_its_end(tmp_path: Path, mixed: Report) -> None:
    path = tmp_path / "events.jsonl"

    def run() -> None:
        with EventWriter(path, started(mixed)) as events:
            events.scenario_finished(mixed.scenarios[0])
            events.scenario_started(mixed.scenarios[1].id)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    log = read_events(path)
    assert log.truncated
    assert log.scenarios == mixed.scenarios[:1]
    assert log.running == (mixed.scenarios[1].id,)
    assert log.missing == tuple(one.id for one in mixed.scenarios[1:])
    assert log.problems == ()


@given(cut=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_a_stream_is_cut_off_it_is_truncated_and_tells_what_it_knew(
    tmp_path: Path, mixed: Report, cut: int
) -> None:
    write_all(mixed, tmp_path)
    content = (tmp_path / "events.jsonl").read_bytes()
    part = content[: cut % len(content)]
    (tmp_path / "cut.jsonl").write_bytes(part)
    log = read_events(tmp_path / "cut.jsonl")
    assert log.truncated
    assert log.problems == ()
    assert log.scenarios == mixed.scenarios[: part.count(b'\n{"event": "scenario-finished"') - _half(part)]


def _half(part: bytes) -> int:
    """Whether the last line, which is not whole, would have been the end of a scenario."""
    return int(part.rpartition(b"\n")[2].startswith(b'{"event": "scenario-finished"'))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no json", "is not an event"),
        ("[]", "is not an event: unknown kind"),
        ('{"event": "party"}', "is not an event: unknown kind"),
        ('{"event": "scenario-started"}', "is not an event"),
        ('{"event": "scenario-started", "id": 7}', "is not an event"),
        ('{"event": "scenario-started", "id": "nobody/knows"}', "nobody/knows is not a scenario of this run"),
        ('{"event": "scenario-started", "id": "selection/both/one"}', "selection/both/one starts a second time"),
    ],
)
def test_a_line_that_cannot_be_is_told_and_the_rest_is_kept(
    stream: Path, mixed: Report, line: str, message: str
) -> None:
    lines = stream.read_text().splitlines()
    lines.insert(-1, line)
    stream.write_text("\n".join(lines) + "\n")
    log = read_events(stream)
    assert log.problems[0].startswith(f"{stream}:{len(lines) - 1}: {message}")
    assert log.scenarios == mixed.scenarios


def test_a_scenario_that_ends_twice_is_told(stream: Path) -> None:
    lines = stream.read_text().splitlines()
    end = next(line for line in lines if "scenario-finished" in line)
    stream.write_text("\n".join([*lines[:-1], end, lines[-1]]) + "\n")
    assert any("ends a second time" in problem for problem in read_events(stream).problems)


def test_a_stream_has_one_start_and_nothing_behind_its_end(stream: Path) -> None:
    lines = stream.read_text().splitlines()
    stream.write_text("\n".join([*lines, lines[0]]) + "\n")
    assert [problem.partition(": ")[2] for problem in read_events(stream).problems] == [
        "there is more after the end of the run",
        "the run starts a second time",
    ]


def test_a_stream_without_a_start_is_told(stream: Path) -> None:
    lines = stream.read_text().splitlines()
    stream.write_text("\n".join(lines[1:]) + "\n")
    assert "the first line does not start a run" in read_events(stream).problems[0]


def test_a_stream_of_another_schema_is_not_read(stream: Path) -> None:
    stream.write_text(stream.read_text().replace("podnet-events/1", "podnet-events/2"))
    assert "schema podnet-events/2 is not podnet-events/1" in read_events(stream).problems[0]


def test_a_missing_stream_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="there are no events: No such file"):
        read_events(tmp_path / "events.jsonl")


def test_text_in_any_script_is_kept(tmp_path: Path) -> None:
    report = make((scenario("a/b", "SEL-1", name="弹性IP\n策略\u2028"),))
    write_all(report, tmp_path)
    assert read_events(tmp_path / "events.jsonl").scenarios == report.scenarios
