"""A batch of label selectors as a scenario: the PodNetworkings, the pods, and the plane that each pod must be on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from podnet.generated.oracle import applies
from podnet.generated.script import Script
from podnet.generated.space import KEYS, VALUES, Batch, Labels, Selectors
from podnet.harness.identity import DEFAULT
from podnet.suite.scenarios import StepSpec

PLANES = (("green", "zone-1"), ("amber", "zone-2"), ("blue", "zone-2"))
"""PodNetworkings and the zones of their vSwitches; neither names nor order say which one is right."""
SPELLINGS = (
    (("app", "tier"), ("web", "Web")),
    (("app", "App"), ("web", "")),
    (("team", "example.com/team"), ("1", "10")),
    (("a.b", "a"), ("true", "false")),
    (("tier", "tiers"), ("x" * 62, "x" * 63)),
    (("app", "tier"), ("web-1", "web")),
)
"""What keys and values are called: likely to be confused, by who compares the wrong way."""
POOR_NAMESPACES = ("default", "plain")
"""Namespaces without labels of their own."""


@dataclass(frozen=True)
class Row:
    """A pod of the batch, with the plane that it must be on. Labels are those that the scenario writes."""

    pod: str
    namespace: str
    labels: Labels
    namespace_labels: Labels
    plane: str


@dataclass(frozen=True)
class Sheet:
    """A batch with its names. ``selectors`` are by the names of the PodNetworkings."""

    title: str
    selectors: Mapping[str, Selectors]
    rows: tuple[Row, ...]

    def only(self, *, planes: Sequence[str], rows: Sequence[Row]) -> Sheet:
        """The part of it with these PodNetworkings and pods."""
        return replace(self, selectors={name: self.selectors[name] for name in planes}, rows=tuple(rows))


def write(batch: Batch, *, random: Random) -> Sheet:
    """Give everything in a batch its name: keys, values, PodNetworkings, namespaces, pods."""
    keys, values = random.choice(SPELLINGS)
    if random.randrange(2):
        values = values[::-1]
    names = dict(zip((*KEYS, *VALUES), (*keys, *values), strict=True))
    planes = random.sample([name for name, _ in PLANES], len(batch.selectors))
    selectors = {plane: _renamed(one, names) for plane, one in zip(planes, batch.selectors, strict=True)}
    rows: list[Row] = []
    namespaces: dict[str, str] = {}
    poor = random.choice(POOR_NAMESPACES)
    for number, (pod, namespace) in enumerate(batch.cells):
        own, others = _renamed(pod, names), _renamed(namespace, names)
        place = namespaces.setdefault(json.dumps(namespace), f"n{len(namespaces) + 1}" if namespace else poor)
        taking = [name for name, one in selectors.items() if applies(one, pod=own, namespace=others)]
        rows.append(Row(f"pod-{number + 1}", place, own, others, taking[0] if taking else DEFAULT))
    random.shuffle(rows)
    return Sheet(batch.kind.title, selectors, tuple(rows))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same with the names of keys and values in place of letters and digits."""
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [_renamed(entry, names) for entry in value]
    return names.get(value, value)


def steps_of(sheet: Sheet) -> list[StepSpec]:
    """The scenario of a sheet."""
    script = Script()
    used = [(plane, zone) for plane, zone in PLANES if plane in sheet.selectors]
    script.given("the vSwitches", table=[("vSwitch", "zone"), *((f"{plane}-1", zone) for plane, zone in used)])
    namespaces = {row.namespace: row.namespace_labels for row in sheet.rows if row.namespace != "default"}
    if namespaces:
        rows = [(name, _pairs(labels)) for name, labels in namespaces.items()]
        script.given("the namespaces", table=[("namespace", "labels"), *rows])
    for plane, selectors in sheet.selectors.items():
        script.given(f'the PodNetworking "{plane}"', docstring=_spec(plane, selectors))
    pods = [(row.pod, row.namespace, _pairs(row.labels)) for row in sheet.rows]
    script.when("these pods are created", table=[("pod", "namespace", "labels"), *pods])
    planes = [(row.pod, row.namespace, row.plane) for row in sheet.rows]
    script.then("the pods eventually use", table=[("pod", "namespace", "plane"), *planes])
    return script.steps


def _pairs(labels: Labels) -> str:
    return ", ".join(f"{key}={value}" for key, value in labels.items())


def _spec(plane: str, selectors: Selectors) -> str:
    others = [name for name, _ in PLANES if name != plane]
    return "\n".join(
        [
            f"selector: {flow(selectors)}",
            f"securityGroupIDs: [{plane}, {others[0]}, default]",
            f"vSwitchOptions: [{plane}-1]",
        ]
    )


def flow(value: Any) -> str:
    """YAML on one line. JSON is YAML, and what it quotes means a text wherever it stands."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return json.dumps(value)


def _key(text: str) -> str:
    return text if text.isalpha() else json.dumps(text)
