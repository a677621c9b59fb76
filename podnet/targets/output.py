"""What a command prints: read for ever, because a full pipe would hold it up; kept in part; searched for ``ready``."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

LARGEST = 4 * 2**20
"""Bytes of a log; once it has so many it becomes the earlier one, and the one before that is forgotten."""
_AT_ONCE = 2**16
_TURNS = 64
_LONGEST_LINE = 2**14
_FURNITURE = re.compile(
    r"[\[(<]?[A-Z]?[\d:./+TZ,-]*\d[\d:./+TZ,-]*[\])>]?|\S*\]|(level|lvl|time|ts|severity|source)=\S*"
    r"|[\[(<]?(trace|debug|info|notice|warn|warning|error)[\])>]?:?",
    re.IGNORECASE,
)
"""What libraries write before a message: a time, a level, the place in a source."""


def says_ready(line: str) -> bool:
    """Whether a line says ``ready``: as its only word, after what logging libraries put before it, or as its message.

    >>> [says_ready(line) for line in ("ready", "2026/11/23 10:00:00 Ready.", '{"msg": "ready"}', "not ready")]
    [True, True, True, False]
    """
    if line.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            entry = json.loads(line)
            return any(_is_ready(str(entry.get(key) or "")) for key in ("msg", "message"))
    words = line.split()
    return bool(words) and _is_ready(words[-1]) and all(_FURNITURE.fullmatch(word) for word in words[:-1])


def _is_ready(word: str) -> bool:
    return word.strip().removeprefix("msg=").strip("\"'.!").casefold() == "ready"


def earlier(log: Path) -> Path:
    """Where a log lies once it has become too large."""
    return log.with_suffix(f".earlier{log.suffix}")


class Output:
    """The output of one life of a command after the other, appended to ``log``, of which the last part is kept."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._end: int | None = None
        self._line = b""
        self.said_ready = False

    @property
    def descriptors(self) -> Sequence[int]:
        """What has something to read when the command has printed something."""
        return () if self._end is None else (self._end,)

    def opened(self) -> int:
        """Begin a new life: the descriptor that it shall write to, which the caller closes."""
        with suppress(OSError):
            self._log.touch()
        self._end, theirs = os.pipe()
        os.set_blocking(self._end, False)
        self._line, self.said_ready = b"", False
        return theirs

    def read(self) -> None:
        """Take what there is, or a good part of it: whoever prints without end must not keep us here."""
        for _ in range(_TURNS):
            if self._end is None:
                return
            try:
                data = os.read(self._end, _AT_ONCE)
            except BlockingIOError:
                return
            if not data:
                os.close(self._end)
                self._end = None
                return
            self._take(data)

    def close(self) -> None:
        """End a life: take what is still there."""
        self.read()
        if self._end is not None:
            os.close(self._end)
            self._end = None

    def _take(self, data: bytes) -> None:
        if not self.said_ready:
            *lines, last = (self._line + data).split(b"\n")
            self.said_ready = any(says_ready(line.decode(errors="replace")) for line in lines)
            self._line = last[-_LONGEST_LINE:]
        with suppress(OSError):  # where the disk is full, the command goes on without a log
            self._append(data)

    def _append(self, data: bytes) -> None:
        with self._log.open("ab") as file:
            file.write(data)
            full = file.tell() > LARGEST
        if full:
            self._log.replace(earlier(self._log))
            self._log.touch()
