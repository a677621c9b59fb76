"""Runs a command with a Docker engine that has the stand-in for k3s, and leaves nothing of either behind.

    python tools/engine.py [--install] COMMAND [ARG]...

An engine that answers is used as it is. Otherwise one is started, with a folder and a socket of its own, if this is the
process of root, and Linux. Where that cannot be done it says so, and the command runs without: tests of containers are
skipped then.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from podnet.controlplane.processes import end, spawn

HERE = Path(__file__).resolve().parent
PACKAGES = ("docker.io", "iptables", "busybox-static")
INSTALL_SECONDS, START_SECONDS, BUILD_SECONDS, ASK_SECONDS, STOP_SECONDS = 600, 60, 3600, 15, 30
FOLDERS = Path("/var/tmp")  # noqa: S108  # a new folder in it; /tmp may lie in memory, and images are large
_SYS_RESOURCE = 24
_BRIDGE = Path("/sys/class/net/docker0")


class Unavailable(Exception):  # noqa: N818 - said in one line, and gone on without
    """There can be no engine here."""


def main() -> int:
    """Run the command; the exit code is its own."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--install", action="store_true", help="let apt install Docker where it is missing")
    options.add_argument("command", nargs=argparse.REMAINDER)
    chosen = options.parse_args()
    if not chosen.command:
        options.error("name a command")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with engine(install=chosen.install) as variables:
            return run(chosen.command, variables)
    except KeyboardInterrupt:
        return 130


def run(command: list[str], variables: dict[str, str]) -> int:
    """Run the command to its end; the signals that end us are for it first."""
    process = subprocess.Popen(command, env={**os.environ, **variables})
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


@contextmanager
def engine(*, install: bool) -> Iterator[dict[str, str]]:
    """Environment variables by which an engine and its images are found; none where there is no engine."""
    folder = Path(tempfile.mkdtemp(prefix="podnet-docker-", dir=FOLDERS))
    daemon: Daemon | None = None
    try:
        try:
            variables = {}
            if not answers({}):
                daemon = Daemon(folder)
                variables = daemon.start(install=install)
            variables |= build_images(variables)
        except Unavailable as reason:
            say(f"NO DOCKER ENGINE, tests of containers are skipped: {reason}")
            variables = {}
        yield variables
    finally:
        if daemon is not None:
            daemon.stop()
        shutil.rmtree(folder, ignore_errors=True)


def build_images(variables: dict[str, str]) -> dict[str, str]:
    """Have k3d, the programs and the images; the variables that name them. Raises Unavailable."""
    told = ""
    for script, *arguments in (["build.py", "control-plane"], ["build.py", "k3d"], ["standin/images.py"]):
        words = (sys.executable, str(HERE / script), *arguments)
        done = call(*words, variables=variables, seconds=BUILD_SECONDS, errors=None)
        if done.returncode:
            raise Unavailable(f"{script} has failed")
        told = done.stdout
    return dict(line.split("=", 1) for line in told.splitlines())


class Daemon:
    """An engine of our own, which uses nothing of another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._rules = ""
        self._had_bridge = _BRIDGE.exists()

    def start(self, *, install: bool) -> dict[str, str]:
        """Start it; the variables that lead to it. Raises Unavailable."""
        if sys.platform != "linux" or os.geteuid():
            raise Unavailable("none runs, and only root can start one, on Linux: start Docker and try again")
        if install:
            install_packages()
        program = shutil.which("dockerd")
        if program is None:
            raise Unavailable(f"there is no dockerd: `apt-get install {' '.join(PACKAGES)}` brings it")
        self._rules = rules()
        socket = f"unix://{self._folder}/docker.sock"
        words = [
            program,
            "--host",
            socket,
            "--data-root",
            f"{self._folder}/data",
            "--exec-root",
            f"{self._folder}/exec",
        ]
        words += ["--pidfile", f"{self._folder}/pid"]
        if not may_give_everything():
            words += ["--add-runtime", f"nosr={HERE}/standin/runc-nosr", "--default-runtime", "nosr"]
        self._process = spawn(words, folder=self._folder, log=self._log, environment=os.environ)
        variables = {"DOCKER_HOST": socket, "DOCKER_SOCK": f"{self._folder}/docker.sock"}
        deadline = time.monotonic() + START_SECONDS
        while not answers(variables):
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
                raise Unavailable("dockerd does not get ready: " + "\n".join(tail))
            time.sleep(0.2)
        return variables

    def stop(self) -> None:
        """End it with all its containers, and undo what it has done to the network of this machine."""
        if self._process is None:
            return
        asked = {"DOCKER_HOST": f"unix://{self._folder}/docker.sock"}
        ids = call("docker", "ps", "-aq", variables=asked, seconds=ASK_SECONDS).stdout.split()
        if ids:
            call("docker", "rm", "-fv", *ids, variables=asked, seconds=STOP_SECONDS)
        end([self._process], seconds=STOP_SECONDS)
        if self._rules:
            call("iptables-restore", text=self._rules, seconds=ASK_SECONDS)
        if not self._had_bridge and _BRIDGE.exists():
            call("ip", "link", "delete", "docker0", seconds=ASK_SECONDS)


def call(
    *words: str,
    seconds: float,
    variables: dict[str, str] | None = None,
    text: str = "",
    errors: int | None = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """Run a command, its errors kept or shown; one that cannot be started or does not end has failed like others."""
    environment = {**os.environ, **(variables or {})}
    try:
        return subprocess.run(
            words,
            env=environment,
            input=text,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            timeout=seconds,
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(words, 127, "", f"{words[0]}: {error.strerror}")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 124, "", f"`{' '.join(words[:4])}` did not end within {seconds} s")


def answers(variables: dict[str, str]) -> bool:
    """Whether an engine does."""
    words = ("docker", "version", "--format", "{{.Server.Version}}")
    return call(*words, variables=variables, seconds=ASK_SECONDS).returncode == 0


def install_packages() -> None:
    """Install what is missing with apt. Raises Unavailable."""
    if all(map(shutil.which, ("dockerd", "docker", "iptables", "busybox"))):
        return
    say(f"installing {', '.join(PACKAGES)}")
    apt = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "--quiet=2")
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        done = call(*apt, *words, variables={"DEBIAN_FRONTEND": "noninteractive"}, seconds=INSTALL_SECONDS)
        if done.returncode:
            raise Unavailable(f"`apt-get {words[0]}` has failed: {done.stderr.strip()[-500:]}")


def rules() -> str:
    """The rules of the packet filter, which dockerd adds to; empty where they cannot be read."""
    saved = call("iptables-save", seconds=ASK_SECONDS)
    return "" if saved.returncode else saved.stdout or "*filter\nCOMMIT\n*nat\nCOMMIT\n"


def may_give_everything() -> bool:
    """Whether privileged containers can have all that they are given here."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    bounding = next(line.split()[1] for line in status.splitlines() if line.startswith("CapBnd:"))
    return bool(int(bounding, 16) >> _SYS_RESOURCE & 1)


def say(line: str) -> None:
    """Tell what happens, on standard error: standard output belongs to the command."""
    print(f"podnet: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
