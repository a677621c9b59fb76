"""``./dev with-docker`` runs its command in any case, and says so where there is no engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine_stand_in import StandIns
from processes import PATIENCE, ROOT


def test_without_an_engine_the_command_runs_all_the_same_and_is_told_so(tmp_path: Path):
    stand_ins = StandIns(tmp_path, sys.executable)
    stand_ins.plan(docker_version="down")
    script = "import os, sys; sys.exit(7 if 'PODNET_K3S_IMAGE' not in os.environ else 8)"
    environment = {**stand_ins.environment(tmp_path), "PYTHONPATH": str(ROOT)}
    del environment["PODNET_K3S_IMAGE"]
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "engine.py", sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (7, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("podnet: NO DOCKER ENGINE, tests of containers are skipped: ")
