"""Plays a conversation on one side, and leaves nothing of it behind that another one could notice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from conversation import Conversation, Step, at
from normalising import Normaliser
from sides import Answer, FakeSide, RealSide, Side

Answers = dict[str, Any]
"""Normalised answers by the name of their step."""


def play(conversation: Conversation, side: Side) -> Answers:
    """Every step in turn. Raises AssertionError where something that is waited for does not come."""
    variables = {"namespace": conversation.namespace, **side.webhooks.variables}
    normaliser = Normaliser(owners=conversation.owners)
    for name, value in side.webhooks.variables.items():
        normaliser.name(value, name)
    made: list[str] = []
    prepare(conversation, side)
    side.webhooks.taken()
    answers: Answers = {}
    try:
        for step in conversation.steps:
            answer = ask(step, side, variables)
            for variable, path in step.keep.items():
                variables[variable] = str(at(answer.body, path))
                normaliser.name(variables[variable], variable)
            if base := at(step.body, "metadata.generateName"):
                normaliser.generated(base)
            answers[step.name] = normaliser.answer(step.name, answer, side.webhooks.taken())
            if step.method in {"POST", "PATCH"} and answer.status == 201:
                made.append(_made(step.url(variables), answer.body))
    finally:
        clear(side, made, conversation)
    return answers


def ask(step: Step, side: Side, variables: Mapping[str, str]) -> Answer:
    """The answer to one step. Raises AssertionError where something that is waited for does not come."""
    url, body = step.url(variables), step.content(variables)
    headers = {"accept": "application/json", "content-type": step.media_type, "user-agent": "parity", **step.headers}
    if step.media_type == "none":
        del headers["content-type"]
    answer = None
    for _ in side.moments():
        answer = side.send(step.method, url, headers=headers, body=body, events=step.events)
        if step.until is None or _holds(step.until, answer):
            return answer
        side.webhooks.taken()  # those of an attempt that came too early are no part of the answer
    raise AssertionError(f"{step.name}: {step.until} never came, but {answer}")


def _holds(wanted: Mapping[str, Any], answer: Answer) -> bool:
    return all(
        answer.status == value if path == "code" else at(answer.body, path) == value for path, value in wanted.items()
    )


def prepare(conversation: Conversation, side: Side) -> None:
    """Make the namespace of a conversation."""
    place = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": conversation.namespace}}
    assert _post(side, "/api/v1/namespaces", place).status == 201
    if isinstance(side, RealSide) and not conversation.controllers:
        # Its pods need the account that a controller makes, and the in-process server does without.
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
        assert _post(side, f"/api/v1/namespaces/{conversation.namespace}/serviceaccounts", account).status == 201


def _post(side: Side, path: str, body: Mapping[str, Any]) -> Answer:
    headers = {"accept": "application/json", "content-type": "application/json"}
    return side.send("POST", path, headers=headers, body=json.dumps(body).encode())


def _made(url: str, body: Any) -> str:
    path = url.partition("?")[0]
    name = str(at(body, "metadata.name"))
    return path if path.endswith(f"/{name}") or at(body, "kind") == "Status" else f"{path}/{name}"


def clear(side: Side, made: list[str], conversation: Conversation) -> None:
    """Remove what is outside of the namespace, the newest first; in process the whole cluster is forgotten."""
    if isinstance(side, FakeSide):
        return
    headers = {"accept": "application/json", "content-type": "application/merge-patch+json"}
    shared = [path for path in made if "/namespaces/" not in path or path.count("/") == 4]
    for path in reversed([*shared, f"/api/v1/namespaces/{conversation.namespace}"]):
        with suppress(ValueError):
            if "/podnetworkings/" in path or "/nodes/" in path:
                side.send("PATCH", path, headers=headers, body=b'{"metadata":{"finalizers":null}}')
            side.send("DELETE", path, headers={"accept": "application/json"}, body=b"")
