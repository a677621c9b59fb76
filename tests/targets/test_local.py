"""The suite on a real control plane: it says of everybody what it says in process, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from planes import eventually, left_in, need_programs
from processes import PATIENCE, conformance, podnet, start, states, verdicts

from podnet.api.client import Api
from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import NAMESPACES, NODES, PODS
from podnet.controlplane.leftovers import find_planes
from podnet.controlplane.plane import ControlPlane, control_plane
from podnet.operator.connection import connect
from podnet.targets.wiping import contents, wipe

EVERY_KIND = (
    "features/default_plane/no_match.feature",
    "features/example",
    "features/selection/both_selectors.feature",
    "features/allocation/release.feature:43",
    "features/concurrency/restart.feature",
    "features/virtual_nodes",
)
"""Scenarios about admission, scheduling, workloads, namespaces that are deleted, restarts, and nodes that come."""


@pytest.fixture(autouse=True)
def programs() -> None:
    need_programs()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def selected(*places: str) -> list[str]:
    return [word for place in places for word in ("--select", place)]


def test_the_reference_passes_on_a_real_control_plane_and_nothing_is_left(temporary: Path, tmp_path: Path):
    options = ["--target", "local", "--jobs", 2, *selected(*EVERY_KIND)]
    done, report = conformance(*options, report=tmp_path / "report", env={"TMPDIR": str(temporary)})
    assert (done.code, done.err) == (0, ""), done.out
    assert report["environment"]["target"] == "local"
    assert report["environment"]["kubernetes"].startswith("v1.")
    played = [one for one in report["scenarios"] if one["state"] == "passed"]
    assert len(played) > 25
    assert set(states(report).values()) <= {"passed", "deselected", "not-applicable"}
    waits = [wait for one in played for wait in one["waits"]]
    assert all(wait["took"] <= wait["budget"] for wait in waits)
    assert any(wait["seen"] for wait in waits)  # a pod was not there at once, and the report says as what it was seen
    assert f"waited          {len(waits)} times" in done.out
    assert podnet("report", "check", tmp_path / "report").code == 0
    assert left_in(temporary) == []


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("last-security-group", "features/security_groups/first_only.feature:34"),
        ("leaks-on-force", "features/allocation/release_of_workloads.feature:44"),
    ],
)
def test_a_wrong_implementation_is_rejected_there_for_what_it_is_rejected_for_in_process(
    name: str, place: str, tmp_path: Path
):
    options = ["--implementation", f"mini:{name}", *selected(place), "--jobs", 2]
    _, in_process = conformance(*options, report=tmp_path / "fake")
    done, report = conformance(*options, "--target", "local", report=tmp_path / "local")
    assert done.code == 1
    assert verdicts(report, "failed") == verdicts(in_process, "failed") != set()
    failure = next(one["failure"] for one in report["scenarios"] if one["state"] == "failed")
    assert "--target local" in failure["rerun"]


def test_a_control_plane_that_dies_midway_is_said_in_one_sentence_and_costs_exit_code_4(
    temporary: Path, tmp_path: Path
):
    report = tmp_path / "report"
    options = ["--target", "local", "--jobs", 1, "--select", "SEL-2", "--report", report]
    with start("conformance", *options, env={"TMPDIR": str(temporary)}) as run, _killed(run):
        eventually(lambda: [plane for plane in find_planes() if plane.status == "ready"])
        (plane,) = find_planes()
        eventually(lambda: '"state": "passed"' in _text(report / "events.jsonl"))
        assert plane.state is not None
        os.kill(plane.state.processes["kube-apiserver"], signal.SIGKILL)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 4, out + err
    assert "kube-apiserver" in out
    assert "Traceback" not in out + err
    assert left_in(temporary) == []


def test_an_interrupted_run_leaves_nothing(temporary: Path, tmp_path: Path):
    options = ["--target", "local", "--jobs", 1, "--report", tmp_path / "report"]
    with start("conformance", *options, env={"TMPDIR": str(temporary)}) as run, _killed(run):
        eventually(lambda: '"state": "passed"' in _text(tmp_path / "report" / "events.jsonl"))
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130, out + err
    assert left_in(temporary) == []


def test_two_suites_on_one_control_plane_at_once_do_not_disturb_each_other(plane: ControlPlane, tmp_path: Path):
    options = [
        "conformance",
        "--target",
        f"local:{plane.name}",
        "--select",
        "features/selection/both_selectors.feature",
    ]
    with (
        start(*options, "--report", tmp_path / "one") as one,
        _killed(one),
        start(*options, "--report", tmp_path / "two") as two,
        _killed(two),
    ):
        ends = [run.communicate(timeout=PATIENCE) for run in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0), ends
    assert contents(connect(plane.kubeconfig).api) == []


def test_a_control_plane_that_holds_something_else_is_not_touched(tmp_path: Path):
    with control_plane() as plane:
        api = connect(plane.kubeconfig).api
        api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "mine"}})
        done = podnet("conformance", "--target", f"local:{plane.name}", "--select", "SEL-2")
        assert (done.code, "is not empty (Namespace mine)" in done.err) == (4, True), done.err
        assert api.get(NAMESPACES, "mine")["status"]["phase"] == "Active"


def test_a_control_plane_that_does_not_run_and_a_target_that_is_none_are_named():
    done = podnet("conformance", "--target", "local:nowhere")
    assert (done.code, "there is no control plane 'nowhere'" in done.err) == (4, True)
    done = podnet("conformance", "--target", "elsewhere")
    assert (done.code, "unknown target 'elsewhere'" in done.err) == (2, True)


def test_faults_cannot_be_injected_there():
    done = podnet("conformance", "--target", "local", "--fault", "conflict")
    assert done.code == 2
    assert "--fault is for --target fake" in done.err


def test_a_step_that_lets_more_time_pass_than_anybody_waits_is_not_applicable_and_says_so(tmp_path: Path):
    place = "features/capacity/addresses.feature:139"
    done, report = conformance("--target", "local", "--jobs", 1, "--select", place, report=tmp_path / "report")
    (scenario,) = (one for one in report["scenarios"] if one["state"] != "deselected")
    assert (scenario["state"], "--patience is 30 s" in scenario["reason"]) == ("not-applicable", True)
    assert done.code == 3


@pytest.fixture(scope="module")
def plane() -> Iterator[ControlPlane]:
    need_programs()
    with control_plane() as plane:
        yield plane


def test_wiping_leaves_an_empty_cluster_whatever_holds_on_to_it(plane: ControlPlane):
    api = connect(plane.kubeconfig).api
    held = {"finalizers": ["example.com/never"]}
    api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "held"}})
    spec = {"containers": [{"name": "c", "image": "i"}]}
    pod = {"metadata": {"name": "web", "namespace": "held", **held}, "spec": spec}
    eventually(lambda: _created(api, pod))
    api.create(NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "gone", **held}})
    wipe(api)
    names = {one["metadata"]["name"] for one in api.list(NAMESPACES).items}
    assert names == {"default", "kube-system", "kube-public", "kube-node-lease"}
    assert [*api.list(PODS).items, *api.list(NODES).items] == []


def _created(api: Api, pod: Obj) -> Obj | None:
    try:
        return api.create(PODS, {"apiVersion": "v1", "kind": "Pod", **pod})
    except ApiError:  # the namespace has no ServiceAccount yet
        return None


@contextmanager
def _killed(run: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever happens to the test, its run ends."""
    try:
        yield
    finally:
        run.kill()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_a_place_that_cannot_be_made_ready_is_said_in_the_report_too(tmp_path: Path):
    options = ["--target", "local", "--select", "SEL-2"]
    done, report = conformance(*options, report=tmp_path / "report", env={"TMPDIR": "/nowhere/at/all"})
    assert (done.code, done.out) == (4, "")
    assert "no folder can be made in /nowhere/at/all" in done.err
    assert report["run"]["problem"] in done.err
    assert (report["verdict"], report["run"]["complete"]) == ("incomplete", False)
    assert {one["state"] for one in report["scenarios"]} <= {"deselected", "not-applicable"}
    assert podnet("report", "check", tmp_path / "report").code == 0
    again = podnet("report", "show", tmp_path / "report")
    assert f"nothing was played: {report['run']['problem']}" in again.out
