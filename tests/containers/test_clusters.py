"""Clusters of the real k3d and the real testcontainers: what they are good for, and that nothing is left of them.

They need a Docker engine and the image that PODNET_K3S_IMAGE names; `./dev with-docker` has both.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from planes import eventually, left_in
from processes import PATIENCE, conformance, podnet, start, states, verdicts

from podnet.api.problems import EnvironmentProblem
from podnet.containers.k3d import find_k3d
from podnet.containers.kinds import k3s_image
from podnet.containers.session import NAME_LABEL, SESSION_LABEL

GROUP = "features/security_groups/first_only.feature:34"
"""Where the miniature last-security-group fails."""


def docker(*words: str) -> list[str]:
    """The lines that a command of the engine prints."""
    asked = subprocess.run(["docker", *words], capture_output=True, text=True, check=True, timeout=60)
    return asked.stdout.splitlines()


@pytest.fixture(autouse=True)
def needed() -> None:
    """Skip the test, with the reason, where there is no engine, no k3d or no image; nothing is pulled by a test."""
    how = "`./dev with-docker COMMAND` runs a command where there is"
    try:
        docker("image", "inspect", k3s_image())
        find_k3d()
    except (OSError, subprocess.SubprocessError) as error:
        said = " ".join((getattr(error, "stderr", "") or str(error)).split())
        pytest.skip(f"no Docker engine with the image {k3s_image()} ({said}): {how}")
    except EnvironmentProblem as problem:
        pytest.skip(str(problem))


@pytest.fixture(autouse=True)
def nothing_left(needed: None) -> Iterator[None]:
    """What there is afterwards is what there was before; who makes clusters meanwhile will be noticed here."""
    before = everything()
    yield
    left = {kind: found - before[kind] for kind, found in everything().items()}
    for kind, remove in (("containers", ("rm", "-fv")), ("networks", ("network", "rm")), ("volumes", ("volume", "rm"))):
        if left[kind]:  # other tests are to find out about themselves
            subprocess.run(["docker", *remove, *left[kind]], capture_output=True, check=False, timeout=60)
    assert left == {kind: set() for kind in left}


def everything() -> dict[str, set[str]]:
    return {
        "containers": set(docker("ps", "-aq")),
        "networks": set(docker("network", "ls", "--format", "{{.Name}}")),
        "volumes": set(docker("volume", "ls", "-q")),
    }


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@contextmanager
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A user whose kubeconfig is not to be touched, neither that of the home folder nor the one that is named."""
    paths = [tmp_path / "home" / ".kube" / "config", tmp_path / "named"]
    paths[0].parent.mkdir(parents=True)
    for path in paths:
        path.write_text("mine")
    cache = os.environ.get("PODNET_CACHE") or str(Path.home() / ".cache" / "podnet")
    yield {"HOME": str(tmp_path / "home"), "KUBECONFIG": str(paths[1]), "PODNET_CACHE": cache}
    assert [path.read_text() for path in paths] == ["mine", "mine"]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["config"]


def test_a_cluster_of_k3d_stays_takes_images_is_judged_on_and_ends(temporary: Path, tmp_path: Path):
    image = os.environ.get("K3D_IMAGE_TOOLS", k3s_image())
    with home(tmp_path) as user:
        try:
            up = podnet(
                "cluster", "up", "--target", "k3d", "--name", "mine", "--import-image", image, "--json", env=user
            )
            assert (up.code, up.err) == (0, "")
            made = json.loads(up.out)
            (listed,) = json.loads(podnet("cluster", "list", "--target", "k3d", "--json", env=user).out)
            assert (listed["name"], listed["status"], listed["owner"]) == ("mine", "ready", 0)
            assert listed["kubeconfig"] == made["kubeconfig"]
            assert image in "".join(docker("exec", made["container"], "crictl", "images", "-o", "json"))
            assert made["server"].startswith("https://127.0.0.1:")
            assert podnet("cluster", "prune", "--target", "k3d", env=user).out == ""
            judged = ["--implementation", "mini:last-security-group", "--select", GROUP, "--select", "SEL-2"]
            _, in_process = conformance(*judged, report=tmp_path / "fake", env=user)
            options = ["--target", "k3d:mine", "--timeout-scale", 0.3, *judged]
            done, report = conformance(*options, report=tmp_path / "report", env=user)
            assert (done.code, done.err) == (1, ""), done.out
            assert states(report) == states(in_process)
            assert verdicts(report, "failed") == verdicts(in_process, "failed") != set()
            assert (report["environment"]["target"], report["environment"]["kubernetes"]) == ("k3d", made["version"])
            docker("rm", "-fv", made["container"])  # half of it is gone
            again = podnet("conformance", *options, env=user)
            assert (again.code, f"the container {made['container']} is gone" in again.err) == (4, True), again.err
        finally:
            down = podnet("cluster", "down", "--target", "k3d", "mine", env=user)
    assert (down.code, down.out, down.err) == (0, "", "")
    assert left_in(temporary) == []


def test_a_run_gets_a_container_of_testcontainers_of_its_own(temporary: Path, tmp_path: Path):
    options = ["--target", "k3s", "--jobs", 1, "--select", "SEL-2"]
    with home(tmp_path) as user:
        done, report = conformance(*options, report=tmp_path / "report", env=user)
    assert (done.code, done.err) == (0, ""), done.out
    assert set(states(report).values()) == {"passed", "deselected"}
    assert report["environment"]["target"] == "k3s"
    assert left_in(temporary) == []


@pytest.mark.parametrize("kind", ["k3d", "k3s"])
def test_an_interruption_while_a_cluster_starts_leaves_nothing(kind: str, temporary: Path):
    with start("cluster", "up", "--target", kind, start_new_session=True) as up, killed(up):
        eventually(lambda: ours(kind))
        up.send_signal(signal.SIGINT)
        up.send_signal(signal.SIGINT)
        out, err = up.communicate(timeout=PATIENCE)
    assert (up.returncode, out, err) == (130, "", "")
    assert left_in(temporary) == []


def test_a_run_that_is_told_to_end_ends_with_its_cluster_and_a_report(temporary: Path, tmp_path: Path):
    report = tmp_path / "report"
    with start("conformance", "--target", "k3s", "--jobs", 1, "--report", report) as run, killed(run):
        eventually(lambda: '"state": "passed"' in text(report / "events.jsonl"))
        run.send_signal(signal.SIGTERM)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130, out + err
    assert podnet("report", "check", report).code == 0
    assert left_in(temporary) == []


@pytest.mark.parametrize("kind", ["k3d", "k3s"])
def test_what_a_killed_run_has_left_is_pruned_also_without_its_folder(kind: str, temporary: Path):
    options = ("--target", kind, "--jobs", 1, "--select", "SEL-2")
    with start("conformance", *options, start_new_session=True) as run, killed(run):
        eventually(lambda: ours(kind))
    (name,) = ours(kind)
    (listed,) = json.loads(podnet("cluster", "list", "--target", kind, "--json").out)
    assert (listed["name"], listed["status"]) == (name, "left behind")
    if kind == "k3s":
        eventually(lambda: len(left_in(temporary)) == 1)  # whoever started it has ended, too
        shutil.rmtree(listed["folder"])
    assert podnet("cluster", "prune", "--target", kind).out == f"{name}\n"
    assert left_in(temporary) == []


def ours(kind: str) -> list[str]:
    """The names of the clusters of this kind of which there are containers."""
    form = '{{.Label "k3d.cluster"}}/{{.Label "' + NAME_LABEL + '"}}'
    found = [line.split("/") for line in docker("ps", "-a", "--filter", f"label={SESSION_LABEL}", "--format", form)]
    return [name for cluster, name in found if bool(cluster) == (kind == "k3d")]


@contextmanager
def killed(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever happens to the test, the process ends."""
    try:
        yield
    finally:
        process.kill()


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
