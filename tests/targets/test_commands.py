"""``exec:COMMAND`` and ``installed`` on a real control plane: judged like everybody, and nothing lost or left."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from planes import apply, eventually, need_programs
from processes import PATIENCE, ROOT, conformance, podnet, start, states

from podnet.api.resources import (
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    NODES,
    POD_NETWORKINGS,
    PODS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)
from podnet.controlplane.plane import ControlPlane, control_plane
from podnet.kube.rest import RestApi
from podnet.operator.connection import connect
from podnet.targets.wiping import wipe

OPERATOR = shlex.join([sys.executable, "-m", "podnet", "operator", "--no-leader-election"])
BOTH = "features/selection/both_selectors.feature:16"
RESTART = "features/concurrency/restart.feature:18"
SOON = ("--timeout-scale", 0.4)
"""Our own operator learns of everything sooner than somebody else's may."""
PYTHON = {"PYTHONPATH": str(ROOT)}


@pytest.fixture(autouse=True)
def programs() -> None:
    need_programs()


@pytest.fixture(scope="module")
def shared() -> Iterator[ControlPlane]:
    need_programs()
    with control_plane() as plane:
        yield plane


@pytest.fixture
def plane(shared: ControlPlane) -> ControlPlane:
    """An empty control plane of which everything may be removed."""
    wipe(connect(shared.kubeconfig).api)
    (shared.folder / "suite").touch()
    return shared


@pytest.fixture
def api(plane: ControlPlane) -> RestApi:
    return connect(plane.kubeconfig).api


def named(api: RestApi, kind: Resource) -> set[str]:
    return {one["metadata"]["name"] for one in api.list(kind).items}


def selected(*places: str) -> list[str]:
    return [word for place in places for word in ("--select", place)]


def test_an_operator_of_its_own_is_judged_like_one_in_the_suite_s_process(
    plane: ControlPlane, api: RestApi, tmp_path: Path
):
    places = (BOTH, RESTART, "features/allocation/release.feature:43", "features/default_plane/no_match.feature:106")
    options = ["--target", f"local:{plane.name}", "--implementation", f"exec:{OPERATOR}", *selected(*places), *SOON]
    done, report = conformance(*options, report=tmp_path / "report", env=PYTHON)
    assert (done.code, done.err) == (0, ""), done.out
    assert len([one for one in states(report).values() if one == "passed"]) >= 4
    assert report["implementation"] == {
        "name": OPERATOR,
        "version": "",
        "kind": "exec",
        "source": f"exec:{OPERATOR}",
    }
    left = report["run"]["left"]
    assert "MutatingWebhookConfiguration podnet-reference (removed)" in left
    assert f"left behind     {', '.join(left)}" in done.out
    kept = {f"{one.kind} {name}" for one in (NODES,) for name in named(api, one)}
    assert {one for one in left if one.startswith("Node ")} == kept != set()
    assert named(api, MUTATING_WEBHOOK_CONFIGURATIONS) | named(api, VALIDATING_WEBHOOK_CONFIGURATIONS) == set()
    assert named(api, PODS) | named(api, POD_NETWORKINGS) | {"podnet-scenario"} & named(api, NAMESPACES) == set()
    assert (tmp_path / "report" / "implementation" / "1.log").read_text().count("ready") == 2
    assert podnet("report", "check", tmp_path / "report").code == 0
    assert not (plane.folder / "implementation").exists()


def test_one_that_dies_midway_fails_the_scenario_that_ran_and_is_started_again_for_the_next(
    plane: ControlPlane, tmp_path: Path
):
    once = tmp_path / "once"
    script = tmp_path / "dies.py"
    script.write_text(
        "import os, pathlib, subprocess, sys, time\nfrom podnet.operator.connection import connect\n"
        "from podnet.api.resources import PODS\n"
        "operator = subprocess.Popen([sys.executable, '-m', 'podnet', 'operator', '--no-leader-election'])\n"
        f"once = pathlib.Path({str(once)!r})\napi = connect(None).api\n"
        "while once.exists() or not api.list(PODS).items: time.sleep(0.05)\n"
        "once.touch(); print('panic: out of luck', flush=True); os._exit(7)\n"
    )
    options = ["--target", f"local:{plane.name}", *selected(BOTH, "features/default_plane/no_match.feature:12")]
    command = shlex.join([sys.executable, str(script)])
    done, report = conformance(*options, "--implementation", f"exec:{command}", report=tmp_path / "report", env=PYTHON)
    assert done.code == 1, done.err
    assert sorted(one for one in states(report).values() if one != "deselected") == ["failed", "passed"]
    failure = next(one["failure"] for one in report["scenarios"] if one["state"] == "failed")
    assert failure["message"] == "the implementation ended with exit code 7 in the middle of the scenario"
    assert "panic: out of luck" in failure["details"]
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_one_that_never_gets_ready_costs_exit_code_4_and_the_report_says_that_nothing_was_played(
    plane: ControlPlane, tmp_path: Path
):
    command = shlex.join([sys.executable, "-c", "print('no luck'); raise SystemExit(3)"])
    options = ["--target", f"local:{plane.name}", "--implementation", f"exec:{command}", *selected(BOTH)]
    done, report = conformance(*options, report=tmp_path / "report")
    assert done.code == 4
    assert "ended with exit code 3" in done.err
    assert "its last words: no luck; run it yourself with KUBECONFIG" in done.err
    assert len(done.err.splitlines()) == 1
    assert set(states(report).values()) <= {"deselected", "not-applicable"}
    assert report["verdict"] == "incomplete"
    assert (tmp_path / "report" / "implementation" / "1.log").read_text() == "no luck\n"
    assert podnet("report", "check", tmp_path / "report").code == 0


@contextmanager
def running(plane: ControlPlane) -> Iterator[None]:
    """An operator that nobody of the suite has started."""
    with start(
        "operator", "--no-leader-election", "--kubeconfig", plane.kubeconfig, stderr=subprocess.DEVNULL
    ) as operator:
        try:
            assert operator.stdout is not None
            assert operator.stdout.readline() == "ready\n"
            yield
        finally:
            operator.terminate()


def test_what_is_installed_is_judged_and_lives_on(plane: ControlPlane, api: RestApi, tmp_path: Path):
    options = ["--target", f"local:{plane.name}", "--implementation", "installed", *selected(BOTH, RESTART), *SOON]
    with running(plane):
        nodes, webhooks = named(api, NODES), named(api, MUTATING_WEBHOOK_CONFIGURATIONS)
        done, report = conformance(*options, report=tmp_path / "report")
        assert done.code == 0, done.out + done.err
        assert sorted(one for one in states(report).values() if one != "deselected") == ["not-applicable", "passed"]
        reasons = {one["reason"] for one in report["scenarios"] if one["state"] == "not-applicable"}
        assert any("the suite did not start it" in reason for reason in reasons)
        assert report["implementation"]["kind"] == "installed"
        assert (named(api, NODES), named(api, MUTATING_WEBHOOK_CONFIGURATIONS)) == (nodes, webhooks)
        assert named(api, PODS) | named(api, POD_NETWORKINGS) | {"podnet-scenario"} & named(api, NAMESPACES) == set()
        blue = {"apiVersion": POD_NETWORKINGS.api_version, "kind": "PodNetworking", "metadata": {"name": "mine"}}
        selector = {"podSelector": {"matchLabels": {"a": "b"}}}
        apply(api, {**blue, "spec": {"selector": selector, "securityGroupIDs": ["sg-1"], "vSwitchOptions": ["vsw-b1"]}})
        done = podnet("conformance", *options)
    assert done.code == 4
    assert "has PodNetworkings that would match the pods of the suite (mine)" in done.err
    assert named(api, POD_NETWORKINGS) == {"mine"}


def test_a_run_that_is_killed_leaves_no_process_of_its_implementation(tmp_path: Path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    options = ["--target", "local", "--jobs", 1, "--implementation", f"exec:{OPERATOR}", "--report", tmp_path / "r"]
    with start("conformance", *options, env={"TMPDIR": str(temporary)}) as run:
        try:
            eventually(lambda: '"scenario-started"' in _text(tmp_path / "r" / "events.jsonl") or run.poll() is not None)
            below = psutil.Process(run.pid).children(recursive=True)
            assert any("operator" in one.cmdline() for one in below)
        finally:
            run.send_signal(signal.SIGKILL)
        run.communicate(timeout=PATIENCE)
    eventually(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in below))
    eventually(lambda: not list(temporary.glob("podnet-plane-*")))


def test_two_commands_are_not_judged_on_one_cluster_at_once(plane: ControlPlane, tmp_path: Path):
    options = ["conformance", "--target", f"local:{plane.name}", *selected(BOTH)]
    waits = shlex.join([sys.executable, "-c", "import time; time.sleep(1000)"])
    with start(*options, "--implementation", f"exec:{waits}", "--report", tmp_path / "r") as run:
        try:
            eventually((tmp_path / "r" / "implementation" / "1.log").exists)
            done = podnet(*options, "--implementation", f"exec:{waits}")
            assert done.code == 4
            assert "another run judges an implementation on the cluster" in done.err
            assert podnet(*options).code == 4
        finally:
            run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130, out + err
    assert podnet("report", "check", tmp_path / "r").code == 0


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--implementation", "exec:true"], "cannot be judged with --target fake"),
        (["--implementation", "installed"], "cannot be judged with --target fake"),
        (["--implementation", "installed", "--target", "local"], "starts one that has nothing"),
        (["--implementation", "exec:", "--target", "local"], "names no command"),
        (["--implementation", "exec:'", "--target", "local"], "cannot be read as words of a shell"),
        (["--implementation", "exec:no-such-program -v", "--target", "local"], "there is no program 'no-such-program'"),
        (["--implementation", f"exec:{shlex.quote(str(ROOT))}", "--target", "local"], "is a folder, no program"),
        (["--implementation", f"exec:{ROOT}/README.md", "--target", "local"], "is not an executable file"),
    ],
)
def test_what_cannot_be_judged_there_is_refused_before_anything_is_started(options: list[str], problem: str):
    done = podnet("conformance", *options)
    assert done.code == 2
    assert problem in done.err
    assert len(done.err.splitlines()) == 1


def test_the_path_of_a_program_may_have_a_blank_in_it(plane: ControlPlane, tmp_path: Path):
    program = tmp_path / "my operator"
    program.write_text("#!/bin/sh\necho called\nexit 3\n")
    program.chmod(0o755)
    options = ["--target", f"local:{plane.name}", "--implementation", f"exec:{program}", *selected(BOTH)]
    done = podnet("conformance", *options)
    assert (done.code, "its last words: called" in done.err) == (4, True)
    assert os.fspath(program) in done.err
