"""Bodies of which a part was replaced by anything else are answered: they break neither the API nor its controllers."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from conversation import Conversation, Step, conversations

from podnet.kube.cluster import InProcessCluster

EXAMPLES = max(int(os.environ.get("PODNET_PARITY_EXAMPLES", "60")) // 6, 1)
"""Mutations of each body."""
STRANGE: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**40, 1.5, "", "x", "ä/..", "a" * 300),
    *([], [None], [5], ["x"], [[]], [{}], {}, {"a": 5}, {"a": None}, {"": ""}, {"a": {"b": [{}]}}),
)
Place = tuple[str | int, ...]


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*above, key)
        yield from places(part, (*above, key))


def mutated(body: Any, random: Random) -> Any:
    found = list(places(body))
    if not found or random.random() < 0.03:
        return random.choice(STRANGE)
    changed = inner = copy.deepcopy(body)
    *way, last = random.choice(found)
    for key in way:
        inner = inner[key]
    if random.random() < 0.1:
        del inner[last]
    else:
        inner[last] = copy.deepcopy(random.choice(STRANGE))
    return changed


def send(cluster: InProcessCluster, step: Step, url: str, body: bytes) -> None:
    headers = {"content-type": step.media_type, "accept": "application/json", **step.headers}
    response = cluster.handle(step.method, url, headers, body)
    if isinstance(response.body, bytes) and response.headers.get("Content-Type") == "application/json":
        json.loads(response.body.decode())
    cluster.runtime.settle()


@pytest.mark.parametrize("conversation", [pytest.param(one, id=one.name) for one in conversations()])
def test_no_body_breaks_the_server_or_its_controllers(conversation: Conversation) -> None:
    random = Random(f"{conversation.name}/{EXAMPLES}")
    cluster = InProcessCluster(seed="mutated", thorough=True)
    variables = {"namespace": conversation.namespace}
    place = {"metadata": {"name": conversation.namespace}}
    send(cluster, Step("", "POST", ""), "/api/v1/namespaces", json.dumps(place).encode())
    for step in conversation.steps:
        if step.is_watch or "${" in step.path.replace("${namespace}", "") or step.until:
            continue
        url = step.url(variables)
        bodies = [mutated(step.body, random) for _ in range(EXAMPLES)] if step.body is not None else []
        for body in bodies:
            send(cluster, step, url, json.dumps(body).encode())
        if "${" not in str(step.body).replace("${namespace}", ""):
            send(cluster, step, url, step.content(variables))
    assert not cluster.faults
