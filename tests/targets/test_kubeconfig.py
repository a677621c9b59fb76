"""Judging on somebody's cluster: what is installed there is judged, and everything of theirs is as it was before."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from planes import eventually
from processes import PATIENCE, podnet, start, states
from somebodys import INVENTORY, QUICK, Somebodys, podnetworking, somebodys_cluster

from podnet.api.objects import name_of
from podnet.api.resources import LEASES, NAMESPACES, POD_NETWORKINGS
from podnet.targets.renaming import RUN

BROAD = (
    "features/default_plane/no_match.feature:26",
    "features/example/deployment.feature:13",
    "features/selection/both_selectors.feature:16",
    "features/selection/both_selectors.feature:126",
    "features/selection/automatic_labels.feature:11",
    "features/allocation/release.feature:152",
    "features/concurrency/last_address.feature:18",
    "features/concurrency/restart.feature:36",
    "features/virtual_nodes/new_zone.feature:28",
)
"""Scenarios about admission, workloads, namespaces by name and by labels, Jobs, races, restarts, new nodes."""
LONG = ("--select", "features/selection/both_selectors.feature")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Somebodys]:
    with somebodys_cluster(tmp_path_factory.mktemp("somebodys")) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def as_before(cluster: Somebodys) -> Iterator[None]:
    """Whatever a test does: nothing of theirs has another resourceVersion afterwards, and nothing of ours is there."""
    before = cluster.theirs()
    yield
    assert cluster.ours() == []
    assert {key: cluster.theirs().get(key) for key in before} == before


def test_scenarios_of_every_kind_pass_beside_what_is_there(cluster: Somebodys, tmp_path: Path):
    selected = [word for place in BROAD for word in ("--select", place)]
    options = [*selected, "--feature", "TerminalPhaseRelease", "--jobs", "3"]
    done, report = cluster.judge(*options, report=tmp_path / "report")
    assert done.code == 0, done.out + done.err
    assert "--jobs 3 is 1 with --target kubeconfig" in done.err
    assert set(states(report).values()) == {"passed", "deselected", "not-applicable"}
    assert sum(state == "passed" for state in states(report).values()) > 6
    restarted = next(one for one in report["scenarios"] if one["state"] == "not-applicable" and one["took"])
    assert "it is installed on the cluster" in restarted["reason"]
    assert (report["implementation"]["kind"], report["environment"]["target"]) == ("installed", "kubeconfig")
    notes = report["environment"]["notes"]
    assert any("fields of its spec: allocationType" in note for note in notes)
    for name in ("shop", "shop-namespace"):
        assert f"the PodNetworking '{name}' is not the suite's, and matches none of its pods" in notes
    assert podnet("report", "check", tmp_path / "report").code == 0


def test_a_failure_speaks_of_the_scenarios_namespaces_and_tells_how_to_repeat_it(cluster: Somebodys, tmp_path: Path):
    place = "features/terway/pods.feature:69"
    options = ["--profile", "terway", "--namespace-prefix", "mine-", "--select", place]
    done, report = cluster.judge(*options, report=tmp_path / "report")
    assert done.code == 1, done.out + done.err
    failure = next(one["failure"] for one in report["scenarios"] if one["state"] == "failed")
    assert "--target kubeconfig --namespace-prefix mine-" in failure["rerun"]
    state = (tmp_path / "report" / failure["saved"]).read_text(encoding="utf-8")
    assert failure["actual"] == ["podnet-scenario/both was created"]
    assert "shop" not in state


def test_a_dry_run_names_what_would_be_created_and_creates_nothing(cluster: Somebodys):
    done = podnet("conformance", "--target", "kubeconfig:nowhere", *QUICK, *LONG, "--dry-run", env=cluster.environment)
    assert (done.code, done.err) == (0, "")
    assert re.search(r"^ +podnet-[0-9a-f]{8}-\.\.\.\.-inside$", done.out, re.MULTILINE)
    assert re.search(r"at least \d\d PodNetworkings, called podnet-probe-[0-9a-f]{8}, or one of these", done.out)
    assert "\n      blue\n" in done.out
    assert re.search(r"at least \d\d Pods\n +\d Deployments", done.out)
    assert "1 Lease, called podnet-conformance" in done.out


def test_an_interrupted_run_cleans_up_also_when_it_is_interrupted_again(cluster: Somebodys, tmp_path: Path):
    with _run(cluster, tmp_path) as run:
        run.send_signal(signal.SIGINT)
        eventually(lambda: not _active(cluster))
        run.send_signal(signal.SIGTERM)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130, out + err
    for line in err.splitlines():  # the namespaces are on their way, and who did not want to wait is told so
        assert re.match(r"error: (not removed: Namespace podnet-|`podnet cluster prune --target kubeconfig`)", line)
    eventually(lambda: not cluster.prune().out)


def test_one_run_at_a_time_and_what_a_killed_one_has_left_is_said_and_can_be_removed(
    cluster: Somebodys, tmp_path: Path
):
    with _run(cluster, tmp_path) as run:
        second = cluster.refuse()
        assert (second.code, "another run is going on there" in second.err) == (4, True), second.err
        spared = cluster.prune()
        assert (spared.code, spared.out, "it is left alone" in spared.err) == (0, "", True)
        eventually(lambda: any(one.startswith("PodNetworking") for one in cluster.ours()))
        run.kill()
    (lease,) = cluster.api.list(LEASES, label_selector=RUN).items
    left = lease["metadata"]["labels"][RUN]
    eventually(lambda: not _children(run))
    refused = cluster.refuse("--namespace-prefix", f"podnet-{left}-")
    assert (refused.code, "podnet cluster prune" in refused.err) == (4, True), refused.err
    pruned = cluster.prune()
    assert (pruned.code, pruned.out, pruned.err) == (0, f"{left}\n", "")
    assert cluster.prune().out == ""


def test_somebody_who_comes_in_the_middle_of_a_run_is_named_and_left_alone(cluster: Somebodys, tmp_path: Path):
    with _run(cluster, tmp_path) as run:
        cluster.api.create(
            POD_NETWORKINGS, podnetworking("newcomer", {"podSelector": {"matchLabels": {"app": "inside"}}})
        )
        out, err = run.communicate(timeout=PATIENCE)
    try:
        assert run.returncode == 4, out + err
        assert (
            "the PodNetworking 'newcomer' could match pods of the suite: one labelled app=inside in any namespace"
            in out
        )
        assert name_of(cluster.api.get(POD_NETWORKINGS, "newcomer")) == "newcomer"
    finally:
        cluster.api.delete(POD_NETWORKINGS, "newcomer")


@contextmanager
def _run(cluster: Somebodys, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that has played its first scenario; whatever happens to the test, it ends."""
    report = folder / "report"
    words = ("conformance", "--target", "kubeconfig", "--inventory", INVENTORY, "--timeout-scale", "0.1")
    with start(*words, *LONG, "--report", report, env=cluster.environment) as run:
        try:
            eventually(lambda: '"state": "passed"' in _text(report / "events.jsonl") or run.poll() is not None)
            assert run.poll() is None, run.communicate()
            yield run
        finally:
            run.kill()


def _active(cluster: Somebodys) -> list[str]:
    """Namespaces of runs that nobody has begun to delete."""
    found = cluster.api.list(NAMESPACES, label_selector=RUN).items
    return [name_of(one) for one in found if one["status"].get("phase") == "Active"]


def _children(run: subprocess.Popen[str]) -> list[int]:
    """Processes that were forked from a run that was killed, and have not noticed yet."""
    import psutil

    words = f"--report {run.args[-1]}" if isinstance(run.args, list) else ""
    return [one.pid for one in psutil.process_iter(["cmdline"]) if words in " ".join(one.info["cmdline"] or ())]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
