"""What becomes of a cluster when Docker or k3d fail, played by stand-ins: one sentence, and nothing left."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psutil
import pytest
from engine_stand_in import StandIns
from planes import eventually, left_in
from processes import PATIENCE, Done, podnet, start

from podnet.api.problems import EnvironmentProblem
from podnet.containers.commands import Commands
from podnet.containers.images import import_images
from podnet.containers.k3d import K3d
from podnet.containers.session import State

STATE = State("k3d", "x", "0a1b2c3d", 0, 0.0, 0.0, "image", node="k3d-podnet-0a1b2c3d-server-0")
UP = ("cluster", "up", "--target", "k3d")


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    return StandIns(tmp_path, sys.executable)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def refused(done: Done) -> str:
    """The one sentence of a command that has failed for the environment."""
    assert (done.code, done.out) == (4, ""), done
    (line,) = done.err.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.mark.parametrize(
    ("command", "how", "advice"),
    [
        ("docker_version", "down", "the Docker engine does not answer: start it"),
        ("docker_version", "forbidden", "add it to the group of the socket"),
        ("k3d_cluster_create", "port", "the port is taken: name one that is free with --port"),
        ("k3d_cluster_create", "disk", "the disk is full: make room"),
        ("k3d_cluster_create", "image", "PODNET_K3S_IMAGE names that of the nodes"),
        ("k3d_cluster_create", "subnets", "`docker network prune` removes unused ones"),
        ("k3d_cluster_create", "odd", "k3d ended with exit code 1: failed to start node: the moon is full"),
        ("k3d_cluster_create", "die", "k3d was killed by signal 9"),
        ("k3d_cluster_create", "hang", "did not end within 1 s: PODNET_CLUSTER_START_TIMEOUT gives it more time"),
        ("k3d_kubeconfig", "odd", "reading the kubeconfig of a k3d cluster failed"),
        ("nothing", "", "the cluster did not get ready within 1 s: /readyz is missing; PODNET_CLUSTER_START_TIMEOUT"),
    ],
)
def test_a_cluster_that_cannot_be_had_costs_one_sentence_that_says_what_to_do_and_leaves_nothing(
    command: str, how: str, advice: str, stand_ins: StandIns, temporary: Path
):
    stand_ins.plan(**{command: how})
    done = podnet(*UP, env={**stand_ins.environment(temporary), "PODNET_CLUSTER_START_TIMEOUT": "1"})
    assert advice in refused(done)
    assert (stand_ins.left, left_in(temporary)) == ([], [])


@pytest.mark.parametrize(
    ("missing", "advice"), [("k3d", "run `./dev k3d`"), ("docker", "`sudo apt-get install docker.io`")]
)
def test_a_missing_program_is_named_with_the_way_to_get_it(
    missing: str, advice: str, stand_ins: StandIns, temporary: Path
):
    (stand_ins.folder / missing).unlink()
    for call in (UP, ("conformance", "--target", "k3d", "--select", "SEL-2")):
        done = podnet(*call, env=stand_ins.environment(temporary))
        assert (done.code, len(done.err.splitlines())) == (4, 1), done.err
        assert f"no {missing}" in done.err
        assert advice in done.err
    assert left_in(temporary) == []


def test_a_cluster_of_somebody_else_that_has_the_name_is_left_alone(stand_ins: StandIns, temporary: Path):
    stand_ins.plan(k3d_cluster_create="taken")
    done = podnet(*UP, env=stand_ins.environment(temporary))
    assert "the name is taken" in refused(done)
    assert len(stand_ins.left) == 3
    assert left_in(temporary) == []


def test_nobodys_kubeconfig_is_touched(stand_ins: StandIns, temporary: Path, tmp_path: Path):
    at_home, named = tmp_path / ".kube" / "config", tmp_path / "named"
    at_home.parent.mkdir()
    for path in (at_home, named):
        path.write_text("mine")
    settings = {**stand_ins.environment(temporary), "PODNET_CLUSTER_START_TIMEOUT": "1"}
    for more in ({"KUBECONFIG": str(named)}, {"KUBECONFIG": ""}):
        refused(podnet(*UP, env={**settings, **more}))
    assert (at_home.read_text(), named.read_text()) == ("mine", "mine")


def test_an_interruption_ends_k3d_and_leaves_nothing(stand_ins: StandIns, temporary: Path):
    stand_ins.plan(k3d_cluster_create="hang")
    with starting(stand_ins, temporary) as up:
        up.send_signal(signal.SIGINT)
        _, err = up.communicate(timeout=PATIENCE)
    assert (up.returncode, err) == (130, "")
    assert (stand_ins.left, left_in(temporary)) == ([], [])


def test_an_interrupted_run_has_a_report_in_which_nothing_was_played(
    stand_ins: StandIns, temporary: Path, tmp_path: Path
):
    stand_ins.plan(k3d_cluster_create="hang")
    options = ("conformance", "--target", "k3d", "--jobs", 2, "--select", "SEL-2", "--report", tmp_path / "report")
    with starting(stand_ins, temporary, *options) as run:
        eventually(lambda: len(stand_ins.left) == 4)
        run.send_signal(signal.SIGTERM)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130, out + err
    assert "interrupted" in out
    assert "--jobs 2 starts 2 k3d clusters at once" in err or psutil.cpu_count() not in {1, 2, 3}
    assert podnet("report", "check", tmp_path / "report").code == 0
    assert (stand_ins.left, left_in(temporary)) == ([], [])


def test_two_interruptions_still_clean_up_and_what_could_not_be_removed_is_said_and_pruned_later(
    stand_ins: StandIns, temporary: Path
):
    stand_ins.plan(k3d_cluster_create="hang", docker_volume_rm="in use")
    with starting(stand_ins, temporary) as up:
        up.send_signal(signal.SIGINT)
        up.send_signal(signal.SIGINT)
        _, err = up.communicate(timeout=PATIENCE)
    assert up.returncode == 130
    (line,) = err.splitlines()
    assert "volume is in use" in line
    assert "`podnet cluster prune --target k3d` tries again" in line
    assert [name.endswith("-images") for name in stand_ins.left] == [True]
    settings = stand_ins.environment(temporary)
    assert "volume is in use" in refused(podnet("cluster", "prune", "--target", "k3d", env=settings))
    stand_ins.plan()
    assert podnet("cluster", "prune", "--target", "k3d", env=settings).out == "k3d\n"
    assert (stand_ins.left, left_in(temporary)) == ([], [])


def test_what_a_killed_process_has_left_is_listed_and_pruned_with_the_k3d_that_still_works_on_it(
    stand_ins: StandIns, temporary: Path
):
    stand_ins.plan(k3d_cluster_create="hang")
    settings = stand_ins.environment(temporary)
    with starting(stand_ins, temporary) as up:
        assert podnet("cluster", "prune", "--target", "k3d", env=settings).out == ""  # it lives
        assert podnet("cluster", "list", "--target", "k3d", env=settings).out.startswith("k3d  starting  ")
        up.kill()
        up.communicate(timeout=PATIENCE)
    assert podnet("cluster", "list", "--target", "k3d", env=settings).out.startswith("k3d  left behind  ")
    assert len(left_in(temporary)) == 2  # the folder, and k3d in it
    assert podnet("cluster", "prune", "--target", "k3d", env=settings).out == "k3d\n"
    assert (stand_ins.left, left_in(temporary)) == ([], [])


def test_a_cluster_that_is_half_made_is_not_adopted_and_can_be_ended(stand_ins: StandIns, temporary: Path):
    stand_ins.plan(k3d_cluster_create="hang")
    settings = stand_ins.environment(temporary)
    with starting(stand_ins, temporary) as up:
        up.kill()
        up.communicate(timeout=PATIENCE)
    again = podnet(*UP, env=settings)
    assert "there is a k3d cluster 'k3d' already" in refused(again)
    run = podnet("conformance", "--target", "k3d:k3d", "--select", "SEL-2", env=settings)
    assert (run.code, "is not ready" in run.err) == (4, True), run.err
    assert podnet("cluster", "down", "--target", "k3d", env=settings).code == 0
    assert (stand_ins.left, left_in(temporary)) == ([], [])


@pytest.mark.parametrize(
    ("plan", "arrives"),
    [
        ({"k3d_image_import": "odd"}, True),
        ({"k3d_image_import": "lies"}, True),
        ({"k3d_image_import": "lies", "docker_exec_-i": "lies"}, False),
        ({"k3d_image_import": "lies", "docker_save": "disk"}, False),
    ],
)
def test_an_image_counts_as_imported_once_the_node_has_it(
    plan: dict[str, str], arrives: bool, stand_ins: StandIns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stand_ins.plan(**plan)
    for name, value in stand_ins.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    refusal = pytest.raises(EnvironmentProblem, match="but the node k3d-podnet-0a1b2c3d-server-0 does not have it")
    with nullcontext() if arrives else refusal:
        import_images(K3d(), STATE, Commands(tmp_path), ("app:1",))
    assert (stand_ins.engine["on_node"] != []) == arrives


def test_an_image_that_the_engine_lacks_is_named(stand_ins: StandIns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in stand_ins.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(EnvironmentProblem, match="the Docker engine has no image other:1"):
        import_images(K3d(), STATE, Commands(tmp_path), ("other:1",))


@contextmanager
def starting(stand_ins: StandIns, temporary: Path, *options: object):
    """A process of podnet that waits for a k3d which hangs; whatever happens to the test, it ends."""
    process = start(*(options or UP), env=stand_ins.environment(temporary), start_new_session=True)
    try:
        with process:
            eventually(lambda: stand_ins.left)
            yield process
    finally:
        process.kill()


def test_a_wrong_command_line_is_a_usage_error(stand_ins: StandIns, temporary: Path):
    settings = stand_ins.environment(temporary)
    assert podnet(*UP, "--name", "NO", env=settings).code == 2
    assert podnet("cluster", "up", "--import-image", "app:1", env=settings).code == 2
    assert podnet("conformance", "--target", "k3d:", env=settings).code == 2
    assert podnet("conformance", "--target", "k3d", "--fault", "conflict", env=settings).code == 2
    remote = podnet(
        "conformance", "--target", "k3d", "--select", "SEL-2", env={**settings, "DOCKER_HOST": "tcp://far:1"}
    )
    assert (remote.code, "DOCKER_HOST names an engine on another machine" in remote.err) == (4, True)
    wrong = podnet(*UP, env={**settings, "PODNET_CLUSTER_START_TIMEOUT": "soon"})
    assert "PODNET_CLUSTER_START_TIMEOUT=soon is no number of seconds" in refused(wrong)


def test_the_doctor_says_what_is_wrong_with_docker(stand_ins: StandIns, temporary: Path):
    def told() -> str:
        return podnet("doctor", env=stand_ins.environment(temporary)).out

    assert "target k3d can be used" in told()
    stand_ins.plan(docker_version="down")
    assert "asking the Docker engine failed: the Docker engine does not answer: start it" in told()
    assert "target k3d cannot be used yet" in told()


def test_there_is_nothing_to_list_or_prune_where_nothing_runs(stand_ins: StandIns, temporary: Path):
    for verb in ("list", "prune"):
        done = podnet("cluster", verb, "--target", "k3d", env=stand_ins.environment(temporary))
        assert (done.code, done.out, done.err) == (0, "", "")
    gone = podnet("cluster", "down", "nobody", "--target", "k3d", env=stand_ins.environment(temporary))
    assert "there is no k3d cluster 'nobody'" in refused(gone)
