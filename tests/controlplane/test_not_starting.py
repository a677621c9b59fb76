"""A control plane that cannot be had: one sentence, exit code 4, and nothing is left behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
from planes import StandIns, eventually, left_in
from processes import PATIENCE, start

from podnet.controlplane.folder import ROOM, read_state
from podnet.controlplane.supervisor import Order


def refused(*args: object, env: Mapping[str, str], code: int = 4, **options: object) -> str:
    """What ``podnet cluster up`` says when it fails: one line."""
    process = start("cluster", "up", *args, env=env, **options)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (code, ""), err
    (line,) = err.splitlines()
    return line.removeprefix("error: ")


@pytest.mark.parametrize(
    ("works", "reason"),
    [
        (
            "echo starting\necho 'Error: no such flag' >&2\nsleep 1000 &\nexit 3",
            "ended with exit code 3, saying: Error: no",
        ),
        ("kill -KILL $$", "etcd of the control plane 'broken' was killed by SIGKILL"),
        ("sleep 1000", "was not ready within 1 s; KUBEBUILDER_CONTROLPLANE_START_TIMEOUT=2m gives it more time"),
        ("trap '' TERM\nsleep 1000", "was not ready within 1 s"),
    ],
    ids=["ends", "is killed", "hangs", "hangs and ignores SIGTERM"],
)
def test_a_server_that_does_not_come_up(works: str, reason: str, stand_ins: StandIns, temporary: Path):
    stand_ins.write("etcd", works=works)
    more = {"KUBEBUILDER_CONTROLPLANE_START_TIMEOUT": "1s", "KUBEBUILDER_CONTROLPLANE_STOP_TIMEOUT": "500ms"}
    assert reason in refused("--name", "broken", env=stand_ins.environment(temporary, **more))
    assert left_in(temporary) == []


def test_a_program_that_is_there_and_not_executable(stand_ins: StandIns, temporary: Path):
    (stand_ins.folder / "kube-scheduler").chmod(0o644)
    told = refused(env=stand_ins.environment(temporary))
    assert f"{stand_ins.folder}/kube-scheduler cannot be started: it is not an executable file" in told
    assert left_in(temporary) == []


def test_a_program_that_is_missing(stand_ins: StandIns, temporary: Path, tmp_path: Path):
    (stand_ins.folder / "kube-apiserver").unlink()
    told = refused(env=stand_ins.environment(temporary, PODNET_CACHE=str(tmp_path)))
    assert told.startswith("no kube-apiserver found for a control plane: run `./dev control-plane`")


def test_a_kubernetes_that_is_too_old(stand_ins: StandIns, temporary: Path):
    for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler"):
        stand_ins.write(name, version="v1.24.17")
    assert "is v1.24.17, and podnet needs Kubernetes 1.31 or later" in refused(env=stand_ins.environment(temporary))
    assert left_in(temporary) == []


def test_a_port_that_is_taken(stand_ins: StandIns, temporary: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = refused("--port", port, env=stand_ins.environment(temporary))
    assert told.startswith(f"port {port} of 127.0.0.1 cannot be had (Address already in use): name another")
    assert left_in(temporary) == []


@pytest.mark.parametrize("where", ["/proc", "/dev/null", "/nowhere/at/all"])
def test_a_temporary_folder_that_takes_nothing(where: str, stand_ins: StandIns):
    told = refused(env=stand_ins.environment(Path(where)))
    assert told.startswith(f"no folder can be made in {where} (")
    assert "set TMPDIR" in told


def test_a_temporary_folder_with_too_little_room(stand_ins: StandIns, temporary: Path):
    size = ROOM // 2**20 - 1
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "podnet-test", str(temporary)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root alone")
    try:
        told = refused(env=stand_ins.environment(temporary))
        assert told.startswith(f"{temporary} has {size} MiB left, and a control plane needs {size + 1}: make room")
        assert left_in(temporary) == []
    finally:
        subprocess.run(["umount", str(temporary)], check=True)


def test_a_disk_that_is_full_in_the_middle(programs: None, temporary: Path):
    """No file may grow beyond what etcd wants to set aside at its start."""

    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))

    told = refused(env={"TMPDIR": str(temporary)}, preexec_fn=small_files_only)
    assert told.startswith("etcd of the control plane 'local' ended with exit code 2, saying: failed to create WAL")
    assert f"file too large; make room in {temporary}, or set TMPDIR" in told
    assert left_in(temporary) == []


def test_a_name_that_is_none(stand_ins: StandIns, temporary: Path):
    told = refused("--name", "../../etc", env=stand_ins.environment(temporary), code=2)
    assert "'../../etc' is no name for a control plane" in told


def test_a_deadline_that_is_none(stand_ins: StandIns, temporary: Path):
    environment = stand_ins.environment(temporary, KUBEBUILDER_CONTROLPLANE_START_TIMEOUT="soon")
    assert refused(env=environment) == "KUBEBUILDER_CONTROLPLANE_START_TIMEOUT=soon is no duration: write 90s or 1m30s"


def begin(stand_ins: StandIns, temporary: Path) -> subprocess.Popen[str]:
    """``podnet cluster up`` that will not get any further than etcd, and has much time."""
    environment = stand_ins.environment(temporary, KUBEBUILDER_CONTROLPLANE_START_TIMEOUT="1h")
    process = start("cluster", "up", env=environment)
    eventually(lambda: list(temporary.glob("*/logs/etcd.log")))
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_that_is_interrupted(number: signal.Signals, stand_ins: StandIns, temporary: Path):
    process = begin(stand_ins, temporary)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, "", "")
    assert left_in(temporary) == []


def test_a_start_whose_command_is_killed(stand_ins: StandIns, temporary: Path):
    process = begin(stand_ins, temporary)
    process.kill()
    process.wait()
    eventually(lambda: not left_in(temporary))
    process.communicate()


def test_a_start_whose_supervisor_is_killed(stand_ins: StandIns, temporary: Path):
    stand_ins.write("etcd", works="exec sleep 1000")
    process = begin(stand_ins, temporary)
    (folder,) = temporary.iterdir()
    os.kill(supervisor_of(folder), signal.SIGKILL)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (4, "")
    assert err == "error: the supervisor of the control plane was killed by SIGKILL before it was ready: try again\n"
    assert left_in(temporary) == []


def supervisor_of(folder: Path) -> int:
    state = read_state(folder)
    assert state is not None
    return state.session


def test_a_supervisor_that_is_told_of_nobody_ends(stand_ins: StandIns, temporary: Path):
    """As when its parent has ended before it could look for it."""
    order = Order("lonely", 1, False, 0, {}, "v1.36.2", 60.0, 1.0)
    command = [sys.executable, "-m", "podnet.controlplane.supervisor", json.dumps(asdict(order))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.stdout == ""
    assert left_in(temporary) == []
