"""The body of a watch: lines that are pulled by whoever has a connection, or waited for where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from podnet.api.client import WatchEvent
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.direct import SHORT, Wait, follow
from podnet.kube.watching import Watcher

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
"""The JSON text of an object, as short as it can be."""

Shown = Callable[[WatchEvent], Obj]
"""What a client gets to see of the object of an event."""

REMEMBERED = 2_000_000
"""Bytes of lines that are kept for other watches."""


class Lines:
    """The lines of what many watches tell, each written once: whoever watches the same sees the same objects.

    Bounded: what was written longest ago is forgotten first.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[Obj, bytes]] = {}
        self._bytes = 0

    def of(self, event_type: str, obj: Obj) -> bytes:
        """The line of an event; ``obj`` is never changed afterwards."""
        key = event_type, id(obj)
        known = self._known.get(key)
        if known is not None:  # the object is kept with its line, so nothing else can have its id
            return known[1]
        line = line_of(event_type, obj)
        self._known[key] = (obj, line)
        self._bytes += len(line)
        while self._bytes > REMEMBERED:
            _, forgotten = self._known.pop(next(iter(self._known)))
            self._bytes -= len(forgotten)
        return line


def line_of(event_type: str, obj: Obj) -> bytes:
    """One event as a watch sends it."""
    return b'{"type":"%b","object":%b}\n' % (event_type.encode(), encode(obj).encode())


class Stream(Iterator[bytes]):
    """The lines of one watch.

    To iterate over it lets others work while there is nothing (``wait``), until the watch ends. A server that must not
    wait calls ``pull`` whenever something may have happened, until ``closed`` or ``until`` has come,
    a moment of the clock ``now`` (seconds). ``shown`` makes of objects what the client wants to see; None shows them
    as they are.
    """

    def __init__(
        self,
        watcher: Watcher,
        *,
        until: float,
        now: Callable[[], float],
        wait: Wait,
        lines: Lines,
        shown: Shown | None = None,
    ) -> None:
        self.until = until
        self._lasts = until - now()
        self._watcher = watcher
        self._shown = shown
        self._shared = lines
        self._lines = (self._line(event) for event in follow(watcher, until=until, now=now, wait=wait))

    @property
    def resource(self) -> Resource:
        """What is watched, under the version in which it is stored."""
        return self._watcher.resource

    @property
    def closed(self) -> bool:
        """Whether no more events will come."""
        return self._watcher.closed

    def pull(self) -> Iterator[bytes]:
        """The lines of what has happened since the last call, each made when it is asked for."""
        return map(self._line, self._watcher.pull())

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
        if self._shown is None:
            return self._shared.of(event.type, event.object)
        return line_of(event.type, self._shown(event))
