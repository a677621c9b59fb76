"""Children play tasks: whatever becomes of one, its task has a result, the others go on, and nobody is left behind."""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from podnet.harness.interruption import Interruptions
from podnet.harness.supervisor import Lost, Supervisor

Play = Callable[[int], Any]
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")  # pytest-xdist's


@pytest.fixture
def interruptions() -> Iterator[Interruptions]:
    """Interruptions after which the signals are what they were, also where one came."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with Interruptions() as made:
        yield made
    for number, handler in before.items():
        signal.signal(number, handler)


class Told:
    """What a supervisor told, and the one that did."""

    def __init__(self, count: int, play: Play, *, stop_after: int = 0, blocked: tuple[str, ...] = (), **options: Any):
        self.started: list[int] = []
        self.results: dict[int, Any] = {}
        self.stop_after = stop_after
        self.supervisor = Supervisor(
            count,
            play=play,
            started=self.started.append,
            finished=self._finished,
            blocked=lambda value: value in blocked,
            **{"jobs": 1, "deadline": 20.0, **options},
        )

    def _finished(self, task: int, value: Any) -> bool:
        assert task in self.started
        assert task not in self.results
        self.results[task] = value
        return len(self.results) != self.stop_after

    def run(self) -> Told:
        self.supervisor.run()
        assert self.left_behind() == []
        return self

    def left_behind(self) -> list[int]:
        """The children that nobody has waited for."""
        return [child.pid for child in self.supervisor._children if not reaped(child.pid)]


def reaped(pid: int) -> bool:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def hang() -> None:
    while True:
        time.sleep(10)


def resist() -> None:
    while True:
        try:
            hang()
        except BaseException:
            continue


def on(task: int, action: Callable[[], object]) -> Play:
    """One task does something, the others give their number."""
    return lambda number: action() if number == task else number


def test_every_task_has_its_result():
    told = Told(20, lambda number: number * number).run()
    assert told.results == {number: number * number for number in range(20)}
    assert told.started == list(range(20))


def test_with_one_job_one_process_that_is_not_ours_plays_everything():
    pids = set(Told(5, lambda _: os.getpid()).run().results.values())
    assert len(pids) == 1
    assert os.getpid() not in pids


@pytest.mark.parametrize("jobs", [2, 3, 50])
def test_several_jobs_share_the_tasks(jobs: int):
    told = Told(8, lambda number: (number, time.sleep(0.02), os.getpid()), jobs=jobs).run()
    assert [value[0] for _, value in sorted(told.results.items())] == list(range(8))
    assert 2 <= len({value[2] for value in told.results.values()}) <= min(jobs, 8)


@pytest.mark.parametrize(
    ("end", "how"),
    [
        (lambda: os._exit(0), "exit status 0"),
        (lambda: os._exit(7), "exit status 7"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "signal SIGKILL"),
        (lambda: (faulthandler.disable(), os.abort()), "signal SIGABRT"),
    ],
    ids=["exits", "exits with a code", "is killed", "crashes"],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_task_of_a_child_that_ends_is_lost_and_the_others_go_on(end: Callable[[], None], how: str, jobs: int):
    told = Told(5, on(2, end), jobs=jobs).run()
    assert told.results == {0: 0, 1: 1, 2: Lost(f"its process ended with {how} in the middle of it"), 3: 3, 4: 4}


def test_a_task_that_takes_too_long_is_killed_and_the_others_go_on():
    told = Told(3, on(0, resist), deadline=0.2).run()
    lost = "it did not end within 0.2 s and could not be interrupted; its process was killed"
    assert told.results == {0: Lost(lost), 1: 1, 2: 2}


def test_a_value_that_cannot_be_sent_is_a_lost_task():
    told = Told(2, on(0, lambda: lambda: 0)).run()
    assert told.results == {0: Lost("its process ended with exit status 0 in the middle of it"), 1: 1}


def test_a_child_that_closes_its_pipe_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("podnet.harness.supervisor.GRACE", 0.3)

    def close_everything() -> None:
        os.closerange(3, 100)
        resist()

    begun = time.monotonic()
    told = Told(2, on(0, close_everything), deadline=60.0).run()
    assert isinstance(told.results[0], Lost)
    assert told.results[1] == 1
    assert time.monotonic() - begun < 30


def test_a_child_that_dies_between_two_tasks_takes_none_with_it_unseen():
    def die_soon(number: int) -> int:
        if number == 0:
            signal.signal(signal.SIGALRM, lambda *_: os._exit(3))
            signal.setitimer(signal.ITIMER_REAL, 0.05)
        return number

    def later(_: int) -> None:
        time.sleep(0.2)  # the parent is busy elsewhere while its child dies

    told = Told(3, die_soon)
    told.supervisor._started = lambda task: (told.started.append(task), later(task))
    told.run()
    assert told.results[0] == 0
    assert told.results[2] == 2
    assert told.results[1] in (1, Lost("its process ended with exit status 3 in the middle of it"))


def test_a_copy_that_a_task_forks_off_gives_no_second_answer(tmp_path: Path):
    def fork() -> str:
        pid = os.fork()
        (tmp_path / str(os.getpid())).touch()
        return "child" if pid else "copy"

    told = Told(4, on(1, fork)).run()
    assert told.results == {0: 0, 1: "child", 2: 2, 3: 3}


def test_what_a_task_forks_off_does_not_outlive_its_child(tmp_path: Path):
    def fork() -> str:
        pid = os.fork()
        if pid == 0:
            hang()
        (tmp_path / "copy").write_text(str(pid))
        return "child"

    assert Told(2, on(0, fork)).run().results == {0: "child", 1: 1}
    stat = Path(f"/proc/{(tmp_path / 'copy').read_text()}/stat")
    limit = time.monotonic() + 10
    while stat.exists() and " Z " not in stat.read_text():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_task_that_hangs_together_with_its_copy_is_killed(tmp_path: Path):
    def fork() -> None:
        os.fork()
        resist()

    told = Told(2, on(0, fork), deadline=0.2).run()
    assert isinstance(told.results[0], Lost)
    assert told.results[1] == 1


def test_after_three_lost_tasks_in_a_row_the_rest_is_not_tried():
    told = Told(9, lambda number: number if number < 2 else os._exit(0)).run()
    assert sorted(told.results) == [0, 1, 2, 3, 4]
    assert told.supervisor.gave_up


def test_a_value_that_took_the_whole_time_counts_as_lost_for_the_hope_and_its_child_goes():
    told = Told(9, lambda number: "blocked" if number else os.getpid(), blocked=("blocked",)).run()
    assert [told.results[number] for number in (1, 2, 3)] == ["blocked"] * 3
    assert (len(told.results), told.supervisor.gave_up) == (4, True)
    told = Told(4, lambda number: ("blocked", os.getpid())[number % 2], blocked=("blocked",)).run()
    assert told.results[1] != told.results[3]
    assert not told.supervisor.gave_up


def test_whoever_listens_can_stop_it():
    told = Told(9, lambda number: number, stop_after=3).run()
    assert sorted(told.results) == [0, 1, 2]
    assert not told.supervisor.gave_up


def test_an_error_of_whoever_listens_leaves_no_child_behind():
    told = Told(4, on(1, hang), jobs=2)

    def finished(_: int, __: Any) -> bool:
        raise OSError("the disk is full")

    told.supervisor._finished = finished
    with pytest.raises(OSError, match="the disk is full"):
        told.run()
    assert told.left_behind() == []


def test_an_interruption_ends_the_waiting_and_every_child(interruptions: Interruptions):
    told = Told(2, lambda _: (os.kill(os.getppid(), signal.SIGTERM), hang()), interruptible=interruptions.welcome)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        told.run()
    assert time.monotonic() - begun < 4, "a child that is told to end need not be killed"
    assert told.results == {}
    assert told.left_behind() == []


def test_an_interruption_waits_where_it_is_not_welcome(interruptions: Interruptions):
    os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interruptions.welcome():
        pytest.fail("it should not get here")
    os.kill(os.getpid(), signal.SIGTERM)  # one is enough


def test_an_interruption_is_let_in_at_once_where_it_is_welcome(interruptions: Interruptions):
    with pytest.raises(KeyboardInterrupt), interruptions.welcome():
        os.kill(os.getpid(), signal.SIGINT)


def test_after_an_interruption_all_others_are_ignored_for_good(interruptions: Interruptions):
    interruptions.__exit__()
    interruptions.__enter__()
    os.kill(os.getpid(), signal.SIGINT)
    interruptions.__exit__()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    os.kill(os.getpid(), signal.SIGINT)


def test_a_signal_that_is_switched_off_stays_so():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Interruptions() as interruptions, interruptions.welcome():
            os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_what_others_had_set_is_there_again_afterwards():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Interruptions():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
