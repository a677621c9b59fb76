"""The in-process API server answers what kube-apiserver answers; where it does not, ``differences.yaml`` says why."""

from __future__ import annotations

from functools import cache

import pytest
from comparing import Difference, differences, known_differences
from conversation import Conversation, conversations
from recording import HOW_TO_RECORD, on_the_fake, on_the_real_one, read, recorded

from podnet.controlplane.plane import ControlPlane

CONVERSATIONS = {conversation.name: conversation for conversation in conversations()}


@cache
def found(name: str) -> tuple[Difference, ...]:
    """All differences, the known ones too."""
    return tuple(differences(name, read(name)["answers"], on_the_fake(CONVERSATIONS[name])))


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_fake_answers_as_recorded(name: str) -> None:
    known = known_differences()

    unknown = [one for one in found(name) if not any(entry.covers(one) for entry in known)]

    assert not unknown, "\n".join(["", *map(str, unknown)])


@pytest.mark.parametrize("conversation", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_the_recording_is_what_kube_apiserver_answers(conversation: Conversation, plane: ControlPlane) -> None:
    recording = read(conversation.name)

    stale = differences(conversation.name, on_the_real_one(conversation, plane), recording["answers"])

    assert not stale, "\n".join(["", *map(str, stale), f"the second is the recording: {HOW_TO_RECORD}"])
    assert recording["version"] == plane.version, HOW_TO_RECORD


def test_every_known_difference_is_still_one() -> None:
    everything = [one for name in CONVERSATIONS for one in found(name)]

    stale = [entry for entry in known_differences() if not any(entry.covers(one) for one in everything)]

    assert not stale, "\n".join(["take these out of differences.yaml:", *map(str, stale)])


def test_recordings_are_of_conversations_that_there_are() -> None:
    assert recorded() == sorted(CONVERSATIONS), HOW_TO_RECORD
