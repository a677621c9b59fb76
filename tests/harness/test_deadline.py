"""Code that is not ours gets a limit on the wall clock."""

from __future__ import annotations

import signal
import time

import pytest

from podnet.harness.deadline import deadline
from podnet.harness.outcome import Stuck


def hang() -> None:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        pass


def test_code_that_takes_too_long_is_interrupted_and_the_place_is_told():
    said = r"did not end within 0.05 s .* interrupted at test_deadline.py:\d+"
    with pytest.raises(Stuck, match=said), deadline(0.05):
        hang()


def test_code_that_swallows_its_interruption_is_interrupted_again():
    def swallow() -> None:
        try:
            hang()
        except BaseException:
            hang()

    with pytest.raises(Stuck), deadline(0.05):
        swallow()


def test_code_that_is_quick_is_left_alone():
    before = signal.getsignal(signal.SIGALRM)
    with deadline(5):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == before
