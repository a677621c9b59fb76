"""What has happened to the objects of one resource lately, so that watches and old pages can be answered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from podnet.api.host import Change


class TooOldError(Exception):
    """The history no longer reaches back to the wanted version; ``oldest`` is the first that it does reach."""

    def __init__(self, wanted: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {wanted} ({oldest})")
        self.wanted = wanted
        self.oldest = oldest


class History:
    """The last ``capacity`` changes of a resource, each under its version.

    Each resource has its own, as in the watch cache of a real API server: however much happens elsewhere, a watch of
    what rarely changes does not expire.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._versions: list[int] = []
        self._changes: list[Change] = []
        self._forgotten = 0

    def add(self, version: int, change: Change) -> None:
        """One more, newer than all before."""
        self._versions.append(version)
        self._changes.append(change)
        surplus = len(self._versions) - self._capacity
        if surplus >= self._capacity:  # many at once, since what stays has to be moved
            self._forgotten = self._versions[surplus - 1]
            del self._versions[:surplus], self._changes[:surplus]

    def since(self, version: int, *, oldest: int = 0) -> Iterator[tuple[int, Change]]:
        """The changes after ``version``, oldest first. Raises TooOldError if not all are known since ``oldest``."""
        surplus = len(self._versions) - self._capacity
        known = max(oldest, self._versions[surplus - 1] if surplus > 0 else self._forgotten)
        if version < known:
            raise TooOldError(version, known)
        first = bisect_right(self._versions, version)
        return zip(self._versions[first:], self._changes[first:], strict=True)
