"""Bodies in YAML: read as Kubernetes does, with nothing in them but what JSON has."""

from __future__ import annotations

from typing import Any

import yaml

from podnet.kube.answers import bad_request


class _Loader(yaml.CSafeLoader):
    """Leaves dates as the text that they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(body: bytes) -> Any:
    """The value that a body holds. Raises ApiError 400 if it is no YAML."""
    try:
        return yaml.load(body, Loader=_Loader)  # noqa: S506  # it is a safe one
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise bad_request(f"error decoding YAML: {error}") from None
