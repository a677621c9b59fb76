"""A way to somebody's cluster that ends in the middle of a run: the report is true, and what is left there is named."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from planes import eventually
from processes import PATIENCE, read_report, start
from somebodys import INVENTORY, SERVICE_ACCOUNTS, Somebodys, somebodys_cluster

from podnet.api.resources import PODS


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Somebodys]:
    with somebodys_cluster(tmp_path) as cluster:
        yield cluster


def test_a_credential_and_then_the_server_are_lost_midway_and_nothing_false_is_said(cluster: Somebodys, tmp_path: Path):
    everything = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    config = cluster.user("visitor", rules=everything)
    with _run(config, tmp_path / "one") as run:
        cluster.api.delete(SERVICE_ACCOUNTS, "visitor", namespace="shop")
        out, err = run.communicate(timeout=PATIENCE)
    report = read_report(tmp_path / "one")
    assert run.returncode == 4, out + err
    assert report["verdict"] == "incomplete"
    assert _lost(report, "does not accept the credential of kubeconfig (401)")
    assert "`podnet cluster prune --target kubeconfig` removes it" in err
    pruned = cluster.prune()
    assert (pruned.code, len(pruned.out.splitlines())) == (0, 1), pruned.err
    assert cluster.ours() == []
    assert cluster.api.get(PODS, "shop", namespace="shop")["status"]["phase"] == "Running"

    with _run(str(cluster.kubeconfig), tmp_path / "two") as run:
        os.kill(cluster.plane.processes["kube-apiserver"], signal.SIGKILL)
        out, err = run.communicate(timeout=PATIENCE)
    report = read_report(tmp_path / "two")
    assert run.returncode == 4, out + err
    assert report["verdict"] == "incomplete"
    assert _lost(report, "cannot be reached: ")
    assert "not removed: everything of the run" in err
    assert "Traceback" not in out + err


def _lost(report: dict[str, Any], said: str) -> bool:
    """Whether some scenarios passed before, and all that came to no end say this and blame nobody else."""
    broken = [one["failure"]["message"] for one in report["scenarios"] if one["state"] == "errored"]
    found = {one["state"] for one in report["scenarios"]}
    return bool(broken) and found <= {"passed", "errored", "deselected"} and all(said in text for text in broken)


@contextmanager
def _run(config: str, report: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that has played its first scenario; whatever happens to the test, it ends."""
    words = ("conformance", "--target", "kubeconfig", "--inventory", INVENTORY, "--timeout-scale", "0.1")
    selected = ("--select", "features/selection/both_selectors.feature")
    events = report / "events.jsonl"
    with start(*words, *selected, "--report", report, env={"KUBECONFIG": config}) as run:
        try:
            eventually(
                lambda: (events.exists() and '"state": "passed"' in events.read_text()) or run.poll() is not None
            )
            assert run.poll() is None, run.communicate()
            yield run
        finally:
            run.kill()
