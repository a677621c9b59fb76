"""The command line as its users meet it: each call is a process of its own.

Most calls are forked from a process that has everything imported already, which saves them most of a second. They run
the same ``main`` with the same arguments, and end as a process ends. ``start`` is for those that need a real beginning.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IMPLEMENTATIONS = ROOT / "tests" / "implementations"
MINIATURES = ROOT / "conformance" / "miniatures"
PATIENCE = 120.0
"""Seconds on the wall clock that a call may take before the test gives up on it."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        *(
            "podnet.cli.conformance",
            "podnet.cli.conformance_run",
            "podnet.report.check",
            "podnet.kube.scheduler.scheduler",
        ),
        *(f"podnet.kube.controllers.{name}" for name in ("deployment", "statefulset", "daemonset", "job", "namespace")),
        *("kubernetes.client", "jsonpatch", "jsonschema_rs", "_pytest.unittest", "_pytest.skipping"),
    ]
)
"""What a run imports, sooner or later; what is not there does no harm."""


@dataclass(frozen=True)
class Done:
    """A call that has ended. A negative ``code`` is a signal."""

    code: int
    out: str
    err: str


def podnet(
    *args: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, suite: Path | None = None
) -> Done:
    """Run ``podnet`` to its end. ``suite``: the folder that holds features/, steps/, fixtures/ and conformance/."""
    with tempfile.TemporaryDirectory(prefix="podnet-test-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        words = [str(word) for word in args]
        surroundings = {**os.environ, **(env or {})}
        process = _CONTEXT.Process(target=_run, args=(words, str(cwd or folder), surroundings, suite, out, err))
        process.start()
        process.join(PATIENCE)
        hangs = process.is_alive()
        if hangs:
            process.kill()
            process.join()
        code = process.exitcode
        process.close()
        done = Done(-1 if code is None else code, *(_text(path) for path in (out, err)))
    assert not hangs, f"podnet {' '.join(words)} hangs\n{done.out}{done.err}"
    return done


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _run(args: list[str], cwd: str, env: dict[str, str], suite: Path | None, out: Path, err: Path) -> None:
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.chdir(cwd)
    os.environ.clear()  # those of the process that this was forked from may be another test's
    os.environ.update(env)
    sys.argv = ["podnet", *args]
    from podnet.cli.main import main
    from podnet.suite import locate

    if suite is not None:
        found = locate.find_suite(suite / "podnet")
        locate.suite_root = lambda: found
    sys.exit(main(args))


def start(*args: object, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
    """Start ``podnet`` from nothing, as a shell does."""
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    command = [sys.executable, "-m", "podnet", *(str(word) for word in args)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}, **settings)


def conformance(*args: object, report: Path, **options: Any) -> tuple[Done, dict[str, Any]]:
    """Run ``podnet conformance`` and read its report."""
    done = podnet("conformance", "--report", report, *args, **options)
    assert (report / "report.json").exists(), f"no report, exit code {done.code}: {done.err}"
    return done, read_report(report)


def read_report(directory: Path) -> dict[str, Any]:
    """The content of report.json."""
    found: dict[str, Any] = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    return found


def verdicts(report: Mapping[str, Any], *wanted: str) -> set[str]:
    """The ids of the requirements with one of these verdicts."""
    return {one["id"] for one in report["requirements"] if one["verdict"] in wanted}


def states(report: Mapping[str, Any]) -> dict[str, str]:
    """The state of every scenario by its id."""
    return {one["id"]: one["state"] for one in report["scenarios"]}
