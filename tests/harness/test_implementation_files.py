"""What is to be judged comes from somebody's file: what does not fit is refused, and nothing in it can end podnet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from processes import conformance, podnet, read_report, start, states

SEAM = "does not fit the seam: "
NOTHING = "from podnet.reference import Reference\nclass Own(Reference):\n    "
REFUSED = {
    "a syntax error": ("\nclass Own(:\n", r":2: the implementation cannot be imported: "),
    "an exception": ("\n\nraise OSError('no licence')\n", r":3: .* cannot be imported: OSError: no licence"),
    "a missing package": ("import podnet_is_not_there\n", r":1: .*No module named 'podnet_is_not_there'"),
    "an exit": ("raise SystemExit(0)\n", r":1: .* cannot be imported: SystemExit: 0"),
    "the end of its process": (
        "import os\nos._exit(0)\n",
        r": Own cannot be made: its process ended with exit status 0",
    ),
    "a crash": ("import os\nos.abort()\n", r": Own cannot be made: its process ended with signal SIGABRT"),
    "another name": ("class Other:\n    pass\n", r": Own is not there; callable in this file: Other$"),
    "an empty file": ("", r": Own is not there; callable in this file: nothing$"),
    "no callable": ("Own = 3\n", r": Own is not callable; "),
    "arguments": ("class Own:\n    def __init__(self, x): pass\n", r": Own\(\) without arguments raises TypeError: "),
    "a constructor that raises": (NOTHING + "def __init__(self): 1 / 0\n", r": Own\(\) .* raises ZeroDivisionError: "),
    "a constructor that exits": (NOTHING + "def __init__(self): exit(0)\n", r": Own\(\) .* raises SystemExit: 0"),
    "None": ("def Own():\n    pass\n", rf": Own\(\) {SEAM}its name is None; it needs name and version \(text\)"),
    "no name": (NOTHING + "name = ''\n", rf": Own\(\) {SEAM}its name is ''; "),
    "a name that is no text": (NOTHING + "name = 3\n", rf": Own\(\) {SEAM}its name is 3; "),
    "a version that is no text": (NOTHING + "version = 1.0\n", rf": Own\(\) {SEAM}its version is 1.0; "),
    "no install": ("class Own:\n    name = version = '1'\n", rf": Own\(\) {SEAM}Own has no method install; "),
    "an install that is no method": (NOTHING + "install = 3\n", rf": Own\(\) {SEAM}Own has no method install; "),
    "an attribute that raises": (
        NOTHING + "name = property(lambda self: 1 / 0)\n",
        rf": Own\(\) {SEAM}ZeroDivisionErr",
    ),
    "features as one text": (
        NOTHING + "features = 'DualStack'\n",
        r": its features are 'DualStack', not a set of names$",
    ),
    "features that are no names": (NOTHING + "features = {1}\n", r": its features are \{1\}, not a set of names$"),
    "features that are nothing": (NOTHING + "features = 7\n", r": its features are 7, not a set of names$"),
    "an unknown feature": (NOTHING + "features = {'Moon'}\n", r"unknown feature Moon; profile ack-serverless has "),
}
HANGING = {
    "an import": "while True: pass\n",
    "a constructor": NOTHING + "def __init__(self):\n        while True: pass\n",
    "an import that resists": ("while True:\n    try:\n        while True: pass\n    except BaseException: continue\n"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_fit_the_seam_is_refused(what: str, tmp_path: Path):
    content, expected = REFUSED[what]
    file = tmp_path / "own.py"
    file.write_text(content)
    done = podnet("conformance", "--implementation", f"{file}:Own", "--report", tmp_path / "report")
    assert (done.code, done.out) == (2, ""), done.err
    (line,) = done.err.splitlines()
    assert re.fullmatch(rf"error: ({re.escape(str(file))})?{expected}.*", line), line
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("what", HANGING)
def test_what_hangs_when_it_is_made_is_refused(what: str, tmp_path: Path):
    file = tmp_path / "own.py"
    file.write_text(HANGING[what])
    done = podnet("conformance", "--implementation", f"{file}:Own", env={"PODNET_DEADLINE": "0.3"})
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {file}: ")
    assert re.search(r"it did not end within 0\.3 s", done.err)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("missing.py:Own", "error: missing.py: there is no such file\n"),
        ("folder.py:Own", "error: folder.py: there is no such file\n"),
        ("own.txt:Own", "error: unknown implementation 'own.txt:Own': give 'reference', mini:NAME or FILE.py:NAME; "),
        ("own.py", "error: unknown implementation 'own.py'"),
        ("own.py:", "error: unknown implementation 'own.py:'"),
        (":Own", "error: unknown implementation ':Own'"),
    ],
)
def test_what_is_no_file_and_name_is_refused(word: str, said: str, tmp_path: Path):
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "own.txt").write_text("")
    done = podnet("conformance", "--implementation", word, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)


def test_a_function_that_returns_one_is_as_good_as_a_class(tmp_path: Path):
    (tmp_path / "own.py").write_text("from podnet.reference import Reference\ndef make():\n    return Reference()\n")
    done = podnet("conformance", "--implementation", "own.py:make", "--select", "EXM-1", cwd=tmp_path)
    assert done.code == 0, done.err


def test_a_file_may_import_its_neighbours(tmp_path: Path):
    (tmp_path / "neighbour.py").write_text("from podnet.reference import Reference\n")
    (tmp_path / "own.py").write_text("import neighbour\nclass Own(neighbour.Reference):\n    name = 'own'\n")
    argument = f"{tmp_path / 'own.py'}:Own"
    done, report = conformance("--implementation", argument, "--select", "EXM-1", report=tmp_path / "report")
    assert (done.code, report["implementation"]["name"]) == (0, "own")
    assert report["implementation"]["source"] == argument


def test_what_it_prints_is_no_part_of_the_output(tmp_path: Path):
    file = tmp_path / "own.py"
    file.write_text(f"print('made')\n{NOTHING}def choose(self, *_, **__):\n        print('chosen')\n        1 / 0\n")
    done, report = conformance("--implementation", f"{file}:Own", "--select", "EXM-3", report=tmp_path / "report")
    assert done.code == 1
    assert "made" not in done.out.splitlines()
    (told,) = (one["failure"]["details"] for one in report["scenarios"] if one["failure"])
    assert "printed meanwhile:\n" in told
    assert "chosen" in told


@pytest.mark.parametrize("legacy", ["atexit.register(os._exit, 0)", "threading.Timer(0.3, os._exit, [0]).start()"])
def test_what_it_leaves_behind_cannot_end_podnet(legacy: str, tmp_path: Path):
    file = tmp_path / "own.py"
    file.write_text(f"import atexit, os, threading\n{legacy}\n{NOTHING}def choose(self, *_, **__): return None\n")
    words = ["conformance", "--implementation", f"{file}:Own", "--select", "MUL-4", "--report", tmp_path / "report"]
    process = start(*words)
    process.communicate(timeout=60)
    assert process.returncode in {1, 4}
    assert "passed" not in states(read_report(tmp_path / "report")).values()


def test_two_classes_of_one_file_are_told_apart(tmp_path: Path):
    file = tmp_path / "own.py"
    file.write_text(f"{NOTHING}name = 'one'\nclass Two(Own):\n    name = 'two'\n")
    for word, name in (("Own", "one"), ("Two", "two")):
        argument = f"{file}:{word}"
        _, report = conformance("--implementation", argument, "--select", "EXM-2", report=tmp_path / "report")
        assert report["implementation"]["name"] == name
