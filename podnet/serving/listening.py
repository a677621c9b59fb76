"""The HTTP server in front of the core: which limits it keeps, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from podnet.serving.app import App

HEAD_SECONDS = 32
"""How long a connection may lie open without a request; kube-apiserver's ReadHeaderTimeout."""
IDLE_SECONDS = 90
"""The same between two requests."""
LARGEST_HEAD = 2**18
"""Bytes of a request line with its headers: room for selectors and continue tokens."""
_END_SECONDS = 1


class Protocol(H11Protocol):
    """A connection that is closed if nobody says anything on it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


class Listener(uvicorn.Server):
    """Ends at SIGTERM and SIGINT, or when told to; ``ended`` is called when that begins."""

    def __init__(self, config: uvicorn.Config, *, ended: Callable[[], None]) -> None:
        super().__init__(config)
        self._ended = ended

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal wants it to end."""
        super().handle_exit(sig, frame)
        self._ended()

    def end(self) -> None:
        """Answer what is under way, then nothing more."""
        self.should_exit = True
        self._ended()


def listener(app: App, certificate: Path, key: Path, *, ended: Callable[[], None]) -> Listener:
    """A server for this application that shows this certificate (PEM files)."""
    application: Any = app
    config = uvicorn.Config(
        application,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=_END_SECONDS,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    return Listener(config, ended=ended)
