"""``podnet doctor`` says what each target needs, and what to do about what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from planes import ENVTEST, StandIns
from processes import podnet

from podnet.controlplane.binaries import INSTALLED, SERVERS

OF_CONTAINERS = ("docker", "k3d", "testcontainers")


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    return StandIns(tmp_path / "programs")


def test_where_all_is_there_local_can_be_used(stand_ins: StandIns, tmp_path: Path):
    done = podnet("doctor", env=stand_ins.environment(tmp_path))
    assert (done.code, done.err) == (0, "")
    *lines, last = done.out.splitlines()
    assert last.startswith("target fake can be used; target local can be used; target k3d ")
    assert all(line.startswith("ok ") for line in lines if line.split()[1] not in OF_CONTAINERS)
    assert f"v1.36.2, {stand_ins.folder}/kube-apiserver (KUBEBUILDER_ASSETS)" in done.out


@pytest.mark.skipif(INSTALLED.exists(), reason="programs of envtest are installed here")
def test_where_programs_are_missing_it_says_how_to_get_them(tmp_path: Path):
    nothing = {**dict.fromkeys(ENVTEST, ""), "PODNET_CACHE": str(tmp_path), "PATH": "/nowhere"}
    done = podnet("doctor", env=nothing)
    assert done.code == 4
    lines = done.out.splitlines()
    for name in SERVERS:
        (line,) = (line for line in lines if line.split()[1] == name)
        assert line.startswith("MISSING ")
        assert "run `./dev control-plane` in a checkout of podnet, or name one with TEST_ASSET_" in line
    assert any(line.startswith("absent  go ") and "https://go.dev/doc/install" in line for line in lines)
    assert any(line.startswith("absent  docker ") and "apt-get install docker.io" in line for line in lines)
    assert any(line.startswith("absent  k3d ") and "run `./dev k3d`" in line for line in lines)
    there = ["fake can be used", *(f"{name} cannot be used yet" for name in ("local", "k3d", "k3s"))]
    assert lines[-1].removeprefix("target ").split("; target ") == there


@pytest.mark.parametrize(
    ("subject", "environment", "reason"),
    [
        ("etcd", {"TEST_ASSET_ETCD": "/nowhere/etcd"}, "TEST_ASSET_ETCD names /nowhere/etcd, which is not a file"),
        ("etcd", {"TEST_ASSET_ETCD": "/bin/false"}, "/bin/false was asked for its version and ended with exit code 1"),
        ("temporary folder", {"TMPDIR": "/proc"}, "/proc: "),
    ],
)
def test_what_is_wrong_is_a_finding(
    subject: str, environment: dict[str, str], reason: str, stand_ins: StandIns, tmp_path: Path
):
    done = podnet("doctor", "--json", env={**stand_ins.environment(tmp_path), **environment})
    told = json.loads(done.out)
    assert (done.code, told["local"]) == (4, False)
    bad = {one["subject"]: one["finding"] for one in told["findings"] if not one["good"]}
    assert bad.keys() - OF_CONTAINERS - {"go"} == {subject}  # Go may be missing too: whoever has programs does without
    assert reason in bad[subject]


def test_versions_that_do_not_fit_are_a_finding(stand_ins: StandIns, tmp_path: Path):
    stand_ins.write("kube-scheduler", version="v1.30.0")
    done = podnet("doctor", env=stand_ins.environment(tmp_path))
    assert done.code == 4
    assert "MISSING versions" in done.out
    assert "cannot work with kube-apiserver v1.36.2" in done.out
