"""What has happened to the objects of one resource lately, so that watches and old pages can be answered."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator

from podnet.api.host import Change


class TooOldError(Exception):
    """The history no longer reaches back to the wanted version; ``oldest`` is the first that it does reach."""

    def __init__(self, wanted: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {wanted} ({oldest})")
        self.wanted = wanted
        self.oldest = oldest


MOST_BYTES = 64_000_000
"""Bytes of large objects that a history holds: those that are changed often would fill the memory otherwise."""


class History:
    """The last ``capacity`` changes of a resource, each under its version; fewer where objects are large.

    Each resource has its own, as in the watch cache of a real API server: however much happens elsewhere, a watch of
    what rarely changes does not expire.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._versions: list[int] = []
        self._changes: list[Change] = []
        self._large: deque[tuple[int, int]] = deque()
        self._bytes = 0
        self._forgotten = 0

    def add(self, version: int, change: Change, *, size: int = 0) -> None:
        """One more, newer than all before; ``size`` is how many bytes it takes, 0 if that is no matter."""
        self._versions.append(version)
        self._changes.append(change)
        surplus = len(self._versions) - self._capacity
        if surplus >= self._capacity:  # many at once, since what stays has to be moved
            self._forget(surplus)
        if size:
            self._large.append((version, size))
            self._bytes += size
            if self._bytes > MOST_BYTES:
                self._forget_large()

    def _forget(self, count: int) -> None:
        self._forgotten = self._versions[count - 1]
        del self._versions[:count], self._changes[:count]
        while self._large and self._large[0][0] <= self._forgotten:
            self._bytes -= self._large.popleft()[1]

    def _forget_large(self) -> None:
        """Forget what is oldest until half of the bytes are left, but never the newest change."""
        left, last = self._bytes, 0
        for version, size in self._large:
            if left <= MOST_BYTES // 2 or version == self._versions[-1]:
                break
            left, last = left - size, version
        if last:
            self._forget(bisect_right(self._versions, last))

    def since(self, version: int, *, oldest: int = 0) -> Iterator[tuple[int, Change]]:
        """The changes after ``version``, oldest first. Raises TooOldError if not all are known since ``oldest``."""
        surplus = len(self._versions) - self._capacity
        known = max(oldest, self._versions[surplus - 1] if surplus > 0 else self._forgotten)
        if version < known:
            raise TooOldError(version, known)
        first = bisect_right(self._versions, version)
        return zip(self._versions[first:], self._changes[first:], strict=True)
