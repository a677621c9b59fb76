"""A control plane can be disturbed on purpose, and says in one sentence what has become of it."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from planes import api_of, apply, eventually, left_in, namespace

from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import CONFIG_MAPS, NAMESPACES
from podnet.controlplane.leftovers import clear, find_planes, prune
from podnet.controlplane.plane import ControlPlane, control_plane
from podnet.kube.rest import RestApi


@pytest.fixture(scope="module")
def own(programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane that the tests of this file disturb one after the other, the last one for good."""
    with pytest.MonkeyPatch.context() as patch:
        # Longer than the address of a socket may be: nothing depends on that.
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("a-temporary-folder-with-a-name-that-is-quite-long-" * 2)))
        with control_plane() as plane:
            yield plane


def test_the_api_server_comes_back_as_it_was(own: ControlPlane):
    api = api_of(own)
    apply(api, namespace("kept"))
    before = own.processes
    own.restart_apiserver()
    assert {name for name, pid in own.processes.items() if before[name] != pid} == {"kube-apiserver"}
    assert api.get(NAMESPACES, "kept")["metadata"]["name"] == "kept"
    apply(api, namespace("new"))
    eventually(lambda: is_served(api, "new"))  # controllers are connected again
    own.check()


def is_served(api: RestApi, namespace: str) -> bool:
    """Whether the namespace has what a controller puts into each."""
    return any(
        one["metadata"]["name"] == "kube-root-ca.crt" for one in api.list(CONFIG_MAPS, namespace=namespace).items
    )


def test_nobody_takes_its_port_while_the_api_server_is_away(own: ControlPlane):
    port = int(own.server.rpartition(":")[2])
    os.kill(own.processes["kube-apiserver"], signal.SIGKILL)
    with pytest.raises(EnvironmentProblem, match=r"^kube-apiserver of the control plane '.*' was killed by SIGKILL"):
        eventually(own.check)
    with socket.socket() as thief, pytest.raises(OSError, match="Address already in use"):
        thief.bind(("127.0.0.1", port))
    own.restart_apiserver()
    own.check()


def test_what_is_asked_of_a_frozen_etcd_waits_until_it_goes_on(own: ControlPlane):
    api = api_of(own)
    with ThreadPoolExecutor(1) as pool:
        with own.frozen_etcd():
            answer = pool.submit(apply, api, namespace("slow"))
            begun = time.monotonic()
            with pytest.raises(TimeoutError):
                answer.result(2)
            own.check()
        answer.result(30)
    assert time.monotonic() - begun > 1
    api.delete(NAMESPACES, "slow")


def test_one_that_is_looked_after_is_not_pruned(own: ControlPlane):
    assert [(one.name, one.status) for one in find_planes()] == [(own.name, "ready")]
    assert prune() == []
    assert not clear(own.folder)
    own.check()


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_process_does_not_end_it(own: ControlPlane):
    child = os.fork()
    if not child:
        own.stop()
        os._exit(0)
    os.waitpid(child, 0)
    own.check()


def test_a_server_that_dies_is_named_with_the_reason(own: ControlPlane):
    os.kill(own.processes["etcd"], signal.SIGKILL)
    with pytest.raises(EnvironmentProblem, match=r"^etcd of the control plane '.*' was killed by SIGKILL"):
        eventually(own.check)
    (found,) = find_planes()
    assert found.status == "broken"
    base = own.folder.parent
    own.stop()
    assert left_in(base) == []
    with pytest.raises(EnvironmentProblem, match="has ended: somebody has stopped it"):
        own.check()
