"""Finds the line of a server's log that says why it has ended."""

from __future__ import annotations

import json
import re
from pathlib import Path

_LAST_BYTES = 32_000
_LONGEST = 300
_KLOG = re.compile(r"^[IWEF]\d{4} [\d:.]+\s+\d+ [\w./-]+:\d+\] ")
_TELLING = (  # the best first
    re.compile(r'^F\d{4} |"level":"(fatal|panic)"'),
    re.compile(r"^[Ee]rror|^panic|^fatal"),
    re.compile(r"failed|cannot|unable"),
)


def last_words(log: Path) -> str:
    """The last line of a log that sounds like a reason, or else its last line; empty where it holds nothing."""
    lines = _tail(log).splitlines()
    lines = [line.strip() for line in lines if line.strip() and not line.startswith(("goroutine ", "\t"))]
    telling = ([line for line in lines if pattern.search(line)] for pattern in _TELLING)
    chosen = (next(filter(None, telling), None) or lines or [""])[-1]
    said = _of_etcd(chosen) or _KLOG.sub("", chosen)
    return said if len(said) <= _LONGEST else said[:_LONGEST] + "..."


def _of_etcd(line: str) -> str:
    """Message and error of a line of JSON; empty if it is none."""
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(entry, dict):
        return ""
    return ": ".join(str(entry[key]) for key in ("msg", "error") if entry.get(key))


def last_lines(log: Path, count: int) -> str:
    """The last lines of a log as they are, those that are too long cut; empty where it holds nothing."""
    lines = _tail(log).splitlines()[-count:]
    return "\n".join(line if len(line) <= _LONGEST else line[:_LONGEST] + "..." for line in lines)


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _LAST_BYTES))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
