"""The programs of a control plane are found where envtest looks for them, and refused where they cannot work."""

from __future__ import annotations

import re
import time
from pathlib import Path

import psutil
import pytest
from planes import ENVTEST, StandIns

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane import binaries
from podnet.controlplane.binaries import (
    ACTIONLINT,
    ETCD,
    K3D,
    KUBERNETES,
    PROGRAMS,
    Program,
    built_folder,
    cache_folder,
    find,
)
from podnet.controlplane.versions import ask, check, with_versions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ENVTEST:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PODNET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(binaries, "INSTALLED", tmp_path / "installed")


def put(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "etcd").touch()
    return folder / "etcd"


def test_a_variable_wins_over_the_assets_these_over_what_is_installed_and_that_over_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert find("etcd") is None
    places = [
        put(built_folder()),
        put(tmp_path / "installed"),
        put(tmp_path / "assets"),
        put(tmp_path / "own"),
    ]
    for path in reversed(places):
        if path.parent.name == "own":
            monkeypatch.setenv("TEST_ASSET_ETCD", str(path))
            monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path / "assets"))
        found = find("etcd")
        assert found is not None
        assert found.path == path
        monkeypatch.delenv("TEST_ASSET_ETCD", raising=False)
        path.unlink()
    assert find("etcd") is None


@pytest.mark.parametrize("variable", ["TEST_ASSET_ETCD", "KUBEBUILDER_ASSETS"])
def test_a_variable_that_leads_nowhere_is_named(variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv(variable, str(tmp_path / "nowhere"))
    with pytest.raises(EnvironmentProblem, match=f"{variable} names .*nowhere"):
        find("etcd")


def test_what_is_missing_is_named_with_what_to_do():
    with pytest.raises(EnvironmentProblem, match=r"etcd, kube-apiserver.*control-plane.*TEST_ASSET_KUBE_APISERVER"):
        binaries.find_all()


def test_kubectl_is_not_needed_to_start(stand_ins: StandIns, monkeypatch: pytest.MonkeyPatch):
    (stand_ins.folder / "kubectl").unlink()
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(stand_ins.folder))
    assert set(binaries.find_all()) == set(PROGRAMS) - {"kubectl"}


def test_the_cache_is_where_variables_say_or_where_caches_are():
    assert cache_folder({"PODNET_CACHE": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a")
    assert cache_folder({"XDG_CACHE_HOME": "/b"}) == Path("/b/podnet")
    assert cache_folder({}) == Path.home() / ".cache" / "podnet"


@pytest.mark.parametrize(
    ("module", "requirement"),
    [
        ("kubernetes", f"k8s.io/kubernetes {KUBERNETES}"),
        ("etcd", f"go.etcd.io/etcd/server/v3 {ETCD}"),
        ("k3d", f"github.com/k3d-io/k3d/v5 {K3D}"),
        ("actionlint", f"github.com/rhysd/actionlint {ACTIONLINT}"),
    ],
)
def test_the_modules_pin_the_versions_that_the_cache_is_named_after(module: str, requirement: str):
    text = (ROOT / "tools" / module / "go.mod").read_text(encoding="utf-8")
    assert re.search(rf"^(require|\t)\s*{re.escape(requirement)}( // indirect)?$", text, re.MULTILINE)
    published = set(re.findall(r"=> \S+ (v\S+)$", text, re.MULTILINE))
    assert published == ({KUBERNETES.replace("v1.", "v0.", 1)} if module == "kubernetes" else set())


BROKEN = {
    "not executable": (lambda path: path.chmod(0o644), "not an executable file"),
    "for another machine": (lambda path: path.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(200)), "kind of machine"),
    "truncated": (lambda path: path.write_bytes(b""), "kind of machine"),
    "of a missing interpreter": (lambda path: path.write_text("#!/nowhere/sh\n"), "No such file"),
    "failing": (lambda path: path.write_text("#!/bin/sh\nexit 3\n"), "ended with exit code 3"),
    "crashing": (lambda path: path.write_text("#!/bin/sh\nkill -SEGV $$\n"), "was killed by SIGSEGV"),
    "silent": (lambda path: path.write_text("#!/bin/sh\n"), "told none"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_program_that_is_broken_is_named_with_what_is_wrong(kind: str, stand_ins: StandIns):
    path = stand_ins.write("etcd")
    damage, reason = BROKEN[kind]
    damage(path)
    with pytest.raises(EnvironmentProblem, match=reason) as caught:
        ask([Program("etcd", path, "test")])
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_program_that_hangs_is_ended_with_all_that_it_started(stand_ins: StandIns):
    path = stand_ins.folder / "etcd"
    path.write_text("#!/bin/sh\nsleep 1234\n")
    begun = time.monotonic()
    with pytest.raises(EnvironmentProblem, match="does not tell its version within 1 s: it"):
        ask([Program("etcd", path, "test")], seconds=1)
    assert time.monotonic() - begun < 10
    assert [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", "1234"]] == []


def versions(**of: str) -> dict[str, Program]:
    named = {name.replace("_", "-"): version for name, version in of.items()}
    return {
        name: Program(name, Path("/bin") / name, "test", named.get(name, named.get("all", "v1.36.2")))
        for name in PROGRAMS
    }


@pytest.mark.parametrize("found", [versions(), versions(all="v1.31.0"), versions(kube_scheduler="v1.35.9")])
def test_versions_that_work_together_pass(found: dict[str, Program]):
    check(found)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (versions(all="v1.30.14"), r"kube-apiserver is v1\.30\.14, and podnet needs Kubernetes 1\.31 or later"),
        (versions(kube_apiserver="v1.35.0"), r"TEST_ASSET_KUBE_CONTROLLER_MANAGER"),
        (versions(kube_scheduler="v1.34.1"), r"kube-scheduler v1\.34\.1 .* cannot work with kube-apiserver v1\.36\.2"),
    ],
)
def test_versions_that_are_too_old_or_do_not_fit_are_refused(found: dict[str, Program], reason: str):
    with pytest.raises(EnvironmentProblem, match=reason):
        check(found)


def test_what_podnet_built_is_not_asked_for_its_version(stand_ins: StandIns):
    built = Program("etcd", stand_ins.write("etcd", version="v0.0.1"), "podnet's cache", ETCD)
    other = Program("kubectl", stand_ins.write("kubectl", version="v1.31.4-eks-1"), "test")
    found = with_versions([built, other])
    assert {name: one.version for name, one in found.items()} == {"etcd": ETCD, "kubectl": "v1.31.4-eks-1"}
