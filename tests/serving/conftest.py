from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from planes import need_programs

from podnet.controlplane.binaries import find_all
from podnet.controlplane.plane import control_plane
from podnet.reference.registration import custom_resource_definitions
from podnet.serving.fake import ServedFake, served_fake

Kubectl = Callable[..., subprocess.CompletedProcess[str]]
DEFINITIONS = yaml.safe_dump_all(custom_resource_definitions())
SOURCE = Path(__file__).parent / "operator"


def _without(why: str) -> None:
    """Skip, or fail where everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs in Go, compiled: half a minute the first time, and a second when Go has them in its cache."""
    go = shutil.which("go")
    if go is None:
        _without("Go is not installed (https://go.dev/doc/install)")
    folder = tmp_path_factory.mktemp("go")
    built = subprocess.run(
        [str(go), "build", "-o", f"{folder}/", "./..."], cwd=SOURCE, capture_output=True, text=True, check=False
    )
    if built.returncode:
        _without(f"the Go programs cannot be built here, their modules may be out of reach: {built.stderr[-500:]}")
    return folder


@pytest.fixture(scope="session")
def fake() -> Iterator[ServedFake]:
    with served_fake() as served:
        yield served


def kubectl_for(kubeconfig: Path, home: Path) -> Kubectl:
    """Runs the kubectl that belongs to the control plane, with nothing of whoever runs the tests."""
    need_programs()
    program = find_all()["kubectl"].path
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "KUBECTL_EXTERNAL_DIFF": "diff -u"}

    def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, "--kubeconfig", kubeconfig, *words],
            input=given,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment,
        )

    return run


@pytest.fixture(scope="session")
def on_fake(fake: ServedFake, tmp_path_factory: pytest.TempPathFactory) -> Kubectl:
    """kubectl on the served cluster, which knows PodNetworkings."""
    kubectl = kubectl_for(fake.kubeconfig, tmp_path_factory.mktemp("fake"))
    assert kubectl("apply", "-f", "-", given=DEFINITIONS).returncode == 0
    return kubectl


@pytest.fixture(scope="session")
def on_real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """kubectl on a real control plane, which knows PodNetworkings."""
    need_programs()
    with control_plane() as plane:
        kubectl = kubectl_for(plane.kubeconfig, tmp_path_factory.mktemp("real"))
        assert kubectl("apply", "-f", "-", given=DEFINITIONS).returncode == 0
        yield kubectl
