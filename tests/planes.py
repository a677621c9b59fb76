"""What tests need to start control planes, real ones and ones of stand-ins, and to see what is left of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest

from podnet.api.objects import Obj
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import KNOWN
from podnet.controlplane.binaries import PROGRAMS, find_all
from podnet.controlplane.plane import ControlPlane
from podnet.kube.rest import RestApi

PATIENCE = 60.0
ENVTEST = (
    "KUBEBUILDER_ASSETS",
    "KUBEBUILDER_CONTROLPLANE_START_TIMEOUT",
    *(f"TEST_ASSET_{name.upper().replace('-', '_')}" for name in PROGRAMS),
)


def need_programs() -> None:
    """Skip the test, with the reason, where there is no real control plane; in CI that is a failure."""
    if os.environ.get("CI"):
        find_all()
    elif os.environ.get("PODNET_NO_CONTROL_PLANE"):
        pytest.skip("PODNET_NO_CONTROL_PLANE is set")
    else:
        try:
            find_all()
        except EnvironmentProblem as problem:
            pytest.skip(str(problem))


class StandIns:
    """A folder of programs that tell a version, and hang when they are to work; each can be made to do otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name in PROGRAMS:
            self.write(name)

    def write(self, name: str, *, works: str = "sleep 1000", version: str = "v1.36.2") -> Path:
        """A script; ``works`` is what it does when it is not asked for its version."""
        path = self.folder / name
        path.write_text(f'#!/bin/sh\ncase "$*" in *version*) echo "{name} {version}"; exit ;; esac\n{works}\n')
        path.chmod(0o755)
        return path

    def environment(self, temporary: Path, **more: str) -> Mapping[str, str]:
        """What makes podnet use these, and nothing else, in a temporary folder of the test's own."""
        nothing = dict.fromkeys(ENVTEST, "")
        return {**nothing, "KUBEBUILDER_ASSETS": str(self.folder), "TMPDIR": str(temporary), **more}


def left_in(folder: Path) -> list[str]:
    """What there is in a folder, and the processes that work in it or below."""
    found = [path.name for path in folder.iterdir()]
    processes = psutil.process_iter(["cwd", "cmdline"])
    found += [str(one.info["cmdline"]) for one in processes if str(one.info["cwd"] or "").startswith(str(folder))]
    return found


def eventually(condition: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Wait until it holds. Raises AssertionError if it does not within these seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:.0f} s: {condition}"
        time.sleep(0.05)


def api_of(plane: ControlPlane) -> RestApi:
    """The API of a control plane, for its administrator."""
    from kubernetes.config import new_client_from_config

    return RestApi(new_client_from_config(str(plane.kubeconfig)))


def apply(api: RestApi, *manifests: Obj) -> None:
    """Create objects of kinds that podnet knows."""
    for manifest in manifests:
        api.create(KNOWN[manifest["apiVersion"], manifest["kind"]], manifest)


def namespace(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def node(name: str, **labels: str) -> Obj:
    """A node that is ready for ten pods, as far as its record says."""
    ready = {"type": "Ready", "status": "True", "reason": "Test", "message": "", "lastHeartbeatTime": None}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"capacity": {"pods": "10"}, "allocatable": {"pods": "10"}, "conditions": [ready]},
    }


def pod(name: str, namespace: str, **spec: object) -> Obj:
    """A pod that goes away at once when it is deleted."""
    containers = [{"name": "main", "image": "nothing"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": containers, "terminationGracePeriodSeconds": 0, **spec},
    }
