"""The code of an implementation runs in one thread at a time, whatever waits, fails or wants to end meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from operator_world import await_

from podnet.api.errors import ApiError, Unreachable
from podnet.operator.monitor import Monitor
from podnet.operator.worker import Worker


class Bench:
    def __init__(self) -> None:
        self.monitor = Monitor()
        self.faults: list[tuple[str, object, str]] = []
        self.results: list[str] = []
        self.workers: list[Worker] = []

    def worker(self, reconcile, *, at_once: int = 1) -> Worker:
        worker = Worker(self.monitor, at_once=at_once, fault=self.fault, reconciled=self.reconciled)
        self.workers.append(worker)
        worker.add("pods", reconcile)
        return worker

    def fault(self, queue: str, key: object, error: Exception) -> None:
        self.faults.append((queue, key, repr(error)))

    def reconciled(self, controller: str, *, seconds: float, result: str) -> None:
        self.results.append(result)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    assert all(worker.stop(seconds=10) for worker in bench.workers)


def test_what_waits_overlaps_and_what_computes_takes_turns(bench: Bench):
    together = threading.Barrier(4)
    inside: list[object] = []
    met: list[object] = []

    def reconcile(key):
        assert inside == []
        inside.append(key)
        inside.remove(key)
        with bench.monitor.released():
            together.wait(20)
        assert inside == []
        inside.append(key)
        met.append(key)
        inside.remove(key)

    worker = bench.worker(reconcile, at_once=4)
    worker.put("pods", "abcd")
    worker.start()
    await_(lambda: len(met) == 4)
    assert bench.faults == []


def test_a_single_worker_ends_one_key_before_it_begins_the_next(bench: Bench):
    log: list[str] = []

    def reconcile(key):
        log.append(f"begin {key}")
        with bench.monitor.released():
            log.append(f"wait {key}")
        log.append(f"end {key}")

    worker = bench.worker(reconcile)
    worker.put("pods", "ab")
    worker.start()
    await_(lambda: len(bench.results) == 2)
    assert log == ["begin a", "wait a", "end a", "begin b", "wait b", "end b"]


def test_others_get_in_while_a_reconciliation_waits(bench: Bench):
    waits, goes_on = threading.Event(), threading.Event()

    def reconcile(key):
        with bench.monitor.released():
            waits.set()
            assert goes_on.wait(20)

    worker = bench.worker(reconcile)
    worker.put("pods", "a")
    worker.start()
    assert waits.wait(20)
    with bench.monitor:  # as a webhook does that a write of our own has called
        goes_on.set()
    await_(lambda: bench.results == ["success"])


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (ApiError(409, "changed"), "retry"),
        (Unreachable("gone"), "retry"),
        (LookupError("oh"), "fault"),
        (SystemExit(3), "fault"),
    ],
)
def test_a_key_that_fails_comes_back(bench: Bench, error: BaseException, result: str):
    left = [error, error]

    def reconcile(key):
        if left:
            raise left.pop()

    worker = bench.worker(reconcile)
    worker.put("pods", "a")
    worker.start()
    await_(lambda: bench.results == [result, result, "success"])
    assert len(bench.faults) == (2 if result == "fault" else 0)
    assert worker.lives


def test_a_key_comes_back_after_the_seconds_that_it_asks_for(bench: Bench):
    answers = [0.05, 0.0, None]
    worker = bench.worker(lambda key: answers.pop(0))
    worker.put("pods", "a")
    worker.start()
    await_(lambda: bench.results == ["success"] * 3)
    assert worker.waiting == 0
