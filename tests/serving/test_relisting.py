"""Clients that were away for longer than the history reaches see exactly what there is, deletions too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from select import select
from typing import Any

import pytest
from planes import PATIENCE, eventually, need_programs
from test_processes import client_of

from podnet.api.resources import CONFIG_MAPS
from podnet.controlplane.binaries import find_all
from podnet.kube.rest import RestApi
from podnet.serving.fake import ServedFake, served_fake

HISTORY = 10
LARGE = "x" * 900_000
FLOOD = 30
"""Writes of this size that no buffers between two processes hold."""


@pytest.fixture(scope="module")
def fake() -> Iterator[ServedFake]:
    with served_fake(history=HISTORY) as served:
        yield served


def config_map(name: str, turn: int, **data: str) -> dict[str, Any]:
    meta = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"turn": str(turn), **data}}


def there_is(api: RestApi) -> dict[str, str]:
    found = api.list(CONFIG_MAPS, namespace="default").items
    return {one["metadata"]["name"]: (one.get("data") or {}).get("turn", "") for one in found}


class Witness:
    """The program in Go; ``ask`` is what it believes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def believes(self, truth: dict[str, str]) -> bool:
        return all(seen == truth for seen in self.ask()["seen"].values())


@contextmanager
def witness(program: Path, fake: ServedFake, **environment: str) -> Iterator[Witness]:
    with subprocess.Popen(
        [program, fake.kubeconfig],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        try:
            yield Witness(process)
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()


@pytest.mark.parametrize("streams", ["true", "false"], ids=["that stream their first list", "that list"])
def test_informers_that_were_stopped_list_anew(programs: Path, fake: ServedFake, streams: str):
    api = client_of(fake.kubeconfig)
    for name in ("stays", "changes", "goes", "comes-back"):
        api.create(CONFIG_MAPS, config_map(f"{name}-{streams}", 1))
    with witness(programs / "witness", fake, KUBE_FEATURE_WatchListClient=streams) as believer:
        eventually(lambda: believer.believes(there_is(api)))
        lists = believer.ask()["lists"]
        believer.process.send_signal(signal.SIGSTOP)
        for turn in range(FLOOD):
            api.patch(
                CONFIG_MAPS,
                f"changes-{streams}",
                {"data": {"turn": str(turn), "large": f"{turn}{LARGE}"}},
                namespace="default",
            )
        for name in ("goes", "comes-back"):
            api.delete(CONFIG_MAPS, f"{name}-{streams}", namespace="default")
        api.create(CONFIG_MAPS, config_map(f"comes-back-{streams}", 2))
        api.create(CONFIG_MAPS, config_map(f"new-{streams}", 1))
        for turn in range(HISTORY):
            api.patch(CONFIG_MAPS, f"changes-{streams}", {"data": {"turn": str(turn)}}, namespace="default")
        truth = there_is(api)
        believer.process.send_signal(signal.SIGCONT)
        eventually(lambda: believer.believes(truth))
        after = believer.ask()["lists"]
        assert all(after[who] > count for who, count in lists.items()), (lists, after)
        api.delete(CONFIG_MAPS, f"new-{streams}", namespace="default")
        eventually(lambda: believer.believes(there_is(api)))
        assert believer.ask()["lists"] == after, "it goes on with the watch"


def test_kubectl_ends_a_watch_that_has_expired(fake: ServedFake, tmp_path: Path):
    need_programs()
    api, turns = client_of(fake.kubeconfig), count(1)

    def write(**more: str) -> int:
        turn = next(turns)
        api.patch(CONFIG_MAPS, "watched", {"data": {"turn": str(turn), **more}}, namespace="default")
        return turn

    api.create(CONFIG_MAPS, config_map("watched", 0))
    output = "jsonpath={.data.turn}{'\\n'}"
    words = ("--kubeconfig", fake.kubeconfig, "get", "configmap", "watched", "--watch", "--output", output)
    program = find_all()["kubectl"].path
    with subprocess.Popen([program, *words], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as kubectl:
        try:
            assert kubectl.stdout is not None
            assert kubectl.stdout.readline() == "0\n"  # of the object, which it gets before it begins to watch
            eventually(lambda: write() and select([kubectl.stdout], [], [], 0.1)[0])
            first = int(kubectl.stdout.readline())
            kubectl.send_signal(signal.SIGSTOP)
            for _ in range(FLOOD + HISTORY):
                last = write(large=LARGE)
            kubectl.send_signal(signal.SIGCONT)
            told = kubectl.communicate(timeout=PATIENCE)[0].split()
        finally:
            kubectl.send_signal(signal.SIGCONT)
            kubectl.kill()
    assert told == [str(turn) for turn in range(first + 1, first + 1 + len(told))], "what it has seen has no gap"
    assert first + len(told) < last, "and what it has not seen is not made up"
