"""What is wrong on the command line, or in the inventory that it names, is said in one sentence, and nothing begins."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import ROOT, Done, podnet

STANDARD = (ROOT / "fixtures" / "inventories" / "standard.yaml").read_text(encoding="utf-8")


def refused(*words: object, report: Path, **env: str) -> Done:
    """The answer to a command line that cannot be used; nothing may be left of it."""
    done = podnet("conformance", "--report", report, *words, env=env)
    assert done.code == 2, done.out + done.err
    assert done.out == ""
    assert "error: " in done.err.lower()
    assert "Traceback" not in done.err
    assert not report.exists()
    return done


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "moon"], "error: unknown target 'moon': give fake, local[:NAME], k3d[:NAME], "),
        (["--profile", "moon"], "error: unknown profile 'moon'; known profiles: ack-serverless, terway\n"),
        (["--profile", "../profiles/ack-serverless"], "error: unknown profile '../profiles/ack-serverless'"),
        (["--feature", "Moon"], "error: unknown feature Moon; profile ack-serverless has AutomaticLabels, "),
        (["--no-feature", "Moon"], "error: unknown feature Moon; "),
        (["--feature", "DualStack", "--no-feature", "DualStack"], "--feature and --no-feature both name DualStack"),
        (["--select", "MOON"], "error: unknown selector 'MOON'"),
        (["--select", "SEL-99"], "error: unknown selector 'SEL-99'"),
        (["--select", ""], "error: unknown selector ''"),
        (["--select", "SEL-2", "--select", "moon.feature"], "error: unknown selector 'moon.feature'"),
        (["--select", "features/selection/nothing.feature:3"], "error: unknown selector"),
        (["--select", "PRE-1"], "error: the selector 'PRE-1' selects no scenario\n"),
        (["--select", "features/example/deployment.feature:1"], "selects no scenario\n"),
        (["--select", "features/example:20"], "error: unknown selector 'features/example:20'"),
        (["--seed", "-1"], "-1 is not in the range x>=0"),
        (["--jobs", "0"], "0 is not in the range x>=1"),
        (["--seeds", "many"], "'many' is not a valid integer"),
        (["--schedule", "0.x"], "error: --schedule '0.x' is no schedule"),
        (["--schedule", "0.1"], "error: --schedule needs one scenario with the tag @every-order"),
        (
            ["--schedule", "0", "--select", "features/concurrency/edits.feature:20", "--seeds", "2"],
            "give one of the two",
        ),
        (["--fault", "moon"], "error: --fault moon: unknown fault 'moon'; known are conflict, "),
        (["--fault", "conflict=often"], "the rate is a share of all occasions, above 0 and at most 0.5"),
        (["--fault", "conflict=0.9"], "the rate is a share of all occasions, above 0 and at most 0.5"),
        (["--fault", "conflict", "--fault", "conflict=0.1"], "error: --fault conflict is given twice"),
        (["--fault", "webhook-failing"], "decided by the failurePolicy of the webhook"),
        (["--max-fail", "0"], "0 is not in the range x>=1"),
        (["--keep", "some"], "'some' is not one of"),
        (["--implementation", "moon"], "error: unknown implementation 'moon': give 'reference', mini:NAME or FILE.py"),
        (["--implementation", "mini:moon"], "error: there is no miniature 'moon'"),
        (["somewhere"], "Got unexpected extra argument (somewhere)"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_word_that_means_nothing_is_refused(words: list[str], said: str, tmp_path: Path):
    assert said in refused(*words, report=tmp_path / "report").err


@pytest.mark.parametrize("value", ["soon", "0", "-1", "nan", "inf"])
def test_a_deadline_that_is_no_time_is_refused(value: str, tmp_path: Path):
    done = refused(report=tmp_path / "report", PODNET_DEADLINE=value)
    assert done.err == f"error: PODNET_DEADLINE is '{value}', not a number of seconds\n"


def test_a_report_cannot_go_below_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    done = refused(report=tmp_path / "file" / "report")
    assert done.err == f"error: {tmp_path / 'file' / 'report'}: the report cannot go there: it is not a directory\n"


def test_a_report_cannot_be_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    done = podnet("conformance", "--report", tmp_path / "file")
    assert (done.code, done.out) == (2, "")
    assert "it is not a directory" in done.err
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder where not even root may write")
def test_a_folder_that_cannot_be_written_is_refused():
    assert "cannot be written there" in refused(report=Path("/proc/podnet-report")).err


def test_what_somebody_else_wrote_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    done = podnet("conformance", "--select", "EXM-1", "--report", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "what podnet did not write (notes.txt)" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_report_of_before_is_replaced(tmp_path: Path):
    for _ in range(2):
        assert podnet("conformance", "--select", "EXM-1", "--report", tmp_path / "report").code == 0
    written = sorted(path.name for path in (tmp_path / "report").iterdir())
    assert written == ["events.jsonl", "junit.xml", "report.json"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("10.0.3.0/24", "10.0.2.128/25", "10.0.2.128/25 of vSwitch vsw-a2 overlaps 10.0.2.0/24 of vSwitch vsw-a1"),
        ("zone: cn-hangzhou-j", "zone: cn-hangzhou-x", '"cn-hangzhou-x" is not among the zones'),
        ("id: vsw-a2", "id: vsw-a1", 'duplicate vSwitch "vsw-a1"'),
        ("10.0.3.0/24", "10.0.3.0/33", '"10.0.3.0/33" is not a CIDR'),
        ("10.0.3.0/24", "10.0.3.1/24", '"10.0.3.1/24" has host bits set'),
        ("used: 3", "used: 5", "5 is more than the 4 addresses"),
        ("region: cn-hangzhou", "regions: cn-hangzhou", 'unknown field "regions"'),
        ("sg-2,", "sg-1,", 'duplicate security group "sg-1"'),
    ],
    ids=["overlap", "zone", "duplicate", "prefix", "host bits", "used", "field", "security group"],
)
def test_an_inventory_that_cannot_be_is_refused_with_its_line(old: str, new: str, said: str, tmp_path: Path):
    assert old in STANDARD
    file = tmp_path / "cloud.yaml"
    file.write_text(STANDARD.replace(old, new, 1), encoding="utf-8")
    line = STANDARD.partition(old)[0].count("\n") + 1
    done = refused("--inventory", file, report=tmp_path / "report")
    assert done.err.startswith(f"error: {file}:{line}: ")
    assert said in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("text", ["", "zones: [\n", "- a\n", "3\n"], ids=["empty", "not YAML", "a list", "a number"])
def test_what_is_no_inventory_at_all_is_refused(text: str, tmp_path: Path):
    file = tmp_path / "cloud.yaml"
    file.write_text(text, encoding="utf-8")
    assert refused("--inventory", file, report=tmp_path / "report").err.startswith(f"error: {file}:")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes("region: ä".encode("latin-1")), "the inventory is not UTF-8"),
        (lambda path: None, "the inventory cannot be read: No such file or directory"),
        (lambda path: path.mkdir(), "the inventory cannot be read: Is a directory"),
    ],
    ids=["not UTF-8", "missing", "a folder"],
)
def test_an_inventory_that_cannot_be_read_is_refused(make, said: str, tmp_path: Path):
    file = tmp_path / "cloud.yaml"
    make(file)
    assert refused("--inventory", file, report=tmp_path / "report").err == f"error: {file}: {said}\n"
