"""The search finds what is broken, makes it small, and does the same for the same number."""

from __future__ import annotations

from podnet.generated.choices import Choices
from podnet.generated.search import Search


def tell(choices: Choices) -> tuple[int, ...]:
    found: list[int] = []
    for _ in range(12):
        choices.perhaps(lambda: found.append(choices.below(10)))
    return tuple(found)


def search(*, attempts: int = 60, smaller: int = 200, seconds: float = 60.0) -> tuple[Search, list[tuple[int, ...]]]:
    played: list[tuple[int, ...]] = []

    def play(told: tuple[int, ...]) -> str | None:
        played.append(told)
        return "7" * len(told) if 7 in told else None

    found = Search(
        tell=tell, key=lambda told: told, play=play, size=len, attempts=attempts, smaller=smaller, seconds=seconds
    )
    return found, played


def test_what_is_broken_becomes_as_small_as_can_be():
    found, _ = search()
    assert found.run(number=1) == ((7,), "7")


def test_the_same_number_plays_the_same_worlds():
    first, one = search()
    second, other = search()
    assert first.run(number=5) == second.run(number=5)
    assert one == other


def test_another_number_plays_other_worlds():
    first, one = search(attempts=5)
    second, other = search(attempts=5)
    first.run(number=1)
    second.run(number=2)
    assert one[1:] != other[1:]


def test_no_world_is_played_twice_and_no_more_than_allowed():
    found, played = search(smaller=10)
    assert found.run(number=1) is not None
    at = next(index for index, told in enumerate(played) if 7 in told)
    assert len(played) == len(set(played))
    assert len(played) - at - 1 <= 10


def test_nothing_new_is_tried_when_the_time_is_over():
    found, played = search(seconds=-1.0)
    assert found.run(number=1) is None
    assert played == []


def test_nothing_broken_is_nothing_found():
    found = Search(
        tell=tell, key=lambda told: told, play=lambda _: None, size=len, attempts=20, smaller=5, seconds=60.0
    )
    assert found.run(number=1) is None
