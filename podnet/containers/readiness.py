"""Waits until a cluster can be worked with: what its tool waits for is a line in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from podnet.api.client import Api
from podnet.api.errors import ApiError, Unreachable
from podnet.api.objects import Obj, name_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import NODES, Resource
from podnet.containers.commands import GivenUp
from podnet.containers.kinds import MORE_TIME

if TYPE_CHECKING:
    from podnet.operator.connection import Connection

SERVICE_ACCOUNTS = Resource("", "v1", "serviceaccounts", "ServiceAccount")
TAINT = {"key": "podnet.test/no-pods", "value": "", "effect": "NoSchedule"}
"""On the nodes that come with a cluster: pods of the suite belong onto those of the implementation."""
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Readied:
    """A cluster that can be worked with: the address and version of its API server, and its own nodes."""

    server: str
    version: str
    nodes: tuple[str, ...]


def await_ready(kubeconfig: Path, *, seconds: float, given_up: Event) -> Readied:
    """Wait for /readyz, a node that is Ready and the default ServiceAccount; then keep pods away from the nodes.

    Raises EnvironmentProblem with what is still missing after so many seconds.
    """
    from podnet.operator.connection import connect

    connection = connect(kubeconfig)
    deadline = time.monotonic() + seconds
    missing = "/readyz"
    while missing:
        if given_up.is_set():
            raise GivenUp
        if time.monotonic() > deadline:
            raise EnvironmentProblem(
                f"the cluster did not get ready within {seconds:.0f} s: {missing} is missing; {MORE_TIME}"
            )
        try:
            missing = next(_missing(connection), "")
        except (ApiError, Unreachable):
            missing = "an answer of its API server"
        if missing:
            time.sleep(_POLL_SECONDS)
    nodes = list(connection.api.list(NODES).items)
    for node in nodes:
        _keep_pods_away(connection.api, node)
    version = str(connection.api.raw("/version")["gitVersion"])
    return Readied(connection.client.configuration.host, version, tuple(name_of(node) for node in nodes))


def _missing(connection: Connection) -> Iterator[str]:
    if not _is_ready(connection):
        yield "/readyz"
    nodes = connection.hasty.list(NODES).items
    if not any(_has_ready(node) for node in nodes):
        yield "a node that is Ready"
    accounts = connection.hasty.list(SERVICE_ACCOUNTS, namespace="default").items
    if "default" not in map(name_of, accounts):
        yield "the ServiceAccount default"


def _is_ready(connection: Connection) -> bool:
    """Its answer is a word, not an object."""
    import urllib3

    pool = connection.client.rest_client.pool_manager
    try:
        answer = pool.request("GET", f"{connection.client.configuration.host}/readyz", timeout=5.0, retries=False)
    except urllib3.exceptions.HTTPError:
        return False
    return bool(answer.status == 200)


def _has_ready(node: Obj) -> bool:
    conditions = node.get("status", {}).get("conditions") or []
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _keep_pods_away(api: Api, node: Obj) -> None:
    others = [one for one in node["spec"].get("taints") or [] if one["key"] != TAINT["key"]]
    api.patch(NODES, name_of(node), {"spec": {"taints": [*others, TAINT]}})
