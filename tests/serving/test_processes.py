"""Served clusters as processes: they outlive the command that started them, and leave nothing behind."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from planes import apply, eventually, left_in, namespace, node, pod
from processes import PATIENCE, podnet, start

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS, KNOWN, NODES, POD_NETWORKINGS, PODS, SERVICE_ACCOUNTS, Resource
from podnet.controlplane.folder import read_state
from podnet.kube.rest import RestApi
from podnet.serving.fake import served_fake


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"TMPDIR": str(tmp_path)}


def test_a_served_cluster_outlives_its_command_until_it_is_ended(tmp_path: Path, environment: dict[str, str]):
    try:
        up = start("cluster", "up", "--target", "fake", "--name", "mine", env=environment, start_new_session=True)
        out, err = up.communicate(timeout=PATIENCE)
        assert (up.returncode, err) == (0, "")
        assert Path(out.strip()).exists()
        listed = json.loads(podnet("cluster", "list", "--json", env=environment).out)
        assert [(one["name"], one["target"], one["status"]) for one in listed] == [("mine", "fake", "ready")]
        assert podnet("cluster", "list", "--target", "local", env=environment).out == ""
        assert podnet("cluster", "prune", env=environment).out == ""
        again = podnet("cluster", "up", "--target", "fake", "--name", "mine", env=environment)
        assert (again.code, len(again.err.splitlines())) == (4, 1)
    finally:
        down = podnet("cluster", "down", "mine", env=environment)
    assert (down.code, down.out, down.err) == (0, "", "")
    assert left_in(tmp_path) == []


def test_what_a_killed_one_leaves_is_pruned(tmp_path: Path, environment: dict[str, str]):
    assert podnet("cluster", "up", "--target", "fake", "--name", "gone", env=environment).code == 0
    state = read_state(next(tmp_path.iterdir()))
    assert state is not None
    os.kill(state.session, signal.SIGKILL)
    eventually(lambda: "left behind" in podnet("cluster", "list", env=environment).out)
    assert podnet("cluster", "prune", "--target", "fake", env=environment).out == "gone\n"
    assert left_in(tmp_path) == []


def test_it_ends_with_whoever_started_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = "from podnet.serving.fake import start; import os; start(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code], check=False, timeout=PATIENCE)
    eventually(lambda: left_in(tmp_path) == [], within=10)


def test_a_port_that_is_taken_is_said_in_one_sentence(environment: dict[str, str]):
    with served_fake() as other:
        port = other.server.rpartition(":")[2]
        refused = podnet("cluster", "up", "--target", "fake", "--port", port, env=environment)
    assert refused.code == 4
    assert f"port {port} of 127.0.0.1 cannot be had" in refused.err
    assert len(refused.err.splitlines()) == 1


def test_the_reference_is_for_the_fake_alone(environment: dict[str, str]):
    refused = podnet("cluster", "up", "--with-reference", env=environment)
    assert (refused.code, "--target fake" in refused.err) == (2, True)


def test_what_is_remembered_is_for_the_fake_alone(environment: dict[str, str]):
    refused = podnet("cluster", "up", "--history", "5", env=environment)
    assert (refused.code, "--target fake" in refused.err) == (2, True)


def client_of(kubeconfig: Path) -> RestApi:
    from kubernetes.config import new_client_from_config

    return RestApi(new_client_from_config(str(kubeconfig)))


def test_controllers_work_as_real_time_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with served_fake() as fake:
        api = client_of(fake.kubeconfig)
        api.create(*_named(namespace("team")))
        eventually(lambda: len(api.list(SERVICE_ACCOUNTS, namespace="team").items) == 1, within=10)
        apply(
            api,
            node("one"),
            {**pod("web", "team"), "spec": {**pod("web", "team")["spec"], "tolerations": [{"operator": "Exists"}]}},
        )
        eventually(lambda: api.get(PODS, "web", namespace="team")["spec"].get("nodeName") == "one", within=10)
        version = api.list(CONFIG_MAPS, namespace="team").resource_version
        events = api.watch(CONFIG_MAPS, namespace="team", resource_version=version, timeout_seconds=20)
        created = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "news", "namespace": "team"}}
        api.create(CONFIG_MAPS, created)
        assert next(events).object["metadata"]["name"] == "news"
        api.end_watches()
    assert left_in(tmp_path) == []


def _named(obj: Obj) -> tuple[Resource, Obj]:

    return KNOWN[obj["apiVersion"], obj["kind"]], obj


def test_the_reference_runs_pods_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    from podnet.cli.inventory import inventory_text

    with served_fake(inventory=inventory_text(None)[0]) as fake:
        api = client_of(fake.kubeconfig)
        assert api.list(NODES).items
        api.create(PODS, pod("web", "default", nodeSelector={"type": "virtual-kubelet"}))
        eventually(lambda: api.get(PODS, "web", namespace="default")["status"]["phase"] == "Running", within=10)


def test_the_operator_runs_pods_on_it_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with served_fake() as fake:
        operator = start("operator", "--kubeconfig", str(fake.kubeconfig), env={"TMPDIR": str(tmp_path)})
        try:
            assert operator.stdout is not None
            assert operator.stdout.readline() == "ready\n"
            api = client_of(fake.kubeconfig)
            api.create(PODS, pod("web", "default", nodeSelector={"type": "virtual-kubelet"}))
            eventually(lambda: api.get(PODS, "web", namespace="default")["status"]["phase"] == "Running", within=20)
            refused = {"apiVersion": POD_NETWORKINGS.api_version, "kind": "PodNetworking", "metadata": {"name": "bad"}}
            with pytest.raises(ApiError) as denial:
                api.create(POD_NETWORKINGS, {**refused, "spec": {"selector": {}, "vSwitchOptions": ["vsw-none"] * 20}})
            assert "denied the request" in denial.value.message, "its webhook is asked over HTTPS"
        finally:
            operator.terminate()
            operator.communicate(timeout=PATIENCE)


def test_answers_on_a_kept_connection_come_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with served_fake() as fake:
        api = client_of(fake.kubeconfig)
        taken = []
        for _ in range(20):
            began = time.monotonic()
            api.list(NODES)
            taken.append(time.monotonic() - began)
    assert statistics.median(taken) < 0.03, "the half of 44 ms, which delayed acknowledgements would cost each"
