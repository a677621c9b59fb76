"""Makes ``processes``, the module beside it, known to the tests of all folders, and leaves out what takes minutes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
THOROUGH = (
    "conformance/test_other_clouds.py",
    "containers",
    "controlplane/test_disturbing.py",
    "controlplane/test_ending.py",
    "examples",
    "operator/test_pods.py",
    "operator/test_replicas.py",
    "operator/test_restarts.py",
    "operator/test_slow_webhook.py",
    "parity/test_parity_garbage.py",
    "parity/test_parity_workloads.py",
    "serving/test_go.py",
    "targets/test_commands.py",
    "targets/test_kubeconfig.py",
    "targets/test_kubeconfig_lost.py",
    "targets/test_kubeconfig_preflight.py",
    "targets/test_local.py",
    "test_benchmarks.py",
    "test_implementers_guide.py",
    "test_wheel.py",
)
"""Files and folders whose tests take half of the time of all: whole runs on real clusters, and what compilers need."""
WHY = "left out of a quick run: PODNET_THOROUGH=1 runs it, naming it does, and so does CI"
SWITCH = "PODNET_THOROUGH"


def pytest_configure(config: pytest.Config) -> None:
    """Whoever names what is to be run gets all of it; the workers of xdist learn of it by the environment."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what runs in its background
        signal.signal(signal.SIGINT, signal.default_int_handler)  # and nobody whom a test starts could be interrupted
    missing = [place for place in THOROUGH if not (ROOT / place).exists()]
    assert not missing, f"tests/conftest.py names {missing}, which are not there"
    if config.args_source is config.ArgsSource.ARGS and not hasattr(config, "workerinput"):
        os.environ.setdefault(SWITCH, "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, visibly, what takes minutes."""
    if os.environ.get(SWITCH) or os.environ.get("CI"):
        return
    for item in items:
        if any(item.path.is_relative_to(ROOT / place) for place in THOROUGH):
            item.add_marker(pytest.mark.skip(reason=WHY))
