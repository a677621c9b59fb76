"""Ports that nobody else can take between the moment they are chosen and the moment a server listens on them."""

from __future__ import annotations

import socket
from types import TracebackType

from podnet.api.problems import EnvironmentProblem

LOOPBACK = "127.0.0.1"


class Port:
    """A port on loopback that is bound but never listened on, as long as this lives.

    A server that asks for it with SO_REUSEPORT, and runs as the same user, gets it, and gets it again when it is
    restarted; everybody else is told that it is in use. ``number`` 0 chooses a free one. Raises EnvironmentProblem if
    the port is taken.
    """

    def __init__(self, number: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._socket.bind((LOOPBACK, number))
        except OSError as error:
            self._socket.close()
            raise EnvironmentProblem(
                f"port {number} of {LOOPBACK} cannot be had ({error.strerror}): name another, or none to get a free one"
            ) from None
        # Only now: with it from the start, two of us could choose the same port.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.number: int = self._socket.getsockname()[1]

    def close(self) -> None:
        """Let others have it."""
        self._socket.close()

    def __enter__(self) -> Port:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
