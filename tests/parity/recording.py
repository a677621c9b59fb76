"""What kube-apiserver answered to each conversation: kept, so that it can be compared where there is none."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from canned_webhooks import served
from conversation import Conversation
from playing import Answers, play
from sides import FakeSide, RealSide

from podnet.controlplane.plane import ControlPlane

FOLDER = Path(__file__).parent / "recordings"
HOW_TO_RECORD = "write them anew with `./dev run python tests/parity/record.py`"
_CONTROLLERS = ("kube-controller-manager", "kube-scheduler")


def read(name: str) -> Mapping[str, Any]:
    """``version`` of kube-apiserver and ``answers``. Raises FileNotFoundError if it was never recorded."""
    content: Mapping[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def write(name: str, answers: Answers, *, version: str) -> None:
    """Keep the answers to one conversation."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({"version": version, "answers": answers}, indent=1, ensure_ascii=False, sort_keys=True)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def recorded() -> Sequence[str]:
    """The names of what there is."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def on_the_fake(conversation: Conversation) -> Answers:
    """The answers of the in-process server."""
    with served(conversation.webhooks) as webhooks:
        return play(conversation, FakeSide(webhooks, controllers=conversation.controllers))


def on_the_real_one(conversation: Conversation, plane: ControlPlane) -> Answers:
    """The answers of kube-apiserver; its controllers sleep unless the conversation is about them."""
    with served(conversation.webhooks) as webhooks:
        if conversation.controllers:
            return play(conversation, RealSide(plane, webhooks))
        with asleep(plane):
            return play(conversation, RealSide(plane, webhooks))


@contextmanager
def asleep(plane: ControlPlane, names: Sequence[str] = _CONTROLLERS) -> Iterator[None]:
    """These servers do nothing meanwhile: what the API server answers then does not depend on who is faster."""
    pids = [plane.processes[name] for name in names]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
