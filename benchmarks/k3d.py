"""What podnet adds to k3d: `podnet cluster up` beside `k3d cluster create`, and the suite there beside `local`.

    python benchmarks/k3d.py [--runs N] [--select SELECTOR]...

It needs a Docker engine with the image of the nodes: ./dev with-docker ./dev run python benchmarks/k3d.py
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from podnet import __version__
from podnet.containers.k3d import find_k3d
from podnet.containers.kinds import DISABLED, k3s_image

ROOT = Path(__file__).resolve().parent.parent
PODNET = [sys.executable, "-m", "podnet"]
NAME = "benchmark"
BARE, UP, LOCAL, K3D = "k3d cluster create", "podnet cluster up", "the suite on local", "the suite on k3d"
GOAL = 1.10


def main() -> None:
    """Measure in turn, and print the figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=5, help="runs of each start (default 5)")
    options.add_argument("--select", action="append", help="as of podnet conformance; by default SEL-2")
    chosen = options.parse_args()
    selection = chosen.select or ["SEL-2"]
    figures: dict[str, list[float]] = {BARE: [], UP: [], LOCAL: [], K3D: []}
    bare()  # the first one of all finds nothing in the caches of the machine
    for _ in range(chosen.runs):
        figures[BARE].append(bare())
        figures[UP].append(up())
    for target, name in (("local", LOCAL), ("k3d", K3D)) * 2:
        figures[name].append(suite(target, selection))
    print(f"podnet {__version__}, {platform.python_implementation()} {platform.python_version()}, ", end="")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {k3s_image()}")
    print(f"{'seconds':24}{'median':>8}{'min':>8}{'max':>8}{'runs':>6}")
    for name, runs in figures.items():
        print(f"{name:24}{statistics.median(runs):8.2f}{min(runs):8.2f}{max(runs):8.2f}{len(runs):6}")
    started, played = ratio(figures, UP, BARE), ratio(figures, K3D, LOCAL)
    print(f"\nstart: podnet takes {started:.2f} times as long as k3d alone, with a goal of at most {GOAL:.2f}")
    print(f"suite ({' '.join(selection)}, one after the other): k3d takes {played:.2f} times as long as local")


def ratio(figures: dict[str, list[float]], name: str, other: str) -> float:
    """Between the medians of two."""
    return statistics.median(figures[name]) / statistics.median(figures[other])


def bare() -> float:
    """Seconds until k3d has started the same cluster by itself."""
    with tempfile.TemporaryDirectory(prefix="podnet-") as folder:
        environment = {**os.environ, "KUBECONFIG": f"{folder}/kubeconfig", "XDG_CONFIG_HOME": folder, "TMPDIR": folder}
        words = [
            find_k3d(),
            "cluster",
            "create",
            NAME,
            "--image",
            k3s_image(),
            "--no-lb",
            "--wait",
            "--timeout",
            "180s",
        ]
        for part in DISABLED:
            words += ["--k3s-arg", f"--disable={part}@server:*"]
        took = timed([*words, "--api-port", "127.0.0.1:random"], environment)
        timed([find_k3d(), "cluster", "delete", NAME], environment)
    return took


def up() -> float:
    """Seconds until podnet has started one, and knows it to be ready."""
    took = timed([*PODNET, "cluster", "up", "--target", "k3d", "--name", NAME], dict(os.environ))
    timed([*PODNET, "cluster", "down", "--target", "k3d", NAME], dict(os.environ))
    return took


def suite(target: str, selection: list[str]) -> float:
    """Seconds that the scenarios took there, one after the other, without the start of the cluster."""
    with tempfile.TemporaryDirectory(prefix="podnet-") as folder:
        report = Path(folder, "report")
        words = [word for one in selection for word in ("--select", one)]
        timed(
            [*PODNET, "conformance", "--target", target, "--jobs", "1", "--report", str(report), *words],
            dict(os.environ),
        )
        scenarios = json.loads((report / "report.json").read_text(encoding="utf-8"))["scenarios"]
    return sum(float(one["took"]) for one in scenarios)


def timed(words: list[str], environment: dict[str, str]) -> float:
    """Run a command and return the seconds that it took; end with what it said if it fails."""
    begun = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{' '.join(words)} ended with exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return took


if __name__ == "__main__":
    main()
