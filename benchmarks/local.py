"""What the suite waits for on a real control plane: its time beside that of its own API calls, and where the rest goes.

python benchmarks/local.py [--select SELECTOR]...
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import platform
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from podnet import __version__
from podnet.cli.main import main as podnet
from podnet.targets.live import LiveCluster

VERBS = ("get", "list", "create", "update", "patch", "delete", "watch")
SHARED = mmap.mmap(-1, 16)
"""Seconds and number of calls, shared by the processes that play."""


class Timed:
    """An API whose calls are counted and timed."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._api, name)
        return timed(found, whole=name == "watch") if name in VERBS else found


def timed(call: Callable[..., Any], *, whole: bool) -> Callable[..., Any]:
    """The call with its time noted; of a watch until its end (``whole``)."""

    def noted(*arguments: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return list(call(*arguments, **named)) if whole else call(*arguments, **named)
        finally:
            seconds, calls = struct.unpack("dq", SHARED[:])
            SHARED[:] = struct.pack("dq", seconds + time.perf_counter() - begun, calls + 1)

    return noted


def main() -> None:
    """Play, and print the figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument(
        "--select", action="append", default=[], help="as of podnet conformance; by default everything"
    )
    chosen = options.parse_args()
    original = LiveCluster.__init__

    def wrapped(self: LiveCluster, api: Any, **named: Any) -> None:
        original(self, Timed(api), **named)

    LiveCluster.__init__ = wrapped  # type: ignore[method-assign]  # to see its calls from outside
    with tempfile.TemporaryDirectory(prefix="podnet-") as folder:
        report = Path(folder, "report")
        words = [word for one in chosen.select for word in ("--select", one)]
        code = podnet(["conformance", "--target", "local", "--jobs", "1", "--report", str(report), *words])
        if code not in (0, 3):
            sys.exit(code)
        scenarios = json.loads((report / "report.json").read_text(encoding="utf-8"))["scenarios"]
    played = [one for one in scenarios if one["took"]]
    took = sum(one["took"] for one in played)
    waited = sum(wait["took"] for one in played for wait in one["waits"])
    seconds, calls = struct.unpack("dq", SHARED[:])
    print(f"\npodnet {__version__}, {platform.python_implementation()} {platform.python_version()}, ", end="")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(f"{len(played)} scenarios, one after the other: {took:.1f} s, {took / len(played):.2f} s each")
    print(f"their own API calls: {calls}, {seconds:.1f} s; the suite takes {took / seconds:.2f} times as long")
    print(f"of these, until what was to be seen was seen: {waited:.1f} s")


if __name__ == "__main__":
    main()
