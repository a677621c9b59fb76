"""The programs are built once, as a whole or not at all, and it is said what happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest
from planes import ENVTEST, StandIns, eventually
from processes import PATIENCE, ROOT

from podnet.controlplane.binaries import ACTIONLINT, ETCD, K3D, KUBERNETES, PROGRAMS

GO = """\
#!/bin/sh
# Stands in for Go: notes in which module it is asked to build what, and writes files where they are wanted.
echo "$(basename "$PWD") CGO_ENABLED=$CGO_ENABLED $*" >>"$LOG"
[ ! -e "$BROKEN" ] || { echo "no such module" >&2; exit 1; }
while [ "$1" != -o ]; do shift; done
case $2 in
*/) for name in kube-apiserver kube-controller-manager kube-scheduler kubectl; do echo new >"$2$name"; done ;;
*) echo new >"$2" ;;
esac
[ ! -e "$SLOW" ] || { : >"$SLOW.begun"; sleep 1000; }
"""


class Workshop:
    """A cache of its own, and a compiler that can be broken or slow."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "a cache"
        self.log, self.broken, self.slow = folder / "log", folder / "broken", folder / "slow"
        tools = folder / "path"
        tools.mkdir()
        (tools / "go").write_text(GO)
        (tools / "go").chmod(0o755)
        self.environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if name not in {*ENVTEST, "CI"}},
            "PATH": f"{tools}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "PODNET_CACHE": str(self.cache),
            **{name: str(folder / name.lower()) for name in ("LOG", "BROKEN", "SLOW")},
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, ROOT / "tools" / "build.py", *arguments],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def build(self, *arguments: str, **environment: str) -> tuple[int, str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=PATIENCE)
        assert out == ""
        return process.returncode, err

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def made(self) -> dict[str, set[str]]:
        folders = [path for path in self.cache.iterdir() if path.is_dir()] if self.cache.exists() else []
        return {folder.name: {path.name for path in folder.iterdir()} for folder in folders}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_control_plane_is_built_once_and_it_is_said_how_long_that_takes(workshop: Workshop):
    code, told = workshop.build("control-plane")
    assert code == 0
    assert f"building Kubernetes {KUBERNETES} and etcd {ETCD} into {workshop.cache}" in told
    assert "this is done once and takes about six minutes" in told
    (name,) = workshop.made()
    assert workshop.made()[name] == set(PROGRAMS)
    assert KUBERNETES in name
    assert ETCD in name
    kubernetes, etcd = workshop.calls()
    assert kubernetes.startswith("kubernetes CGO_ENABLED=0 build -mod=readonly -trimpath")
    assert f"version.gitVersion={KUBERNETES} " in kubernetes
    assert etcd.endswith(" go.etcd.io/etcd/server/v3")
    assert workshop.build("control-plane") == (
        0,
        f"podnet: Kubernetes {KUBERNETES} and etcd {ETCD}: {workshop.cache}/{name}\n",
    )
    assert workshop.build("control-plane", "--if-needed") == (0, "")
    assert len(workshop.calls()) == 2


def test_what_somebody_took_out_is_built_again(workshop: Workshop):
    workshop.build("control-plane")
    (folder,) = (path for path in workshop.cache.iterdir() if path.is_dir())
    (folder / "etcd").unlink()
    assert workshop.build("control-plane")[0] == 0
    assert list(workshop.made().values()) == [set(PROGRAMS)]


@pytest.mark.parametrize(("tool", "version"), [("k3d", K3D), ("actionlint", ACTIONLINT)])
def test_a_tool_is_built_apart(workshop: Workshop, tool: str, version: str):
    assert workshop.build(tool)[0] == 0
    ((name, programs),) = workshop.made().items()
    assert (name.startswith(f"{tool}-{version}-"), programs) == (True, {tool})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_cut_short_leaves_nothing_that_would_be_taken(workshop: Workshop, number: signal.Signals):
    workshop.slow.touch()
    process = workshop.start("control-plane")
    eventually(lambda: Path(f"{workshop.slow}.begun").exists())
    process.send_signal(number)
    if number == signal.SIGKILL:
        end_compiler(workshop)
    process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    half = workshop.made()
    assert all(name.startswith(".building-") for name in half)
    assert bool(half) == (number == signal.SIGKILL)
    workshop.slow.unlink()
    assert workshop.build("control-plane")[0] == 0
    assert list(workshop.made().values()) == [set(PROGRAMS)]


def end_compiler(workshop: Workshop) -> None:
    """What a compiler goes on doing when nobody waits for it any more is its own business."""
    for process in psutil.process_iter(["environ"]):
        if (process.info["environ"] or {}).get("PODNET_CACHE") == str(workshop.cache):
            process.kill()


def test_two_at_once_build_it_once(workshop: Workshop):
    processes = [workshop.start("control-plane") for _ in range(3)]
    assert [process.communicate(timeout=PATIENCE) and process.returncode for process in processes] == [0, 0, 0]
    assert len(workshop.calls()) == 2


def test_a_build_that_fails_says_so_and_leaves_nothing(workshop: Workshop):
    workshop.broken.touch()
    code, told = workshop.build("control-plane")
    assert code == 4
    assert "no such module" in told
    assert "podnet: kubernetes cannot be built: `go build` ended with 1" in told
    assert workshop.made() == {}


def test_without_go_it_is_said_what_to_install(workshop: Workshop):
    code, told = workshop.build("control-plane", PATH="/nowhere")
    assert (code, len(told.splitlines())) == (4, 1)
    assert "Go is not installed (https://go.dev/doc/install)" in told


def test_a_cache_that_cannot_be_written_is_named(workshop: Workshop):
    code, told = workshop.build("control-plane", PODNET_CACHE="/proc/cache")
    assert code == 4
    assert "cannot be kept in /proc/cache" in told
    assert "set PODNET_CACHE" in told


@pytest.mark.parametrize(("ci", "expected"), [("", 0), ("true", 4)])
def test_tests_can_do_without_but_in_ci(workshop: Workshop, ci: str, expected: int):
    workshop.broken.touch()
    code, told = workshop.build("control-plane", "--if-needed", CI=ci)
    assert code == expected
    assert "cannot be built" in told


@pytest.mark.parametrize(("ci", "built"), [("", False), ("true", True)])
def test_the_impatient_get_none_but_in_ci(workshop: Workshop, ci: str, built: bool):
    code, _ = workshop.build("control-plane", "--if-needed", CI=ci, PODNET_NO_CONTROL_PLANE="1")
    assert (code, bool(workshop.made())) == (0, built)


def test_nothing_is_built_for_tests_where_variables_name_programs(workshop: Workshop, stand_ins: StandIns):
    code, told = workshop.build("control-plane", "--if-needed", KUBEBUILDER_ASSETS=str(stand_ins.folder))
    assert (code, told, workshop.made()) == (0, "", {})
