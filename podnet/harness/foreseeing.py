"""Reads in the scenarios of a plan what they are going to create, before anything is played."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from podnet.api.objects import Obj
from podnet.api.resources import POD_NETWORKINGS
from podnet.harness.manifests import WORKLOAD_LABEL
from podnet.harness.namespaces import OWN, STANDARD
from podnet.harness.plan import Plan, Planned
from podnet.suite.scenarios import StepSpec
from podnet.targets.foreseen import Foreseen

OWN_WORDS = frozenset({"app", "web", "idle", "one-of", "passing", WORKLOAD_LABEL})
"""Names and keys that steps use without a scenario saying them."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_QUOTED = re.compile(r'"([^"]*)"')
_PODNETWORKING = re.compile(r'PodNetworkings? "([^"]*)"')
_NAMESPACE = re.compile(r'namespace "([^"]*)"')
_NAME = re.compile(r"^\s*name:\s*([A-Za-z0-9.-]+)", re.MULTILINE)
_FAMILY = re.compile(
    r'(\d+) PodNetworkings (?:that select no pod, called "([^"]+)"|.*and then a pod "([^"]+)" for each)'
)
_WORKLOAD = re.compile(r'the (Deployment|StatefulSet|Job) "[^"]*" of (?:(\d+) )?.*created')
_PODS = re.compile(r'(?:the pod|(\d+) pods) "[^"]*".* (?:is|are) created')


def foresee(plan: Plan, *, manifests: Path) -> Foreseen:
    """What the scenarios that are to run may create. ``manifests`` is the folder of the document's own."""
    documents = [document for path in sorted(manifests.glob("*.yaml")) for document in _documents(path)]
    words, names = set(OWN_WORDS), {"passing"}
    families: set[str] = set()
    spaces: set[str] = set()
    counts: Counter[str] = Counter()
    for document in documents:
        words |= set(_WORD.findall(yaml.safe_dump(document)))
        if document.get("kind") == POD_NETWORKINGS.kind:
            names.add(str(document["metadata"]["name"]))
    for planned in plan.to_run:
        own: set[str] = {OWN}
        for step in planned.spec.steps:
            text = _text(step)
            words |= _words(text)
            names |= set(_names(step))
            own |= set(_namespaces(step)) - set(STANDARD)
            counts += _created(step)
            families |= {found[1] or found[2] for found in _FAMILY.findall(step.text)}
        spaces |= own
        counts["Namespace"] += len(own)
    return Foreseen(
        words=frozenset(words | {f"{family}-{number}" for family in families for number in range(_most(plan))}),
        podnetworkings=frozenset(names),
        families=frozenset(families),
        namespaces=frozenset(spaces),
        counts=dict(counts),
        scenarios=len(plan.to_run),
        unknown=any(_is_generated(planned) for planned in plan.to_run),
    )


def _documents(path: Path) -> list[Obj]:
    found: list[Any] = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    return [document for document in found if isinstance(document, dict)]


def _is_generated(planned: Planned) -> bool:
    return planned.play is not None


def _text(step: StepSpec) -> str:
    cells = [cell for row in step.datatable or () for cell in row]
    return "\n".join([step.text, step.docstring or "", *cells])


def _words(text: str) -> set[str]:
    """Every word, and what is left of it where punctuation belongs to the sentence and not to the word."""
    found = set(_WORD.findall(text))
    return found | {word.rstrip("._/-") for word in found} | {part for word in found for part in word.split("/")}


def _names(step: StepSpec) -> Iterator[str]:
    """Names of PodNetworkings, and others that may be such names."""
    for listed in _PODNETWORKING.findall(step.text):
        yield from (name.strip() for name in listed.split(","))
    if "PodNetworking" in step.text:
        yield from _column(step, "PodNetworking", "name", "podnetworking")
    if step.docstring and "PodNetworking" in step.docstring:
        yield from _NAME.findall(step.docstring)


def _namespaces(step: StepSpec) -> Iterator[str]:
    yield from _NAMESPACE.findall(step.text)
    yield from _column(step, "namespace")


def _column(step: StepSpec, *titles: str) -> Iterator[str]:
    header: Sequence[str] = step.datatable[0] if step.datatable else ()
    for index, title in enumerate(header):
        if title in titles:
            yield from (row[index] for row in (step.datatable or ())[1:] if row[index])


def _created(step: StepSpec) -> Counter[str]:
    """How many PodNetworkings, workloads and bare pods a step creates, at least."""
    counts: Counter[str] = Counter()
    if step.keyword_type == "then":
        return counts
    families = [int(found[0]) for found in _FAMILY.findall(step.text)]
    counts[POD_NETWORKINGS.kind] += sum(families)
    if step.docstring is not None and _PODNETWORKING.search(step.text) and "change" not in step.text:
        counts[POD_NETWORKINGS.kind] += 1
    workload = _WORKLOAD.match(step.text)
    if workload:
        counts[workload[1]] += 1
        counts["Pod"] += int(workload[2] or 1)
    elif found := _PODS.search(step.text):
        counts["Pod"] += int(found[1] or 1)
    if step.text.startswith("these pods are created"):
        counts["Pod"] += len(step.datatable or ()) - 1
    return counts


def _most(plan: Plan) -> int:
    """The largest number that a family of PodNetworkings counts to."""
    found = [
        int(one[0]) for planned in plan.to_run for step in planned.spec.steps for one in _FAMILY.findall(step.text)
    ]
    return max(found, default=0) + 1
