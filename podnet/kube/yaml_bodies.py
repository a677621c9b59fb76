"""Bodies in YAML: read as Kubernetes does, with nothing in them but what JSON has, and no larger than they look."""

from __future__ import annotations

import math
from typing import Any

import yaml

from podnet.kube.answers import bad_request
from podnet.kube.json_bodies import DEEPEST

_MOST = 3 * 2**20
"""Characters of values, aliases written out; as many as a body may have that uses none."""


class _Loader(yaml.CSafeLoader):
    """Leaves dates as the text that they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class _UnfitError(ValueError):
    """A document that is YAML, and cannot be a body."""


def read_yaml(body: bytes) -> Any:
    """The value that the first document of a body holds. Raises ApiError 400 if there is none."""
    try:
        _measure(body)
        loader = _Loader(body)
        try:
            return _plain(loader.get_data())
        finally:
            loader.dispose()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise bad_request(f"error decoding YAML: {error}") from None


def _measure(body: bytes) -> None:
    """Refuse the first document where it is too deep, or too large with its aliases written out.

    The parser tells what there is one by one, while the loader descends, in C, until its stack is at its end.
    """
    sizes: dict[str, int] = {}
    open_ones: list[tuple[str, int]] = []
    total = 0
    for event in yaml.parse(body, Loader=yaml.CSafeLoader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(open_ones) == DEEPEST:
                raise _UnfitError(f"exceeded max depth of {DEEPEST}")
            open_ones.append((event.anchor or "", total))
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_ones.pop()
            if anchor:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.ScalarEvent):
            total += len(event.value) + 1
            if event.anchor:
                sizes[event.anchor] = len(event.value) + 1
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in {anchor for anchor, _ in open_ones}:
                raise _UnfitError(f"anchor '{event.anchor}' value contains itself")
            total += sizes.get(event.anchor or "", 0)
        elif isinstance(event, yaml.DocumentEndEvent):
            return
        if total > _MOST:
            raise _UnfitError("document contains excessive aliasing")


def _plain(value: Any) -> Any:
    """The same in the types of JSON, in which keys are text. Raises _UnfitError for what it does not have."""
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, bytes):  # what is marked as binary
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise _UnfitError(f"a value of JSON cannot be a {type(value).__name__}")


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return str(key).lower()
    if isinstance(key, (int, float)):
        return str(key)
    raise _UnfitError(f"a key of JSON cannot be a {type(key).__name__}")
