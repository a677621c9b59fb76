"""One run of ``podnet conformance`` that tells how long each of its phases takes; ``overhead.py`` starts it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

STARTED = time.perf_counter()
PREPARE, RUN = "reading and planning", "playing and reporting"


def main(report: str, before: str, *options: str) -> None:
    """Run, writing the report to ``report``; ``before`` is the clock when the process was started."""
    import io
    import json
    from contextlib import redirect_stdout
    from pathlib import Path

    from podnet.cli import conformance_play, conformance_run, main

    clock = {"Python starts": STARTED - float(before), "imports": time.perf_counter() - STARTED}
    for module, name, phase in ((conformance_run, "prepare", PREPARE), (conformance_play, "run", RUN)):
        setattr(module, name, timed(getattr(module, name), clock=clock, phase=phase))
    hot = Hot(options)
    with redirect_stdout(io.StringIO()):
        code = main.main(["conformance", "--report", report, "--jobs", "1"])
    scenarios = json.loads((Path(report) / "report.json").read_text(encoding="utf-8"))["scenarios"]
    clock["of that the scenarios"] = sum(scenario["took"] for scenario in scenarios)
    hot.show()
    print(json.dumps(clock))
    sys.exit(code)


def timed(function: Callable[..., Any], *, clock: dict[str, float], phase: str) -> Callable[..., Any]:
    """The function, whose seconds are noted."""

    def call(*arguments: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            clock[phase] = time.perf_counter() - begun

    return call


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
