"""Builds the servers of a control plane, k3d or actionlint into podnet's cache, unless they are there already.

    python tools/build.py control-plane|k3d|actionlint [--if-needed]

What is built, and from which sources, is pinned by the go.mod and go.sum of the folders beside this file.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.binaries import (
    ACTIONLINT,
    ETCD,
    K3D,
    KUBERNETES,
    PROGRAMS,
    actionlint_folder,
    built_folder,
    cache_folder,
    find_all,
    k3d_folder,
)

HERE = Path(__file__).resolve().parent
_VERSION_OF_KUBERNETES = "k8s.io/component-base/version"
_VERSION_OF_K3D = "github.com/k3d-io/k3d/v5/version.Version"


@dataclass(frozen=True)
class Step:
    """One call of the compiler: the folder of the module, what to link in, what to build, and what to call it."""

    module: str
    variables: tuple[str, ...]
    package: str
    output: str
    """Relative to the folder of the build; with a slash at the end, all go there under their own names."""


@dataclass(frozen=True)
class Target:
    """What is built together: the folder that holds it once it is whole, its programs, and how they are made."""

    title: str
    takes: str
    folder: Callable[[], Path]
    programs: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def is_there(self) -> bool:
        """Whether it has been built, and nobody has taken anything out of it."""
        return all((self.folder() / name).is_file() for name in self.programs)


_MAJOR, _MINOR, _ = KUBERNETES.removeprefix("v").split(".")
TARGETS = {
    "control-plane": Target(
        f"Kubernetes {KUBERNETES} and etcd {ETCD}",
        "about six minutes on two cores, and some GB in the caches of Go",
        built_folder,
        PROGRAMS,
        (
            Step(
                "kubernetes",
                (  # without these they call themselves v0.0.0-master+$Format:%H$, which no client can read
                    f"{_VERSION_OF_KUBERNETES}.gitVersion={KUBERNETES}",
                    f"{_VERSION_OF_KUBERNETES}.gitMajor={_MAJOR}",
                    f"{_VERSION_OF_KUBERNETES}.gitMinor={_MINOR}",
                ),
                "tool",
                "./",
            ),
            Step("etcd", (), "go.etcd.io/etcd/server/v3", "etcd"),
        ),
    ),
    "k3d": Target(
        f"k3d {K3D}",
        "about a minute on two cores",
        k3d_folder,
        ("k3d",),
        (Step("k3d", (f"{_VERSION_OF_K3D}={K3D}",), "github.com/k3d-io/k3d/v5", "k3d"),),
    ),
    "actionlint": Target(
        f"actionlint {ACTIONLINT}",
        "a quarter of a minute on two cores",
        actionlint_folder,
        ("actionlint",),
        (Step("actionlint", (), "github.com/rhysd/actionlint/cmd/actionlint", "actionlint"),),
    ),
}


class Failed(Exception):  # noqa: N818 - said in one line, and the end of it
    """It cannot be built here."""


def main() -> int:
    """Build what is asked for; the exit code is 4 if that cannot be done."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("target", choices=TARGETS)
    options.add_argument(
        "--if-needed", action="store_true", help="only if tests need it; outside of CI they can do without"
    )
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ci = bool(os.environ.get("CI"))
    if chosen.if_needed and (is_found() or (os.environ.get("PODNET_NO_CONTROL_PLANE") and not ci)):
        return 0
    target = TARGETS[chosen.target]
    try:
        build(target)
        if not chosen.if_needed:
            say(f"{target.title}: {target.folder()}")
    except Failed as failed:
        say(str(failed))
        return 0 if chosen.if_needed and not ci else 4
    except KeyboardInterrupt:
        return 130
    return 0


def is_found() -> bool:
    """Whether there is a control plane already, in the cache or wherever variables say."""
    try:
        return bool(find_all())
    except EnvironmentProblem:
        return False


def build(target: Target) -> None:
    """Build it unless it is there. Raises Failed."""
    folder = target.folder()
    if target.is_there:
        return
    go = shutil.which("go")
    if go is None:
        raise Failed(f"{target.title} cannot be built: Go is not installed (https://go.dev/doc/install)")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with only_one(folder.parent):
            if not target.is_there:  # somebody else has built it meanwhile
                _build(target, go=go)
    except OSError as error:
        raise Failed(f"{target.title} cannot be kept in {cache_folder()}: {error.strerror}; set PODNET_CACHE") from None


@contextlib.contextmanager
def only_one(cache: Path) -> Iterator[None]:
    """One build at a time; the others wait. The lock ends with the process, and the file stays."""
    with (cache / "lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another build")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(target: Target, *, go: str) -> None:
    folder = target.folder()
    for left in folder.parent.glob(".building-*"):  # of builds that were killed: nobody else builds now
        shutil.rmtree(left, ignore_errors=True)
    say(f"building {target.title} into {folder}; this is done once and takes {target.takes}")
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as half:
        for step in target.steps:
            begun = time.monotonic()
            _compile(step, into=half, go=go)
            say(f"  {step.module} took {time.monotonic() - begun:.0f} s")
        missing = [name for name in target.programs if not (Path(half) / name).is_file()]
        if missing:
            raise Failed(f"the build has not made {', '.join(missing)}")
        whole = Path(half, "whole")
        whole.mkdir()
        for name in target.programs:
            (Path(half) / name).rename(whole / name)
        shutil.rmtree(folder, ignore_errors=True)
        whole.rename(folder)


def _compile(step: Step, *, into: str, go: str) -> None:
    linked = " ".join(["-s", "-w", *(f"-X {variable}" for variable in step.variables)])
    settings = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", linked, "-o", f"{into}/{step.output}"]
    # Static, so that they run in an empty container too; of no workspace, and for no other machine than this one.
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOOS": "", "GOARCH": ""}
    command = [go, "build", *settings, step.package]
    compiler = subprocess.Popen(
        command, cwd=HERE / step.module, env=environment, stdin=subprocess.DEVNULL, process_group=0
    )
    try:
        code = compiler.wait()
    except BaseException:
        os.killpg(compiler.pid, signal.SIGKILL)  # with all the compilers that it has started
        compiler.wait()
        raise
    if code:
        raise Failed(f"{step.module} cannot be built: `go build` ended with {code}, see above")


def say(line: str) -> None:
    """Tell what happens, on standard error: standard output belongs to whoever called."""
    print(f"podnet: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
