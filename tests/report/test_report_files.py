import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import FAILURE, make, scenario, with_state, write_all

import podnet.report.files
from podnet.api.problems import UsageProblem
from podnet.report.codec import from_json, to_json
from podnet.report.files import (
    canonical,
    parse_report,
    prepare_report_dir,
    read_report,
    schema_errors,
    write_at_once,
    write_report,
)
from podnet.report.model import STATES, Attempt, Failure, Report, ScenarioResult

TEXT = st.text(max_size=12)


def as_data(report: Report) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(canonical(report))
    return data


def test_the_schema_is_a_schema() -> None:
    path = Path(podnet.report.files.__file__).with_name("report.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema_rs.meta.validate(schema)
    assert schema["properties"]["schema"] == {"const": "podnet-report/1"}


def test_every_report_of_the_model_fits_the_schema(conformant: Report, mixed: Report) -> None:
    assert schema_errors(as_data(conformant)) == ()
    assert schema_errors(as_data(mixed)) == ()


def test_a_report_has_everything_that_other_tools_rely_on(mixed: Report) -> None:
    data = as_data(mixed)
    assert data["schema"] == "podnet-report/1"
    assert data["suite"].keys() >= {"version", "catalogue_digest"}
    assert data["run"].keys() >= {"complete", "argv", "seed", "selection"}
    assert data["environment"].keys() >= {"target", "kubernetes"}
    assert data["requirements"][0].keys() >= {"id", "level", "verdict", "scenarios"}
    assert data["scenarios"][0].keys() >= {
        "id", "name", "path", "line", "requirements", "state", "took", "failure",
    }  # fmt: skip
    assert data["footer"]["counts"]["failed"] == 1
    assert {"profile", "verdict", "implementation", "features"} <= data.keys()


def test_the_text_is_canonical(mixed: Report) -> None:
    text = canonical(mixed).decode()
    assert text.endswith("}\n")
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    assert canonical(make(tuple(reversed(mixed.scenarios)))) == canonical(make(mixed.scenarios))


def test_what_is_written_is_what_is_read(tmp_path: Path, mixed: Report) -> None:
    write_report(mixed, tmp_path)
    assert read_report(tmp_path) == mixed
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@given(message=TEXT.filter(bool), step=TEXT, lines=st.lists(TEXT, max_size=3), took=st.floats(0, 1e6))
@settings(max_examples=60, deadline=None)
def test_any_failure_survives_the_way_to_the_file_and_back(
    message: str, step: str, lines: list[str], took: float
) -> None:
    failure = Failure(message, step=step, expected=tuple(lines), details=step)
    attempts = (Attempt(1, "failed", took),)
    report = make((scenario("a/b", "SEL-1", state="failed", failure=failure, took=took, attempts=attempts),))
    assert parse_report(canonical(report), path=Path("report.json")) == report


@given(text=st.text(st.characters(), max_size=8))
@settings(max_examples=60, deadline=None)
def test_even_what_utf_8_cannot_say_makes_a_valid_report(text: str) -> None:
    failure = Failure("broken", details=text + "\ud800")
    content = canonical(make((scenario("a/b", "SEL-1", state="failed", failure=failure),)))
    assert parse_report(content, path=Path("report.json")).scenarios[0].state == "failed"


def test_a_report_that_the_schema_refuses_is_not_written(tmp_path: Path) -> None:
    blind = ScenarioResult("a/b", "b", "features/a.feature", 1, ("SEL-1",), (), "not-observable")
    with pytest.raises(ValueError, match="scenarios/0"):
        write_report(make((blind,)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_no_half_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_at_once(tmp_path / "file", b"new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "old")]


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("schema",), "podnet-report/9", "schema"),
        (("verdict",), "fine", "verdict"),
        (("scenarios", 0, "state"), "skipped", "scenarios/0/state"),
        (("scenarios", 0, "line"), 0, "scenarios/0/line"),
        (("scenarios", 0, "took"), -1, "scenarios/0/took"),
        (("scenarios", 0, "requirements"), [], "scenarios/0/requirements"),
        (("scenarios", 0, "failure"), None, "scenarios/0/failure"),
        (("requirements", 0, "id"), "sel-1", "requirements/0/id"),
        (("requirements", 0, "colour"), "red", "requirements/0"),
        (("footer", "counts", "passed"), "1", "footer/counts/passed"),
        (("run", "started"), "yesterday", "run/started"),
        (("suite", "catalogue_digest"), "abc", "suite/catalogue_digest"),
        (("environment", "inventory"), {"path": "x"}, "environment/inventory"),
    ],
)
def test_a_report_that_breaks_the_schema_is_refused_with_the_place(
    tmp_path: Path, mixed: Report, place: tuple[str | int, ...], value: object, message: str
) -> None:
    data = as_data(mixed)
    target: Any = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    (tmp_path / "report.json").write_text(json.dumps(data))
    with pytest.raises(UsageProblem) as caught:
        read_report(tmp_path)
    assert "is not a report of podnet" in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "report.json:1: is not JSON"),
        (b'{\n"a": 1,\n]', "report.json:3: is not JSON"),
        (b"\xff{}", "report.json: is not UTF-8"),
        (b"[]", "report.json: is not a report of podnet"),
        (b"{}", "report.json: is not a report of podnet"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "report.json").write_bytes(content)
    with pytest.raises(UsageProblem, match=message):
        read_report(tmp_path)


def test_a_missing_report_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"report\.json: there is no report: No such file"):
        read_report(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Attempt, {"seed": "1", "state": "passed", "took": 1.0}),
        (Attempt, {"seed": 1, "state": "skipped", "took": 1.0}),
        (Attempt, {"seed": 1, "state": "passed", "took": True}),
        (Attempt, {"seed": 1, "state": "passed", "took": 1.0, "more": 1}),
        (Attempt, {"seed": 1, "state": "passed"}),
        (Attempt, []),
        (Failure, {"message": "m", "expected": "one"}),
    ],
)
def test_values_of_the_wrong_shape_are_refused(type_: type, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        from_json(type_, value)


def test_a_whole_number_of_seconds_is_a_number_of_seconds() -> None:
    assert from_json(Attempt, {"seed": 1, "state": "passed", "took": 2}) == Attempt(1, "passed", 2.0)
    assert to_json(FAILURE)["line"] == 14


# The directory of a report


def test_an_empty_or_a_new_directory_will_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert prepare_report_dir(tmp_path / "empty").is_dir()
    assert prepare_report_dir(tmp_path / "a" / "new one").is_dir()
    assert list((tmp_path / "empty").iterdir()) == []


def test_an_earlier_report_gives_way_with_all_its_files(on_disk: Path) -> None:
    (on_disk / "state").mkdir()
    (on_disk / "state" / "scenario.yaml").write_text("kind: List")
    (on_disk / ".report.json.123.tmp").write_text("half")
    prepare_report_dir(on_disk)
    assert list(on_disk.iterdir()) == []


@pytest.mark.parametrize("left", ["report.json", "events.jsonl", "junit.xml"])
def test_what_is_left_of_an_earlier_report_is_enough_to_know_it(on_disk: Path, left: str) -> None:
    for path in list(on_disk.iterdir()):
        if path.name != left:
            path.unlink()
    prepare_report_dir(on_disk)
    assert list(on_disk.iterdir()) == []


def test_an_empty_file_of_a_run_that_died_at_once_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").touch()
    prepare_report_dir(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_when_cleaning_up_fails_the_directory_can_still_be_told_as_ours(
    on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (on_disk / "state").mkdir()
    (on_disk / "state" / "scenario.yaml").write_text("kind: List")

    def busy(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", busy)
        with pytest.raises(UsageProblem, match="cannot be written there: Device or resource busy"):
            prepare_report_dir(on_disk)
    prepare_report_dir(on_disk)
    assert list(on_disk.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("thesis.tex", "ten years of work"),
        ("report.json", '{"quarter": 3}'),
        ("events.jsonl", '{"party": "tomorrow"}'),
        ("junit.xml", "<testsuites/>"),
        ("state/data.bin", "x"),
        ("state", "a file"),
        ("report.json/inside", "x"),
    ],
)
def test_what_podnet_did_not_write_is_never_touched(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageProblem, match="it holds what podnet did not write") as caught:
        prepare_report_dir(tmp_path)
    assert name.partition("/")[0] in str(caught.value)
    assert (tmp_path / name).read_text() == content


def test_a_foreign_file_beside_an_earlier_report_keeps_both(on_disk: Path) -> None:
    (on_disk / "notes.md").write_text("mine")
    with pytest.raises(UsageProblem, match=r"notes\.md"):
        prepare_report_dir(on_disk)
    assert {path.name for path in on_disk.iterdir()} == {"report.json", "events.jsonl", "junit.xml", "notes.md"}


def test_a_link_to_somewhere_else_is_not_followed(on_disk: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("x")
    (on_disk / "state").symlink_to(elsewhere)
    with pytest.raises(UsageProblem, match="did not write"):
        prepare_report_dir(on_disk)
    assert (elsewhere / "precious").read_text() == "x"


def test_a_file_is_not_a_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageProblem, match="it is not a directory"):
            prepare_report_dir(path)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a place where nobody may write, root included")
def test_a_place_where_nobody_may_write_is_told_before_the_run() -> None:
    with pytest.raises(UsageProblem, match="the report cannot be written there"):
        prepare_report_dir(Path("/proc/self/report"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_without_write_permission_is_told_before_the_run(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageProblem, match="the report cannot be written there: Permission denied"):
        prepare_report_dir(tmp_path)


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_reported(tmp_path: Path, state: str) -> None:
    report = make(with_state(("groups/first/one", {"state": state})))
    assert read_report(write_all(report, tmp_path)) == report
