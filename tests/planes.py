"""What tests need to start control planes, real ones and ones of stand-ins, and to see what is left of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.binaries import PROGRAMS, find_all

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
