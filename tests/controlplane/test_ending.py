"""Nothing of a control plane outlives whoever wanted it, and what is killed at all ends is found by ``prune``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from planes import eventually, left_in
from processes import PATIENCE, ROOT, podnet

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.folder import State, claim_left, claim_new, folder_of, read_state
from podnet.controlplane.leftovers import find_planes, prune
from podnet.controlplane.plane import start

USER = """
import sys, time
from podnet.controlplane.plane import control_plane
with control_plane(name=sys.argv[1]) as plane:
    print(plane.name, flush=True)
    time.sleep(1000)
"""


def user_of(name: str, temporary: Path) -> subprocess.Popen[str]:
    """A process that starts a control plane, says so when it is ready, and would keep it for long."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    return subprocess.Popen(
        [sys.executable, "-c", USER, name],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def test_two_start_at_once_and_each_ends_with_its_user(programs: None, temporary: Path):
    users = [user_of(name, temporary) for name in ("first", "second")]
    try:
        for user in users:
            assert user.stdout is not None
            assert user.stdout.readline() == ("first\n" if user is users[0] else "second\n")
        servers = {one.name: one.state.server for one in find_planes() if one.state is not None}
        assert len(set(servers.values())) == 2
        first, second = users
        os.killpg(first.pid, signal.SIGKILL)  # it, and whatever is in its group
        eventually(lambda: not folder_of("first").exists())
        assert [one.status for one in find_planes()] == ["ready"]
        second.send_signal(signal.SIGINT)
        second.wait(PATIENCE)
        assert left_in(temporary) == []
    finally:
        for user in users:
            user.kill()
            user.communicate()


def test_of_a_killed_supervisor_only_the_folder_is_left_until_prune(programs: None, temporary: Path):
    plane = start(name="orphaned")
    try:
        state = read_state(plane.folder)
        assert state is not None
        processes = [psutil.Process(pid) for pid in (state.session, *state.processes.values())]
        os.kill(state.session, signal.SIGKILL)
        gone, left = psutil.wait_procs(processes[1:], timeout=PATIENCE)
        assert (len(gone), left) == (4, [])
        assert [(one.name, one.status) for one in find_planes()] == [("orphaned", "left behind")]
        with pytest.raises(EnvironmentProblem, match=r"^etcd, .* 'orphaned' has ended together with its supervisor$"):
            plane.check()
        with pytest.raises(EnvironmentProblem, match=r"^the supervisor of the control plane 'orphaned' has ended$"):
            plane.restart_apiserver()
        listed = podnet("cluster", "list", env={"TMPDIR": str(temporary)})
        assert "orphaned  left behind" in listed.out
        pruned = podnet("cluster", "prune", env={"TMPDIR": str(temporary)})
        assert (pruned.code, pruned.out) == (0, "orphaned\n")
    finally:
        plane.stop()
    assert left_in(temporary) == []


def test_prune_ends_processes_of_a_plane_that_nobody_looks_after(temporary: Path):
    """As they would be left where processes cannot ask to be killed with their parent."""
    claim = claim_new("leftover")
    sleeper = subprocess.Popen(["sleep", "1000"], cwd=claim.path, start_new_session=True)
    bystander = subprocess.Popen(["sleep", "1000"], cwd=claim.path)
    try:
        claim.write(State("leftover", sleeper.pid, 0, time.time(), status="ready"))
        assert prune() == []  # somebody looks after it
        claim.release()
        assert prune() == ["leftover"]
        assert sleeper.wait(PATIENCE) == -signal.SIGKILL
        assert bystander.poll() is None, "a shell that somebody has opened in the folder is none of it"
    finally:
        for process in (sleeper, bystander):
            process.kill()
            process.wait()
    assert left_in(temporary) == []


def test_a_folder_that_is_just_being_made_is_left_alone(temporary: Path):
    folder = folder_of("new")
    folder.mkdir()
    assert prune() == []
    os.utime(folder, (time.time() - 3600,) * 2)
    assert prune() == ["new"]
    assert left_in(temporary) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what is open")
def test_a_folder_that_is_replaced_while_it_is_waited_for_is_not_taken(temporary: Path):
    old = claim_new("same-name")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(claim_left, old.path, wait=True)
        opened = Path("/proc/self/fd")
        eventually(lambda: [one.exists() and one.readlink() for one in opened.iterdir()].count(old.path) == 2)
        old.path.rename(temporary / "elsewhere")
        new = claim_new("same-name")
        old.release()
        assert waiting.result(PATIENCE) is None
    assert prune() == []
    new.remove()


def test_what_only_looks_like_a_plane_is_left_alone(temporary: Path):
    (temporary / "elsewhere").mkdir()
    folder_of("link").symlink_to(temporary / "elsewhere")
    folder_of("file").touch()
    (temporary / "podnet-plane-99999-other").mkdir()
    before = left_in(temporary)
    assert prune() == []
    assert left_in(temporary) == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills processes with their parent")
def test_a_process_ends_with_its_parent(tmp_path: Path):
    """The parent is killed at once, perhaps before the child has asked for it."""
    code = (
        "import os, pathlib, sys; from podnet.controlplane.processes import spawn; here = pathlib.Path(sys.argv[1]);"
        "spawn(['/bin/sleep', '1000'], folder=here, log=here / 'log', environment={}); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, timeout=PATIENCE, check=False)
    eventually(lambda: left_in(tmp_path) == ["log"])
