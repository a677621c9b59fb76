"""Compares two normalised answers, and knows the differences that are meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "differences.yaml"


@dataclass(frozen=True)
class Difference:
    """One place in one answer; ``MISSING`` where one side has nothing there."""

    conversation: str
    step: str
    path: str
    real: Any
    fake: Any

    def __str__(self) -> str:
        return (
            f"{self.conversation}: {self.step}: {self.path}\n"
            f"    kube-apiserver: {self.real!r}\n    in process:     {self.fake!r}"
        )


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


def differences(conversation: str, real: dict[str, Any], fake: dict[str, Any]) -> list[Difference]:
    """Where the answers to the steps of a conversation differ."""
    return [
        Difference(conversation, step, path, one, other)
        for step in dict.fromkeys((*real, *fake))
        for path, one, other in _answers_differing(real.get(step, MISSING), fake.get(step, MISSING))
    ]


def _answers_differing(real: Any, fake: Any) -> Iterator[tuple[str, Any, Any]]:
    if real is MISSING or fake is MISSING or real["status"] == fake["status"]:
        yield from _differing(real, fake, "")
    else:  # a refusal and an object have nothing in common: one difference, not one for each field
        yield "status", _outcome(real), _outcome(fake)


def _outcome(answer: Any) -> str:
    body = answer["body"]
    return f"{answer['status']} {body.get('message', '') if isinstance(body, dict) else body}".strip()


def _differing(real: Any, fake: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(real, dict) and isinstance(fake, dict):
        for key in sorted(real.keys() | fake.keys()):
            yield from _differing(real.get(key, MISSING), fake.get(key, MISSING), f"{path}.{key}" if path else key)
    elif isinstance(real, list) and isinstance(fake, list) and len(real) == len(fake):
        for index, (one, other) in enumerate(zip(real, fake, strict=True)):
            yield from _differing(one, other, f"{path}.{index}")
    elif type(real) is not type(fake) or real != fake:
        yield path, real, fake


@dataclass(frozen=True)
class Known:
    """An entry of ``differences.yaml``: patterns with ``*``, and why the in-process server answers otherwise."""

    conversation: str
    step: str
    path: str
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Whether this is the difference that the entry speaks of."""
        return (
            fnmatchcase(difference.conversation, self.conversation)
            and fnmatchcase(difference.step, self.step)
            and fnmatchcase(difference.path, self.path)
        )


def known_differences() -> Sequence[Known]:
    """The entries, each pair of a step and a path as one of its own. Raises ValueError for one without a reason."""
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8")) or []
    found = []
    for entry in entries:
        if not str(entry.get("reason") or "").strip():
            raise ValueError(f"{FILE.name}: {entry} says no reason")
        conversation, steps, paths = entry["conversation"], _several(entry["steps"]), _several(entry["paths"])
        found += [Known(conversation, step, path, entry["reason"]) for step in steps for path in paths]
    return found


def _several(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
