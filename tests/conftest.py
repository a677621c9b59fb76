"""Makes ``processes``, the module beside it, known to the tests of all folders, and leaves out what takes minutes."""

from __future__ import annotations

import os

import pytest

THOROUGH = "it takes minutes together with its like: PODNET_THOROUGH=1 runs it, and so does CI"


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker."""
    config.addinivalue_line("markers", "thorough: left out unless PODNET_THOROUGH or CI is set")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, visibly, what is marked ``thorough``."""
    if os.environ.get("PODNET_THOROUGH") or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("thorough"):
            item.add_marker(pytest.mark.skip(reason=THOROUGH))
