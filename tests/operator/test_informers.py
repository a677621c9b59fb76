"""What an informer tells, also of what happened while nobody could watch."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest
from operator_world import await_

from podnet.api.client import ObjectList, WatchEvent
from podnet.api.errors import ApiError, Unreachable
from podnet.api.host import Change
from podnet.api.resources import CONFIG_MAPS
from podnet.operator.informers import Informers
from podnet.operator.monitor import Monitor


def thing(name: str, version: int) -> dict:
    metadata = {"name": name, "namespace": "default", "resourceVersion": str(version), "managedFields": [{}]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


class Server:
    """An API server of one resource that does what it is told: ``say`` ends a watch, breaks it or sends an event."""

    def __init__(self, *objects: dict) -> None:
        self.objects = list(objects)
        self.version = 100
        self.problems: list[Exception] = []
        self.watched_from: list[str] = []
        self._said: queue.Queue[WatchEvent | Exception | None] = queue.Queue()

    def say(self, what: WatchEvent | Exception | None) -> None:
        self._said.put(what)

    def list(self, resource) -> ObjectList:
        if self.problems:
            raise self.problems.pop(0)
        return ObjectList([dict(one, metadata=dict(one["metadata"])) for one in self.objects], str(self.version))

    def watch(self, resource, *, resource_version: str, timeout_seconds: int) -> Iterator[WatchEvent]:
        self.watched_from.append(resource_version)
        while (what := self._said.get()) is not None:
            if isinstance(what, Exception):
                raise what
            yield what


class Heard:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.changes: list[tuple[str | None, str | None]] = []
        self.expired: list[str] = []
        self.monitor = Monitor()
        self.informers = Informers(server, monitor=self.monitor, expired=lambda one: self.expired.append(one.plural))

    def listen(self) -> Heard:
        with self.monitor:
            self.informers.of(CONFIG_MAPS).listen(self.hear)
        return self

    def hear(self, change: Change) -> None:
        one, other = (
            None if obj is None else f"{obj['metadata']['name']}@{obj['metadata']['resourceVersion']}"
            for obj in (change.old, change.new)
        )
        assert "managedFields" not in change.object["metadata"]
        self.changes.append((one, other))

    def stop(self) -> None:
        self.informers.stop()
        self.server.say(None)
        self.informers.join(5)
        assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("watch ")]


@pytest.fixture
def server() -> Server:
    return Server(thing("a", 1), thing("b", 2))


@pytest.fixture
def heard(server: Server) -> Iterator[Heard]:
    heard = Heard(server)
    yield heard
    heard.stop()


def test_what_is_there_is_told_as_new_before_anything_else_happens(heard: Heard):
    heard.listen()
    assert heard.changes == [(None, "a@1"), (None, "b@2")]


def test_changes_are_told_with_what_was_before(heard: Heard, server: Server):
    heard.listen()
    server.say(WatchEvent("MODIFIED", thing("a", 3)))
    server.say(WatchEvent("DELETED", thing("b", 4)))
    server.say(WatchEvent("ADDED", thing("b", 5)))
    await_(lambda: len(heard.changes) == 5)
    assert heard.changes[2:] == [("a@1", "a@3"), ("b@4", None), (None, "b@5")]


@pytest.mark.parametrize("how", [ApiError(410, "too old"), WatchEvent("ERROR", ApiError(410, "too old").status())])
def test_what_was_missed_while_a_watch_had_expired_is_told_by_its_outcome(heard: Heard, server: Server, how):
    heard.listen()
    server.objects = [thing("a", 7), thing("c", 8)]
    server.version = 200
    server.say(how)
    await_(lambda: len(heard.changes) == 5)
    assert heard.changes[2:] == [("b@2", None), ("a@1", "a@7"), (None, "c@8")]
    assert heard.expired == ["configmaps"]
    await_(lambda: server.watched_from[-1] == "200")


def test_a_watch_whose_connection_breaks_goes_on_where_it_was(heard: Heard, server: Server):
    heard.listen()
    server.say(WatchEvent("MODIFIED", thing("a", 150)))
    server.say(Unreachable("connection reset"))
    server.say(WatchEvent("BOOKMARK", thing("", 160)))
    server.say(None)
    server.say(WatchEvent("MODIFIED", thing("a", 170)))
    await_(lambda: ("a@150", "a@170") in heard.changes)
    assert server.watched_from == ["100", "150", "160"]


def test_a_resource_that_is_not_served_yet_holds_nobody_up(heard: Heard, server: Server):
    server.problems = [ApiError(404, "the server could not find the requested resource")] * 3
    heard.listen()
    await_(lambda: heard.changes == [(None, "a@1"), (None, "b@2")])


def test_a_list_that_is_refused_is_the_problem_of_whoever_asks(heard: Heard, server: Server):
    server.problems = [ApiError(403, "no right")] * 2
    with pytest.raises(ApiError, match="no right"):
        heard.listen()


def test_a_second_listener_is_told_all_of_it_without_another_list(heard: Heard, server: Server):
    heard.listen()
    server.problems = [ApiError(500, "must not be asked")]
    heard.listen()
    assert heard.changes == [(None, "a@1"), (None, "b@2")] * 2
    server.problems.clear()
