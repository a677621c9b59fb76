"""``--observer``: somebody else's program that says what a pod really got, where the cluster does not publish it.

It is asked in lines of JSON and answers in such lines (docs/contract.md). Whatever it does wrong says nothing about the
implementation.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

import podnet
from podnet.api.objects import Obj, key_of
from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.processes import could_not_start, die_with_parent, ending
from podnet.suite.implementations import EXEC, find_command, find_file

ANSWER_SECONDS = 10.0
LONGEST = 2**20
"""Bytes of an answer."""
SCHEMA = "podnet-observer/1"
PROBE: Obj = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "podnet-probe", "namespace": "podnet-probe", "uid": "podnet-probe"},
    "spec": {"containers": []},
    "status": {"phase": "Pending"},
}
"""The first question of a run is about this pod, which is nowhere."""


@dataclass(frozen=True)
class Answer:
    """What an observer says of a pod; what is empty it does not know."""

    vswitch: str = ""
    security_groups: frozenset[str] = frozenset()
    zone: str = ""
    addresses: tuple[str, ...] = ()


class Witness:
    """An observer, started in each process that asks it. ``text`` is what the user calls it.

    Every problem with it is an EnvironmentProblem. ``seconds``: how long an answer may take.
    """

    def __init__(self, words: Sequence[str], *, text: str, seconds: float = ANSWER_SECONDS) -> None:
        self._words = tuple(words)
        self._text = text
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, pod: Obj, *, node: Obj | None, kubeconfig: Path | None) -> Answer:
        """What it says of this pod. Raises EnvironmentProblem if it says nothing that can be used."""
        question = {"schema": SCHEMA, "pod": pod, "node": node, "kubeconfig": str(kubeconfig) if kubeconfig else None}
        line = json.dumps(question).encode() + b"\n"
        try:
            return self._read(self._exchange(line))
        except EnvironmentProblem as problem:
            self.end()
            name = "/".join(key_of(pod))
            raise EnvironmentProblem(f"the observer `{self._text}`, asked about the pod {name}, {problem}") from None

    def end(self) -> None:
        """End it; it is started again when it is asked again."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _started(self) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
        if self._process is None or self._owner != os.getpid():
            try:
                self._process = subprocess.Popen(  # noqa: S603  # the user names it
                    self._words,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    bufsize=0,
                    preexec_fn=die_with_parent(),  # noqa: PLW1509  # whoever asks has one thread that forks
                )
            except OSError as error:
                raise EnvironmentProblem(could_not_start(Path(self._words[0]), error)) from None
            self._owner = os.getpid()
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        for stream in (process.stdin, process.stdout):
            os.set_blocking(stream.fileno(), False)
        return process, process.stdin, process.stdout

    def _exchange(self, line: bytes) -> bytes:
        """Send a line and return the next one. Both pipes are watched: it may answer before it has read all."""
        process, theirs, ours = self._started()
        deadline = time.monotonic() + self._seconds
        said = b""
        while not said.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0:
                raise EnvironmentProblem(f"has not answered within {self._seconds:g} s")
            readable, writable, _ = select.select([ours], [theirs] if line else [], [], left)
            if writable:
                try:
                    line = line[os.write(theirs.fileno(), line) :]
                except BrokenPipeError:
                    line = b""
            if readable:
                data = os.read(ours.fileno(), LONGEST)
                if not data:
                    raise EnvironmentProblem(f"{_how(process)} instead of answering")
                said += data
            if len(said) > LONGEST:
                raise EnvironmentProblem(f"answered with more than {LONGEST} bytes")
        return said

    def _read(self, said: bytes) -> Answer:
        try:
            answer = json.loads(said)
        except (ValueError, RecursionError):
            shown = said[:80].decode(errors="replace").strip()
            raise EnvironmentProblem(f"answered with what is not one line of JSON: {shown!r}") from None
        wrong = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in _errors(answer)]
        if wrong:
            raise EnvironmentProblem(f"gave an answer that does not fit its schema: {wrong[0].removeprefix(': ')}")
        if "error" in answer:
            raise EnvironmentProblem(f"cannot tell: {answer['error']}")
        return Answer(
            vswitch=answer.get("vSwitch", ""),
            security_groups=frozenset(answer.get("securityGroups", ())),
            zone=answer.get("zone", ""),
            addresses=tuple(answer.get("addresses", ())),
        )


def find_witness(text: str, *, seconds: float = ANSWER_SECONDS) -> Witness:
    """The observer that ``--observer`` names: ``FILE.py:NAME``, ``exec:COMMAND`` or just a command.

    It is asked once, about a pod that does not exist. Raises UsageProblem if there is no such file or program, and
    EnvironmentProblem if it gives no answer.
    """
    if text.rpartition(":")[0].endswith(".py") and not text.startswith(EXEC):
        source = find_file(text)
        path = str(Path(podnet.__file__).parents[1])
        # It is run as a file, not as a module, for the environment to stay as it is.
        script = str(Path(__file__).with_name("observing.py"))
        words: Sequence[str] = (sys.executable, "-P", script, path, str(source.path.resolve()), source.name)
    else:
        words = find_command(text)
    witness = Witness(words, text=text, seconds=seconds)
    try:
        witness.ask(PROBE, node=None, kubeconfig=None)
    finally:
        witness.end()
    return witness


def _how(process: subprocess.Popen[bytes]) -> str:
    try:
        return ending(process.wait(1.0))
    except subprocess.TimeoutExpired:
        return "has closed its output"


def _errors(answer: Any) -> Sequence[Any]:
    return list(_validator().iter_errors(answer))


@cache
def _validator() -> Any:
    import jsonschema_rs  # slow, and needed only where somebody names an observer

    schema = json.loads(Path(__file__).with_name("observer.schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema)
