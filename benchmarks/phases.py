"""One run of ``podnet conformance`` that tells how long each of its phases takes; ``overhead.py`` starts it."""

from __future__ import annotations

import sys
import time
from typing import Any

STARTED = time.perf_counter()


def main(report: str, before: str, *options: str) -> None:
    """Run, writing the report to ``report``; ``before`` is the clock when the process was started."""
    import io
    import json
    from contextlib import redirect_stdout
    from pathlib import Path

    import click  # noqa: F401  # counted as one of the imports of every command

    from podnet.cli.conformance import conformance

    clock = {"Python starts": STARTED - float(before)}
    begun = time.perf_counter()
    from podnet.cli import conformance_run

    clock["imports (pytest, pytest-bdd, Kubernetes client)"] = time.perf_counter() - begun
    values = conformance.make_context("conformance", ["--report", report]).params
    begun = time.perf_counter()
    prepared = conformance_run.prepare(argv=(), **values)
    clock["reading and planning"] = time.perf_counter() - begun
    hot = Hot(options)
    begun = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        conformance_run.run(prepared)
    whole = time.perf_counter() - begun
    scenarios = json.loads((Path(report) / "report.json").read_text(encoding="utf-8"))["scenarios"]
    clock["scenarios"] = sum(scenario["took"] for scenario in scenarios)
    clock["the rest (pytest starts, children, report)"] = whole - clock["scenarios"]
    hot.show()
    print(json.dumps(clock))


class Hot:
    """With ``--hot N``: a profile of what the children do, which end without leaving one themselves."""

    def __init__(self, options: tuple[str, ...]) -> None:
        self.count = int(options[1]) if options else 0
        if not self.count:
            return
        import cProfile
        import tempfile
        from pathlib import Path

        from podnet.harness import run

        self.file = Path(tempfile.mkdtemp(prefix="podnet-hot-")) / "profile"
        profile, play = cProfile.Profile(), run.Runner.play

        def profiled(*arguments: Any, **named: Any) -> Any:
            try:
                return profile.runcall(play, *arguments, **named)
            finally:
                profile.dump_stats(self.file)

        run.Runner.play = profiled  # type: ignore[method-assign]  # no other way leads into the children

    def show(self) -> None:
        """Print the profile, by the time that is spent in each function itself."""
        if self.count:
            import pstats

            pstats.Stats(str(self.file)).sort_stats("tottime").print_stats(self.count)


if __name__ == "__main__":
    main(*sys.argv[1:])
