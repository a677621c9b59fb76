"""What a real control plane costs: seconds until it is ready, alone and two at once, and the memory that it takes.

python benchmarks/control_plane.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from podnet import __version__
from podnet.controlplane.plane import ControlPlane, control_plane

ROOT = Path(__file__).resolve().parent.parent
ONE = """
import sys
from podnet.controlplane.plane import control_plane
with control_plane():
    print(flush=True)
    sys.stdin.read()
"""
ALONE, PAIR, AGAIN, END = "ready, alone", "ready, two at once", "API server restarted", "ended and removed"
SETTLED = 10.0
"""Seconds after which a control plane that nobody uses has come to rest."""


def main() -> None:
    """Measure, and print the figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=5, help="runs of each (default 5)")
    chosen = options.parse_args()
    figures: dict[str, list[float]] = {ALONE: [], PAIR: [], AGAIN: [], END: []}
    for _ in range(chosen.runs):
        alone(figures)
        figures[PAIR].append(pair())
    with control_plane() as plane:
        version, memory, idle = plane.version, plane.memory(), idle_share(plane)
    print(f"podnet {__version__}, {platform.python_implementation()} {platform.python_version()}, ", end="")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Kubernetes {version}")
    print(f"{chosen.runs} runs of each, in turn; seconds")
    print(f"{'':28}{'median':>8}{'min':>8}{'max':>8}")
    for name, runs in figures.items():
        print(f"{name:28}{statistics.median(runs):8.2f}{min(runs):8.2f}{max(runs):8.2f}")
    print("\nresident memory when it is ready, in MiB")
    for name, size in memory.items():
        print(f"  {name:26}{size / 2**20:8.0f}")
    print(f"  {'together':26}{sum(memory.values()) / 2**20:8.0f}")
    print(f"\nshare of one processor that it takes when nobody uses it: {idle:.0%}")


def alone(figures: Mapping[str, list[float]]) -> None:
    """Start one, restart its API server, end it."""
    begun = time.perf_counter()
    with control_plane() as plane:
        figures[ALONE].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        plane.restart_apiserver()
        figures[AGAIN].append(time.perf_counter() - begun)
        begun = time.perf_counter()
    figures[END].append(time.perf_counter() - begun)


def pair() -> float:
    """Start two in a process each; seconds until both are ready."""
    begun = time.perf_counter()
    users = [
        subprocess.Popen([sys.executable, "-c", ONE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for user in users:
        assert user.stdout is not None
        if not user.stdout.readline():
            sys.exit("a control plane has not started")
    took = time.perf_counter() - begun
    for user in users:
        user.communicate()
    return took


def idle_share(plane: ControlPlane) -> float:
    """How busy the servers keep the processors, as a share of one, a while after their start."""
    import psutil

    def used() -> float:
        return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in plane.processes.values())

    time.sleep(SETTLED)
    before = used()
    time.sleep(SETTLED)
    return (used() - before) / SETTLED


if __name__ == "__main__":
    main()
