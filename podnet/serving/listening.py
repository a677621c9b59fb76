"""The HTTP server in front of the core: which limits it keeps, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from asyncio import sslproto
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from podnet.serving.app import App

_LOG = logging.getLogger(__name__)
HEAD_SECONDS = 32
"""How long a request may take to say what it wants; kube-apiserver's ReadHeaderTimeout."""
IDLE_SECONDS = 90
"""How long a connection may lie open between two requests."""
UNREAD_SECONDS = 30
"""How long what is sent may wait for a client that does not read it."""
LARGEST_HEAD = 2**20
"""Bytes of a request line with its headers, as in kube-apiserver (Go's DefaultMaxHeaderBytes)."""
_END_SECONDS = 1
_CLOSED = -1
_READ_AT_ONCE = 2**15
"""Bytes; asyncio takes as many for each connection from its first moment, 256 KiB unless told."""


class Listening(socket.socket):
    """A listening socket of which no more than ``most`` connections are open; the next are closed at once.

    A process without files left could neither take a connection nor tell why, and every client would wait.
    """

    def __init__(self, *, most: int) -> None:
        # asyncio turns off Nagle's algorithm only for sockets that name their protocol.
        super().__init__(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.most = most
        self._full = False
        self._ended = 0
        self._open: set[socket.socket] = set()

    @property
    def connections(self) -> int:
        """How many are open."""
        self._forget_closed()
        return len(self._open)

    def ended(self) -> int:
        """How many have ended since this was asked last."""
        self._forget_closed()
        ended, self._ended = self._ended, 0
        return ended

    def _forget_closed(self) -> None:
        still = {one for one in self._open if one.fileno() != _CLOSED}
        self._ended += len(self._open) - len(still)
        self._open = still

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. Raises ConnectionAbortedError, which asyncio expects, for one too many."""
        connection, address = super().accept()
        # Closed ones are looked for only where there could be too many.
        full, self._full = self._full, len(self._open) >= self.most and self.connections >= self.most
        if not self._full:
            self._open.add(connection)
            return connection, address
        connection.close()
        if not full:
            _LOG.error("%d connections are open, as many as open files are allowed: more are refused", self.most)
        raise ConnectionAbortedError


class Protocol(H11Protocol):
    """A connection that is closed if nobody says anything on it, or listens to what it says."""

    _waiting: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Go on, and wait for the rest of a request that has only begun, or that has its answer already."""
        super().data_received(data)
        self._watch_over()

    def on_response_complete(self) -> None:
        """Go on; what has come of the next request already is no request yet."""
        super().on_response_complete()
        if self.conn.trailing_data[0]:
            self._watch_over()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop("_waiting")
        self._stop("_unread")
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client has not read what was sent."""
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        self._stop("_unread")
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, unless an answer is under way: that cannot be called back."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.abort()
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        error = sys.exception()
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        reason = HTTPStatus(status).phrase.encode()
        text = b"%d %b: %b" % (status, reason, str(error or msg).encode("ascii", "replace"))
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]
        for event in (
            h11.Response(status_code=status, headers=headers, reason=reason),
            h11.Data(data=text),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _unfinished(self) -> bool:
        """Whether it is the client's turn, so that nobody else would notice that nothing comes."""
        return self.conn.their_state is h11.IDLE or (self.cycle is not None and self.cycle.response_complete)

    def _watch_over(self) -> None:
        if not self._unfinished():
            self._stop("_waiting")
        elif self._waiting is None and not self.transport.is_closing():
            self._await_head()

    def _await_head(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._waiting = None
        if self._unfinished() and not self.transport.is_closing():
            self.transport.close()

    def _stop(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)


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
    sslproto.SSLProtocol.max_size = _READ_AT_ONCE
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
