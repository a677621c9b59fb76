"""Conversations with an API server, written down as data: what is asked, never what is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

import podnet

FOLDER = Path(__file__).parent / "conversations"
DEFINITIONS = Path(podnet.__file__).parent / "reference" / "crds"
MEDIA_TYPES = {
    "json-patch": "application/json-patch+json",
    "merge-patch": "application/merge-patch+json",
    "strategic-merge-patch": "application/strategic-merge-patch+json",
    "apply-patch": "application/apply-patch+yaml",
}
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_STEP_KEYS = {"name", "send", "body", "text", "but", "as", "keep", "events", "until", "headers"}


@dataclass(frozen=True)
class Step:
    """One request. ``keep``: variable to dotted path in the answer. ``events``: how many events of a watch to wait for.

    ``until``: ask again until these dotted paths of the answer have these values (None: are missing), or, for
    ``{code: 404}``, until that is the status.
    """

    name: str
    method: str
    path: str
    body: Any = None
    text: str | None = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    events: int | None = None
    until: Mapping[str, Any] | None = None

    @property
    def is_watch(self) -> bool:
        return "watch=" in self.path.partition("?")[2] and self.method == "GET"

    def content(self, variables: Mapping[str, str]) -> bytes:
        """The body with its variables filled in; ``@NAME`` stands for the reference's definition of that name."""
        if self.text is not None and self.text.startswith("@"):
            path = DEFINITIONS / f"{self.text[1:]}.yaml"
            return _json(yaml.safe_load(path.read_text(encoding="utf-8")))
        if self.text is not None:
            return filled(self.text, variables).encode()
        return b"" if self.body is None else _json(filled(self.body, variables))

    def url(self, variables: Mapping[str, str]) -> str:
        """The path with its variables filled in and the query escaped."""
        path, mark, query = filled(self.path, variables).partition("?")
        return path + mark + quote(query, safe="=&%,:/!~*'()-._+")


@dataclass(frozen=True)
class Conversation:
    """Steps in a namespace of their own. ``controllers``: with those of Kubernetes at work, else without any.

    ``owners``: ``managedFields`` are compared as well. ``webhooks``: by name what each answers, see ``sides.py``.
    """

    name: str
    subject: str
    steps: Sequence[Step]
    controllers: bool = False
    owners: bool = False
    webhooks: Mapping[str, Any] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        return f"parity-{self.name}"


def conversations() -> Sequence[Conversation]:
    """All that are written down. Raises ValueError for a file that is not as described here."""
    return [load(path) for path in sorted(FOLDER.glob("*.yaml"))]


def load(path: Path) -> Conversation:
    """One file."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = [_step(item, path.name) for item in content["steps"]]
    names = [step.name for step in steps]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{path.name}: two steps are named {sorted(twice)}")
    controllers, owners = bool(content.get("controllers")), bool(content.get("owners"))
    return Conversation(path.stem, content["subject"], steps, controllers, owners, content.get("webhooks") or {})


def _step(item: dict[str, Any], file: str) -> Step:
    if unknown := item.keys() - _STEP_KEYS:
        raise ValueError(f"{file}: step {item.get('name')!r} has unknown keys {sorted(unknown)}")
    method, _, path = item["send"].partition(" ")
    body = item.get("body")
    if "but" in item:
        body = changed(body, item["but"])
    media = item.get("as", "application/json")
    return Step(
        name=item["name"],
        method=method,
        path=path,
        body=body,
        text=item.get("text"),
        media_type=MEDIA_TYPES.get(media, media),
        headers=item.get("headers") or {},
        keep=item.get("keep") or {},
        events=item.get("events"),
        until=item.get("until"),
    )


def changed(body: Any, change: Any) -> Any:
    """The body with a change merged into it as a JSON merge patch is: a null takes a field away."""
    if not isinstance(change, dict):
        return change
    merged = dict(body) if isinstance(body, dict) else {}
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = changed(merged.get(key), value)
    return merged


def filled(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with each ``${name}`` replaced. Raises KeyError for a variable that nobody has kept."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: variables[found[1]], value)
    if isinstance(value, list):
        return [filled(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, variables) for key, item in value.items()}
    return value


def at(value: Any, path: str) -> Any:
    """What lies at a dotted path (numbers lead into lists); None if nothing does."""
    for part in path.split("."):
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def _json(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()
