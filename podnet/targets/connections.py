"""Connections to places, one for each process: open sockets are not to be shared with others."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from podnet.operator.connection import Connection


def connection_to(kubeconfig: Path) -> Connection:
    """The connection of this process to the cluster of a kubeconfig. Raises UsageProblem if it cannot be used."""
    return _connection(kubeconfig, os.getpid())


@cache
def _connection(kubeconfig: Path, process: int) -> Connection:
    from podnet.operator.connection import connect

    del process
    return connect(kubeconfig)
