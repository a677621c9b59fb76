"""Conversations that nobody wrote: both API servers answer each step of them alike."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from canned_webhooks import Webhooks
from comparing import differences
from conversation import Conversation, Step, at
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from normalising import Normaliser
from playing import ask, clear, prepare
from recording import asleep
from sides import FakeSide, RealSide, Side

from podnet.controlplane.plane import ControlPlane

EXAMPLES = int(os.environ.get("PODNET_PARITY_EXAMPLES") or 0) or 25
STEPS = 30
KINDS = {
    "configmaps": ("/api/v1", {"apiVersion": "v1", "kind": "ConfigMap", "data": {"key": "value"}}),
    "pods": (
        "/api/v1",
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "spec": {"automountServiceAccountToken": False, "containers": [{"name": "main", "image": "nothing:1"}]},
        },
    ),
    "leases": (
        "/apis/coordination.k8s.io/v1",
        {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": {"holderIdentity": "a"}},
    ),
    "replicasets": (
        "/apis/apps/v1",
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "main", "image": "nothing:1"}]},
                },
            },
        },
    ),
}
kinds = st.sampled_from(sorted(KINDS))
names = st.sampled_from(["a", "b", "c"])
labels = st.dictionaries(st.sampled_from(["app", "tier"]), st.sampled_from(["web", "db", ""]), max_size=2)
finalizers = st.lists(st.sampled_from(["example.com/one", "example.com/two"]), max_size=2, unique=True)
selectors = st.sampled_from(["app=web", "app!=web", "app in (web,db)", "!tier", "tier,app=db", "app notin (db)"])
NUMBERS = count()


class _Speaker:
    """One side of a conversation, with what it has learnt from the answers."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.normaliser = Normaliser()
        self.variables: dict[str, str] = dict(side.webhooks.variables)

    def answer(self, step: Step) -> Any:
        answer = ask(step, self.side, self.variables)
        if answer.status < 300:
            for variable, path in step.keep.items():
                self.variables[variable] = str(at(answer.body, path))
        return self.normaliser.answer(step.name, answer, [])


class Parity(RuleBasedStateMachine):
    """Says the same to both; ``real`` is set by the test."""

    real: RealSide

    def __init__(self) -> None:
        super().__init__()
        self.place = Conversation(f"generated-{next(NUMBERS)}", "generated", ())
        self.sides = [_Speaker(self.real), _Speaker(FakeSide(Webhooks(), controllers=False))]
        for speaker in self.sides:
            prepare(self.place, speaker.side)
        self.said = 0
        self.known: set[str] = set()
        self.events = dict.fromkeys(KINDS, 0)
        for kind in KINDS:
            self.say("GET", kind, keep={f"start {kind}": "metadata.resourceVersion"})

    def teardown(self) -> None:
        clear(self.sides[0].side, [], self.place)

    def path(self, kind: str, name: str = "", query: str = "") -> str:
        parts = [KINDS[kind][0], "namespaces", self.place.namespace, kind, name]
        return "/".join(part for part in parts if part) + (f"?{query}" if query else "")

    def say(self, method: str, kind: str, name: str = "", *, query: str = "", **more: Any) -> Any:
        """Ask both; returns the answer of the in-process side."""
        self.said += 1
        path = self.path(kind, name, query)
        step = Step(name=f"{self.said} {method} {kind} {name} {query} {more}", method=method, path=path, **more)
        real, fake = (speaker.answer(step) for speaker in self.sides)
        found = differences(self.place.name, {step.name: real}, {step.name: fake})
        assert not found, "\n".join(map(str, found))
        if fake["status"] < 300:
            self.known.update(more.get("keep") or ())
        return fake

    def write(self, method: str, kind: str, name: str, target: str = "", **more: Any) -> None:
        keep = {f"uid {kind} {name}": "metadata.uid", f"version {kind} {name}": "metadata.resourceVersion"}
        self.say(method, kind, target, keep=keep, **more)

    @rule(
        kind=kinds,
        name=names,
        labels=labels,
        finalizers=finalizers,
        owner=st.none() | st.tuples(kinds, names, st.booleans()),
        dry=st.booleans(),
    )
    def create(
        self, kind: str, name: str, labels: Any, finalizers: Any, owner: tuple[str, str, bool] | None, dry: bool
    ) -> None:
        metadata: dict[str, Any] = {"name": name, "labels": labels, "finalizers": finalizers}
        if owner and f"uid {owner[0]} {owner[1]}" in self.known:
            of = KINDS[owner[0]][1]
            uid = "${uid " + f"{owner[0]} {owner[1]}" + "}"
            reference = {"apiVersion": of["apiVersion"], "kind": of["kind"], "name": owner[1], "uid": uid}
            metadata["ownerReferences"] = [{**reference, "blockOwnerDeletion": owner[2]}]
        query = "dryRun=All" if dry and len(labels) == 2 else ""
        body = {**KINDS[kind][1], "metadata": metadata}
        if query:
            self.say("POST", kind, query=query, body=body)
        else:
            self.write("POST", kind, name, body=body)

    @rule(kind=kinds, name=names, labels=labels, versioned=st.booleans())
    def replace(self, kind: str, name: str, labels: Any, versioned: bool) -> None:
        metadata: dict[str, Any] = {"name": name, "labels": labels}
        if versioned and f"version {kind} {name}" in self.known:
            metadata["resourceVersion"] = "${version " + f"{kind} {name}" + "}"
        self.write("PUT", kind, name, name, body={**KINDS[kind][1], "metadata": metadata})

    @rule(kind=kinds, name=names, labels=labels, strategic=st.booleans(), status=st.booleans())
    def label(self, kind: str, name: str, labels: Any, strategic: bool, status: bool) -> None:
        media = f"application/{'strategic-' if strategic else ''}merge-patch+json"
        target = f"{name}/status" if status and kind in {"pods", "replicasets"} else name
        self.write("PATCH", kind, name, target, media_type=media, body={"metadata": {"labels": labels}})

    @rule(kind=kinds, name=names, finalizers=finalizers, strategic=st.booleans())
    def hold(self, kind: str, name: str, finalizers: Any, strategic: bool) -> None:
        media = f"application/{'strategic-' if strategic else ''}merge-patch+json"
        body = {"metadata": {"finalizers": finalizers or None}}
        self.write("PATCH", kind, name, name, media_type=media, body=body)

    @rule(name=names, node=st.sampled_from(["n1", "n2"]))
    def bind(self, name: str, node: str) -> None:
        target = {"apiVersion": "v1", "kind": "Node", "name": node}
        body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}
        self.say("POST", "pods", f"{name}/binding", body=body)

    @rule(name=names, replicas=st.integers(-1, 3))
    def scale(self, name: str, replicas: int) -> None:
        media, body = "application/merge-patch+json", {"spec": {"replicas": replicas}}
        self.say("PATCH", "replicasets", f"{name}/scale", media_type=media, body=body)

    @rule(
        kind=kinds,
        name=names,
        policy=st.sampled_from([None, None, "Background", "Foreground", "Orphan"]),
        grace=st.sampled_from([None, None, 0, 7]),
        stale=st.booleans(),
    )
    def delete(self, kind: str, name: str, policy: str | None, grace: int | None, stale: bool) -> None:
        body: dict[str, Any] = {}
        if policy:
            body["propagationPolicy"] = policy
        if grace is not None:
            body["gracePeriodSeconds"] = grace
        if stale and f"version {kind} {name}" in self.known:
            body["preconditions"] = {"resourceVersion": "${version " + f"{kind} {name}" + "}"}
        self.say("DELETE", kind, name, body=body)

    @rule(kind=kinds, selector=selectors, grace=st.sampled_from([None, 0]))
    def delete_some(self, kind: str, selector: str, grace: int | None) -> None:
        query = f"labelSelector={selector}"
        self.say("DELETE", kind, query=query, body={} if grace is None else {"gracePeriodSeconds": grace})

    @rule(kind=kinds, name=names)
    def get(self, kind: str, name: str) -> None:
        self.say("GET", kind, name)

    @rule(kind=kinds, selector=st.just("") | selectors, limit=st.integers(0, 2))
    def list(self, kind: str, selector: str, limit: int) -> None:
        self.say("GET", kind, query=f"labelSelector={selector}&limit={limit}")

    @rule(kind=kinds, selector=st.just("") | selectors)
    def watch(self, kind: str, selector: str) -> None:
        """What has happened since the start: as many events as the in-process side has, and the same ones."""
        query = f"watch=true&labelSelector={selector}&resourceVersion=${{start {kind}}}&timeoutSeconds="
        ours = self.sides[1]
        step = Step(name="", method="GET", path=self.path(kind, query=query + "0"))
        events = len(ask(step, ours.side, ours.variables).body)
        if events:
            self.say("GET", kind, query=query + "3", events=events)


@pytest.fixture
def real(plane: ControlPlane) -> Iterator[RealSide]:
    with asleep(plane):
        yield RealSide(plane, Webhooks())


def test_generated_conversations_are_answered_alike(real: RealSide) -> None:
    Parity.real = real

    run_state_machine_as_test(
        Parity,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=EXAMPLES == 25,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
