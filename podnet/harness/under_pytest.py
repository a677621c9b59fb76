"""pytest collects the scenarios of a plan and owns their fixtures; who plays them, and how, is the caller's affair."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from podnet.harness.collector import CollectorPlugin, ScenarioItem

UNWANTED = ("cacheprovider", "terminal", "junitxml", "faulthandler")
OPTIONS = ("-c", os.devnull, "--noconftest", "-s", *(word for name in UNWANTED for word in ("-p", f"no:{name}")))
SETTINGS = {"PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""pytest collects and owns fixtures; settings and plugins of the surroundings have no say in a verdict."""


def under_pytest(collector: CollectorPlugin, *, root: Path, body: Callable[[Mapping[str, ScenarioItem]], None]) -> None:
    """Call ``body`` with the items of everything that the collector's plan runs, by the ids of the scenarios.

    Raises what ``body`` raises, and RuntimeError if pytest has not collected exactly what is planned.
    """
    loop = _Loop(collector, body)
    with _environment(SETTINGS):
        code = pytest.main([*OPTIONS, f"--rootdir={root}"], plugins=[collector, loop])
    if loop.problem is not None:
        raise loop.problem
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"pytest ended with {code!r} instead of playing the scenarios")


class _Loop:
    """The plugin that puts ``body`` in the place of pytest's own loop."""

    def __init__(self, collector: CollectorPlugin, body: Callable[[Mapping[str, ScenarioItem]], None]) -> None:
        self.collector = collector
        self.body = body
        self.problem: BaseException | None = None

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect the plan: as an argument of pytest, a path with brackets in it would mean something else."""
        session.items = list(self.collector.items(session))
        session.testscollected = len(session.items)
        return True

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Play the items. What goes wrong is kept: pytest would print it, and say only that it did."""
        try:
            items = {item.planned.spec.id: item for item in session.items if isinstance(item, ScenarioItem)}
            if not len(session.items) == len(items) == self.collector.planned:
                raise RuntimeError(f"planned {self.collector.planned} scenarios, collected {len(session.items)}")
            self.body(items)
        except BaseException as problem:
            self.problem = problem
        return True


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
