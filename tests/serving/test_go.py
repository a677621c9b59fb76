"""A Go program on client-go and controller-runtime lives on the served cluster unchanged: protobuf, streams, leases."""

from __future__ import annotations

import os
import shutil
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

SOURCE = Path(__file__).parent / "operator"


def _without(why: str) -> None:
    """Skip, or fail where everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, compiled; that takes half a minute the first time, and a second when Go has it in its cache."""
    go = shutil.which("go")
    if go is None:
        _without("Go is not installed (https://go.dev/doc/install)")
    binary = tmp_path_factory.mktemp("go") / "operator"
    built = subprocess.run(
        [str(go), "build", "-o", binary, "."], cwd=SOURCE, capture_output=True, text=True, check=False
    )
    if built.returncode:
        _without(f"the Go program cannot be built here, its modules may be out of reach: {built.stderr[-500:]}")
    return binary


@pytest.fixture(scope="module")
def cluster() -> Iterator[ServedFake]:
    with served_fake() as fake:
        yield fake


def test_an_operator_in_go_leads_watches_writes_and_tells(program: Path, cluster: ServedFake, tmp_path: Path):
    api = client_of(cluster.kubeconfig)
    for definition in custom_resource_definitions():
        api.create(CUSTOM_RESOURCE_DEFINITIONS, definition)
    said, log = tmp_path / "said", tmp_path / "log"
    with said.open("w") as out, log.open("w") as err:
        operator = subprocess.Popen([program, cluster.kubeconfig], stdout=out, stderr=err)
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
            return {event["reason"] for event in api.list(EVENTS, namespace="default").items}

        eventually(lambda: {"LeaderElection", "Copied"} <= reasons())
    finally:
        operator.send_signal(signal.SIGTERM)
        operator.wait(30)
    assert said.read_text().splitlines()[-1] == "ended"
