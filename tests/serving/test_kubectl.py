"""kubectl says the same on the served cluster as on a real control plane, but for what is written down with its reason.

What it says on a real one is recorded in said.yaml. In CI the recording is compared with a real one again; elsewhere
`PODNET_RECORD=1 pytest tests/serving/test_kubectl.py` writes it anew.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from commands import Says
from conftest import Kubectl
from conversations import CONVERSATIONS
from normal import normal, without_caveats

PATIENCE = 30.0
RECORDING = Path(__file__).with_name("said.yaml")
RECORD = bool(os.environ.get("PODNET_RECORD"))


def said(kubectl: Kubectl, says: Says, namespace: str) -> str:
    """What a command says, and its exit code, once it has to."""
    words = shlex.split(says.command.replace("$NS", namespace))
    deadline = time.monotonic() + PATIENCE
    while True:
        done = kubectl("-n", namespace, *words, given=says.given.replace("$NS", namespace))
        complaint = without_caveats(done.stderr)
        text = f"{done.stdout}{'! ' if complaint else ''}{complaint}[{done.returncode}]"
        if not says.until or re.search(says.until, text, re.MULTILINE):
            return normal(text.replace(namespace, "$NS"))
        assert time.monotonic() < deadline, f"{says.command} never says {says.until!r}: {text}"
        time.sleep(0.1)


def hold(kubectl: Kubectl, name: str) -> list[str]:
    namespace = f"talk-{name.replace(' ', '-')}"
    assert kubectl("create", "namespace", namespace).returncode == 0
    answers = [said(kubectl, says, namespace) for says in CONVERSATIONS[name]]
    kubectl("delete", "namespace", namespace, "--wait=false")
    return answers


def recorded(name: str) -> list[str]:
    """What a real control plane said; one answer for each command of the conversation."""
    found = yaml.safe_load(RECORDING.read_text())[name]
    assert [entry["command"] for entry in found] == [says.command for says in CONVERSATIONS[name]], "record it anew"
    return [entry["says"] for entry in found]


def differences(name: str, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[str]:
    for says, our, their in zip(CONVERSATIONS[name], ours, theirs, strict=True):
        if our != their:
            lines = difflib.unified_diff(their.splitlines(), our.splitlines(), "real", "ours", lineterm="", n=1)
            yield "\n".join([says.command, *lines])


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_kubectl_says_the_same_as_on_a_real_control_plane(on_fake: Kubectl, name: str):
    ours, theirs = hold(on_fake, name), recorded(name)
    expected = [
        our if says.apart else their for says, our, their in zip(CONVERSATIONS[name], ours, theirs, strict=True)
    ]
    assert not list(differences(name, ours, expected))
    for says, our, their in zip(CONVERSATIONS[name], ours, theirs, strict=True):
        assert not says.apart or our != their, f"{says.command} says the same now: take out {says.apart!r}"


@pytest.mark.skipif(not (RECORD or os.environ.get("CI")), reason="only CI asks a real control plane again (one minute)")
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_what_is_recorded_is_what_a_real_control_plane_says(on_real: Kubectl, name: str):
    answers = hold(on_real, name)
    if RECORD:
        whole = yaml.safe_load(RECORDING.read_text()) if RECORDING.exists() else {}
        commands = [says.command for says in CONVERSATIONS[name]]
        whole[name] = [{"command": command, "says": text} for command, text in zip(commands, answers, strict=True)]
        RECORDING.write_text(yaml.safe_dump(whole, sort_keys=False, width=120, default_style=None))
    assert not list(differences(name, answers, recorded(name)))
