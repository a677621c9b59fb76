"""The process that a served cluster lives in: it claims a folder, listens on loopback, and clears all away at its end.

It is started with one argument, an ``Order`` in JSON, and answers on standard output with one line of JSON: its address
once it listens, or the problem. SIGTERM ends it, and so does the end of its caller unless it is to stay.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.controlplane.certificates import Certificates, kubeconfig, make_certificates
from podnet.controlplane.folder import Claim, State, claim_new
from podnet.controlplane.ports import LOOPBACK, Port
from podnet.controlplane.watchman import answer
from podnet.kube.cluster import InProcessCluster
from podnet.kube.discovery import VERSION
from podnet.kube.store import HISTORY
from podnet.kube.users import ADMIN

ROOM = 4 * 2**20
"""Bytes for certificates and the log; objects are in memory."""
_GLANCE = 0.5
"""Seconds after which it is looked whether the caller is still there."""
_BACKLOG = 1024
_CONNECTIONS = 16_384
"""Files that may be open at the same time, where the system allows as many."""


@dataclass(frozen=True)
class Order:
    """What is wanted.

    ``owner`` is the pid of the parent that it ends with; if it is to ``stay``, only until it is ready. ``port`` 0: any.
    ``inventory`` is the text of the cloud that the reference implementation lives in; without it there is none.
    ``history`` is how many changes of each resource are remembered.
    """

    name: str
    owner: int
    stay: bool
    port: int
    inventory: str = ""
    history: int = HISTORY


async def serve(order: Order, claim: Claim) -> None:
    """Serve until told to end."""
    from podnet.serving.app import App
    from podnet.serving.core import LiveCore
    from podnet.serving.listening import Listening, listener
    from podnet.serving.memory import give_back

    with Port(order.port) as port:
        made = make_certificates()
        core = LiveCore(seed=order.name, authority=made.authority.decode(), history=order.history)
        tokens = core.cluster.server.backend.tokens
        if order.inventory:
            _live_in(core.cluster, order.inventory)
        address = f"https://{LOOPBACK}:{port.number}"
        server = listener(App(core, tokens), *_files(made, claim.path), ended=core.end_watches)
        config = kubeconfig(ADMIN.name, {"token": tokens.admin}, authority=made.authority, server=address)
        (claim.path / "admin.kubeconfig").write_bytes(config)
        owner = 0 if order.stay else order.owner
        state = State(order.name, os.getpid(), owner, time.time(), target="fake", processes={"fake": os.getpid()})
        tasks = [asyncio.create_task(core.run()), asyncio.create_task(_watch_owner(order, server.end))]
        with Listening(most=_most_connections()) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listening.bind((LOOPBACK, port.number))
            listening.listen(_BACKLOG)
            claim.write(replace(state, status="ready", server=address, version=str(VERSION["gitVersion"])))
            answer({"server": address})
            tasks.append(asyncio.create_task(give_back(listening.ended)))
            try:
                await server.serve(sockets=[listening])
            finally:
                for task in tasks:
                    task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.gather(*tasks)


def _most_connections() -> int:
    """How many connections the limit of open files leaves room for, beside webhooks and files."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return limit - max(limit // 8, 1)


def _live_in(cluster: InProcessCluster, inventory: str) -> None:
    """Install the reference implementation on a cluster, in a cloud that this text describes."""
    from podnet.cloud.inventory_file import parse_inventory
    from podnet.kube.tenancy import Tenancy
    from podnet.reference import Reference

    Tenancy(cluster, inventory=parse_inventory(inventory, path="the inventory"), make=Reference).start()


def _files(made: Certificates, folder: Path) -> tuple[Path, Path]:
    """Certificate and key of the server, as files."""
    chain, key = folder / "server.crt", folder / "server.key"
    (folder / "ca.crt").write_bytes(made.authority)
    chain.write_bytes(made.server.certificate)
    key.write_bytes(made.server.key)
    return chain, key


async def _watch_owner(order: Order, end: Callable[[], None]) -> None:
    while order.stay or os.getppid() == order.owner:
        await asyncio.sleep(_GLANCE)
    end()


def main() -> int:
    """Do what the order says; the exit code says nothing that the answer does not say."""
    os.umask(0o077)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _nothing)  # it is the server that listens to them; these are for before and after
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = _CONNECTIONS if most == resource.RLIM_INFINITY else min(most, _CONNECTIONS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))
    order = Order(**json.loads(sys.argv[1]))
    claim: Claim | None = None
    try:
        claim = claim_new(order.name, room=ROOM)
        os.chdir(claim.path)
        logging.basicConfig(filename=claim.path / "server.log", level=logging.ERROR)
        asyncio.run(serve(order, claim))
    except (EnvironmentProblem, UsageProblem) as problem:
        answer({"problem": str(problem)})
    except OSError as error:
        what = error.strerror or str(error)
        answer({"problem": f"the cluster cannot be kept in its folder ({what}): make room, or set TMPDIR"})
    except Exception as error:
        traceback.print_exc()
        answer({"problem": f"this is a bug in podnet: {type(error).__name__}: {error}"})
    finally:
        if claim is not None:
            os.chdir("/")
            claim.remove()
    return 0


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """The server has heard it."""


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # without the threads that wait for webhooks, whose answers nobody wants any more
