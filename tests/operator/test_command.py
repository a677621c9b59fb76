"""``podnet operator`` as its users meet it: what it refuses, and how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from operator_world import World, await_
from processes import ROOT, podnet, start

from podnet.api.objects import name_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import MUTATING_WEBHOOK_CONFIGURATIONS, VALIDATING_WEBHOOK_CONFIGURATIONS
from podnet.operator.connection import connect

NOWHERE = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "x", "cluster": {"server": "https://127.0.0.1:1"}}],
    "users": [{"name": "x", "user": {"token": "t"}}],
    "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
    "current-context": "x",
}


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    path = tmp_path / "nowhere.kubeconfig"
    path.write_text(json.dumps(NOWHERE))
    return path


def refused(*args: object, code: int = 2) -> str:
    done = podnet("operator", *args)
    assert (done.code, done.out) == (code, "")
    (line,) = done.err.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.mark.parametrize("text", ["", "{", "[]", "apiVersion: v1\nkind: Config\n", "clusters: 3\n"])
def test_a_kubeconfig_that_is_none(tmp_path: Path, text: str):
    path = tmp_path / "config"
    path.write_text(text)
    assert f"{path}: the kubeconfig cannot be" in refused("--kubeconfig", path)


def test_a_kubeconfig_that_is_not_there(tmp_path: Path):
    assert "the kubeconfig cannot be used" in refused("--kubeconfig", tmp_path / "none")


def test_a_kubeconfig_with_broken_certificates(tmp_path: Path):
    broken = json.loads(json.dumps(NOWHERE))
    broken["users"][0]["user"] = {"client-certificate-data": "eA==", "client-key-data": "eA=="}
    path = tmp_path / "config"
    path.write_text(json.dumps(broken))
    assert "the certificates for the API server https://127.0.0.1:1 cannot be used" in refused("--kubeconfig", path)


def test_a_temporary_folder_that_cannot_be_used(kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(EnvironmentProblem, match=r"nothing can be written into a temporary folder: .*TMPDIR"):
        connect(kubeconfig)


def test_an_api_server_that_is_not_there(kubeconfig: Path):
    text = refused("--kubeconfig", kubeconfig, code=4)
    assert f"the API server https://127.0.0.1:1 of {kubeconfig} cannot be reached" in text
    assert "check that it runs" in text


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--implementation", "nothing"], "unknown implementation 'nothing'"),
        (["--implementation", "none.py:X"], "none.py: there is no such file"),
        (["--implementation", "mini:last-security-grup"], "did you mean last-security-group"),
        (["--inventory", "none.yaml"], "none.yaml: the inventory cannot be read"),
        (["--namespace", "Big"], "--namespace is 'Big'"),
        (["--webhook-service", "a.b"], "--webhook-service is 'a.b'"),
        (["--webhook-host", "https://x"], "--webhook-host is 'https://x'"),
        (["--print-manifests", "--implementation", __file__ + ":x"], "a file of yours is in no image"),
    ],
)
def test_options_that_mean_nothing(kubeconfig: Path, arguments: list[str], why: str):
    assert why in refused("--kubeconfig", kubeconfig, *arguments)


def test_a_file_with_a_mistake_is_named_with_its_line(kubeconfig: Path, tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text("class Mine:\n    name = 'mine'\n    version = 1\n    def install(self, host): pass\n")
    assert "does not fit the seam: its version is 1" in refused(
        "--kubeconfig", kubeconfig, "--implementation", f"{path}:Mine"
    )
    path.write_text("x = 1\ny = z\n")
    assert f"{path}:2: the implementation cannot be imported" in refused(
        "--kubeconfig", kubeconfig, "--implementation", f"{path}:Mine"
    )


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.parametrize("option", ["--webhook-port", "--metrics-port"])
def test_a_port_that_is_taken(world: World, taken: int, option: str):
    text = refused("--kubeconfig", world.plane.kubeconfig, option, taken, code=4)
    assert f"cannot listen on port {taken}" in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_leaves_nothing(world: World, number: signal.Signals):
    temporary = world.folder / "tmp"
    temporary.mkdir()
    process = start(
        "operator", "--kubeconfig", world.plane.kubeconfig, "--metrics-port", 0, env={"TMPDIR": str(temporary)}
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert list(temporary.iterdir()) == []
        begun = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - begun < 5
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()
        process.wait()
    assert list(temporary.iterdir()) == []


def test_it_ends_while_it_still_waits_for_the_cluster(world: World, tmp_path: Path):
    path = tmp_path / "never.py"
    path.write_text(
        "from podnet.api.errors import ApiError\n"
        "class Never:\n"
        "    name, version = 'never', '1'\n"
        "    def install(self, host):\n"
        "        raise ApiError(500, 'not today')\n"
    )
    process = world.operator("--implementation", f"{path}:Never", wait=False)
    await_(lambda: "not today" in process.err)
    code, seconds = process.end()
    assert (code, process.out) == (0, "")
    assert seconds < 5


def test_an_implementation_that_fails_is_called_again_and_its_mistakes_are_told(world: World, tmp_path: Path):
    path = tmp_path / "clumsy.py"
    path.write_text(
        "from podnet.reference import Reference\n"
        "class Clumsy(Reference):\n"
        "    stumbles = 3\n"
        "    def publish_annotations(self, pod, *, eni, plane):\n"
        "        if Clumsy.stumbles:\n"
        "            Clumsy.stumbles -= 1\n"
        "            raise LookupError('stumbled')\n"
        "        return super().publish_annotations(pod, eni=eni, plane=plane)\n"
    )
    process = world.operator("--no-leader-election", "--implementation", f"{path}:Clumsy")
    world.pod("web", {})
    world.running("web")
    assert process.err.count("LookupError: stumbled") == 3
    assert world.is_sound()


def test_help_waits_for_no_heavy_import():
    code = "import sys; from podnet.cli.main import main; main(['operator', '--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert {"kubernetes", "pytest", "yaml", "trustme"} & set(done.stdout.splitlines()[-1].split()) == set()


def configurations(world: World) -> set[str]:
    return {
        name_of(one)
        for resource in (MUTATING_WEBHOOK_CONFIGURATIONS, VALIDATING_WEBHOOK_CONFIGURATIONS)
        for one in world.api.list(resource).items
    }


def test_a_host_under_which_nobody_finds_it_is_named_and_new_pods_do_not_wait_for_it(world: World):
    assert configurations(world) == set()
    operator = world.operator("--no-leader-election", "--webhook-host", "nowhere.invalid", wait=False)
    await_(lambda: not operator.lives)
    assert operator.code == 4
    assert "the API server cannot reach the webhooks of this process at https://nowhere.invalid:" in operator.err
    assert "--webhook-host" in operator.err
    assert configurations(world) == set()
    world.pod("web")


def test_what_made_pods_wait_before_it_came_goes_on_doing_so(world: World):
    world.operator("--no-leader-election")
    world.operators[-1].kill()
    operator = world.operator("--no-leader-election", "--webhook-host", "nowhere.invalid", wait=False)
    await_(lambda: not operator.lives)
    assert operator.code == 4
    assert configurations(world) == {"podnet-reference"}


def test_an_implementation_whose_resource_types_are_missing_is_given_up_in_time(world: World, tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text("class Mine:\n    name = version = 'mine'\n\n    def install(self, host):\n        pass\n")
    options = ("--no-leader-election", "--start-seconds", 1, "--implementation", f"{path}:Mine")
    world.undefine()
    operator = world.operator(*options, wait=False)
    await_(lambda: not operator.lives)
    assert operator.code == 4
    why = "nobody has defined podnetworkings.network.alibabacloud.com of network.alibabacloud.com/v1beta1"
    assert f"could not be installed within 1 s: {why};" in operator.err
    assert "podnet operator --print-manifests" in operator.err


def test_what_a_run_of_the_suite_tells_in_the_environment_is_heard(kubeconfig: Path, tmp_path: Path):
    missing = tmp_path / "missing.yaml"
    done = podnet("operator", "--kubeconfig", kubeconfig, env={"PODNET_INVENTORY": str(missing)})
    assert (done.code, f"{missing}: the inventory cannot be read" in done.err) == (2, True)
    done = podnet("operator", "--kubeconfig", kubeconfig, env={"PODNET_WEBHOOK_HOST": "https://there/"})
    assert (done.code, "--webhook-host is 'https://there/'" in done.err) == (2, True)
