"""Reports to look at: one that is conformant, one with every state in it, one on disk."""

from pathlib import Path

import pytest
from report_samples import FINDING, make, with_state, write_all

from podnet.report.model import Failure, Report

BREAKDOWN = Failure("KeyError: 'zone'", details="Traceback:\n  line 7")


@pytest.fixture
def conformant() -> Report:
    """Everything that counts ran and passed."""
    return make()


@pytest.fixture
def mixed() -> Report:
    """A scenario in every state that a run without a selection can have, and a finding."""
    return make(
        with_state(
            ("selection/both/one", {"state": "failed"}),
            ("selection/both/two", {"findings": (FINDING,)}),
            (
                "selection/expressions/one",
                {"state": "errored", "failure": Failure("KeyError: 'zone'", details="Traceback\n  line")},
            ),
            ("capacity/recovery/one", {"state": "warned"}),
            ("groups/first/one", {"state": "not-observable", "reason": "nothing tells the security group"}),
        )
    )


@pytest.fixture
def on_disk(tmp_path: Path, mixed: Report) -> Path:
    """The three files of the mixed report."""
    directory = tmp_path / "report"
    directory.mkdir()
    return write_all(mixed, directory)
