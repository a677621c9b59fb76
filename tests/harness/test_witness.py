"""``--observer``: what it says is evidence, what it does wrong is never held against the implementation."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from processes import IMPLEMENTATIONS, conformance, podnet, states

from podnet.api.problems import EnvironmentProblem
from podnet.harness.witness import PROBE, Answer, Witness, find_witness

ONE = ("--select", "features/default_plane/no_match.feature:12")
PROBED = "if question['pod']['metadata']['name'] == 'podnet-probe': return {}"


def python(folder: Path, body: str) -> str:
    """An observer in Python whose function has this body."""
    file = folder / "mine.py"
    file.write_text(
        "import os, sys, time\ndef tell(question):\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    )
    return f"{file}:tell"


def process(script: str, *, seconds: float = 10.0) -> Witness:
    """An observer that is a process with this script, which has ``line`` and ``say``."""
    frame = "import json, os, sys, time\ndef say(it): print(it, flush=True)\nfor line in sys.stdin:\n"
    body = "".join(f"    {line}\n" for line in script.split("\n"))
    return Witness([sys.executable, "-c", frame + body], text="mine", seconds=seconds)


def test_what_it_says_is_one_more_source_and_a_contradiction_is_a_finding(tmp_path: Path):
    wrong = python(tmp_path, PROBED + "\nreturn {'vSwitch': 'vsw-bogus', 'zone': 'z'}")
    done, report = conformance("--observer", wrong, *ONE, report=tmp_path / "report")
    assert "vsw-bogus (observer)" in done.out
    found = {finding["check"] for one in report["scenarios"] for finding in one["findings"]}
    assert "X8" in found


def test_it_makes_visible_what_nothing_else_tells(tmp_path: Path):
    silent = f"{IMPLEMENTATIONS}/unobservable.py:PublishesNothing"
    place = ("--select", "features/security_groups/first_only.feature:34", "--implementation", silent)
    _, before = conformance(*place, report=tmp_path / "before")
    assert "not-observable" in states(before).values()
    file = tmp_path / "mine.py"
    file.write_text(
        "class Tell:\n    def __init__(self): self.groups = {}\n    def observe(self, question):\n"
        "        return {'securityGroups': ['sg-nowhere']}\n"
    )
    _, after = conformance(*place, "--observer", f"{file}:Tell", report=tmp_path / "after")
    assert "failed" in states(after).values()
    failure = next(one["failure"] for one in after["scenarios"] if one["state"] == "failed")
    assert "sg-nowhere (observer)" in " ".join(failure["actual"])
    assert f"--observer {file}:Tell" in failure["rerun"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("return {'vswitch': 'vsw-1'}", "does not fit its schema: Additional properties"),
        ("return {'securityGroups': 'sg-1'}", "does not fit its schema: securityGroups:"),
        ("return ['vsw-1']", "does not fit its schema"),
        ("return None", "does not fit its schema"),
        ("return {'vSwitch': object()}", "cannot tell: TypeError"),
        ("raise KeyError('cloud')", "cannot tell: KeyError: 'cloud' at"),
        ("os._exit(3)", "ended with exit code 3 instead of answering"),
        ("sys.exit('no')", "ended with exit code 1 instead of answering"),
        ("import no_such_module", "cannot tell: ModuleNotFoundError"),
    ],
)
def test_one_in_python_that_answers_nothing_useful_keeps_a_run_from_beginning(body: str, problem: str, tmp_path: Path):
    done = podnet("conformance", "--observer", python(tmp_path, body), *ONE)
    assert (done.code, done.out) == (4, "")
    assert problem in done.err
    assert "mine.py:tell" in done.err
    assert "Traceback" not in done.err.splitlines()[-1]


def test_one_that_fails_later_errs_the_scenario_and_the_message_names_it(tmp_path: Path):
    done, report = conformance(
        "--observer", python(tmp_path, PROBED + "\nos._exit(3)"), *ONE, report=tmp_path / "report"
    )
    assert done.code == 4
    (failure,) = (one["failure"] for one in report["scenarios"] if one["state"] == "errored")
    assert "the observer `" in failure["message"]
    assert "asked about the pod podnet-scenario/web, ended with exit code 3 instead of answering" in failure["message"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no-such-program", "there is no program 'no-such-program'"),
        ("exec:", "names no command"),
        ("missing.py:Tell", "there is no such file"),
    ],
)
def test_what_is_not_there_is_a_mistake_of_the_user(text: str, problem: str):
    done = podnet("conformance", "--observer", text, *ONE)
    assert done.code == 2
    assert problem in done.err


def test_a_process_answers_one_line_after_the_other_and_keeps_what_it_knows():
    witness = process("count = globals().get('count', 0) + 1; say(json.dumps({'zone': f'z{count}'}))")
    try:
        told = [witness.ask(PROBE, node=None, kubeconfig=Path("there")).zone for _ in range(3)]
    finally:
        witness.end()
    assert told == ["z1", "z2", "z3"]


def test_it_is_told_the_pod_the_node_and_where_the_cluster_is():
    witness = process(
        "q = json.loads(line)\nassert (q['schema'], q['node']['kind'], q['kubeconfig']) == "
        "('podnet-observer/1', 'Node', '/there')\n"
        "say(json.dumps({'vSwitch': q['pod']['metadata']['name'], 'securityGroups': ['b', 'a'], 'addresses': ['::1']}))"
    )
    try:
        told = witness.ask(PROBE, node={"kind": "Node"}, kubeconfig=Path("/there"))
    finally:
        witness.end()
    assert told == Answer("podnet-probe", frozenset({"a", "b"}), "", ("::1",))


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("time.sleep(100)", "has not answered within 0.5 s"),
        ("say('vsw-1')", "not one line of JSON: 'vsw-1'"),
        ("say('[' * 100_000)", "not one line of JSON"),
        ("sys.stdout.write('x' * 3_000_000); sys.stdout.flush()", "more than 1048576 bytes"),
        ("os.kill(os.getpid(), 9)", "was killed by SIGKILL instead of answering"),
        ("say('{}' + chr(10) + '{}')", "not one line of JSON"),
        ("say(json.dumps({'error': 'no credentials'}))", "cannot tell: no credentials"),
        ("os.close(1); time.sleep(100)", "has closed its output instead of answering"),
    ],
)
def test_a_process_that_answers_wrongly_is_said_to_and_begins_anew(script: str, problem: str):
    witness = process(script, seconds=0.5 if "sleep" in script else 10.0)
    for _ in range(2):
        with pytest.raises(EnvironmentProblem) as raised:
            witness.ask(PROBE, node=None, kubeconfig=None)
        assert str(raised.value).startswith("the observer `mine`, asked about the pod podnet-probe/podnet-probe, ")
        assert problem in str(raised.value)


def test_a_large_pod_is_passed_on_whole():
    witness = process("q = json.loads(line); say(json.dumps({'zone': str(len(q['pod']['large']))}))")
    try:
        assert witness.ask({**PROBE, "large": "x" * 500_000}, node=None, kubeconfig=None).zone == "500000"
    finally:
        witness.end()


def test_a_command_is_found_with_and_without_its_prefix():
    words = shlex.join([sys.executable, "-c", "for line in __import__('sys').stdin: print('{}', flush=True)"])
    for text in (words, f"exec:{words}"):
        witness = find_witness(text)
        assert witness.ask(PROBE, node=None, kubeconfig=None) == Answer()
        witness.end()
