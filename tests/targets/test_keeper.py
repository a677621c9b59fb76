"""A command and whoever looks after it: told what it needs, heard for ever, and ended with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from planes import eventually
from processes import ROOT

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.processes import runs
from podnet.targets.base import Command, Ended
from podnet.targets.commands import CommandTenant, Kept
from podnet.targets.output import LARGEST, earlier, says_ready
from podnet.targets.tenants import NotReady

WAITS = "\nimport signal\nprint('ready', flush=True)\nsignal.pause()"


@dataclass
class Somewhere:
    """As much of a place as a command needs."""

    folder: Path
    name: str = "somewhere"
    version: str = "v1.36.2"
    webhook_host: str = "host.example"
    standing_nodes: frozenset[str] = frozenset()

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    def check(self) -> None:
        """It lives."""


class Commands:
    """Commands that are scripts in Python; all are ended with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[Kept] = []

    def kept(self, script: str, *, ready: float = 30.0, stop: float = 5.0) -> Kept:
        file = self.folder / "script.py"
        file.write_text(script)
        command = Command((sys.executable, str(file)), inventory="the inventory", logs=self.folder / "logs")
        kept = Kept(command, Somewhere(self.folder), number=1, ready_seconds=ready, stop_seconds=stop)
        self.made.append(kept)
        kept.begin()
        return kept

    def ready(self, script: str, **seconds: float) -> Kept:
        kept = self.kept(script, **seconds)
        kept.await_ready()
        return kept

    def processes(self) -> list[psutil.Process]:
        """What runs because of these commands, keepers too."""
        found = psutil.process_iter(["cmdline", "status"])
        return [
            one
            for one in found
            if str(self.folder) in " ".join(one.info["cmdline"] or ()) and one.info["status"] != psutil.STATUS_ZOMBIE
        ]


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    made = Commands(tmp_path)
    yield made
    for kept in made.made:
        kept.end()


@pytest.mark.parametrize(
    "line",
    [
        "ready",
        "  READY\r",
        "Ready.",
        "2026/11/23 10:00:00 ready",
        "I1123 10:00:00.000000   12345 main.go:20] ready",
        'I1123 10:00:00.000000   12345 main.go:20] "ready"',
        "time=2026-11-23T10:00:00Z level=INFO msg=ready",
        '{"time":"2026-11-23T10:00:00Z","level":"INFO","msg":"ready"}',
        "[INFO] ready",
    ],
)
def test_a_line_says_ready_as_logging_libraries_write_it(line: str):
    assert says_ready(line)


@pytest.mark.parametrize(
    "line",
    ["", "not ready", "not yet ready", "waiting for the webhook to be ready", "ready to start", "already", "unready",
     '{"msg":"not ready"}', '{"ready":true}', "{ready"],
)  # fmt: skip
def test_a_line_that_says_something_else_is_no_ready(line: str):
    assert not says_ready(line)


def test_a_command_finds_in_its_environment_what_it_needs_and_what_its_user_has_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTHONPATH", "somewhere/else")
    monkeypatch.setenv("MINE", "kept")
    kept = commands.ready(
        "import os\nfor name in ('KUBECONFIG', 'PODNET_WEBHOOK_HOST', 'PYTHONPATH', 'MINE'):\n"
        "    print(name, os.environ[name])\n"
        "print('inventory:', open(os.environ['PODNET_INVENTORY']).read(), 'in', os.getcwd())" + WAITS
    )
    assert kept.log.read_text().splitlines() == [
        f"KUBECONFIG {commands.folder / 'kubeconfig'}",
        "PODNET_WEBHOOK_HOST host.example",
        "PYTHONPATH somewhere/else",
        "MINE kept",
        f"inventory: the inventory in {Path.cwd()}",
        "ready",
    ]


def size(log: Path) -> int:
    """Bytes of a log; 0 for one that has just become the earlier one."""
    try:
        return log.stat().st_size
    except FileNotFoundError:
        return 0


def test_output_without_end_neither_blocks_a_command_nor_fills_the_disk(commands: Commands):
    kept = commands.ready(
        "line = 'x' * 1023\nfor _ in range(20_000): print(line)\nprint('ready', flush=True)\nwhile True: print(line)"
    )
    eventually(earlier(kept.log).exists)
    assert size(kept.log) + size(earlier(kept.log)) < 3 * LARGEST
    assert kept.state().status == "ready"


def test_a_command_is_asked_to_end_and_given_time_while_its_output_is_still_read(commands: Commands):
    farewell = commands.folder / "farewell"
    kept = commands.ready(
        "import pathlib, signal, sys\ndef end(*_):\n    print('x' * 1_000_000, flush=True)\n"
        f"    pathlib.Path({str(farewell)!r}).touch(); sys.exit(0)\nsignal.signal(signal.SIGTERM, end)" + WAITS
    )
    kept.end()
    assert farewell.exists()
    assert commands.processes() == []


def test_a_command_that_does_not_want_to_end_is_killed_with_all_that_it_has_started(commands: Commands):
    child = f"import time\ntime.sleep(1000)  # {commands.folder}"
    kept = commands.ready(
        "import signal, subprocess, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)" + WAITS,
        stop=0.5,
    )
    assert len(commands.processes()) == 4
    kept.end()
    assert commands.processes() == []


def test_a_command_that_exits_at_once_is_not_ready_and_its_last_words_say_why(commands: Commands):
    kept = commands.kept("import sys; print('starting'); print('Error: no permission', file=sys.stderr); sys.exit(3)")
    with pytest.raises(NotReady, match=r"ended with exit code 3 .*: Error: no permission$"):
        kept.await_ready()


def test_a_command_that_never_says_ready_is_not_ready_after_its_time(commands: Commands):
    with pytest.raises(
        NotReady,
        match=r"has not printed a line `ready`, or not flushed it, within 0\.5 s; its last words: not ready yet",
    ):
        commands.ready("print('not ready yet', flush=True)\nwhile True: pass", ready=0.5)


def test_what_cannot_be_started_is_said_in_one_sentence(commands: Commands):
    program = commands.folder / "program"
    program.write_text("no program")
    program.chmod(0o755)
    kept = Kept(Command((str(program),)), Somewhere(commands.folder), number=1, ready_seconds=5.0)
    commands.made.append(kept)
    with pytest.raises(EnvironmentProblem, match="cannot be started: it is no program for this kind of machine"):
        kept.begin()


def test_a_restart_is_a_crash_and_a_new_life(commands: Commands):
    kept = commands.ready("import os\nprint('pid', os.getpid())" + WAITS)
    tenant = CommandTenant(kept)
    tenant.stop()
    assert (kept.state().status, tenant.troubles()) == ("stopped", ())
    tenant.check()  # it was asked for
    tenant.start()
    first, second = (line for line in kept.log.read_text().splitlines() if line.startswith("pid"))
    assert first != second
    assert not psutil.pid_exists(int(first.split()[1]))


def test_an_end_that_nobody_asked_for_is_told_with_the_last_lines_and_does_not_last(commands: Commands):
    kept = commands.ready("import os\nprint(os.getpid(), flush=True)" + WAITS)
    tenant = CommandTenant(kept)
    os.kill(int(kept.log.read_text().split()[0]), signal.SIGKILL)
    eventually(lambda: kept.state().status == "ended")
    (trouble,) = tenant.troubles()
    assert (trouble.fatal, trouble.error, trouble.where) == (True, "was killed by SIGKILL", "1.log")
    assert trouble.said.endswith("ready")
    with pytest.raises(Ended, match="was killed by SIGKILL"):
        tenant.check()
    tenant.start()
    assert tenant.troubles() == ()


def test_one_that_ends_again_and_again_is_not_started_for_ever(commands: Commands, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("podnet.targets.commands.MOST_ENDS", 2)
    kept = commands.kept("raise SystemExit(5)")
    with pytest.raises(NotReady, match="before it was ready"):
        kept.await_ready()
    with pytest.raises(NotReady, match="before it was ready"):
        kept.start()
    with pytest.raises(NotReady, match="has ended by itself 2 times, and is not started any more; it ended with exit"):
        kept.start()
    assert kept.state().lives == 2


def test_a_command_does_not_outlive_whoever_wanted_it(commands: Commands):
    script = commands.folder / "script.py"
    script.write_text(f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)  # {commands.folder}" + WAITS)
    wanted = (
        "import pathlib, sys\nsys.path[:0] = [sys.argv[1], sys.argv[1] + '/tests/targets']\n"
        "from test_keeper import Command, Kept, Somewhere\n"
        "kept = Kept(Command((sys.executable, sys.argv[2] + '/script.py')), Somewhere(pathlib.Path(sys.argv[2])),"
        " number=1, ready_seconds=30.0, stop_seconds=0.5)\n"
        "kept.begin(); kept.await_ready(); print('up', flush=True)" + WAITS
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "targets")])
    process = subprocess.Popen(
        [sys.executable, "-c", wanted, str(ROOT), str(commands.folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert process.stdout is not None
    with process, process.stdout as said:
        assert said.readline() == "up\n"
        assert len(commands.processes()) == 3
        before = commands.processes()
        process.kill()
    again = commands.ready(WAITS)  # the next one waits for it
    assert not any(runs(one.pid) for one in before)
    again.end()
    assert commands.processes() == []
    assert not (commands.folder / "implementation").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a process with its parent")
def test_a_command_does_not_outlive_its_keeper_and_that_is_not_its_fault(commands: Commands):
    kept = commands.ready(WAITS)
    psutil.Process(kept.state().keeper).kill()
    eventually(lambda: commands.processes() == [])
    with pytest.raises(EnvironmentProblem, match="looks after the implementation was killed"):
        CommandTenant(kept).check()
    again = commands.ready(WAITS)  # what it has left is in nobody's way
    assert again.state().status == "ready"


def test_what_a_command_has_started_does_not_outlive_its_keeper_for_long(commands: Commands):
    child = f"import time\ntime.sleep(1000)  # {commands.folder}"
    kept = commands.ready(
        f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)" + WAITS
    )
    psutil.Process(kept.state().keeper).kill()
    kept.end()
    eventually(lambda: commands.processes() == [])
