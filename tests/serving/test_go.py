"""A Go program on client-go and controller-runtime lives on the served cluster unchanged: protobuf, streams, leases."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from planes import eventually
from test_processes import client_of

from podnet.api.resources import CONFIG_MAPS, CUSTOM_RESOURCE_DEFINITIONS, EVENTS, LEASES, POD_NETWORKINGS
from podnet.reference.registration import custom_resource_definitions
from podnet.serving.fake import ServedFake, served_fake


@pytest.fixture(scope="module")
def cluster() -> Iterator[ServedFake]:
    with served_fake() as fake:
        yield fake


def test_an_operator_in_go_leads_watches_writes_and_tells(programs: Path, cluster: ServedFake, tmp_path: Path):
    api = client_of(cluster.kubeconfig)
    for definition in custom_resource_definitions():
        api.create(CUSTOM_RESOURCE_DEFINITIONS, definition)
    said, log = tmp_path / "said", tmp_path / "log"
    with said.open("w") as out, log.open("w") as err:
        operator = subprocess.Popen([programs / "operator", cluster.kubeconfig], stdout=out, stderr=err)
    try:

        def has_said(line: str) -> bool:
            assert operator.poll() is None, log.read_text()
            return line in said.read_text().splitlines()

        eventually(lambda: has_said("typed"))
        spec = {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}, "vSwitchOptions": ["vsw-1"]}
        kind = {"apiVersion": POD_NETWORKINGS.api_version, "kind": POD_NETWORKINGS.kind}
        api.create(POD_NETWORKINGS, {**kind, "metadata": {"name": "plane"}, "spec": spec})
        eventually(lambda: has_said("reconciled plane"))
        assert api.get(CONFIG_MAPS, "of-plane", namespace="default")["data"] == {"generation": "1"}
        assert api.get(POD_NETWORKINGS, "plane")["status"] == {"status": "Ready"}
        assert api.get(LEASES, "operator.podnet", namespace="default")["spec"]["holderIdentity"]
        lease = api.get(LEASES, "typed", namespace="default")["spec"]
        assert (lease["holderIdentity"], lease["leaseDurationSeconds"]) == ("me", 15)

        def reasons() -> set[str]:
            events = api.list(EVENTS, namespace="default").items
            assert all(event["involvedObject"]["kind"] for event in events), "also those of events.k8s.io are told so"
            return {event["reason"] for event in events}

        eventually(lambda: {"LeaderElection", "Copied"} <= reasons())
    finally:
        operator.send_signal(signal.SIGTERM)
        operator.wait(30)
    assert said.read_text().splitlines()[-1] == "ended"


def test_every_way_of_client_go_leads_where_it_should(programs: Path, cluster: ServedFake):
    done = subprocess.run(
        [programs / "surface", cluster.kubeconfig], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "surface\n", done.stderr[-2000:]
