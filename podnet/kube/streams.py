"""The body of a watch: lines that are pulled by whoever has a connection, or waited for where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from podnet.api.client import WatchEvent
from podnet.api.objects import Obj
from podnet.kube.direct import SHORT, Wait, follow
from podnet.kube.watching import Watcher

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
"""The JSON text of an object, as short as it can be."""

Shown = Callable[[WatchEvent], Obj]
"""What a client gets to see of the object of an event."""


def shown_plainly(event: WatchEvent) -> Obj:
    """The object itself."""
    return event.object


class Stream(Iterator[bytes]):
    """The lines of one watch.

    To iterate over it lets others work while there is nothing (``wait``), until the watch ends. A server that must not
    wait calls ``pull`` whenever something may have happened, until ``closed`` or ``until`` has come,
    a moment of the clock ``now`` (seconds).
    """

    def __init__(
        self, watcher: Watcher, *, until: float, now: Callable[[], float], wait: Wait, shown: Shown = shown_plainly
    ) -> None:
        self.until = until
        self._lasts = until - now()
        self._watcher = watcher
        self._shown = shown
        self._lines = (self._line(event) for event in follow(watcher, until=until, now=now, wait=wait))

    @property
    def closed(self) -> bool:
        """Whether no more events will come."""
        return self._watcher.closed

    def pull(self) -> list[bytes]:
        """The lines of what has happened since the last call."""
        return [self._line(event) for event in self._watcher.pull()]

    def bookmark(self) -> list[bytes]:
        """The line that tells how far the client has seen, if it asked for such."""
        return [self._line(event) for event in self._watcher.bookmark()]

    def farewell(self) -> list[bytes]:
        """The last lines, when its time is over."""
        return [*self.pull(), *(self.bookmark() if self._lasts > SHORT else ())]

    def __next__(self) -> bytes:
        return next(self._lines)

    def close(self) -> None:
        """End it."""
        self._lines.close()

    def _line(self, event: WatchEvent) -> bytes:
        return b'{"type":"%b","object":%b}\n' % (event.type.encode(), encode(self._shown(event)).encode())
