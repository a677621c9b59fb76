import pytest

from podnet.api.errors import ApiError
from podnet.kube.runtime import Runtime, Unsettled


def first(count: int) -> int:
    assert count > 0
    return 0


def last(count: int) -> int:
    return count - 1


def test_a_key_that_is_queued_twice_before_its_turn_is_reconciled_once() -> None:
    runtime, seen = Runtime(choose=first), []
    runtime.register("q", seen.append)
    for key in ("a", "b", "a"):
        runtime.enqueue("q", key)
    assert runtime.settle() == 2
    assert seen == ["a", "b"]


def test_a_key_that_is_queued_while_it_is_reconciled_gets_another_turn() -> None:
    runtime, seen = Runtime(choose=first), []

    def reconcile(key: object) -> None:
        seen.append(key)
        if len(seen) == 1:
            runtime.enqueue("q", key)

    runtime.register("q", reconcile)
    runtime.enqueue("q", "a")
    assert runtime.settle() == 2


@pytest.mark.parametrize(("choose", "order"), [(first, ["a", "b", "c"]), (last, ["c", "b", "a"])])
def test_choose_alone_decides_the_order_of_ready_work(choose: object, order: list[str]) -> None:
    runtime, seen = Runtime(choose=choose), []  # type: ignore[arg-type]  # pytest hides the type
    runtime.register("q", seen.append)
    for key in ("a", "b", "c"):
        runtime.enqueue("q", key)
    runtime.settle()
    assert seen == order


def test_the_clock_stands_still_while_there_is_work() -> None:
    runtime = Runtime(choose=first)
    runtime.register("q", lambda key: None)
    runtime.enqueue("q", "a")
    before = runtime.now()
    runtime.settle()
    assert runtime.now() == before
    assert runtime.next_due() is None


def test_a_number_as_result_means_again_after_that_many_seconds() -> None:
    runtime, moments = Runtime(choose=first), []

    def reconcile(key: object) -> float | None:
        moments.append(runtime.elapsed)
        return 30.0 if len(moments) < 3 else None

    runtime.register("q", reconcile)
    runtime.enqueue("q", "a")
    runtime.settle()
    assert runtime.next_due() == 30.0
    runtime.advance(3600)
    assert moments == [0.0, 30.0, 60.0]
    assert runtime.elapsed == 3600


def test_advance_fires_timers_in_order_of_time_and_settles_after_each() -> None:
    runtime, seen = Runtime(choose=last), []
    runtime.register("q", lambda key: seen.append((key, runtime.elapsed)))
    runtime.enqueue_after("q", "late", 2)
    runtime.enqueue_after("q", "early", 1)
    runtime.call_after(1.5, lambda: runtime.enqueue("q", "between"))
    runtime.advance(10)
    assert seen == [("early", 1.0), ("between", 1.5), ("late", 2.0)]


def test_advance_stops_short_of_timers_beyond_it() -> None:
    runtime, seen = Runtime(choose=first), []
    runtime.register("q", seen.append)
    runtime.enqueue_after("q", "a", 10)
    runtime.advance(9.5)
    assert (seen, runtime.next_due()) == ([], 0.5)
    runtime.advance(0.5)
    assert seen == ["a"]


def test_of_several_delays_for_one_key_the_shortest_counts() -> None:
    runtime, moments = Runtime(choose=first), []
    runtime.register("q", lambda key: moments.append(runtime.elapsed))
    for delay in (5, 2, 8):
        runtime.enqueue_after("q", "a", delay)
    runtime.advance(100)
    assert moments == [2.0]


def test_timers_of_one_instant_may_run_in_any_order() -> None:
    runtime, seen = Runtime(choose=last), []
    runtime.register("q", seen.append)
    runtime.enqueue_after("q", "a", 1)
    runtime.enqueue_after("q", "b", 1)
    runtime.advance(1)
    assert seen == ["b", "a"]


def test_an_api_error_puts_the_key_back_with_growing_delay_until_it_succeeds() -> None:
    runtime, moments = Runtime(choose=first), []

    def reconcile(key: object) -> None:
        moments.append(runtime.elapsed)
        if len(moments) < 4:
            raise ApiError(409, "lost a race")

    runtime.register("q", reconcile, guarded=True)
    runtime.enqueue("q", "a")
    runtime.advance(100)
    assert moments == pytest.approx([0.0, 0.05, 0.15, 0.35])
    assert runtime.faults == []
    moments.clear()
    runtime.enqueue("q", "a")
    runtime.settle()
    assert runtime.next_due() == pytest.approx(0.05)  # a success resets the delay


def test_the_delay_never_grows_beyond_a_minute() -> None:
    runtime, moments = Runtime(choose=first), []

    def reconcile(key: object) -> None:
        moments.append(runtime.elapsed)
        raise ApiError(500, "down")

    runtime.register("q", reconcile)
    runtime.enqueue("q", "a")
    runtime.advance(1000)
    assert moments[-1] - moments[-2] == pytest.approx(60)


def test_a_crash_of_the_implementation_is_a_fault_that_names_its_line() -> None:
    runtime = Runtime(choose=first)

    def reconcile(key: object) -> None:
        raise KeyError("vSwitchOptions")

    runtime.register("plane", reconcile, guarded=True)
    runtime.enqueue("plane", ("", "a"))
    runtime.advance(60)
    assert len(runtime.faults) == 6  # then the key is given up
    fault = runtime.faults[0]
    assert (fault.queue, fault.key, fault.error) == ("plane", ("", "a"), "KeyError('vSwitchOptions')")
    assert fault.where.startswith("test_kube_runtime.py:")
    assert fault.where.endswith(" in reconcile")
    assert runtime.next_due() is None


def test_a_crash_of_a_built_in_controller_is_loud() -> None:
    runtime = Runtime(choose=first)

    def reconcile(key: object) -> None:
        raise KeyError("spec")

    runtime.register("deployments", reconcile)
    runtime.enqueue("deployments", "a")
    with pytest.raises(KeyError):
        runtime.settle()


def test_an_interrupt_is_never_a_fault() -> None:
    runtime = Runtime(choose=first)

    def reconcile(key: object) -> None:
        raise KeyboardInterrupt

    runtime.register("plane", reconcile, guarded=True)
    runtime.enqueue("plane", "a")
    with pytest.raises(KeyboardInterrupt):
        runtime.settle()


def test_two_controllers_that_never_agree_are_named() -> None:
    runtime = Runtime(choose=first)
    runtime.register("ping", lambda key: runtime.enqueue("pong", key))
    runtime.register("pong", lambda key: runtime.enqueue("ping", key))
    runtime.enqueue("ping", "a")
    with pytest.raises(Unsettled) as caught:
        runtime.settle(max_steps=500)
    assert {task for task, _ in caught.value.busy} == {("ping", "a"), ("pong", "a")}
    assert "ping 'a'" in str(caught.value)


def test_a_task_cannot_run_other_tasks() -> None:
    runtime = Runtime(choose=first)
    runtime.register("q", lambda key: runtime.settle())
    runtime.enqueue("q", "a")
    runtime.enqueue("q", "b")
    with pytest.raises(RuntimeError, match="must not run other tasks"):
        runtime.settle()


def test_an_unregistered_queue_leaves_nothing_behind() -> None:
    runtime, seen = Runtime(choose=first), []
    runtime.register("old", seen.append)
    runtime.enqueue("old", "a")
    runtime.enqueue_after("old", "b", 1)
    runtime.unregister("old")
    runtime.advance(10)
    assert seen == []


def test_a_queue_may_end_itself() -> None:
    runtime = Runtime(choose=first)

    def reconcile(key: object) -> float:
        runtime.unregister("q")
        return 1.0

    runtime.register("q", reconcile)
    runtime.enqueue("q", "a")
    runtime.advance(10)
    assert runtime.next_due() is None


def test_a_name_is_taken_once() -> None:
    runtime = Runtime(choose=first)
    runtime.register("q", lambda key: None)
    with pytest.raises(ValueError, match="registered already"):
        runtime.register("q", lambda key: None)
