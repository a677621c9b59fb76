"""What a judged run costs: the whole process of ``podnet conformance`` against the floor of ``floor.py``.

All are started in turn, so that whatever else the machine does disturbs them alike; the ratio is what counts. Where
others use the processors too, seconds of the processors say more than those of the clock.

    python benchmarks/overhead.py [--runs N] [--hot N]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import floor

from podnet import __version__

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
JUDGED = [sys.executable, "-m", "podnet", "conformance"]
FLOOR, WHOLE, SINGLE = "plain pytest-bdd, steps are empty", "podnet conformance", "podnet conformance --jobs 1"
Seconds = tuple[float, float]
"""By the clock, and of the processors."""
CONFORMANT = "verdict         conformant"


def main() -> None:
    """Measure, and print the figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=7, help="runs of each of the two (default 7)")
    options.add_argument("--hot", type=int, default=0, metavar="N", help="show the N functions that take most time")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="podnet-benchmark-") as folder:
        count = floor.write_floor(Path(folder))
        figures = measure(chosen.runs, plain=floor.command(Path(folder)), count=count)
        phases = where_time_goes(Path(folder), hot=chosen.hot)
    print(f"podnet {__version__}, {platform.python_implementation()} {platform.python_version()}, ", end="")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(f"{count} scenarios, {chosen.runs} runs of each, in turn; seconds of the whole process")
    print(f"{'':36}{'median':>8}{'min':>8}{'max':>8}{'ratio':>8}{'cpu':>8}{'ratio':>8}")
    floor_clock, floor_cpu = map(statistics.median, zip(*figures[FLOOR], strict=True))
    for name, runs in figures.items():
        clock, cpu = zip(*runs, strict=True)
        middle, work = statistics.median(clock), statistics.median(cpu)
        print(f"{name:36}{middle:8.2f}{min(clock):8.2f}{max(clock):8.2f}{middle / floor_clock:8.2f}", end="")
        print(f"{work:8.2f}{work / floor_cpu:8.2f}")
    print("\nwhere the time of a run with --jobs 1 goes, in milliseconds")
    for name, took in phases.items():
        print(f"  {name:34}{took * 1000:7.0f}")


def measure(runs: int, *, plain: Sequence[str], count: int) -> dict[str, list[Seconds]]:
    """What each run of the floor and of podnet takes. The first run of each only warms up, and is not counted."""
    figures: dict[str, list[Seconds]] = {FLOOR: [], WHOLE: [], SINGLE: []}
    for number in range(runs + 1):
        for name, command, environment, expected in (
            (FLOOR, plain, floor.ENVIRONMENT, f"{count} passed"),
            (WHOLE, JUDGED, {}, CONFORMANT),
            (SINGLE, [*JUDGED, "--jobs", "1"], {}, CONFORMANT),
        ):
            seconds = timed(command, environment=environment, expected=expected)
            if number:
                figures[name].append(seconds)
    return figures


def timed(command: Sequence[str], *, environment: Mapping[str, str], expected: str) -> Seconds:
    """What a command takes. Raises SystemExit if it does not do what is to be measured."""
    begun, used = time.perf_counter(), cpu_of_children()
    result = subprocess.run(
        command, capture_output=True, check=False, cwd=ROOT, env={**os.environ, **environment}, text=True
    )
    took = time.perf_counter() - begun, cpu_of_children() - used
    if result.returncode or expected not in result.stdout:
        sys.exit(f"{' '.join(command)}\nended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return took


def cpu_of_children() -> float:
    """Seconds of the processors that all children took which have ended, and theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def where_time_goes(folder: Path, *, hot: int) -> dict[str, float]:
    """Seconds of each phase of one run, as its own process tells them."""
    script = [sys.executable, os.fspath(HERE / "phases.py"), os.fspath(folder / "report")]
    result = subprocess.run([*script, repr(time.perf_counter())], capture_output=True, check=True, cwd=ROOT, text=True)
    if hot:
        subprocess.run([*script, repr(time.perf_counter()), "--hot", str(hot)], check=True, cwd=ROOT)
    phases: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return phases


if __name__ == "__main__":
    main()
